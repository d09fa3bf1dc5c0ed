// Owns the calls on the workspace as a whole: what it holds and takes, its settings, caches, history, trash, and the machine.
import { z } from 'zod';
import { eventSchema } from '../entities.ts';
import { doctorSchema } from '../views.ts';
import {
  cacheSchema,
  networkEntrySchema,
  settingsSchema,
  TRASHED_KINDS,
  trashedSchema,
  workspaceSummarySchema,
} from '../views/workspace.ts';
import { none, page } from './common.ts';

const kind = z.enum(TRASHED_KINDS);

export const workspaceCalls = {
  /** Quick: never probes engines (doctor.run does). */
  'workspace.summary': { input: none, output: workspaceSummarySchema },
  'workspace.trash': { input: none, output: z.array(trashedSchema) },
  /** Takes back what was deleted. */
  'workspace.restore': { input: z.object({ kind, id: z.string() }), output: z.null() },
  /** Deletes for good what is in the trash. */
  'workspace.emptyTrash': { input: none, output: z.object({ items: z.number().int(), bytes: z.number() }) },
  'settings.get': { input: none, output: settingsSchema },
  'settings.set': { input: settingsSchema.partial(), output: settingsSchema },
  'caches.list': { input: none, output: z.array(cacheSchema) },
  /** Clears what can be computed again. @throws state/* while a job may be reading it */
  'caches.clear': { input: z.object({ name: z.string() }), output: z.object({ bytes: z.number() }) },
  /** Every request that left this machine; empty unless the user asked for one. */
  'network.list': { input: z.object(page), output: z.array(networkEntrySchema) },
  'history.list': { input: z.object({ ...page, subject: z.string().optional() }), output: z.array(eventSchema) },
  'doctor.run': { input: none, output: doctorSchema },
};
