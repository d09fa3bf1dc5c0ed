// Owns true range and what is built of it: ATR, directional movement (ADX), vortex, choppiness, Keltner position.
// A bar whose own prices or previous close are missing has no true range; recursive averages resume after it (smoothing.ts).
import { isRounding } from './prices.ts';
import { rollingMax, rollingMean, rollingMin, rollingSum } from './rolling.ts';
import { ema, wilder } from './smoothing.ts';
import { temporary } from './temporary.ts';

/** max(high, previous close) - min(low, previous close), in price; the first bar has none (NaN). */
export function trueRange(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < out.length; i++) out[i] = Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]);
  return out;
}

/** Average true range (Wilder 1978), in price: seeded by the mean of the first `window` true ranges. */
export function averageTrueRange(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  return wilder(trueRange(high, low, close), window, out);
}

export interface DirectionalMovement {
  /** +DI and -DI, 0 .. 100. */
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  /** 0 .. 100, first known at bar 2 * window - 1. */
  readonly adx: Float64Array;
}

/** Directional movement index (Wilder 1978); ADX is seeded by the mean of the first `window` values of DX. */
export function directionalMovement(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
): DirectionalMovement {
  const n = close.length;
  const range = trueRange(high, low, close);
  const rise = temporary(n).fill(Number.NaN);
  const fall = temporary(n).fill(Number.NaN);
  for (let i = 1; i < n; i++) {
    if (Number.isNaN(range[i])) continue;
    const up = high[i] - high[i - 1];
    const down = low[i - 1] - low[i];
    if (Number.isNaN(up + down))
      range[i] = Number.NaN; // all three must see the same bars
    else {
      const tied = isRounding(up - down, high[i]);
      rise[i] = !tied && up > down && up > 0 ? up : 0;
      fall[i] = !tied && down > up && down > 0 ? down : 0;
    }
  }
  const average = wilder(range, window);
  const plus = wilder(rise, window);
  const minus = wilder(fall, window);
  const dx = temporary(n);
  for (let i = 0; i < n; i++) {
    plus[i] = average[i] > 0 ? (100 * plus[i]) / average[i] : Number.NaN;
    minus[i] = average[i] > 0 ? (100 * minus[i]) / average[i] : Number.NaN;
    const sum = plus[i] + minus[i];
    dx[i] = sum === 0 ? 0 : (100 * Math.abs(plus[i] - minus[i])) / sum;
  }
  return { plus, minus, adx: wilder(dx, window) };
}

/** Vortex indicator (Botes and Siepman 2010): upward minus downward movement over summed true range. */
export function vortexDifference(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const net = temporary(close.length).fill(Number.NaN, 0, 1);
  for (let i = 1; i < net.length; i++) net[i] = Math.abs(high[i] - low[i - 1]) - Math.abs(low[i] - high[i - 1]);
  const ranges = rollingSum(trueRange(high, low, close), window);
  rollingSum(net, window, out);
  for (let i = 0; i < out.length; i++) out[i] = ranges[i] > 0 ? out[i] / ranges[i] : Number.NaN;
  return out;
}

/** Choppiness index (Dreiss), 0 .. 100: 100 where the path is much longer than the range it covers. */
export function choppiness(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const n = close.length;
  const trueHigh = temporary(n).fill(Number.NaN, 0, 1);
  const trueLow = temporary(n).fill(Number.NaN, 0, 1);
  for (let i = 1; i < n; i++) {
    trueHigh[i] = Math.max(high[i], close[i - 1]);
    trueLow[i] = Math.min(low[i], close[i - 1]);
  }
  const top = rollingMax(trueHigh, window);
  const bottom = rollingMin(trueLow, window);
  rollingSum(trueRange(high, low, close), window, out);
  for (let i = 0; i < n; i++) {
    const covered = top[i] - bottom[i];
    out[i] = covered > 0 ? (100 * Math.log(out[i] / covered)) / Math.log(window) : Number.NaN;
  }
  return out;
}

/** Distance of the close from its EMA in units of `multiple` ATRs (Keltner channel as of Raschke): 1 on the upper band. */
export function keltnerPosition(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  emaWindow: number,
  atrWindow: number,
  multiple: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const range = averageTrueRange(high, low, close, atrWindow);
  ema(close, emaWindow, out);
  for (let i = 0; i < out.length; i++) out[i] = range[i] > 0 ? (close[i] - out[i]) / (multiple * range[i]) : Number.NaN;
  return out;
}

/** True range over the mean true range of the `window` bars before it: 1 is usual, 3 a shock. */
export function rangeSpike(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const range = trueRange(high, low, close);
  const mean = rollingMean(range, window);
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < out.length; i++) out[i] = mean[i - 1] > 0 ? range[i] / mean[i - 1] : Number.NaN;
  return out;
}
