// Owns the entries that stand in core over short windows and beyond it over long ones: returns, and distances from means and extremes.
import type { FeatureDefinition } from '../definition.ts';
import { rangePosition } from '../indicators/oscillators.ts';
import { changeRatio, distanceFrom, divideBy } from '../indicators/prices.ts';
import { rollingMax, rollingMean, rollingMin } from '../indicators/rolling.ts';
import { atLeast, fromBars } from './build.ts';

export const returnOver = (n: number, source: string): FeatureDefinition =>
  fromBars(
    'momentum',
    { name: `return_${n}`, formula: `C / C[-${n}] - 1`, window: n, warmup: n, source, range: atLeast(-1) },
    (stock, out) => changeRatio(stock.close, stock.close, n, out),
  );

export const smaDistance = (n: number): FeatureDefinition =>
  fromBars(
    'moving average',
    {
      name: `sma_distance_${n}`,
      formula: `C / mean(C) - 1 over ${n} bars`,
      window: n,
      warmup: n - 1,
      source: 'Qlib Alpha158 MA',
      range: atLeast(-1),
    },
    (stock, out) => distanceFrom(stock.close, rollingMean(stock.close, n, out)),
  );

export const highDistance = (n: number, source: string): FeatureDefinition =>
  fromBars(
    'extremes',
    {
      name: `high_distance_${n}`,
      formula: `max(H) / C - 1 over ${n} bars`,
      window: n,
      warmup: n - 1,
      source,
      range: atLeast(0),
    },
    (stock, out) => overClose(rollingMax(stock.high, n, out), stock.close),
  );

export const lowDistance = (n: number): FeatureDefinition =>
  fromBars(
    'extremes',
    {
      name: `low_distance_${n}`,
      formula: `min(L) / C - 1 over ${n} bars`,
      window: n,
      warmup: n - 1,
      source: 'Qlib Alpha158 MIN',
      range: [-1, 0],
    },
    (stock, out) => overClose(rollingMin(stock.low, n, out), stock.close),
  );

export const rangePositionOver = (n: number): FeatureDefinition =>
  fromBars(
    'extremes',
    {
      name: `range_position_${n}`,
      formula: `(C - min(L)) / (max(H) - min(L)) over ${n} bars`,
      window: n,
      warmup: n - 1,
      source: 'Qlib Alpha158 RSV',
      range: [0, 1],
    },
    (stock, out) => rangePosition(stock.high, stock.low, stock.close, n, out),
  );

/** extreme / close - 1, in place. */
function overClose(extreme: Float64Array, close: Float64Array): void {
  divideBy(extreme, close);
  for (let i = 0; i < extreme.length; i++) extreme[i] -= 1;
}
