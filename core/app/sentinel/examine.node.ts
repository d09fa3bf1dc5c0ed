// Owns examining one panel for leaks: what is looked at of it, every probe in turn, and the report that they make together.
import { type Clock, fromEpochDay, systemClock } from '../../base/clock.ts';
import { type LeakFinding, probeReport, type SentinelReport, worstOf } from '../../base/sentinel.ts';
import type { Steps } from '../../base/steps.ts';
import type { BarTable } from '../../data/bars.ts';
import type { SideTables } from '../../data/side-tables.ts';
import { probeWindows } from '../../evaluate/sentinel/windows.ts';
import { catalogue } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/definition.ts';
import { PanelReader } from '../../features/panel.node.ts';
import { lookAheadSteps } from '../../features/sentinel/look-ahead.ts';
import { readGraphOf, readMiddleNeighbours } from '../../features/sentinel/read-panel.node.ts';
import { chooseCuts, onCalendar, sampleSize, sampleStocks, spread, tablesOf } from '../../features/sentinel/sample.ts';
import { auditDepartures, auditUniverse, type UniverseClaim } from '../../features/sentinel/universe.ts';
import type { Fold } from '../../splits/folds.ts';
import { auditStoredSteps } from './audit-stored.node.ts';
import { probeReturns } from './probe-returns.node.ts';
import { type FittedOver, scopesOf } from './scopes.ts';

export interface ExamineOptions {
  /** Absolute folder of the panel. */
  readonly panel: string;
  /** What the panel was built from: bars of these codes of it, adjusted. */
  loadBars(codes: readonly string[]): Promise<BarTable>;
  /** The tables beside them. */
  loadTables?(codes: readonly string[]): Promise<SideTables>;
  /** Where feature names are looked up; the product's catalogue unless a test plants its own. */
  readonly definitions?: readonly FeatureDefinition[];
  /** The splits that the panel is to be trained by, in their order; none where its days do not allow any. */
  folds(days: Int32Array): readonly Fold[];
  /** How the panel's codes were chosen; not audited where it is not known. */
  loadUniverse?(): Promise<Pick<UniverseClaim, 'all' | 'judged'>>;
  /** Fits what a run fits on its training days, and says over what; undefined where it would take too long. */
  fitScaler?(reader: PanelReader, train: Int32Array): FittedOver | undefined;
  /** Codes to which something happened that features should not know of before: half of a sample is taken from them. */
  loadEventful?(): Promise<readonly string[]>;
  /** Values that features may be computed for; see sampleSize. */
  readonly budget?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Works a stage off, and rests between its steps. */
  run<T>(stage: string, steps: Steps<T>): Promise<T>;
}

const SEED = 20_201_120;
/** Days on which stored columns are held against their definitions. */
const COMPARED_DAYS = 12;

/** @throws data/damaged-panel, data/damaged-array, cancelled, and what loading the bars throws */
export async function examinePanel(options: ExamineOptions): Promise<SentinelReport> {
  const reader = PanelReader.open(options.panel);
  try {
    return await examine(options, reader);
  } finally {
    reader.close();
  }
}

async function examine(options: ExamineOptions, reader: PanelReader): Promise<SentinelReport> {
  const { seed = SEED, clock = systemClock, run, definitions = catalogue } = options;
  const started = clock.now();
  const { manifest, days } = reader;
  const codeCount = manifest.codes.length;
  const date = (index: number): string => fromEpochDay(days[index]);
  const folds = options.folds(days);
  const fold: Fold | undefined = folds[0];

  const stocks = await chooseStocks(reader, options, seed);
  const codes = Array.from(stocks, (stock) => manifest.codes[stock]);
  const bars = onCalendar(await options.loadBars(codes), days);
  const loaded = await options.loadTables?.(codes);
  const graph = readGraphOf(reader, stocks);
  const cuts = chooseCuts(bars, seed);

  const parts = fold && { train: fold.train, heldOut: Int32Array.from([...fold.valid, ...fold.test]) };
  const stored = await run('stored', auditStoredSteps(reader, { bars, stocks, graph, parts }));
  const lookAhead = lookAheadSteps({
    data: { bars, graph, ...(loaded && { tables: tablesOf(loaded, codes) }) },
    names: reader.featureNames,
    definitions,
    cuts,
    seed,
    stored: spread(stored.days, COMPARED_DAYS),
    allStocks: stocks.length === codeCount,
    zScore: manifest.zScore,
  });
  const [truncation, adjustment] = await run('look-ahead', lookAhead);

  const universe = await universeOf(options, reader, fold);
  const { scopes, findings: scaler } = scopesOf({
    manifest,
    days,
    fold,
    graphDays: graph.dayIndex,
    edges: stored.graph.edges,
    universeKnown: universe.known,
    asOf: universe.asOf,
    fitted: fold && options.fitScaler?.(reader, fold.train),
    scaling: stored.scaling,
    graphFindings: stored.graph.findings,
    universeFindings: universe.findings,
  });
  const outOfScope = [...stored.scaling, ...stored.graph.findings, ...universe.findings, ...scaler];
  const { asOf = Number.NEGATIVE_INFINITY } = universe; // who was judged by it had not left before
  const openDays = days.filter((day) => day > asOf).length;
  const scope = [...outOfScope, ...auditDepartures(codeCount, stored.remaining, openDays)];
  const returns = await probeReturns(reader, fold?.train, stored.targets.verdict !== 'failed', seed, run);
  const probes = [
    truncation,
    adjustment,
    stored.targets,
    probeReport('statistic-scope', scope.length, 0, scope),
    probeWindows(bars, folds, manifest.horizons),
    stored.duplicates,
    returns.shuffled,
    returns.lagOne,
    returns.implausible,
  ];
  return {
    panel: manifest.key,
    verdict: worstOf(probes.map(({ verdict }) => verdict)),
    seconds: (clock.now() - started) / 1_000,
    split: fold
      ? { fold: fold.name, trainFirst: date(fold.train[0]), trainLast: date(fold.train[fold.train.length - 1]) }
      : null,
    sample: { stocks: stocks.length, ofStocks: codeCount, cuts: cuts.map(date), days: returns.days },
    probes,
    scopes,
    ridge: manifest.horizons.map((horizon, h) => ({ horizon, rankIc: returns.ridge[h] ?? null })),
  };
}

/** Stocks whose features are computed again, by their index in the panel. */
async function chooseStocks(
  reader: PanelReader,
  { budget, loadEventful }: ExamineOptions,
  seed: number,
): Promise<Int32Array> {
  const { codes, rows, features, graph } = reader.manifest;
  const size = sampleSize({ stocks: codes.length, rows, features: features.length }, budget);
  if (size === codes.length) return sampleStocks({ stocks: codes.length, size, seed });
  const neighbours = readMiddleNeighbours(reader);
  const eventful = new Set(await loadEventful?.());
  return sampleStocks({
    stocks: codes.length,
    size,
    neighbours: neighbours && { k: graph.k, of: neighbours },
    eventful: codes.flatMap((code, stock) => (eventful.has(code) ? [stock] : [])),
    seed,
  });
}

async function universeOf(
  { loadUniverse }: ExamineOptions,
  reader: PanelReader,
  fold: Fold | undefined,
): Promise<{ findings: LeakFinding[]; known: boolean; asOf?: number }> {
  const claim = fold && (await loadUniverse?.());
  if (!claim) return { findings: [], known: false };
  const trainEnd = reader.days[fold.train[fold.train.length - 1]];
  const findings = auditUniverse({ ...claim, codes: reader.manifest.codes, trainEnd });
  return { findings, known: true, asOf: claim.judged?.asOf };
}
