// Owns measures of trend from one series: Aroon, efficiency ratio.
import { barsSinceExtreme, rollingSum } from './rolling.ts';
import { difference } from './prices.ts';
import { temporary } from './temporary.ts';

/**
 * Aroon up (of highs, sign 1) or down (of lows, sign -1), 0 .. 100, over the last window + 1 bars (Chande 1995). Of equal extremes
 * the latest counts, as in the paper and TA-Lib; Stock.Indicators counts from the earliest.
 */
export function aroon(
  x: Float64Array,
  window: number,
  sign: 1 | -1,
  out: Float64Array = temporary(x.length),
): Float64Array {
  barsSinceExtreme(x, window + 1, sign, out);
  for (let i = 0; i < out.length; i++) out[i] = (100 * (window - out[i])) / window;
  return out;
}

/** Kaufman's efficiency ratio (1995), 0 .. 1: net change over the path walked; NaN where the price stood still. */
export function efficiencyRatio(
  close: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const steps = difference(close);
  for (let i = 0; i < steps.length; i++) steps[i] = Math.abs(steps[i]);
  rollingSum(steps, window, out);
  for (let i = window; i < out.length; i++)
    out[i] = out[i] > 0 ? Math.abs(close[i] - close[i - window]) / out[i] : Number.NaN;
  return out;
}
