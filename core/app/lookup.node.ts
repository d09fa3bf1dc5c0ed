// Owns finding the entity that a user named, or saying which ones there are.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { byNearness } from '../base/nearest.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { Backtest, Checkpoint, Dataset, DatasetVersion, FeatureSet, Panel, Run } from '../contract/entities.ts';
import type { Readers, WorkspaceReader } from '../store/workspace.node.ts';

/** How many known ones a message lists. */
const LISTED = 8;

function notFound(what: string, name: string, known: readonly string[]): AppError {
  const list = known.slice(0, LISTED).join(', ') + (known.length > LISTED ? ', ...' : '');
  return new AppError('state/not-found', { what, name, known: list || '-' });
}

/** @throws state/not-found listing the names there are, the nearest first */
export async function requireDataset(
  store: Pick<Readers, 'datasets'>,
  name: string,
): Promise<{ dataset: Dataset; version: DatasetVersion }> {
  const dataset = await store.datasets.find(name);
  const version = dataset && (await store.datasets.latestVersion(dataset.id));
  if (dataset && version) return { dataset, version };
  // A dataset whose import broke off has no version yet, and is none to name.
  const known: string[] = [];
  for (const { id, name: other } of await store.datasets.list())
    if (await store.datasets.latestVersion(id)) known.push(other);
  throw notFound('dataset', name, byNearness(name, known));
}

/** Absolute folder of the version that the next one is held against; undefined for a first one, or where its files are gone. */
export async function newestFolder(store: WorkspaceReader, name: string): Promise<string | undefined> {
  const dataset = await store.datasets.find(name);
  const latest = dataset && (await store.datasets.latestVersion(dataset.id));
  const folder = latest && join(store.folder, latest.folder);
  return folder && existsSync(folder) ? folder : undefined;
}

/** What rows are added to, by the name or id of its dataset. @throws input/append-nothing where there is no such dataset, or no version of it */
export async function appendTarget(store: WorkspaceReader, name: string): Promise<{ name: string; version: number }> {
  const dataset = await store.datasets.find(name);
  const latest = dataset && (await store.datasets.latestVersion(dataset.id));
  if (!dataset || !latest) throw new AppError('input/append-nothing', { name });
  return { name: dataset.name, version: latest.version };
}

/** @throws state/not-found listing the newest runs */
export async function requireRun(store: Pick<Readers, 'runs'>, reference: string): Promise<Run> {
  const run = await store.runs.find(reference);
  if (run) return run;
  const newest = await store.runs.list({ limit: LISTED + 1 });
  throw notFound(
    'run',
    reference,
    newest.map(({ name }) => name),
  );
}

/** @throws state/name-taken */
export async function requireFreeRunName(store: Pick<Readers, 'runs'>, name: string): Promise<void> {
  const bearer = await store.runs.find(name);
  if (bearer?.name === name) throw new AppError('state/name-taken', { what: 'run', name });
}

/**
 * @param reference an id, the end of one, or RUN/PHASE: the best of the phase, of a walk forward in its last fold
 * @throws state/not-found listing the newest checkpoints
 */
export async function requireCheckpoint(
  store: Pick<Readers, 'checkpoints' | 'runs'>,
  reference: string,
): Promise<Checkpoint> {
  const checkpoint = (await store.checkpoints.find(reference)) ?? (await bestOfPhase(store, reference));
  if (checkpoint) return checkpoint;
  const newest = await store.checkpoints.list({ limit: LISTED + 1 });
  throw notFound(
    'checkpoint',
    reference,
    newest.map(({ id }) => id),
  );
}

async function bestOfPhase(
  store: Pick<Readers, 'checkpoints' | 'runs'>,
  reference: string,
): Promise<Checkpoint | undefined> {
  const [, name, phase] = /^([^/]+)\/(.+)$/.exec(reference) ?? [];
  const run = name === undefined ? null : await store.runs.find(name);
  if (!run) return undefined;
  const phases = await store.runs.phases(run.id);
  const found = phases.findLast((one) => one.phase === phase || partsOfName(one.phase).name === phase);
  if (!found) return undefined;
  return (await store.checkpoints.list({ phaseRunId: found.id, kind: 'best', limit: 1 }))[0];
}

/** @throws state/not-found listing the newest backtests */
export async function requireBacktest(store: Pick<Readers, 'backtests'>, reference: string): Promise<Backtest> {
  const backtest = await store.backtests.find(reference);
  if (backtest) return backtest;
  const newest = await store.backtests.list({ limit: LISTED + 1 });
  throw notFound(
    'backtest',
    reference,
    newest.map(({ id }) => id),
  );
}

/** @throws state/not-found listing the newest panels */
export async function requirePanel(store: Pick<Readers, 'panels'>, reference: string): Promise<Panel> {
  const panel = await store.panels.find(reference);
  if (panel) return panel;
  const newest = await store.panels.list();
  throw notFound(
    'panel',
    reference,
    newest.map(({ panel: { id } }) => id),
  );
}

/** @throws state/not-found listing the saved sets there are, the nearest first */
export async function requireFeatureSet(store: Pick<Readers, 'featureSets'>, name: string): Promise<FeatureSet> {
  const set = await store.featureSets.byName(name);
  if (set) return set;
  const known = (await store.featureSets.list()).map(({ name: other }) => other);
  throw notFound('feature set', name, byNearness(name, known));
}

/** What another row says must be there. */
export function present<T>(value: T | null | undefined, what: string, id: string): T {
  if (value === null || value === undefined) throw new AppError('state/gone', { what, id });
  return value;
}

/** Names of the datasets that versions belong to, each looked up once. */
export function datasetNames(store: Pick<Readers, 'datasets'>): (versionId: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  const look = async (versionId: string): Promise<string> => {
    const version = present(await store.datasets.version(versionId), 'dataset version', versionId);
    return present(await store.datasets.get(version.datasetId), 'dataset', version.datasetId).name;
  };
  return (versionId) => {
    const name = known.get(versionId) ?? look(versionId);
    known.set(versionId, name);
    return name;
  };
}
