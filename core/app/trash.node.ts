// Owns the workspace's trash: everything deleted in one list, taking things back, and deleting them for good with their files.
import { rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Trashed } from '../contract/views/workspace.ts';
import type { Workspace, WorkspaceReader, Writers } from '../store/workspace.node.ts';
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

/**
 * Deletes for good. A dataset that runs still stand on stays in the trash, and so does whatever a job is at work on. All records go
 * in one transaction: what another client takes back meanwhile comes back whole, or is gone.
 */
export async function emptyTrash(store: Workspace, jobs: Jobs): Promise<{ items: number; bytes: number }> {
  const { items, folders } = await store.transaction((writers) => removeRecords(writers, atWork(store.folder, jobs)));
  // Records first: folders that nothing names are only space, records without folders would be lies.
  let bytes = 0;
  for (const folder of folders) {
    const path = join(store.folder, folder);
    bytes += (await sizeOf(path)).bytes;
    await rm(path, { recursive: true, force: true });
  }
  return { items, bytes };
}

/** @param busy whether a job is at work on a run, or on any of the folders */
async function removeRecords(
  { datasets, runs, backtests, featureSets, panels }: Writers,
  busy: (folders: readonly string[], runId?: string) => boolean,
): Promise<{ items: number; folders: string[] }> {
  const removed: string[] = [];
  let items = 0;
  const take = async (from: { remove(id: string): Promise<void> }, id: string, folders: readonly string[]) => {
    await from.remove(id);
    removed.push(...folders.filter(isOfOne));
    items++;
  };
  for (const { id, folder } of await backtests.trashed()) if (!busy([folder])) await take(backtests, id, [folder]);
  for (const { id } of await runs.trashed()) {
    const folders = await runs.folders(id);
    if (!busy(folders, id)) await take(runs, id, folders);
  }
  for (const { id } of await featureSets.trashed()) await take(featureSets, id, []);
  for (const { id } of await datasets.trashed()) {
    if (await runs.standOn(id)) continue;
    const versions = await datasets.versions(id);
    const built = await Promise.all(versions.map((version) => panels.ofVersion(version.id)));
    const folders = [...versions, ...built.flat()].map(({ folder }) => folder);
    if (!busy(folders)) await take(datasets, id, folders);
  }
  return { items, folders: removed };
}

/** A folder of one thing, "runs/ID" or below: whatever a record says, none that holds those of many is deleted. */
function isOfOne(folder: string): boolean {
  const parts = folder.split(/[/\\]/);
  return parts.length >= 2 && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

/** What jobs are at work on: their runs, and the folders that their specs name. */
function atWork(workspace: string, jobs: Jobs): (folders: readonly string[], runId?: string) => boolean {
  const live = jobs.live().map(({ plan }) => plan);
  const named: string[] = [];
  JSON.stringify(
    live.map(({ spec }) => spec),
    (_, value: unknown) => {
      if (typeof value === 'string') named.push(value);
      return value;
    },
  );
  return (folders, runId) =>
    (runId !== undefined && live.some((plan) => plan.runId === runId)) ||
    folders.some((folder) => {
      const path = join(workspace, folder);
      return named.some((one) => one === path || one.startsWith(path + sep));
    });
}
