// Owns the calls on the workspace as a whole: its summary, settings, caches, trash, history and network log, and the stream of changes.
import { freemem, totalmem, availableParallelism } from 'node:os';
import { statfsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Handlers } from '../../contract/api.ts';
import { networkEntrySchema, type WorkspaceSummary } from '../../contract/views/workspace.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { clearCache, listCaches } from '../caches.node.ts';
import type { DiskUsage } from '../disk-usage.node.ts';
import type { HostContext } from '../host-context.node.ts';
import type { ProbedEngine } from './stateless.node.ts';
import type { SettingsFile } from '../settings-file.node.ts';
import { emptyTrash, listTrash, restoreFromTrash } from '../trash.node.ts';
import { PRODUCT_VERSION } from '../version.node.ts';

/** Of events: a request that left this machine; its data is a NetworkEntry. */
export const NETWORK_EVENT = 'network.request';

/** What is known of a workspace beside its database. */
export interface Surroundings {
  readonly disk: DiskUsage;
  readonly settings: SettingsFile;
  readonly probed: ProbedEngine;
}

export function workspaceReaders(store: WorkspaceReader, { disk, settings, probed }: Surroundings) {
  return {
    'workspace.summary': async () => {
      const { bavail, blocks, bsize } = statfsSync(store.folder);
      return {
        name: basename(store.folder),
        path: store.folder,
        version: PRODUCT_VERSION,
        freeBytes: bavail * bsize,
        totalBytes: blocks * bsize,
        sizes: await disk.sizes(),
        counts: await store.counts(),
        freeMemoryBytes: freemem(),
        totalMemoryBytes: totalmem(),
        threads: availableParallelism(),
        engine: probed.last ?? (await engineOfLastRun(store)),
      };
    },
    'workspace.trash': () => listTrash(store),
    'settings.get': () => settings.get(),
    'caches.list': () => listCaches(store),
    'network.list': async ({ limit }) => {
      const events = await store.events.list({ kind: NETWORK_EVENT, limit });
      return events.flatMap(({ time, data }) => networkEntrySchema.safeParse({ ...data, time }).data ?? []);
    },
    // Requests come by the thousand and have a list of their own.
    'history.list': ({ limit, subject }) => store.events.list({ limit, subjectId: subject, notKind: NETWORK_EVENT }),
  } satisfies Partial<Handlers>;
}

async function engineOfLastRun(store: WorkspaceReader): Promise<WorkspaceSummary['engine']> {
  const engine = await store.runs.lastEngine();
  return engine === null ? null : { engine, device: null };
}

export function workspaceWriters({ store, jobs, changes, disk, settings, sources }: HostContext) {
  return {
    'workspace.changes': (_, emit, signal) =>
      new Promise((resolve) => {
        const stop = changes.listen((topics) => emit({ topics }));
        const end = () => {
          stop();
          resolve();
        };
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
      }),
    'workspace.restore': async ({ kind, id }) => {
      await restoreFromTrash(store, kind, id);
      return null;
    },
    'workspace.emptyTrash': async () => {
      const emptied = await emptyTrash(store, jobs);
      const known = [...(await store.datasets.list()), ...(await store.datasets.trashed())];
      sources.forgetOthers(new Set(known.map(({ id }) => id)));
      disk.forget();
      return emptied;
    },
    'settings.set': (patch) => {
      const changed = settings.set(patch);
      changes.changed('settings');
      return changed;
    },
    'caches.clear': async ({ name }) => {
      const bytes = await clearCache(store, jobs, name);
      disk.forget();
      changes.changed('disk');
      return { bytes };
    },
  } satisfies Partial<Handlers>;
}
