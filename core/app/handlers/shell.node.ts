// Owns the calls on the shell and on granted folders. Which paths a client may name has been decided before (path-grants.node.ts).
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Capability, FolderEntry } from '../../contract/calls/shell.ts';
import type { PathGrants } from '../path-grants.node.ts';
import { requireExternal, requireHarmless, type ShellPort } from '../shell-port.ts';

/** @param shell absent for the command line, which has none */
export function shellHandlers(grants: PathGrants, shell: ShellPort | undefined) {
  /** A method of the shell. @throws state/no-capability */
  function need<M extends Exclude<keyof ShellPort, 'capabilities'>>(method: M, capability: Capability) {
    const found = shell?.capabilities.includes(capability) ? shell[method] : undefined;
    if (!found) throw new AppError('state/no-capability', { capability });
    return found.bind(shell) as NonNullable<ShellPort[M]>;
  }
  return {
    'shell.capabilities': () => ({ capabilities: [...(shell?.capabilities ?? [])] }),
    'shell.pickFiles': async ({ kind }) => {
      const paths = await need('pickFiles', 'pick-files')(kind);
      for (const path of paths) grants.grant(path);
      return { paths };
    },
    'shell.reveal': async ({ path }) => {
      requireThere(path);
      await need('reveal', 'reveal')(path);
      return null;
    },
    'shell.openPath': async ({ path }) => {
      if (requireThere(path) === 'file') requireHarmless(path);
      await need('openPath', 'open-path')(path);
      return null;
    },
    'shell.printReport': async ({ path }) => {
      if (requireThere(path) === 'folder' || !/\.html$/i.test(path)) throw new AppError('input/not-a-report', { path });
      const pdf = path.replace(/\.html$/i, '.pdf');
      await need('printReport', 'print-pdf')(path, pdf);
      return { path: pdf };
    },
    'shell.openExternal': async ({ url }) => {
      await need('openExternal', 'open-external')(requireExternal(url));
      return null;
    },
    'files.roots': () => grants.roots(),
    'files.list': ({ folder }) => listFolder(folder),
  } satisfies Partial<Handlers>;
}

/** @throws input/file-not-found */
function requireThere(path: string): FolderEntry['kind'] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new AppError('input/file-not-found', { path });
  return found.isDirectory() ? 'folder' : 'file';
}

function listFolder(folder: string): FolderEntry[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return []; // the workspace's own folders are made when the first file comes
  if (!found.isDirectory()) throw new AppError('input/not-a-folder', { path: folder });
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory()))
    .flatMap((entry): FolderEntry[] => {
      const path = join(folder, entry.name);
      const kind = entry.isDirectory() ? 'folder' : 'file';
      const stat = statSync(path, { throwIfNoEntry: false }); // it may be gone by now
      return stat ? [{ name: entry.name, path, kind, bytes: kind === 'file' ? stat.size : 0 }] : [];
    });
  const order = new Intl.Collator('en', { numeric: true });
  return entries.sort((a, b) => b.kind.localeCompare(a.kind) || order.compare(a.name, b.name));
}
