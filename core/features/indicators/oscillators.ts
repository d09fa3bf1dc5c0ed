// Owns bounded oscillators: RSI, stochastic, Williams %R, CCI, ultimate oscillator, true strength index, awesome oscillator.
import { rollingMax, rollingMean, rollingMin, rollingSum } from './rolling.ts';
import { ema, wilder } from './smoothing.ts';
import { difference, isRounding, typicalPrice } from './prices.ts';
import { trueRange } from './ranges.ts';
import { temporary } from './temporary.ts';

/**
 * Relative strength index, 0 .. 100, of Wilder's averages of rises and falls, seeded by their plain means (Wilder 1978). NaN while the
 * price has not moved at all, where some libraries say 100.
 */
export function rsi(close: Float64Array, window: number, out: Float64Array = temporary(close.length)): Float64Array {
  const change = difference(close);
  const rises = wilder(
    change.map((d) => Math.max(d, 0)),
    window,
  );
  const falls = wilder(
    change.map((d) => Math.max(-d, 0)),
    window,
  );
  for (let i = 0; i < out.length; i++) out[i] = share(rises[i], rises[i] + falls[i]) * 100;
  return out;
}

/** Where the close stands between the lowest low and the highest high of the last `window` bars, 0 .. 1; NaN where they are equal. */
export function rangePosition(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const top = rollingMax(high, window);
  rollingMin(low, window, out);
  for (let i = 0; i < out.length; i++) {
    const range = top[i] - out[i];
    out[i] = isRounding(range, top[i]) ? Number.NaN : share(close[i] - out[i], range);
  }
  return out;
}

export interface Stochastic {
  /** Slow %K, 0 .. 100. */
  readonly k: Float64Array;
  /** %D, the mean of slow %K. */
  readonly d: Float64Array;
}

/** Stochastic oscillator (Lane 1984): %K smoothed over `smooth` bars, %D its mean over `signal` bars; usual 14, 3, 3. */
export function stochastic(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  smooth: number,
  signal: number,
): Stochastic {
  const fast = rangePosition(high, low, close, window);
  for (let i = 0; i < fast.length; i++) fast[i] *= 100;
  const k = rollingMean(fast, smooth);
  return { k, d: rollingMean(k, signal) };
}

/** Stochastic of the RSI (Chande and Kroll 1994), 0 .. 100, smoothed over `smooth` bars (1: not). */
export function stochasticRsi(
  close: Float64Array,
  rsiWindow: number,
  window: number,
  smooth: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const strength = rsi(close, rsiWindow);
  const position = rangePosition(strength, strength, strength, window);
  rollingMean(position, smooth, out);
  for (let i = 0; i < out.length; i++) out[i] *= 100;
  return out;
}

/**
 * Commodity channel index (Lambert 1980): distance of the typical price from its mean, in units of 0.015 mean absolute deviations.
 * NaN where the window is constant. O(n * window).
 */
export function cci(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const price = typicalPrice(high, low, close);
  const mean = rollingMean(price, window);
  out.fill(Number.NaN, 0, Math.min(window - 1, out.length));
  for (let i = window - 1; i < price.length; i++) {
    const centre = mean[i];
    let deviation = 0;
    for (let j = i - window + 1; j <= i; j++) deviation += Math.abs(price[j] - centre);
    deviation /= window;
    // Rounding of the mean alone makes a constant window deviate by some 1e-16 of the price.
    out[i] = deviation > 1e-12 * Math.abs(centre) ? (price[i] - centre) / (0.015 * deviation) : Number.NaN;
  }
  return out;
}

/** Ultimate oscillator (Williams 1985), 0 .. 100: buying pressure over true range, windows weighted 4 : 2 : 1. */
export function ultimateOscillator(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  windows: readonly [number, number, number],
  out: Float64Array = temporary(close.length),
): Float64Array {
  const range = trueRange(high, low, close);
  const pressure = temporary(close.length).fill(Number.NaN, 0, 1);
  for (let i = 1; i < close.length; i++) pressure[i] = close[i] - Math.min(low[i], close[i - 1]);
  out.fill(0);
  const weights = [4, 2, 1];
  for (let w = 0; w < 3; w++) {
    const pressures = rollingSum(pressure, windows[w]);
    const ranges = rollingSum(range, windows[w]);
    for (let i = 0; i < out.length; i++) out[i] += (100 / 7) * weights[w] * share(pressures[i], ranges[i]);
  }
  return out;
}

/** True strength index (Blau 1991), -100 .. 100: double-smoothed change over double-smoothed absolute change; usual 25, 13. */
export function trueStrength(
  close: Float64Array,
  slow: number,
  fast: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const change = difference(close);
  const net = ema(ema(change, slow), fast);
  const gross = ema(ema(change.map(Math.abs), slow), fast);
  for (let i = 0; i < out.length; i++) out[i] = 100 * share(net[i], gross[i]);
  return out;
}

/** Awesome oscillator (Williams 1998): mean median price of 5 bars minus that of 34, in units of price. */
export function awesome(
  high: Float64Array,
  low: Float64Array,
  out: Float64Array = temporary(high.length),
): Float64Array {
  const median = high.map((h, i) => (h + low[i]) / 2);
  const slow = rollingMean(median, 34);
  rollingMean(median, 5, out);
  for (let i = 0; i < out.length; i++) out[i] -= slow[i];
  return out;
}

/** part / whole, NaN where there is no positive whole. */
function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : Number.NaN;
}
