// Owns the form in which out-of-sample predictions are stored and evaluated: rows in day order, one slice a day.
import type { HORIZONS, QUANTILES } from '../data/horizons.ts';

/** What a model, or a baseline, said about each (day, stock) of a span of days. */
export interface PredictionSet {
  /** Epoch days, ascending. */
  readonly days: Int32Array;
  /** days.length + 1 row offsets: day d owns rows dayOffsets[d] .. dayOffsets[d + 1]. */
  readonly dayOffsets: Int32Array;
  /** Stock index of each row, into `codes`. */
  readonly stock: Int32Array;
  readonly codes: readonly string[];
  readonly horizons: readonly (typeof HORIZONS)[number][];
  readonly quantiles: readonly (typeof QUANTILES)[number][];
  /** [rows, horizons, quantiles], row-major. */
  readonly predicted: Float32Array;
  /** [rows, horizons] realised forward returns entered at the next bar; NaN where not known. */
  readonly realised: Float32Array;
}
