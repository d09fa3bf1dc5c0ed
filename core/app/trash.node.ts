// Owns the workspace's trash: everything deleted in one list, taking things back, and deleting them for good with their files.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trashed } from '../contract/views/workspace.ts';
import type { Workspace, WorkspaceReader } from '../store/workspace.node.ts';
import { sizeOf } from './disk-usage.node.ts';
import type { Jobs } from './jobs.ts';

/** Newest deletion first. */
export async function listTrash(store: WorkspaceReader): Promise<Trashed[]> {
  const datasets = await store.datasets.trashed();
  const runs = await store.runs.trashed();
  const sets = await store.featureSets.trashed();
  const items: Trashed[] = [
    ...datasets.map(({ id, name, deletedAt }): Trashed => ({ kind: 'dataset', id, name, deletedAt })),
    ...runs.map(({ id, name, deletedAt }): Trashed => ({ kind: 'run', id, name, deletedAt })),
    ...sets.map(({ id, name, deletedAt }): Trashed => ({ kind: 'featureSet', id, name, deletedAt })),
  ];
  for (const { id, checkpointId, deletedAt } of await store.backtests.trashed()) {
    const checkpoint = await store.checkpoints.get(checkpointId);
    const run = checkpoint && (await store.runs.get(checkpoint.runId));
    const name = `${run?.name ?? '?'} ${checkpoint?.phase ?? ''}`.trim();
    items.push({ kind: 'backtest', id, name, deletedAt });
  }
  return items.sort((a, b) => b.deletedAt - a.deletedAt);
}

/** @throws state/gone where it is not in the trash; state/name-taken where something else bears its name by now */
export async function restoreFromTrash(store: Workspace, kind: Trashed['kind'], id: string): Promise<void> {
  const home = { dataset: store.datasets, run: store.runs, backtest: store.backtests, featureSet: store.featureSets };
  await home[kind].restore(id);
}

/** Deletes for good. A dataset that runs still stand on stays in the trash, and so does a run that a job is at work on. */
export async function emptyTrash(store: Workspace, jobs: Jobs): Promise<{ items: number; bytes: number }> {
  const folders: string[] = [];
  let items = 0;
  for (const { id, folder } of await store.backtests.trashed()) {
    await store.backtests.remove(id);
    folders.push(folder);
    items++;
  }
  for (const { id } of await store.runs.trashed()) {
    if (jobs.live().some(({ plan }) => plan.runId === id)) continue;
    folders.push(...(await store.runs.folders(id)));
    await store.runs.remove(id);
    items++;
  }
  for (const { id } of await store.featureSets.trashed()) {
    await store.featureSets.remove(id);
    items++;
  }
  for (const { id } of await store.datasets.trashed()) {
    if (await store.runs.standOn(id)) continue;
    const versions = await store.datasets.versions(id);
    const panels = (await Promise.all(versions.map((version) => store.panels.ofVersion(version.id)))).flat();
    await store.datasets.remove(id);
    folders.push(...[...versions, ...panels].map(({ folder }) => folder));
    items++;
  }
  // Records first: folders that nothing names are only space, records without folders would be lies.
  let bytes = 0;
  for (const folder of folders) {
    const path = join(store.folder, folder);
    bytes += (await sizeOf(path)).bytes;
    await rm(path, { recursive: true, force: true });
  }
  return { items, bytes };
}
