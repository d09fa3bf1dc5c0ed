// Owns the calls on the shell around the interface: what it can do beyond a browser, and the folders that it may look into.
import { z } from 'zod';
import { none } from './common.ts';

/** What a shell may offer. The interface asks for these, never for the shell's name. */
export const CAPABILITIES = [
  /** shell.pickFiles opens the system's dialog. */
  'pick-files',
  /** shell.reveal shows a file in its folder. */
  'reveal',
  /** shell.openPath opens a report or a folder with the system's program. */
  'open-path',
  /** shell.printReport makes a PDF. */
  'print-pdf',
  /** Files can be sent to /upload. */
  'upload',
  /** files.roots and files.list show granted folders. */
  'browse',
  /** shell.openExternal opens a page in the system's browser; without it, links open in a new tab. */
  'open-external',
  /** The window has a menu of the system's own. */
  'native-menu',
  /** The shell itself tells the user when a run ends. */
  'notify',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export const PICK_KINDS = ['data', 'folder', 'checkpoint'] as const;
export type PickKind = (typeof PICK_KINDS)[number];

const path = z.string().min(1);

export const folderEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['file', 'folder']),
  /** 0 for a folder. */
  bytes: z.number(),
});
export type FolderEntry = z.infer<typeof folderEntrySchema>;

/** Paths may be absolute, or relative to the workspace's folder. */
export const shellCalls = {
  'shell.capabilities': { input: none, output: z.object({ capabilities: z.array(z.enum(CAPABILITIES)) }) },
  /** Asks the user; what was picked may be named in calls from then on. Empty where the dialog was cancelled. */
  'shell.pickFiles': {
    input: z.object({ kind: z.enum(PICK_KINDS) }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  'shell.reveal': { input: z.object({ path }), output: z.null() },
  /** A folder, or a file of a kind that cannot run. */
  'shell.openPath': { input: z.object({ path }), output: z.null() },
  /** Writes a PDF beside an HTML report of the workspace. */
  'shell.printReport': { input: z.object({ path }), output: z.object({ path: z.string() }) },
  'shell.openExternal': { input: z.object({ url: z.string() }), output: z.null() },

  /** The folders whose files may be named: the workspace's uploads and exports, and those granted by the user. */
  'files.roots': { input: none, output: z.array(z.object({ path: z.string(), label: z.string() })) },
  /** What lies in such a folder: folders first, then files, each by name. */
  'files.list': { input: z.object({ folder: path }), output: z.array(folderEntrySchema) },
};
