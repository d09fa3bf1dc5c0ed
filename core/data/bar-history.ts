// Owns one code's bars in the order of days, as checks look at them, and what a check says of one of them.
import type { FindingCode } from './findings.ts';

/** Rows of one code by day, then by their order in the source. NaN where missing. */
export interface BarHistory {
  readonly length: number;
  /** Index of the source file, and the row in it. */
  readonly file: Float64Array;
  readonly row: Float64Array;
  /** Epoch days. */
  readonly day: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Adjusted price = price x factor. */
  readonly factor: Float64Array;
}

export type HistoryCheck = Extract<
  FindingCode,
  | 'out-of-order'
  | 'stale-bar'
  | 'price-spike'
  | 'long-wick'
  | 'implausible-level'
  | 'adjustment-mismatch'
  | 'coarse-adjustment'
  | 'price-unit'
  | 'volume-unit'
  | 'long-silence'
  | 'calendar-hole'
>;

/** One row that shows a finding. */
export interface HistoryHit {
  readonly check: HistoryCheck;
  /** Index into the history. */
  readonly at: number;
  /** How striking it is, among hits of the same check. */
  readonly weight: number;
  readonly values: Readonly<Record<string, number>>;
  /** What the finding counts, where that is not rows. */
  readonly count?: number;
  /** What price (or volume) times this makes whole, where a unit is wrong and both ends of the stretch are there to see. */
  readonly scale?: number;
}

/** Rows that count as bars; of several for a day the last. */
export function usableRows({ length, day, close, factor }: BarHistory): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (!(close[i] > 0 && factor[i] > 0)) continue;
    if (count > 0 && day[rows[count - 1]] === day[i]) count--;
    rows[count++] = i;
  }
  return rows.subarray(0, count);
}

/** Sorts `values`. */
export function median(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : values.sort()[values.length >> 1];
}
