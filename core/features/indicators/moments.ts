// Owns rolling variance, skewness, kurtosis and their pairwise kin (covariance, beta, correlation) in O(n).
//
// Power sums over the blocks of rolling.ts, of differences from the last value of the earlier block. That value lies inside
// every window it serves, so the differences are no larger than the window's own range: prices of a million with a spread
// of one lose no digits, a constant window has a variance of exactly 0 (rounding below it is cut: Math.max), and NaN follows the rule of rolling.ts by itself.
import { firstBlock } from './grid.ts';
import { temporary } from './temporary.ts';

/**
 * Variance of the last `window` values.
 * @param freedom what is subtracted from the count in the divisor: 1 for the sample (default), 0 for the population
 */
export function rollingVariance(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
  freedom: 0 | 1 = 1,
): Float64Array {
  const tail1 = temporary(window).fill(Number.NaN);
  const tail2 = temporary(window).fill(Number.NaN);
  const divisor = window - freedom;
  out.fill(Number.NaN, 0, Math.min(window - 1, x.length));
  let origin = 0;
  for (let start = firstBlock(window); start < x.length; start += window) {
    const first = Math.max(start, 0);
    const last = start + window - 1;
    if (start > 0) {
      const end = Math.min(last, x.length);
      let head1 = 0;
      let head2 = 0;
      for (let i = start; i < end; i++) {
        const d = x[i] - origin;
        head1 += d;
        head2 += d * d;
        const s1 = tail1[i - start + 1] + head1;
        out[i] = Math.max(0, tail2[i - start + 1] + head2 - (s1 * s1) / window) / divisor;
      }
    }
    if (last >= x.length) break;
    origin = x[last];
    let s1 = 0;
    let s2 = 0;
    for (let i = last; i >= first; i--) {
      const d = x[i] - origin;
      tail1[i - start] = s1 += d;
      tail2[i - start] = s2 += d * d;
    }
    if (first === start) out[last] = Math.max(0, s2 - (s1 * s1) / window) / divisor;
  }
  return out;
}

/** Standard deviation of the last `window` values; `freedom` as in rollingVariance. */
export function rollingStd(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
  freedom: 0 | 1 = 1,
): Float64Array {
  rollingVariance(x, window, out, freedom);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i]);
  return out;
}

/** Fisher-Pearson skewness m3 / m2^1.5 with population moments (biased, as in scipy's default); NaN for a constant window. */
export function rollingSkewness(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
): Float64Array {
  return rollingShape(x, window, 3, out);
}

/** Excess kurtosis m4 / m2^2 - 3 with population moments (biased); NaN for a constant window. */
export function rollingKurtosis(
  x: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
): Float64Array {
  return rollingShape(x, window, 4, out);
}

function rollingShape(x: Float64Array, window: number, order: 3 | 4, out: Float64Array): Float64Array {
  const tail = temporary(4 * window).fill(Number.NaN);
  const finish = order === 3 ? skewness : excessKurtosis;
  out.fill(Number.NaN, 0, Math.min(window - 1, x.length));
  let origin = 0;
  for (let start = firstBlock(window); start < x.length; start += window) {
    const first = Math.max(start, 0);
    const last = start + window - 1;
    if (start > 0) {
      const end = Math.min(last, x.length);
      let h1 = 0;
      let h2 = 0;
      let h3 = 0;
      let h4 = 0;
      for (let i = start; i < end; i++) {
        const d = x[i] - origin;
        const dd = d * d;
        h1 += d;
        h2 += dd;
        h3 += dd * d;
        h4 += dd * dd;
        const t = 4 * (i - start + 1);
        out[i] = finish(h1 + tail[t], h2 + tail[t + 1], h3 + tail[t + 2], h4 + tail[t + 3], window);
      }
    }
    if (last >= x.length) break;
    origin = x[last];
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    for (let i = last; i >= first; i--) {
      const d = x[i] - origin;
      const dd = d * d;
      const t = 4 * (i - start);
      tail[t] = s1 += d;
      tail[t + 1] = s2 += dd;
      tail[t + 2] = s3 += dd * d;
      tail[t + 3] = s4 += dd * dd;
    }
    if (first === start) out[last] = finish(s1, s2, s3, s4, window);
  }
  return out;
}

function skewness(s1: number, s2: number, s3: number, _s4: number, n: number): number {
  const m = s1 / n;
  const m2 = s2 / n - m * m;
  return m2 > 0 ? (s3 / n - m * (3 * (s2 / n) - 2 * m * m)) / (m2 * Math.sqrt(m2)) : Number.NaN;
}

function excessKurtosis(s1: number, s2: number, s3: number, s4: number, n: number): number {
  const m = s1 / n;
  const m2 = s2 / n - m * m;
  return m2 > 0 ? (s4 / n - m * (4 * (s3 / n) - m * (6 * (s2 / n) - 3 * m * m))) / (m2 * m2) - 3 : Number.NaN;
}

/** Second moments of two series over one window: [n] each, sample divisor (window - 1). */
export interface PairMoments {
  readonly varianceX: Float64Array;
  readonly varianceY: Float64Array;
  readonly covariance: Float64Array;
}

/** Rolling variances and covariance of two equally long series; a NaN in either makes the windows that hold it NaN in `covariance`. */
export function rollingPair(x: Float64Array, y: Float64Array, window: number): PairMoments {
  const varianceX = rollingVariance(x, window);
  const varianceY = rollingVariance(y, window);
  const covariance = temporary(x.length).fill(Number.NaN, 0, Math.min(window - 1, x.length));
  const tail = temporary(3 * window).fill(Number.NaN);
  const divisor = window - 1;
  let originX = 0;
  let originY = 0;
  for (let start = firstBlock(window); start < x.length; start += window) {
    const first = Math.max(start, 0);
    const last = start + window - 1;
    if (start > 0) {
      const end = Math.min(last, x.length);
      let hx = 0;
      let hy = 0;
      let hxy = 0;
      for (let i = start; i < end; i++) {
        const dx = x[i] - originX;
        const dy = y[i] - originY;
        hx += dx;
        hy += dy;
        hxy += dx * dy;
        const t = 3 * (i - start + 1);
        covariance[i] = (hxy + tail[t + 2] - ((hx + tail[t]) * (hy + tail[t + 1])) / window) / divisor;
      }
    }
    if (last >= x.length) break;
    originX = x[last];
    originY = y[last];
    let sx = 0;
    let sy = 0;
    let sxy = 0;
    for (let i = last; i >= first; i--) {
      const dx = x[i] - originX;
      const dy = y[i] - originY;
      const t = 3 * (i - start);
      tail[t] = sx += dx;
      tail[t + 1] = sy += dy;
      tail[t + 2] = sxy += dx * dy;
    }
    if (first === start) covariance[last] = (sxy - (sx * sy) / window) / divisor;
  }
  return { varianceX, varianceY, covariance };
}

/** Pearson correlation over the last `window` pairs; NaN where either is constant. */
export function rollingCorrelation(
  x: Float64Array,
  y: Float64Array,
  window: number,
  out: Float64Array = temporary(x.length),
): Float64Array {
  const { varianceX, varianceY, covariance } = rollingPair(x, y, window);
  for (let i = 0; i < out.length; i++) {
    const scale = Math.sqrt(varianceX[i] * varianceY[i]);
    out[i] = scale > 0 ? Math.max(-1, Math.min(1, covariance[i] / scale)) : Number.NaN;
  }
  return out;
}

/** Least-squares line of x over time: `slope` per bar and `rSquared` of the last `window` values. O(n * window). */
export function rollingTrend(x: Float64Array, window: number): { slope: Float64Array; rSquared: Float64Array } {
  const slope = temporary(x.length).fill(Number.NaN);
  const rSquared = temporary(x.length).fill(Number.NaN);
  const middle = (window - 1) / 2;
  const spread = (window * (window * window - 1)) / 12; // sum of squared time differences
  const variance = rollingVariance(x, window, undefined, 0);
  for (let i = window - 1; i < x.length; i++) {
    const first = i - window + 1;
    let product = 0;
    for (let j = 0; j < window; j++) product += (j - middle) * (x[first + j] - x[i]);
    slope[i] = product / spread;
    const total = variance[i] * window;
    rSquared[i] = total > 0 ? Math.min(1, (product * product) / (spread * total)) : Number.NaN;
  }
  return { slope, rSquared };
}
