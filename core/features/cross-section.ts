// Owns statistics across one day's stocks: winsorised z-scores for features, ranks for targets. A day never sees another day.
import type { DayOrder } from './day-order.ts';

/** Part of every cache key of what is scored here. */
export const CROSS_SECTION_VERSION = 1;

export interface ZScoreOptions {
  /** Share of a day's values in each tail that is pulled in to that tail's quantile before mean and deviation are taken. */
  readonly winsorise: number;
  /** A day with fewer values scores 0 for every stock: too few to place any. */
  readonly minCount: number;
}

export const Z_SCORE_DEFAULTS: ZScoreOptions = { winsorise: 0.01, minCount: 10 };

/** A deviation below this share of the mean is rounding, not spread. */
const ROUNDING = 1e-12;

/**
 * Z-score of each value within its day, over the stocks that have one: values beyond the day's winsorising quantiles (linear interpolation
 * between order statistics) are moved to them, then mean and sample deviation are taken in float64. Missing values, days with fewer than
 * minCount values and days without spread score 0, the day's mean. With winsorise w no score exceeds about 1 / sqrt(w).
 * @param values one per bar row; NaN where missing
 * @param out receives the result
 * @returns one per panel row, always finite
 */
export function zScoreByDay(
  values: Float64Array,
  order: Pick<DayOrder, 'dayOffsets' | 'barRow'>,
  { winsorise, minCount }: ZScoreOptions = Z_SCORE_DEFAULTS,
  out: Float32Array = new Float32Array(order.barRow.length),
): Float32Array {
  const { dayOffsets, barRow } = order;
  out.fill(0);
  const tails = new Tails();
  let scratch = new Float64Array(64);
  for (let d = 0; d + 1 < dayOffsets.length; d++) {
    const first = dayOffsets[d];
    const end = dayOffsets[d + 1];
    if (scratch.length < end - first) scratch = new Float64Array(2 * (end - first));
    let count = 0;
    for (let row = first; row < end; row++) {
      const value = values[barRow[row]];
      if (!Number.isNaN(value)) scratch[count++] = value;
    }
    if (count < Math.max(2, minCount)) continue;
    tails.measure(scratch, count, winsorise);
    const { low, high } = tails;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += scratch[i] = clamp(scratch[i], low, high);
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (scratch[i] - mean) ** 2;
    const deviation = Math.sqrt(squares / (count - 1));
    if (!(deviation > ROUNDING * Math.abs(mean))) continue;
    for (let row = first; row < end; row++) {
      const value = values[barRow[row]];
      if (!Number.isNaN(value)) out[row] = (clamp(value, low, high) - mean) / deviation;
    }
  }
  return out;
}

/**
 * Rank of each value within its day, scaled so that the lowest is -0.5 and the highest 0.5; ties share their mean rank; a lone value is 0.
 * @param values one per panel row; NaN where unknown
 * @returns one per panel row; NaN where `values` is
 */
export function rankByDay(values: Float32Array, dayOffsets: Int32Array): Float32Array {
  const out = new Float32Array(values.length).fill(Number.NaN);
  for (let d = 0; d + 1 < dayOffsets.length; d++) {
    const known: number[] = [];
    for (let row = dayOffsets[d]; row < dayOffsets[d + 1]; row++) if (!Number.isNaN(values[row])) known.push(row);
    known.sort((a, b) => values[a] - values[b]);
    const last = known.length - 1;
    for (let i = 0; i <= last; ) {
      let j = i;
      while (j < last && values[known[j + 1]] === values[known[i]]) j++;
      const rank = last === 0 ? 0 : (i + j) / 2 / last - 0.5;
      for (; i <= j; i++) out[known[i]] = rank;
    }
  }
  return out;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/**
 * The two quantiles `share` from either end of a list, by linear interpolation between order statistics (numpy's default). Only the few
 * values of each tail are kept, sorted: for tails of some per cent a single pass with a well predicted branch, several times as fast as
 * selecting by partition.
 */
export class Tails {
  low = Number.NaN;
  high = Number.NaN;
  #lowest = new Float64Array(16);
  #highest = new Float64Array(16);

  /** Looks at values[0 .. count), count > 0, none NaN; share from 0 to 0.5. */
  measure(values: Float64Array, count: number, share: number): void {
    const position = (count - 1) * share;
    const k = Math.floor(position);
    const kept = Math.min(k + 2, count);
    if (this.#lowest.length < kept) {
      this.#lowest = new Float64Array(2 * kept);
      this.#highest = new Float64Array(2 * kept);
    }
    const lowest = this.#lowest.fill(Number.POSITIVE_INFINITY, 0, kept);
    const highest = this.#highest.fill(Number.NEGATIVE_INFINITY, 0, kept);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (value < lowest[kept - 1]) {
        let at = kept - 1;
        for (; at > 0 && lowest[at - 1] > value; at--) lowest[at] = lowest[at - 1];
        lowest[at] = value;
      }
      if (value > highest[kept - 1]) {
        let at = kept - 1;
        for (; at > 0 && highest[at - 1] < value; at--) highest[at] = highest[at - 1];
        highest[at] = value;
      }
    }
    const weight = position - k;
    const next = Math.min(k + 1, kept - 1);
    this.low = lowest[k] + weight * (lowest[next] - lowest[k]);
    this.high = highest[k] + weight * (highest[next] - highest[k]);
  }
}
