// Owns measuring every column of a panel, a day at a time: coverage and distribution by year, daily RankIC per horizon, mean correlation.
// Memory holds counts, not rows: it does not grow with the number of stocks, and with days only by one number a feature and horizon.
import type { Steps } from '../../base/steps.ts';
import { GAPS, type Gaps, MeanCorrelation } from './correlation.ts';
import { BINS, binOf, histogram, quantile, type Range, stabilityIndex } from './distribution.ts';
import { rankCorrelation, Ranker } from './ranks.ts';

/** One trading day of a panel, as stored. Arrays may be reused for the next day. */
export interface MeasuredDay {
  readonly rows: number;
  /** [rows] index of the stock. */
  readonly stock: Int32Array;
  /** [rows, features] */
  readonly features: Float32Array;
  /** [rows, horizons] raw forward returns; NaN where unknown. */
  readonly targets: Float32Array;
}

export interface MeasuredPanel {
  readonly stocks: number;
  /** Calendar year of each trading day, ascending. */
  readonly yearOf: readonly string[];
  readonly horizons: number;
  /**
   * A column scaled within the day holds exactly 0 where it had no value, the day's mean; one scaled over the fold is the same for all
   * stocks, raw, and NaN where it had none. `warmup` counts bars of the stock for the first kind, days for the second.
   */
  readonly features: readonly { readonly scaling: 'day' | 'fold'; readonly warmup: number }[];
  /** Beyond it no z-score lies. */
  readonly limit: number;
  read(day: number): MeasuredDay;
}

export interface MeasuredFeature {
  /** Share of rows past the warm-up with a value: over all days, and by year (NaN where there is no such row). */
  readonly coverage: number;
  readonly coverageByYear: Float64Array;
  /**
   * Population stability index of each year against the first one that has values and is no stump; NaN in years without values. `drift`
   * is that of the last such year; NaN where it is the first itself.
   */
  readonly drift: number;
  readonly driftByYear: Float64Array;
  /** [years, QUANTILES] */
  readonly quantiles: Float64Array;
  readonly histogram: { readonly edges: number[]; readonly counts: number[] };
}

export interface Measurement {
  readonly years: string[];
  readonly features: MeasuredFeature[];
  /** [features, horizons, days] Spearman correlation with the forward return across the day's stocks; NaN where undefined. */
  readonly rankIc: Float32Array;
  /** [features, features] mean over the days sampled; NaN where undefined, as for columns that are the same for all stocks. */
  readonly correlation: Float32Array;
  readonly correlationDays: number;
}

export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
/** A day with fewer stocks that have both value and return has no RankIC. */
export const MIN_STOCKS = 10;
/** A calendar year of which the panel holds fewer trading days is a stump: its season, not a drift, would be what differs. */
export const MIN_YEAR_DAYS = 120;
/** Correlations change slowly: one day a trading week is enough, and some hundred days of a long panel. */
const CORRELATION_EVERY = 5;
const CORRELATION_DAYS = 125;
/** Of larger days every second stock, every third and so on: the mean over days is as good. */
const CORRELATION_STOCKS = 512;

/** In steps of a day. */
export function* measurePanel(panel: MeasuredPanel): Steps<Measurement> {
  const days = panel.yearOf.length;
  const years = [...new Set(panel.yearOf)];
  const measurer = new Measurer(panel, years);
  for (let day = 0; day < days; day++) {
    yield day / days;
    measurer.add(day, years.indexOf(panel.yearOf[day]));
  }
  return measurer.finish();
}

class Measurer {
  readonly #panel: MeasuredPanel;
  readonly #years: string[];
  readonly #eligible: Float64Array;
  readonly #valued: Float64Array;
  /** [years, features, BINS] of columns scaled within the day. */
  readonly #counts: Uint32Array;
  /** [features, days] of columns that all stocks share. */
  readonly #shared = new Map<number, Float32Array>();
  readonly #age: Int32Array;
  readonly #rankIc: Float32Array;
  readonly #correlation: MeanCorrelation;
  readonly #correlationEvery: number;
  /** [features, stocks] of a day that is sampled. */
  #sample = new Float64Array(0);
  readonly #ranker = new Ranker();
  #correlationDays = 0;
  #buffers = buffersFor(64);

  constructor(panel: MeasuredPanel, years: string[]) {
    const { features, horizons, yearOf } = panel;
    this.#panel = panel;
    this.#years = years;
    this.#eligible = new Float64Array(years.length * features.length);
    this.#valued = new Float64Array(years.length * features.length);
    this.#counts = new Uint32Array(years.length * features.length * BINS);
    features.forEach(({ scaling }, f) => {
      if (scaling === 'fold') this.#shared.set(f, new Float32Array(yearOf.length).fill(Number.NaN));
    });
    this.#age = new Int32Array(panel.stocks);
    this.#rankIc = new Float32Array(features.length * horizons * yearOf.length).fill(Number.NaN);
    this.#correlation = new MeanCorrelation(features.length);
    this.#correlationEvery = Math.max(CORRELATION_EVERY, Math.ceil(yearOf.length / CORRELATION_DAYS));
  }

  add(day: number, year: number): void {
    const { features } = this.#panel;
    const data = this.#panel.read(day);
    const { rows, stock } = data;
    if (this.#buffers.column.length < rows) this.#buffers = buffersFor(2 * rows);
    for (let i = 0; i < rows; i++) this.#age[stock[i]]++;
    const outcomes = this.#rankOutcomes(data);
    const sampled = day % this.#correlationEvery === 0 && rows >= MIN_STOCKS;
    const step = Math.ceil(rows / CORRELATION_STOCKS);
    const stocks = Math.ceil(rows / step);
    if (sampled && this.#sample.length < features.length * stocks)
      this.#sample = new Float64Array(features.length * stocks);
    const gaps = new Uint8Array(features.length);
    const column = this.#buffers.column;
    for (const [f, { scaling, warmup }] of features.entries()) {
      for (let i = 0; i < rows; i++) column[i] = data.features[i * features.length + f];
      if (scaling === 'day') for (let i = 0; i < rows; i++) if (column[i] === 0) column[i] = Number.NaN;
      gaps[f] = this.#count(f, year, data, day, warmup);
      if (sampled) for (let i = 0; i < stocks; i++) this.#sample[f * stocks + i] = column[i * step];
      if (scaling === 'day') this.#rankIcOf(f, day, outcomes);
    }
    if (!sampled) return;
    this.#correlation.add(this.#sample, stocks, gaps);
    this.#correlationDays++;
  }

  /** @returns which rows of the column have no value */
  #count(f: number, year: number, { rows, stock }: MeasuredDay, day: number, warmup: number): Gaps {
    const { features, limit } = this.#panel;
    const { column } = this.#buffers;
    const shared = this.#shared.get(f);
    const counts = (year * features.length + f) * BINS;
    const range = { low: -limit, high: limit };
    let [eligible, valued, present] = [0, 0, 0];
    for (let i = 0; i < rows; i++) {
      const past = (shared ? day : this.#age[stock[i]] - 1) >= warmup;
      if (past) eligible++;
      if (Number.isNaN(column[i])) continue;
      present++;
      if (past) valued++;
      if (!shared) this.#counts[counts + binOf(range, column[i])]++;
    }
    if (shared && rows > 0) shared[day] = column[0];
    this.#eligible[year * features.length + f] += eligible;
    this.#valued[year * features.length + f] += valued;
    if (shared || present === 0) return GAPS.all; // what all stocks share correlates with nothing across them
    return present < rows ? GAPS.some : GAPS.none;
  }

  /** Horizons that know the same rows share them, and the ranks of features over them. */
  #rankOutcomes({ rows, targets }: MeasuredDay): Outcome[] {
    const { horizons } = this.#panel;
    const outcomes: Outcome[] = [];
    for (let h = 0; h < horizons; h++) {
      const known: number[] = [];
      for (let i = 0; i < rows; i++) if (!Number.isNaN(targets[i * horizons + h])) known.push(i);
      if (known.length < MIN_STOCKS) continue;
      const values = Float32Array.from(known, (row) => targets[row * horizons + h]);
      const ranks = new Float64Array(known.length);
      this.#ranker.rank(values, known.length, ranks);
      const horizon = { h, values, ranks };
      const same = outcomes.find(({ known: k }) => k.length === known.length && k.every((row, i) => row === known[i]));
      if (same) same.horizons.push(horizon);
      else outcomes.push({ known, horizons: [horizon] });
    }
    return outcomes;
  }

  #rankIcOf(f: number, day: number, outcomes: readonly Outcome[]): void {
    const { column, values, kept, ranks, others, otherRanks } = this.#buffers;
    const days = this.#panel.yearOf.length;
    const put = (h: number, value: number) => {
      this.#rankIc[(f * this.#panel.horizons + h) * days + day] = value;
    };
    for (const { known, horizons } of outcomes) {
      let count = 0;
      for (let k = 0; k < known.length; k++) {
        const value = column[known[k]];
        if (Number.isNaN(value)) continue;
        values[count] = value;
        kept[count++] = k;
      }
      if (count < MIN_STOCKS) continue;
      this.#ranker.rank(values, count, ranks);
      for (const { h, values: outcome, ranks: whole } of horizons) {
        if (count === known.length) {
          put(h, rankCorrelation(ranks, whole, count));
          continue;
        }
        for (let i = 0; i < count; i++) others[i] = outcome[kept[i]];
        this.#ranker.rank(others, count, otherRanks);
        put(h, rankCorrelation(ranks, otherRanks, count));
      }
    }
  }

  finish(): Measurement {
    return {
      years: this.#years,
      features: this.#panel.features.map((_, f) => this.#feature(f)),
      rankIc: this.#rankIc,
      correlation: this.#correlation.matrix(),
      correlationDays: this.#correlationDays,
    };
  }

  #feature(f: number): MeasuredFeature {
    const { features } = this.#panel;
    const years = this.#years.map((_, year) => year);
    const at = (year: number): number => year * features.length + f;
    const { range, counts } = this.#distribution(f);
    const usable = years.filter((year) => counts[year].some((count) => count > 0));
    const whole = usable.filter((year) => this.#daysOf(year) >= MIN_YEAR_DAYS);
    const first = whole[0] ?? usable[0];
    const last = whole.at(-1) ?? first;
    const drift = (year: number): number =>
      first === undefined ? Number.NaN : stabilityIndex(counts[first], counts[year]);
    const all = new Float64Array(BINS);
    for (const year of counts) for (let bin = 0; bin < BINS; bin++) all[bin] += year[bin];
    const sum = (column: Float64Array): number => years.reduce((so, year) => so + column[at(year)], 0);
    return {
      coverage: sum(this.#eligible) > 0 ? sum(this.#valued) / sum(this.#eligible) : Number.NaN,
      coverageByYear: Float64Array.from(years, (year) => this.#valued[at(year)] / this.#eligible[at(year)]),
      drift: first < last ? drift(last) : Number.NaN,
      driftByYear: Float64Array.from(years, drift),
      quantiles: Float64Array.from(
        years.flatMap((year) => QUANTILES.map((share) => quantile(counts[year], range, share))),
      ),
      histogram: histogram(all, range),
    };
  }

  #daysOf(year: number): number {
    return this.#panel.yearOf.filter((each) => each === this.#years[year]).length;
  }

  /** Counts by year: of z-scores a row each, of shared columns a day each. */
  #distribution(f: number): { range: Range; counts: Uint32Array[] } {
    const { features, limit, yearOf } = this.#panel;
    const shared = this.#shared.get(f);
    if (!shared) {
      const from = (year: number): number => (year * features.length + f) * BINS;
      const counts = this.#years.map((_, year) => this.#counts.subarray(from(year), from(year) + BINS));
      return { range: { low: -limit, high: limit }, counts };
    }
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of shared) if (!Number.isNaN(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const range = { low, high };
    const counts = this.#years.map(() => new Uint32Array(BINS));
    shared.forEach((value, day) => {
      if (!Number.isNaN(value)) counts[this.#years.indexOf(yearOf[day])][binOf(range, value)]++;
    });
    return { range, counts };
  }
}

interface Outcome {
  /** Rows of the day with a known return. */
  readonly known: readonly number[];
  readonly horizons: { readonly h: number; readonly values: Float32Array; readonly ranks: Float64Array }[];
}

function buffersFor(rows: number) {
  return {
    column: new Float32Array(rows),
    values: new Float32Array(rows),
    kept: new Int32Array(rows),
    ranks: new Float64Array(rows),
    others: new Float32Array(rows),
    otherRanks: new Float64Array(rows),
  };
}
