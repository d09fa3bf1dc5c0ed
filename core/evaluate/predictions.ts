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

/**
 * Sets of later and later days as one series. They are of one panel: the same codes, horizons and quantiles.
 * @throws RangeError for sets that overlap, or are of different panels: a caller's bug
 */
export function joinPredictions(sets: readonly PredictionSet[]): PredictionSet {
  const [first, ...later] = sets;
  if (later.length === 0) return first;
  const shapeOf = ({ codes, horizons, quantiles }: PredictionSet): string =>
    JSON.stringify([codes, horizons, quantiles]);
  for (const [i, set] of later.entries()) {
    if (shapeOf(set) !== shapeOf(first)) throw new RangeError('predictions of different panels');
    if (!(set.days[0] > sets[i].days[sets[i].days.length - 1]))
      throw new RangeError('predictions of days that overlap');
  }
  const offsets: number[] = [0];
  for (const { dayOffsets } of sets) {
    const before = offsets[offsets.length - 1];
    for (let day = 1; day < dayOffsets.length; day++) offsets.push(before + dayOffsets[day]);
  }
  const floats = (parts: readonly Float32Array[]): Float32Array => joined(parts, (length) => new Float32Array(length));
  const integers = (parts: readonly Int32Array[]): Int32Array => joined(parts, (length) => new Int32Array(length));
  return {
    ...first,
    days: integers(sets.map(({ days }) => days)),
    dayOffsets: Int32Array.from(offsets),
    stock: integers(sets.map(({ stock }) => stock)),
    predicted: floats(sets.map(({ predicted }) => predicted)),
    realised: floats(sets.map(({ realised }) => realised)),
  };
}

function joined<T extends Int32Array | Float32Array>(parts: readonly T[], make: (length: number) => T): T {
  const whole = make(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
