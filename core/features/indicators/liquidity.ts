// Owns estimates of trading costs and of idleness from daily bars: effective spreads, shares of bars without a move or a trade.
import { rollingPair } from './moments.ts';
import { rollingMean } from './rolling.ts';
import { temporary } from './temporary.ts';

/** Moves up to this are the rounding of adjusted prices. */
const NO_MOVE = 1e-12;

/** Share of the window's bars whose price did not move (Lesmond, Ogden and Trzcinka 1999). */
export function unmovedShare(
  returns: Float64Array,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  const unmoved = returns.map((r) => (Math.abs(r) <= NO_MOVE ? 1 : 0 * r));
  return rollingMean(unmoved, window, out);
}

/** Share of the window's bars without a trade (Liu 2006). */
export function untradedShare(
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(volume.length),
): Float64Array {
  const untraded = volume.map((v) => (v === 0 ? 1 : 0 * v));
  return rollingMean(untraded, window, out);
}

/** Effective spread 2 sqrt(-cov(r, r[-1])) of the window (Roll 1984), 0 where that covariance is not negative. */
export function rollSpread(
  returns: Float64Array,
  window: number,
  out: Float64Array = temporary(returns.length),
): Float64Array {
  if (out.length > 0) out[0] = Number.NaN;
  const { covariance } = rollingPair(returns.subarray(1), returns.subarray(0, -1), window);
  for (let i = 1; i < out.length; i++) out[i] = 2 * Math.sqrt(Math.max(0, -covariance[i - 1]));
  return out;
}

/**
 * Spread from the highs and lows of each two bars, those below 0 counted as 0, averaged over the window (Corwin and Schultz 2012,
 * without their correction for overnight moves).
 */
export function highLowSpread(
  high: Float64Array,
  low: Float64Array,
  window: number,
  out: Float64Array = temporary(high.length),
): Float64Array {
  const spread = temporary(high.length).fill(Number.NaN, 0, 1);
  const denominator = 3 - 2 * Math.SQRT2;
  for (let i = 1; i < spread.length; i++) {
    const beta = logRange(high[i], low[i]) ** 2 + logRange(high[i - 1], low[i - 1]) ** 2;
    const gamma = logRange(Math.max(high[i], high[i - 1]), Math.min(low[i], low[i - 1])) ** 2;
    const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / denominator - Math.sqrt(gamma / denominator);
    spread[i] = Math.max(0, (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha)));
  }
  return rollingMean(spread, window, out);
}

function logRange(high: number, low: number): number {
  return high > 0 && low > 0 ? Math.log(high / low) : Number.NaN;
}
