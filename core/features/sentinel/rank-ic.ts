// Owns the daily RankIC of every stored column on a sample of training days: with the targets, with the return before the entry, and lagged.
import type { Steps } from '../../base/steps.ts';
import { Ranker } from '../analysis/ranks.ts';
import type { StoredDay } from './stored.ts';

/** A day and the trading day before it. */
export interface DayPair {
  readonly day: StoredDay;
  readonly before: StoredDay;
}

export interface RankIcSeries {
  readonly days: number;
  /** Column of the series: one a horizon, then the return from today's close to the entry. */
  readonly series: number;
  /** [features, series, days] NaN where undefined. */
  readonly values: Float32Array;
}

/** A day on which fewer stocks have both has no RankIC. */
export const LEAST_STOCKS = 10;

/**
 * A column scaled within the day has exactly 0 where it had no value; such rows are left out. One that all stocks share ranks nothing.
 * @param read gives the pair of the i-th day sampled
 */
export function* rankIcSteps(
  count: number,
  features: number,
  horizons: number,
  read: (i: number) => DayPair,
): Steps<RankIcSeries> {
  const series = horizons + 1;
  const values = new Float32Array(features * series * count).fill(Number.NaN);
  const ranker = new ColumnRanker();
  for (let i = 0; i < count; i++) {
    yield i / count;
    const pair = read(i);
    const { day } = pair;
    const targets = targetRanks(pair, horizons);
    for (let f = 0; f < features; f++) {
      if (day.scaling[f] === 'fold') continue;
      const ranked = ranker.rank(day.features, f, day.width, day.stocks.length);
      for (const [s, target] of targets.entries()) values[(f * series + s) * count + i] = correlation(ranked, target);
    }
  }
  return { days: count, series, values };
}

/** The same of some columns as they stood a day before: [columns, horizons, days]. */
export function* laggedRankIcSteps(
  count: number,
  columns: readonly number[],
  horizons: number,
  read: (i: number) => DayPair,
): Steps<Float32Array> {
  const values = new Float32Array(columns.length * horizons * count).fill(Number.NaN);
  const ranker = new ColumnRanker();
  for (let i = 0; i < count; i++) {
    yield i / count;
    const { day, before } = read(i);
    const place = new Map(Array.from(day.stocks, (stock, row) => [stock, row]));
    for (let h = 0; h < horizons; h++) {
      // The targets of today, in the rows of the day before.
      const target = rankTargets(
        Float32Array.from(before.stocks, (stock) => {
          const row = place.get(stock);
          return row === undefined ? Number.NaN : day.targets[row * horizons + h];
        }),
      );
      for (const [c, column] of columns.entries()) {
        const ranked = ranker.rank(before.features, column, before.width, before.stocks.length);
        values[(c * horizons + h) * count + i] = correlation(ranked, target);
      }
    }
  }
  return values;
}

/** By horizon, then of the return to the entry: the shortest target of the row before, which is entered today. */
function targetRanks({ day, before }: DayPair, horizons: number): Float64Array[] {
  const ofHorizons = Array.from({ length: horizons }, (_, h) =>
    rankTargets(Float32Array.from(day.stocks, (_stock, row) => day.targets[row * horizons + h])),
  );
  const place = new Map(Array.from(before.stocks, (stock, row) => [stock, row]));
  const toEntry = Float32Array.from(day.stocks, (stock) => {
    const row = place.get(stock);
    return row === undefined ? Number.NaN : before.targets[row * horizons];
  });
  return [...ofHorizons, rankTargets(toEntry)];
}

/** Ranks of the known values, NaN elsewhere. */
function rankTargets(values: Float32Array): Float64Array {
  const known = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const ranks = new Float64Array(known.length);
  new Ranker().rank(
    Float32Array.from(known, (row) => values[row]),
    known.length,
    ranks,
  );
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (const [i, row] of known.entries()) out[row] = ranks[i];
  return out;
}

interface Ranked {
  readonly count: number;
  readonly rows: Int32Array;
  readonly ranks: Float64Array;
}

/** Ranks the rows of a column that have a value; what it gives is valid until the next. */
class ColumnRanker {
  readonly #ranker = new Ranker();
  #values = new Float32Array(0);
  #rows = new Int32Array(0);
  #ranks = new Float64Array(0);

  rank(features: Float32Array, column: number, width: number, rows: number): Ranked {
    if (this.#values.length < rows) {
      this.#values = new Float32Array(rows);
      this.#rows = new Int32Array(rows);
      this.#ranks = new Float64Array(rows);
    }
    let count = 0;
    for (let row = 0, i = column; row < rows; row++, i += width) {
      const value = features[i];
      if (value === 0 || Number.isNaN(value)) continue;
      this.#values[count] = value;
      this.#rows[count++] = row;
    }
    this.#ranker.rank(this.#values, count, this.#ranks);
    return { count, rows: this.#rows, ranks: this.#ranks };
  }
}

/** Pearson correlation of the ranks over the rows that have both, which few rows without the one or the other hardly move. */
function correlation({ count, rows, ranks }: Ranked, target: Float64Array): number {
  let [n, sumX, sumY, xy, xx, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const y = target[rows[i]];
    if (Number.isNaN(y)) continue;
    const x = ranks[i];
    n++;
    sumX += x;
    sumY += y;
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  if (n < LEAST_STOCKS) return Number.NaN;
  const [dx, dy] = [xx - (sumX * sumX) / n, yy - (sumY * sumY) / n];
  if (!(dx > 1e-9 && dy > 1e-9)) return Number.NaN;
  return Math.max(-1, Math.min(1, (xy - (sumX * sumY) / n) / Math.sqrt(dx * dy)));
}
