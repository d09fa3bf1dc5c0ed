// Owns what the workspace keeps only to be quicker, or for a while: how much there is of it, and clearing it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { removeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import type { JobKind } from '../contract/views.ts';
import type { Cache } from '../contract/views/workspace.ts';
import type { Workspace, WorkspaceReader } from '../store/workspace.node.ts';
import { sizeOf } from './disk-usage.node.ts';
import type { Jobs } from './jobs.ts';
import { workspacePaths } from './paths.ts';

const CACHE = 'cache';
/** Panels that no run was trained on: they can be computed again. */
const PANELS = 'panels';
/** Which running jobs may be reading it; all kinds where it is not named. */
const READ_BY: Readonly<Record<string, readonly JobKind[]>> = {
  [workspacePaths.uploads]: ['import'],
  [workspacePaths.exports]: [],
};

async function foldersOf(store: WorkspaceReader): Promise<Map<string, string[]>> {
  const root = join(store.folder, CACHE);
  const own = existsSync(root)
    ? (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    : [];
  const panels = await store.panels.unused();
  return new Map([
    ...own.map(({ name }): [string, string[]] => [name, [join(root, name)]]),
    [PANELS, panels.map(({ folder }) => join(store.folder, folder))],
    [workspacePaths.uploads, [join(store.folder, workspacePaths.uploads)]],
    [workspacePaths.exports, [join(store.folder, workspacePaths.exports)]],
  ]);
}

export async function listCaches(store: WorkspaceReader): Promise<Cache[]> {
  const caches: Cache[] = [];
  for (const [name, folders] of await foldersOf(store)) {
    const cache: Cache = { name, bytes: 0, files: 0 };
    for (const folder of folders) {
      const { bytes, files } = await sizeOf(folder);
      cache.bytes += bytes;
      cache.files += files;
    }
    caches.push(cache);
  }
  return caches;
}

/** @returns bytes that it took @throws state/not-found, state/cache-in-use while a job may be reading it */
export async function clearCache(store: Workspace, jobs: Jobs, name: string): Promise<number> {
  const caches = await foldersOf(store);
  const folders = caches.get(name);
  if (!folders) throw new AppError('state/not-found', { what: 'cache', name, known: [...caches.keys()].join(', ') });
  const kinds = READ_BY[name];
  const reader = jobs.live().find(({ plan }) => !kinds || kinds.includes(plan.kind));
  if (reader) throw new AppError('state/cache-in-use', { cache: name, kind: reader.plan.kind });
  let bytes = 0;
  if (name === PANELS) for (const { id } of await store.panels.unused()) await store.panels.remove(id);
  for (const folder of folders) {
    bytes += (await sizeOf(folder)).bytes;
    await removeFolderAtomic(folder); // half a panel, or half a graph, would be taken for a damaged one
  }
  return bytes;
}
