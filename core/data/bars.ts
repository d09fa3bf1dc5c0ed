// Owns the in-memory form of daily bars: columns over rows that stand by code, then by day.
import type { EpochDay } from '../base/clock.ts';

/**
 * Bars of one universe. Row i belongs to code c where offsets[c] <= i < offsets[c + 1]; within a code, rows ascend by day.
 * Prices and volume are adjusted (volume inversely), so that a split does not show; NaN marks a missing value.
 */
export interface BarTable {
  /** Distinct codes, ascending. */
  readonly codes: readonly string[];
  /** Sector of each code, null where unknown. */
  readonly sectors: readonly (string | null)[];
  /** Distinct trading days of the whole table, ascending (epoch days). */
  readonly days: Int32Array;
  /** codes.length + 1 row offsets. */
  readonly offsets: Int32Array;
  /** For each row, an index into `days`. */
  readonly dayIndex: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Rows that stand before those of each code, and days before `days`, in the table that this one is the end of; absent of a whole table. */
  readonly before?: { readonly rows: Int32Array; readonly days: number };
  /** What raw prices were multiplied by, and raw volumes divided: raw close = close / factor. Absent where it was not asked for. */
  readonly factor?: Float64Array;
}

export type { EpochDay };
