// Owns examining one panel for leaks: what is looked at of it, every probe in turn, and the report that they make together.
import type { Steps } from '../../base/steps.ts';
import { fromEpochDay, type Clock, systemClock } from '../../base/clock.ts';
import {
  type LeakFinding,
  notRun,
  probeReport,
  type ProbeReport,
  type SentinelReport,
  worstOf,
} from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import type { SideTables } from '../../data/side-tables.ts';
import { findSuspects, implausibleIc, lagOne, type RankIcs } from '../../evaluate/sentinel/implausible.ts';
import { shuffledTargetSteps, type ShuffledDay } from '../../evaluate/sentinel/shuffled.ts';
import { probeWindows } from '../../evaluate/sentinel/windows.ts';
import { catalogue } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/definition.ts';
import { PanelReader } from '../../features/panel.node.ts';
import { probeDuplicates } from '../../features/sentinel/duplicates.ts';
import { auditGraph } from '../../features/sentinel/graph-alignment.ts';
import { lookAheadSteps } from '../../features/sentinel/look-ahead.ts';
import { type DayPair, laggedRankIcSteps, rankIcSteps } from '../../features/sentinel/rank-ic.ts';
import {
  disorderedDays,
  readFirstRows,
  readGraphOf,
  readMiddleNeighbours,
  readStoredDay,
  remainingStocks,
} from '../../features/sentinel/read-panel.node.ts';
import { chooseCuts, onCalendar, sampleSize, sampleStocks, spread, tablesOf } from '../../features/sentinel/sample.ts';
import { auditScaling } from '../../features/sentinel/scaled-columns.ts';
import { ofStocks } from '../../features/sentinel/stored.ts';
import { probeTargets } from '../../features/sentinel/target-alignment.ts';
import { auditDepartures, auditUniverse, type UniverseClaim } from '../../features/sentinel/universe.ts';
import type { Fold } from '../../splits/folds.ts';
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
  /** Fits what a run fits on its training days, and says over what; left out where it would take too long. */
  fitScaler?(reader: PanelReader, train: Int32Array): FittedOver | undefined;
  /** Values that features may be computed for; see sampleSize. */
  readonly budget?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Works a stage off, and rests between its steps. */
  run<T>(stage: string, steps: Steps<T>): Promise<T>;
}

const SEED = 20_201_120;
/** Days looked at as stored: for scaling, targets and twins. */
const STORED_DAYS = 24;
/** Values ranked in all, and days at the least and at the most. */
const RANKED_VALUES = 1e8;
const RANKED_DAYS = { least: 60, most: 250 };
/** Products that the regression may add up. */
const RIDGE_PRODUCTS = 2e9;
/** Of the training days sampled, what the regression is fitted on. */
const FITTED_SHARE = 0.7;
/** Without so many days, most features have no values yet. */
const WARM_UP = 60;
/** Trading days at the end of a panel on which whoever is still traded has a row. */
const LAST_DAYS = 10;

/** @throws data/damaged-panel, data/damaged-array, cancelled, and what loading the bars throws */
export async function examinePanel(options: ExamineOptions): Promise<SentinelReport> {
  const reader = PanelReader.open(options.panel);
  try {
    return await new Examination(options, reader).report();
  } finally {
    reader.close();
  }
}

class Examination {
  readonly #options: ExamineOptions;
  readonly #reader: PanelReader;
  readonly #seed: number;
  readonly #folds: readonly Fold[];
  readonly #horizons: readonly number[];

  constructor(options: ExamineOptions, reader: PanelReader) {
    this.#options = options;
    this.#reader = reader;
    this.#seed = options.seed ?? SEED;
    this.#folds = options.folds(reader.days);
    this.#horizons = reader.manifest.horizons;
  }

  async report(): Promise<SentinelReport> {
    const { clock = systemClock } = this.#options;
    const started = clock.now();
    const { manifest, days } = this.#reader;
    const stocks = this.#sample();
    const codes = Array.from(stocks, (stock) => manifest.codes[stock]);
    const bars = onCalendar(await this.#options.loadBars(codes), days);
    const loaded = await this.#options.loadTables?.(codes);
    const graph = readGraphOf(this.#reader, stocks);
    const data = { bars, graph, ...(loaded && { tables: tablesOf(loaded, codes) }) };
    const cuts = chooseCuts(bars, this.#seed);

    const everyDay = Int32Array.from(days.keys());
    const stored = spread(everyDay, STORED_DAYS).map((day) => readStoredDay(this.#reader, day));
    const storedSample = stored.map((day) => ofStocks(day, stocks));
    const [truncation, adjustment] = await this.#options.run(
      'look-ahead',
      lookAheadSteps({
        data,
        names: this.#reader.featureNames,
        definitions: this.#options.definitions ?? catalogue,
        cuts,
        seed: this.#seed,
        stored: storedSample.slice(-STORED_DAYS / 2),
        allStocks: stocks.length === manifest.codes.length,
        zScore: manifest.zScore,
      }),
    );
    const targets = probeTargets(bars, storedSample, this.#horizons);
    const fold = this.#folds[0];
    const parts = fold && { train: fold.train, heldOut: Int32Array.from([...fold.valid, ...fold.test]) };
    const duplicates = probeDuplicates(bars, parts, manifest.codes, stored, disorderedDays(this.#reader));
    const windows = probeWindows(bars, this.#folds, this.#horizons);

    const scaling = auditScaling(manifest.features, stored, readFirstRows(this.#reader), days);
    const { findings: graphFindings, edges } = auditGraph(bars, graph, manifest.graph);
    const universe = await this.#universe(fold);
    const fitted = fold && this.#options.fitScaler?.(this.#reader, fold.train);
    const { scopes, findings: scopeFindings } = scopesOf({
      manifest,
      days,
      fold,
      graphDays: graph.dayIndex,
      edges,
      asOf: universe.asOf,
      fitted,
      scaling,
      graphFindings,
      universeFindings: universe.findings,
    });
    const departures = auditDepartures(manifest.codes.length, remainingStocks(this.#reader, LAST_DAYS), manifest.days);
    const scopeAll = [...scaling, ...graphFindings, ...universe.findings, ...scopeFindings, ...departures];
    const scope = probeReport('statistic-scope', scopeAll.length, 0, scopeAll);
    const returns = await this.#returns(fold, targets.verdict !== 'failed');
    const probes = [
      truncation,
      adjustment,
      targets,
      scope,
      windows,
      duplicates,
      returns.shuffled,
      returns.lagOne,
      returns.implausible,
    ];
    return {
      panel: manifest.key,
      verdict: worstOf(probes.map(({ verdict }) => verdict)),
      seconds: (clock.now() - started) / 1_000,
      split: fold
        ? {
            fold: fold.name,
            trainFirst: fromEpochDay(days[fold.train[0]]),
            trainLast: fromEpochDay(days[fold.train[fold.train.length - 1]]),
          }
        : null,
      sample: {
        stocks: stocks.length,
        ofStocks: manifest.codes.length,
        cuts: cuts.map((cut) => fromEpochDay(days[cut])),
        days: returns.days,
      },
      probes,
      scopes,
      ridge: this.#horizons.map((horizon, h) => ({ horizon, rankIc: returns.ridge[h] ?? null })),
    };
  }

  /** Stocks whose features are computed again. */
  #sample(): Int32Array {
    const { codes, rows, features, graph } = this.#reader.manifest;
    const size = sampleSize({ stocks: codes.length, rows, features: features.length }, this.#options.budget);
    const neighbours = size < codes.length ? readMiddleNeighbours(this.#reader) : undefined;
    return sampleStocks(codes.length, size, neighbours && { k: graph.k, of: neighbours }, this.#seed);
  }

  async #universe(fold: Fold | undefined): Promise<{ findings: LeakFinding[]; asOf?: number }> {
    const claim = fold && (await this.#options.loadUniverse?.());
    if (!claim) return { findings: [] };
    const { codes } = this.#reader.manifest;
    const trainEnd = this.#reader.days[fold.train[fold.train.length - 1]];
    return { findings: auditUniverse({ ...claim, codes, trainEnd }), asOf: claim.judged?.asOf };
  }

  /** What returns tell, of training days alone: whoever reads it has seen no day that a model is tested on. */
  async #returns(
    fold: Fold | undefined,
    targetsRight: boolean,
  ): Promise<{
    shuffled: ProbeReport;
    lagOne: ProbeReport;
    implausible: ProbeReport;
    ridge: readonly (number | null)[];
    days: number;
  }> {
    const reader = this.#reader;
    const { features, rows, days: dayCount } = reader.manifest;
    const usable = fold ? fold.train.filter((day) => day >= Math.min(WARM_UP, dayCount >> 2) && day > 0) : [];
    const perDay = (rows / dayCount) * features.length;
    const most = Math.min(RANKED_DAYS.most, Math.max(RANKED_DAYS.least, Math.floor(RANKED_VALUES / perDay)));
    const chosen = spread(usable, most);
    if (!fold || !targetsRight || chosen.length < 2) {
      const skip = (probe: 'shuffled-target' | 'lag-one' | 'implausible-ic') => {
        if (!fold) return notRun(probe, 'no-split');
        return targetsRight ? notRun(probe, 'too-few-days', { days: chosen.length }) : notRun(probe, 'targets-wrong');
      };
      return {
        shuffled: skip('shuffled-target'),
        lagOne: skip('lag-one'),
        implausible: skip('implausible-ic'),
        ridge: [],
        days: 0,
      };
    }
    const spacing = (chosen[chosen.length - 1] - chosen[0]) / (chosen.length - 1);
    const pair = (i: number): DayPair => ({
      day: readStoredDay(reader, chosen[i]),
      before: readStoredDay(reader, chosen[i] - 1),
    });
    const count = this.#horizons.length;
    const { values } = await this.#options.run('rank-ic', rankIcSteps(chosen.length, features.length, count, pair));
    const ics: RankIcs = {
      names: reader.featureNames,
      horizons: this.#horizons,
      days: chosen.length,
      spacing,
      values,
    };
    const found = findSuspects(ics);
    const columns = found.suspects.map(({ feature }) => feature);
    const lagged =
      columns.length === 0
        ? new Float32Array(0)
        : await this.#options.run('lag-one', laggedRankIcSteps(chosen.length, columns, count, pair));
    const ridge = await this.#options.run('shuffled-target', this.#ridge(chosen, spacing));
    return {
      shuffled: ridge.report,
      lagOne: lagOne(ics, found.suspects, lagged),
      implausible: implausibleIc(ics, found, ridge.bounds),
      ridge: ridge.rankIc,
      days: chosen.length,
    };
  }

  *#ridge(chosen: readonly number[], spacing: number) {
    const reader = this.#reader;
    const width = reader.manifest.features.length;
    const split = Math.floor(chosen.length * FITTED_SHARE);
    const gap = Math.ceil((Math.max(...this.#horizons) + 6) / Math.max(1, spacing));
    const fit = chosen.slice(0, split);
    const most = Math.max(50, Math.floor((2 * RIDGE_PRODUCTS) / width ** 2 / Math.max(1, fit.length)));
    const read = (day: number): ShuffledDay => {
      const { features, targets, stocks, scaling } = readStoredDay(reader, day);
      const kept = spread(Int32Array.from(stocks.keys()), most);
      const horizons = this.#horizons.length;
      const x = new Float32Array(kept.length * width);
      const y = new Float32Array(kept.length * horizons);
      for (const [i, row] of kept.entries()) {
        for (let f = 0; f < width; f++) if (scaling[f] === 'day') x[i * width + f] = features[row * width + f];
        for (let h = 0; h < horizons; h++) y[i * horizons + h] = targets[row * horizons + h];
      }
      return { day, x, y };
    };
    return yield* shuffledTargetSteps({
      features: width,
      horizons: this.#horizons,
      fit,
      test: chosen.slice(split + gap),
      spacing,
      seed: this.#seed,
      read,
    });
  }
}
