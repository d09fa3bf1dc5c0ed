// Owns series derived from a bar's own prices or from two bars: changes, ratios, typical price, candle shape.
import { temporary } from './temporary.ts';

/**
 * value[i] / base[i - lag] - 1. NaN for the first `lag` rows, and where either is missing or the base is not positive.
 * @param value,base one stock's series, equally long
 */
export function changeRatio(
  value: Float64Array,
  base: Float64Array,
  lag: number,
  out: Float64Array = temporary(value.length),
): Float64Array {
  out.fill(Number.NaN, 0, Math.min(lag, out.length));
  for (let i = lag; i < value.length; i++) {
    const from = base[i - lag];
    out[i] = from > 0 ? value[i] / from - 1 : Number.NaN;
  }
  return out;
}

/** x[i] - x[i - 1]; the first is NaN. */
export function difference(x: Float64Array, out: Float64Array = temporary(x.length)): Float64Array {
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < x.length; i++) out[i] = x[i] - x[i - 1];
  return out;
}

/**
 * Whether a difference between numbers of the given magnitude is rounding. Adjusted prices are products: sums of them that were
 * equal on the exchange may differ in the last place, and what compares them must not see that as a move.
 */
export function isRounding(difference: number, magnitude: number): boolean {
  return Math.abs(difference) <= 1e-12 * Math.abs(magnitude);
}

/** Mean of high, low and close. */
export function typicalPrice(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = (high[i] + low[i] + close[i]) / 3;
  return out;
}

/** Each element over the same element of `scale`, NaN where that is not positive. In place: returns `x`. */
export function divideBy(x: Float64Array, scale: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = scale[i] > 0 ? x[i] / scale[i] : Number.NaN;
  return x;
}

/** x / mean - 1 with `mean` given in `out`, in place there; NaN where the mean is not positive. */
export function distanceFrom(x: Float64Array, out: Float64Array): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = out[i] > 0 ? x[i] / out[i] - 1 : Number.NaN;
  return out;
}

/** The parts of a candle that can be measured against its open. */
export type CandlePart = 'body' | 'range' | 'upper' | 'lower';

/** One part of each candle as a fraction of its open: body is signed, range is high - low, upper and lower are the shadows. */
export function candlePart(
  part: CandlePart,
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  switch (part) {
    case 'body':
      for (let i = 0; i < out.length; i++) out[i] = close[i] - open[i];
      break;
    case 'range':
      for (let i = 0; i < out.length; i++) out[i] = high[i] - low[i];
      break;
    case 'upper':
      for (let i = 0; i < out.length; i++) out[i] = high[i] - Math.max(open[i], close[i]);
      break;
    case 'lower':
      for (let i = 0; i < out.length; i++) out[i] = Math.min(open[i], close[i]) - low[i];
      break;
  }
  return divideBy(out, open);
}

/** Where in its own bar the close stands: -1 at the low, 1 at the high, 0 for a bar without range (Chaikin's multiplier). */
export function closeLocation(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i++) {
    const range = high[i] - low[i];
    out[i] = range === 0 ? 0 : (close[i] - low[i] - (high[i] - close[i])) / range;
  }
  return out;
}

/** close / open - 1 of each bar; NaN where the open is not positive. */
export function bodyOverOpen(
  open: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = open[i] > 0 ? close[i] / open[i] - 1 : Number.NaN;
  return out;
}

/** Body over range of each bar, -1 .. 1, 0 for a bar without range (balance of power before smoothing). */
export function bodyOverRange(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i++) {
    const range = high[i] - low[i];
    out[i] = range === 0 ? 0 : (close[i] - open[i]) / range;
  }
  return out;
}
