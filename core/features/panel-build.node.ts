// Owns building a panel folder from bars: graph, features column by column, targets, then rows by day; memory holds a few columns.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import type { Log } from '../base/log.ts';
import type { BarTable } from '../data/bars.ts';
import { HORIZONS } from '../data/horizons.ts';
import { marketIndexOf } from '../data/market-index.ts';
import type { SideTables } from '../data/side-tables.ts';
import { type BuiltGraph, GRAPH_DEFAULTS, type GraphParameters } from '../stockgraph/build.ts';
import { GRAPH_VERSION } from '../stockgraph/graph.ts';
import { cachedGraph } from '../stockgraph/graph-cache.node.ts';
import { ArrayWriter, writeArray } from './array-file.node.ts';
import { catalogue, type FeatureDefinition } from './catalogue.ts';
import { inDayOrder } from './column-scores.ts';
import { turnColumns } from './column-scratch.node.ts';
import { storeColumns } from './column-store.node.ts';
import { CROSS_SECTION_VERSION, rankByDay, Z_SCORE_DEFAULTS, type ZScoreOptions } from './cross-section.ts';
import { type DayOrder, dayOrder, rowPast } from './day-order.ts';
import type { UnsupportedFeature } from './inputs.ts';
import { PANEL_SCHEMA, type PanelManifest } from './panel.ts';
import { PANEL_MANIFEST, panelStands, readPanelManifest } from './panel.node.ts';
import { featureVersions } from './store/versions.node.ts';
import { forwardReturns, rejectTargets, TARGET_VERSION, targetNames } from './targets.ts';

/** What a panel's values depend on, beside the code. */
export interface PanelRecipe {
  /** Hash of bars, codes and sectors. */
  readonly dataHash: string;
  /** Column order of the panel. */
  readonly features: readonly string[];
  /** What of the catalogue the data do not support; recorded with the panel, no part of its key. */
  readonly unsupported?: readonly UnsupportedFeature[];
  readonly graph?: GraphParameters;
  /**
   * Bars that a stock needs before its rows count as history. Features with a longer warm-up read 0, the day's mean, until they have
   * theirs: a year of every stock is not given up for one 52-week feature.
   */
  readonly minHistory?: number;
  readonly zScore?: ZScoreOptions;
}

/** For the manifest: the index that the features of a panel take for the market. */
export function marketIndexUsed({ tables }: Pick<PanelBuildOptions, 'tables'>): { marketIndex?: string } {
  const indices = tables?.['index-bars']; // there where a feature needs it
  const main = indices ? indices.codes[marketIndexOf(indices)] : undefined;
  return main === undefined ? {} : { marketIndex: main };
}

export interface PanelBuildOptions extends PanelRecipe {
  readonly bars: BarTable;
  /** What the dataset holds beside its bars, as far as its features need it; dataHash covers it. */
  readonly tables?: SideTables;
  /** Where the panel will stand; written whole or not at all. A panel of the same key that is already there is kept, unless files of it are missing. */
  readonly folder: string;
  /** Holds graphs by key; see cachedGraph. */
  readonly graphCache?: string;
  /** Where feature names are looked up; the product's catalogue unless a test plants its own. */
  readonly definitions?: readonly FeatureDefinition[];
  /** 1 builds on the caller's own, more use others beside it; as many as the panel is worth where left out. */
  readonly threads?: number;
  readonly onProgress?: (stage: 'graph' | 'features' | 'rows', done: number, total: number) => void;
  readonly log?: Log;
  readonly signal?: AbortSignal;
}

const DEFAULT_MIN_HISTORY = 60;
const SCRATCH = 'columns.scratch';
/** Days of targets between two rests. */
const REST_DAYS = 64;

/** Hash of the recipe and of every code version that a panel's values depend on; each feature has its own. */
export function panelKey(recipe: PanelRecipe, definitions: readonly FeatureDefinition[] = catalogue): string {
  return hashValue({
    versions: [PANEL_SCHEMA, GRAPH_VERSION, CROSS_SECTION_VERSION, TARGET_VERSION],
    horizons: HORIZONS,
    dataHash: recipe.dataHash,
    features: [...featureVersions(recipe.features, definitions)],
    graph: recipe.graph ?? GRAPH_DEFAULTS,
    minHistory: recipe.minHistory ?? DEFAULT_MIN_HISTORY,
    zScore: recipe.zScore ?? Z_SCORE_DEFAULTS,
  });
}

/**
 * Every bar becomes a row. Columns that differ between stocks are z-scored within the day; those that all stocks share are stored as they
 * are, for a z-score would erase them, and scaled over the training fold when read.
 * @throws config/target-as-feature, config/duplicate-feature, data/unknown-feature, cancelled
 */
export async function buildPanel(options: PanelBuildOptions): Promise<PanelManifest> {
  const { bars, folder, features, signal } = options;
  rejectTargets(features);
  const duplicate = features.find((name, i) => features.indexOf(name) !== i);
  if (duplicate !== undefined) throw new AppError('config/duplicate-feature', { name: duplicate });
  const key = panelKey(options, options.definitions);
  if (panelStands(folder, key)) return readPanelManifest(folder);
  const parameters = options.graph ?? GRAPH_DEFAULTS;
  const built = await cachedGraph({
    bars,
    dataHash: options.dataHash,
    parameters,
    cacheFolder: options.graphCache,
    threads: options.threads,
    log: options.log,
    signal,
    onProgress: (done, total) => options.onProgress?.('graph', done, total),
  });
  const write = async (temporary: string): Promise<PanelManifest> => {
    const order = dayOrder(bars);
    const minHistory = options.minHistory ?? DEFAULT_MIN_HISTORY;
    const files: PanelManifest['files'] = {};
    writeIndex(temporary, files, bars, order, minHistory);
    writeGraph(temporary, files, built);
    await writeTargets(temporary, files, options, order);
    const columns = await writeFeatures(temporary, files, options, order, minHistory, built);
    const manifest: PanelManifest = {
      schema: PANEL_SCHEMA,
      key,
      dataHash: options.dataHash,
      features: columns,
      unsupported: options.unsupported?.map(({ name, lacks }) => ({ name, lacks: [...lacks] })),
      ...marketIndexUsed(options),
      targets: [...targetNames],
      horizons: [...HORIZONS],
      codes: [...bars.codes],
      sectors: [...bars.sectors],
      rows: order.barRow.length,
      days: bars.days.length,
      minHistory,
      zScore: options.zScore ?? Z_SCORE_DEFAULTS,
      graph: { ...parameters, ...built.stats },
      files,
    };
    writeFileAtomic(join(temporary, PANEL_MANIFEST), `${JSON.stringify(manifest)}\n`);
    return manifest;
  };
  return await writeFolderAtomic(folder, write, () => panelStands(folder, key));
}

type Files = PanelManifest['files'];

function writeIndex(folder: string, files: Files, bars: BarTable, order: DayOrder, minHistory: number): void {
  const rows = order.barRow.length;
  const { prev, age } = rowPast(bars, order);
  for (let row = 0; row < rows; row++) age[row] = Math.max(0, age[row] - minHistory);
  const write = (name: string, values: Int32Array, shape = [values.length]) => {
    files[name] = writeArray(join(folder, name), '<i4', shape, values);
  };
  write('days.npy', bars.days);
  write('day_offsets.npy', order.dayOffsets);
  write('stock.npy', order.stock, [rows]);
  write('prev.npy', prev, [rows]);
  write('history.npy', age, [rows]);
}

function writeGraph(folder: string, files: Files, { graph }: BuiltGraph): void {
  mkdirSync(join(folder, 'graph'));
  const shape = [graph.dayIndex.length, graph.stocks, graph.k];
  const at = (name: string) => join(folder, name);
  files['graph/dayIndex.npy'] = writeArray(at('graph/dayIndex.npy'), '<i4', [shape[0]], graph.dayIndex);
  files['graph/neighbours.npy'] = writeArray(at('graph/neighbours.npy'), '<i4', shape, graph.neighbours);
  files['graph/correlation.npy'] = writeArray(at('graph/correlation.npy'), '<f4', shape, graph.correlation);
}

/** Day by day, so that of the five horizons only the returns are held, and the thread is free in between. */
async function writeTargets(
  folder: string,
  files: Files,
  { bars, signal }: PanelBuildOptions,
  order: DayOrder,
): Promise<void> {
  const width = HORIZONS.length;
  const shape = [order.barRow.length, width];
  const returns = HORIZONS.map((horizon) => inDayOrder(forwardReturns(bars, horizon), order));
  const write = async (name: string, ofDay: (returns: Float32Array) => Float32Array): Promise<void> => {
    const writer = new ArrayWriter(join(folder, name), '<f4', shape);
    try {
      for (let day = 0; day < bars.days.length; day++) {
        const [first, end] = [order.dayOffsets[day], order.dayOffsets[day + 1]];
        const block = new Float32Array((end - first) * width);
        for (const [h, column] of returns.entries())
          ofDay(column.subarray(first, end)).forEach((value, i) => {
            block[i * width + h] = value;
          });
        writer.append(block);
        if (day % REST_DAYS === 0) await rest(signal);
      }
      files[name] = writer.finish();
    } catch (error) {
      writer.abandon();
      throw error;
    }
  };
  await write('targets.npy', (ofDay) => ofDay);
  await write('targets_rank.npy', (ofDay) => rankByDay(ofDay, Int32Array.of(0, ofDay.length)));
}

/** Lets others run. @throws cancelled */
async function rest(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new AppError('cancelled', {});
}

/** Columns are scored and turned to rows by way of scratch files, which go as the rows come out. */
async function writeFeatures(
  folder: string,
  files: Files,
  options: PanelBuildOptions,
  order: DayOrder,
  minHistory: number,
  { graph }: BuiltGraph,
): Promise<PanelManifest['features']> {
  const { features, bars, zScore, onProgress, signal } = options;
  const definitions = options.definitions ?? catalogue;
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const versions = featureVersions(features, definitions);
  const rows = order.barRow.length;
  const scalingOf = (name: string): 'day' | 'fold' => {
    const { sameForAllStocks, scope } = known.get(name)!;
    return sameForAllStocks || scope === 'calendar' ? 'fold' : 'day';
  };

  const scratch = { folder: join(folder, SCRATCH), columns: features.length, rows };
  const missing = await storeColumns({
    ...{ bars, graph, tables: options.tables, definitions, features, scalingOf, scratch, signal },
    scorer: { minHistory, zScore },
    threads: options.threads,
    onProgress: (done) => onProgress?.('features', done, features.length),
  });

  const writer = new ArrayWriter(join(folder, 'features.npy'), '<f4', [rows, features.length]);
  try {
    let done = 0;
    for (const block of turnColumns(scratch)) {
      writer.append(block);
      onProgress?.('rows', (done += block.length / features.length), rows);
      await rest(signal);
    }
    files['features.npy'] = writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
  return features.map((name, place) => ({
    name,
    version: versions.get(name),
    scaling: scalingOf(name),
    missing: missing[place],
    warmup: known.get(name)!.warmup,
  }));
}
