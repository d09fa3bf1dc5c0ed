// Owns the job that builds a panel: bars of one dataset version in, a panel folder out.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config/schema.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import type { BarTable } from '../../data/bars.ts';
import { loadBars } from '../../data/load.node.ts';
import { SIDE_TABLE_NAMES } from '../../data/side-tables.ts';
import { loadSideTables } from '../../data/side-tables.node.ts';
import { settleUniverse, type UniverseRules } from '../../data/universe.ts';
import { firstFoldOf } from '../../train/fold.ts';
import { catalogue, type FeatureInput } from '../../features/catalogue.ts';
import { type PanelRecipe, panelKey } from '../../features/panel-build.node.ts';
import { buildOrExtend } from '../../features/store/build.node.ts';
import { PANEL_MANIFEST, panelStands, readPanelManifest } from '../../features/panel.node.ts';
import type { PanelManifest } from '../../features/panel.ts';

export interface FeaturesSpec {
  task: 'features';
  /** Absolute folder of the dataset version. */
  dataset: string;
  recipe: PanelRecipe;
  /** Which codes take part; all of them where absent. Its day of judgement is the last training day of the first fold of `split`. */
  universe?: { rules: Omit<UniverseRules, 'asOf'>; split: Pick<Config, 'data'> };
  /** Absolute folder of the panel, named by its key. */
  panel: string;
  graphCache: string;
  /** What it is examined by for leaks: the splits that it is to be trained on, and how its scaler is fitted. */
  config: Pick<Config, 'data' | 'features'>;
}

export interface FeaturesResult {
  /** Without the long lists: what the store keeps of it. */
  rows: number;
  stocks: number;
  days: number;
  bytes: number;
  graph: Record<string, number>;
  /** Whether a panel of the same key stood there already. */
  reused: boolean;
  /** Days that were added to a panel of an earlier version; 0 where it was built as a whole. */
  added: number;
}

export async function featuresBody(spec: FeaturesSpec, context: WorkerContext): Promise<FeaturesResult> {
  const key = panelKey(spec.recipe);
  // One that another version of the program made cannot be built by this one: damaged, it is an error, else it is built again.
  const held = basename(spec.panel) !== key || panelStands(spec.panel, key) ? heldPanel(spec.panel) : null;
  if (held) return held;
  if (basename(spec.panel) !== key)
    throw new AppError('data/damaged-panel', { folder: spec.panel, file: PANEL_MANIFEST, problem: 'is absent' });
  context.progress({ stage: 'load bars', done: 0, total: 1 });
  const needed = neededInputs(spec.recipe.features);
  const all = await loadBars(spec.dataset, { anchor: 'first', factor: needed.has('factor') });
  context.progress({ stage: 'load bars', done: 1, total: 1 });
  const bars = spec.universe ? inUniverse(all, spec.universe, context) : all;
  const names = SIDE_TABLE_NAMES.filter((name) => needed.has(name));
  const tables = await loadSideTables(spec.dataset, { names, codes: bars.codes, signal: context.signal });
  const built = await buildOrExtend({
    ...spec.recipe,
    bars,
    tables,
    folder: spec.panel,
    graphCache: spec.graphCache,
    onProgress: (stage, done, total) => context.progress({ stage, done, total }),
    log: (level, message, fields) => context.log(level, message, fields),
    signal: context.signal,
  });
  if (built.extends)
    context.log(
      'info',
      `added ${built.extends.days} ${built.extends.days === 1 ? 'day' : 'days'} to panel ${built.extends.key.slice(0, 12)}`,
      {},
    );
  return { ...summarise(built.manifest), reused: false, added: built.extends?.days ?? 0 };
}

/** What stands in the panel's folder, where one does: it is written whole or not at all. */
export function heldPanel(folder: string): FeaturesResult | null {
  if (!existsSync(join(folder, PANEL_MANIFEST))) return null;
  return { ...summarise(readPanelManifest(folder)), reused: true, added: 0 };
}

/** What these features need beside dates and prices. */
function neededInputs(names: readonly string[]): Set<FeatureInput> {
  const wanted = new Set(names);
  return new Set(catalogue.filter(({ name }) => wanted.has(name)).flatMap(({ inputs = [] }) => inputs));
}

/** @throws input/empty-universe */
function inUniverse(
  bars: BarTable,
  { rules, split }: NonNullable<FeaturesSpec['universe']>,
  context: WorkerContext,
): BarTable {
  const trainEnd = (days: Int32Array): number => days[firstFoldOf(split, days).train.at(-1)!];
  const { asOf, universe, bars: kept } = settleUniverse(bars, rules, trainEnd);
  const message = `universe as of ${fromEpochDay(asOf)}: ${kept.codes.length} of ${bars.codes.length} stocks`;
  context.log('info', message, { ...universe.dropped });
  if (kept.codes.length === 0)
    throw new AppError('input/empty-universe', { stocks: bars.codes.length, day: fromEpochDay(asOf) });
  return kept;
}

function summarise({ rows, codes, days, files, graph }: PanelManifest): Omit<FeaturesResult, 'reused' | 'added'> {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { rows, stocks: codes.length, days, bytes, graph: { ...graph } };
}
