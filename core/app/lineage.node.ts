// Owns the way back from a prediction: checkpoint, row of the panel, features and what they look at, dataset version, source files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromEpochDay, toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { nearestName } from '../base/nearest.ts';
import type { Checkpoint, DatasetVersion } from '../contract/entities.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { LineageTrace, Traceable } from '../contract/views/lineage.ts';
import type { BarTable } from '../data/bars.ts';
import { loadBars, readManifest } from '../data/load.node.ts';
import { SIDE_TABLE_NAMES } from '../data/side-tables.ts';
import { loadSideTables } from '../data/side-tables.node.ts';
import { PANEL_MANIFEST, PanelReader } from '../features/panel.node.ts';
import { readRecord } from '../features/store/record.node.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { type CheckpointManifest, readCheckpointManifest } from '../train/checkpoint.node.ts';
import { readEvaluatedPredictions } from './evaluation-file.node.ts';
import { sourceRows } from './lineage-sources.node.ts';
import { traceFeatures } from './lineage-features.node.ts';
import { present, requireCheckpoint } from './lookup.node.ts';
import { workspacePaths } from './paths.ts';
import { testEvaluationOf } from './test-evaluation.node.ts';

export interface TraceRequest {
  readonly of: string;
  readonly code: string;
  readonly day: string;
  readonly features?: readonly string[];
}

/** @throws state/not-found, state/gone, data/code-not-in-panel, data/no-such-row, data/unknown-feature */
export async function tracePrediction(store: WorkspaceReader, request: TraceRequest): Promise<LineageTrace> {
  const { of, code, day } = request;
  const checkpoint = await checkpointFor(store, of, day);
  const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
  const about = readCheckpointManifest(join(store.folder, checkpoint.folder));
  const version = present(await store.datasets.version(run.datasetVersionId), 'dataset version', run.datasetVersionId);
  const dataset = present(await store.datasets.get(version.datasetId), 'dataset', version.datasetId);
  const panelFolder = workspacePaths.panel(about.lineage.panel);
  const folder = join(store.folder, panelFolder);
  const reader = openPanel(folder, about);
  try {
    const row = rowOf(reader, code, day);
    const known = await knownOf(store, version, code, day);
    const features = traceFeatures({
      ...known,
      reader,
      row,
      checkpoint: about,
      names: wanted(about, request.features),
    });
    const record = readRecord(folder);
    const { bars } = known;
    const last = bars.close.length - 1;
    const sequence = Math.min(about.config.model.sequence_length, bars.close.length);
    const first = features.reduce(
      (least, { firstBar }) => Math.min(least, firstBar - sequence + 1),
      last - sequence + 1,
    );
    const origin = await sourceRows(join(store.folder, version.folder), code, dayAt(bars, Math.max(0, first)), day);
    return {
      code,
      day,
      prediction: await predictionOf(store, checkpoint, code, day),
      checkpoint: {
        id: checkpoint.id,
        run: run.name,
        phase: checkpoint.phase,
        folder: checkpoint.folder,
        hash: checkpoint.contentHash,
        weights: about.files['weights.npy']?.sha256 ?? '',
        configHash: about.lineage.config,
        trainedThrough: about.lineage.trainedThrough,
        chosenThrough: about.lineage.chosenThrough,
        sequence: spanOf(bars, last - sequence + 1, last),
      },
      panel: {
        key: about.lineage.panel,
        folder: panelFolder,
        row,
        scaledAmong: reader.stocksOf(dayIndexOf(reader, day)!).length,
        inputs: record?.inputs ?? null,
        extends: record?.extends ?? null,
      },
      features: features.map(({ firstBar, ...feature }) => feature),
      dataset: {
        name: dataset.name,
        version: version.version,
        folder: version.folder,
        contentHash: version.contentHash,
        bars: { ...spanOf(bars, Math.max(0, first), last), ...origin.bars },
        tables: known.tableHashes,
      },
      sources: origin.sources,
    };
  } finally {
    reader.close();
  }
}

/** The folds of a run share one panel. @throws state/not-found, state/gone */
export async function traceable(store: WorkspaceReader, of: string): Promise<Traceable> {
  const { folder } = await checkpointFor(store, of);
  const about = readCheckpointManifest(join(store.folder, folder));
  const reader = openPanel(join(store.folder, workspacePaths.panel(about.lineage.panel)), about);
  try {
    return { codes: [...reader.manifest.codes], days: Array.from(reader.days, fromEpochDay) };
  } finally {
    reader.close();
  }
}

/** @throws state/gone */
function openPanel(folder: string, { lineage }: CheckpointManifest): PanelReader {
  if (!existsSync(join(folder, PANEL_MANIFEST))) throw new AppError('state/gone', { what: 'panel', id: lineage.panel });
  return PanelReader.open(folder);
}

/** @param day absent: any of a run's folds @throws state/not-found for what is neither a run nor a checkpoint */
async function checkpointFor(store: WorkspaceReader, of: string, day = ''): Promise<Checkpoint> {
  const run = await store.runs.find(of);
  if (!run) return await requireCheckpoint(store, of);
  const phases = await store.runs.phases(run.id);
  const bests = await store.checkpoints.list({ runId: run.id, kind: 'best' });
  const last = phases.findLast(({ id }) => bests.some(({ phaseRunId }) => phaseRunId === id));
  const { name } = partsOfName(last?.phase ?? '');
  const ofPhase = bests.filter(({ phase }) => partsOfName(phase).name === name);
  if (ofPhase.length === 0) return await requireCheckpoint(store, of);
  // The folds of a walk forward know longer and longer pasts: a day was tested by the last one that did not know it yet.
  const through = (checkpoint: Checkpoint): string =>
    readCheckpointManifest(join(store.folder, checkpoint.folder)).lineage.chosenThrough;
  const innocent = ofPhase.filter((checkpoint) => through(checkpoint) < day);
  const candidates = innocent.length > 0 ? innocent : ofPhase;
  return candidates.reduce((best, one) => (through(one) > through(best) ? one : best));
}

async function predictionOf(
  store: WorkspaceReader,
  checkpoint: Checkpoint,
  code: string,
  day: string,
): Promise<LineageTrace['prediction']> {
  const evaluation = await testEvaluationOf(store, checkpoint);
  if (!evaluation?.folder) return null;
  const set = readEvaluatedPredictions(join(store.folder, evaluation.folder));
  const at = set.days.indexOf(toEpochDay(day));
  const stock = set.codes.indexOf(code);
  if (at < 0) return null;
  const row = set.stock.subarray(0, set.dayOffsets[at + 1]).indexOf(stock, set.dayOffsets[at]);
  if (row < 0) return null;
  const [horizons, levels] = [set.horizons.length, set.quantiles.length];
  return {
    evaluation: evaluation.id,
    folder: `${evaluation.folder}/predictions`,
    horizons: [...set.horizons],
    quantiles: [...set.quantiles],
    predicted: set.horizons.map((_, h) => {
      const from = (row * horizons + h) * levels;
      return Array.from(set.predicted.subarray(from, from + levels));
    }),
    realised: Array.from(set.realised.subarray(row * horizons, (row + 1) * horizons), (value) =>
      Number.isNaN(value) ? null : value,
    ),
  };
}

function dayIndexOf({ days }: PanelReader, day: string): number | undefined {
  const at = days.indexOf(toEpochDay(day));
  return at < 0 ? undefined : at;
}

/** @throws data/code-not-in-panel, data/no-such-row */
function rowOf(reader: PanelReader, code: string, day: string): number {
  const { codes } = reader.manifest;
  const stock = codes.indexOf(code);
  if (stock < 0) throw new AppError('data/code-not-in-panel', { code, nearest: nearestName(code, codes) });
  const at = dayIndexOf(reader, day);
  const place = at === undefined ? -1 : reader.stocksOf(at).indexOf(stock);
  if (at === undefined || place < 0)
    throw new AppError('data/no-such-row', {
      code,
      day,
      first: fromEpochDay(reader.days[0]),
      last: fromEpochDay(reader.days[reader.days.length - 1]),
    });
  return reader.dayOffsets[at] + place;
}

/** What was known of the stock on the day: its bars as features saw them, and the tables. */
async function knownOf({ folder: root }: WorkspaceReader, version: DatasetVersion, code: string, day: string) {
  const folder = join(root, version.folder);
  const bars = await loadBars(folder, { codes: [code], to: day, anchor: 'first', factor: true });
  const tables = await loadSideTables(folder, { names: [...SIDE_TABLE_NAMES], codes: [code] });
  const tableHashes = (readManifest(folder).tables ?? []).map(({ name, sha256 }) => ({ name, sha256 }));
  return { bars, tables, tableHashes };
}

/** @throws data/unknown-feature, data/panel-lacks-features */
function wanted({ features }: CheckpointManifest, names: readonly string[] | undefined): readonly string[] {
  const unknown = names?.find((name) => !features.includes(name));
  if (unknown !== undefined)
    throw new AppError('data/unknown-feature', { name: unknown, nearest: nearestName(unknown, features) });
  return names ?? features;
}

const dayAt = (bars: BarTable, row: number): string => fromEpochDay(bars.days[bars.dayIndex[row]]);

export function spanOf(bars: BarTable, first: number, last: number): { first: string; last: string; bars: number } {
  return { first: dayAt(bars, first), last: dayAt(bars, last), bars: last - first + 1 };
}
