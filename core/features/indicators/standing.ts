// Owns where the last value of a window stands among the window's values: standard score, percentile, ratio to the mean.
import { rollingStd } from './moments.ts';
import { rollingMean } from './rolling.ts';
import { temporary } from './temporary.ts';

/** Deviations of returns and of volatilities up to this are rounding: adjusted prices that moved alike differ in the last place. */
export const LEAST_DEVIATION = 1e-12;

/**
 * (x - mean) / sample deviation of the last `window` values; NaN where the deviation is not above `least`. Never beyond
 * (window - 1) / sqrt(window) (Samuelson 1968).
 */
export function rollingScore(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
  least = 0,
): Float64Array {
  const mean = rollingMean(x, window);
  rollingStd(x, window, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i] > least ? (x[i] - mean[i]) / out[i] : Number.NaN;
  return out;
}

/**
 * Share of the window's other values that lie below the last one, those within `tolerance` of it counted half: 0 for the least, 1 for
 * the greatest of the last `window` values. O(n * window), without a branch in the inner loop.
 */
export function rollingPercentile(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
  tolerance = 0,
): Float64Array {
  let known = 0; // values since the last NaN
  for (let i = 0; i < x.length; i++) {
    const low = x[i] - tolerance;
    const high = x[i] + tolerance;
    known = Number.isNaN(low) ? 0 : known + 1;
    if (known < window) {
      out[i] = Number.NaN;
      continue;
    }
    // Two at a time, each comparison with a sum of its own, so that none waits for another.
    let [below0, upTo0, below1, upTo1] = [0, 0, 0, 0];
    let j = i - window + 1;
    for (; j + 1 < i; j += 2) {
      below0 += Number(x[j] < low);
      upTo0 += Number(x[j] <= high);
      below1 += Number(x[j + 1] < low);
      upTo1 += Number(x[j + 1] <= high);
    }
    if (j < i) {
      below0 += Number(x[j] < low);
      upTo0 += Number(x[j] <= high);
    }
    out[i] = (below0 + upTo0 + below1 + upTo1) / (2 * (window - 1));
  }
  return out;
}

/** Each element of `out` over the mean of x over the window, in place; NaN where that mean is not above `least`. */
export function overMean(x: Float64Array, window: number, out: Float64Array, least = 0): Float64Array {
  const mean = rollingMean(x, window);
  for (let i = 0; i < out.length; i++) out[i] = mean[i] > least ? out[i] / mean[i] : Number.NaN;
  return out;
}
