// Owns volatility estimators, all per bar and not annualised.
import { rollingMax, rollingMean, rollingSum } from './rolling.ts';
import { rollingStd, rollingVariance } from './moments.ts';
import { temporary } from './temporary.ts';

/** Parkinson (1980): from high and low. */
export function parkinson(
  high: Float64Array,
  low: Float64Array,
  window: number,
  out: Float64Array = temporary(high.length),
): Float64Array {
  const squared = temporary(high.length);
  for (let i = 0; i < squared.length; i++) squared[i] = logRatio(high[i], low[i]) ** 2;
  rollingMean(squared, window, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i] / (4 * Math.LN2));
  return out;
}

/** Garman and Klass (1980): from the four prices of the bar. A mean below zero (only from impossible bars) counts as 0. */
export function garmanKlass(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const variance = temporary(close.length);
  for (let i = 0; i < variance.length; i++)
    variance[i] = 0.5 * logRatio(high[i], low[i]) ** 2 - (2 * Math.LN2 - 1) * logRatio(close[i], open[i]) ** 2;
  rollingMean(variance, window, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(Math.max(0, out[i]));
  return out;
}

/** Root mean square of the returns below zero, over all bars of the window (downside deviation, Sortino and Price 1994). */
export function downsideDeviation(
  returns: Float64Array,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const squared = temporary(returns.length);
  for (let i = 0; i < squared.length; i++) squared[i] = returns[i] > 0 ? 0 : returns[i] * returns[i];
  rollingMean(squared, window, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i]);
  return out;
}

/** This bar's return over the standard deviation of the `window` returns before it. */
export function standardisedReturn(
  returns: Float64Array,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const deviation = rollingStd(returns, window);
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < out.length; i++) out[i] = deviation[i - 1] > 0 ? returns[i] / deviation[i - 1] : Number.NaN;
  return out;
}

/** Standard deviation of the short window over that of the long one; NaN where the long one is 0. */
export function volatilityRatio(
  returns: Float64Array,
  short: number,
  long: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const base = rollingStd(returns, long);
  rollingStd(returns, short, out);
  for (let i = 0; i < out.length; i++) out[i] = base[i] > 0 ? out[i] / base[i] : Number.NaN;
  return out;
}

/**
 * Ulcer index (Martin 1987), percent: root mean square of the drawdowns within the window, each from the highest close of the window
 * so far. O(n * window).
 */
export function ulcerIndex(
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  out.fill(Number.NaN, 0, Math.min(window - 1, out.length));
  for (let i = window - 1; i < close.length; i++) {
    let peak = 0;
    let sum = 0;
    for (let j = i - window + 1; j <= i; j++) {
      peak = Math.max(peak, close[j]);
      sum += peak > 0 ? (close[j] / peak - 1) ** 2 : Number.NaN;
    }
    out[i] = 100 * Math.sqrt(sum / window);
  }
  return out;
}

/** Rogers and Satchell (1991): from the four prices, whatever the drift. */
export function rogersSatchell(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const variance = temporary(close.length);
  for (let i = 0; i < variance.length; i++)
    variance[i] =
      logRatio(high[i], close[i]) * logRatio(high[i], open[i]) + logRatio(low[i], close[i]) * logRatio(low[i], open[i]);
  rollingMean(variance, window, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(Math.max(0, out[i]));
  return out;
}

/** Yang and Zhang (2000): overnight, open-to-close and Rogers-Satchell variances weighted for the least error. */
export function yangZhang(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const overnight = temporary(close.length).fill(Number.NaN, 0, 1);
  const session = temporary(close.length);
  for (let i = 0; i < session.length; i++) {
    if (i > 0) overnight[i] = logRatio(open[i], close[i - 1]);
    session[i] = logRatio(close[i], open[i]);
  }
  const ofOvernight = rollingVariance(overnight, window);
  const ofSession = rollingVariance(session, window);
  const weight = 0.34 / (1.34 + (window + 1) / (window - 1));
  rogersSatchell(open, high, low, close, window, out);
  for (let i = 0; i < out.length; i++)
    out[i] = Math.sqrt(ofOvernight[i] + weight * ofSession[i] + (1 - weight) * out[i] * out[i]);
  return out;
}

/** Variance of returns over `span` bars over `span` times that of one-bar returns, both of the window (Lo and MacKinlay 1988). */
export function varianceRatio(
  returns: Float64Array,
  span: number,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const single = rollingVariance(returns, window);
  rollingVariance(rollingSum(returns, span), window, out);
  for (let i = 0; i < out.length; i++) out[i] = single[i] > 1e-24 ? out[i] / (span * single[i]) : Number.NaN;
  return out;
}

/** Greatest absolute return of the window over the sum of all of them: how much of the moving one bar did. NaN where nothing moved. */
export function jumpShare(
  returns: Float64Array,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const size = returns.map(Math.abs);
  const path = rollingSum(size, window);
  rollingMax(size, window, out);
  for (let i = 0; i < out.length; i++) out[i] = path[i] > 1e-12 ? out[i] / path[i] : Number.NaN;
  return out;
}

function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.log(a / b) : Number.NaN;
}
