// Owns the features of a bar's own shape and of the gap before it.
import type { FeatureDefinition } from '../definition.ts';
import { bodyOverRange, candlePart, changeRatio, closeLocation } from '../indicators/prices.ts';
import { rollingMean } from '../indicators/rolling.ts';
import { atLeast, fromBars } from './build.ts';

const parts = (
  [
    ['candle_body', 'body', '(C - O) / O', 'Qlib Alpha158 KMID'],
    ['candle_range', 'range', '(H - L) / O', 'Qlib Alpha158 KLEN'],
    ['upper_shadow', 'upper', '(H - max(O, C)) / O', 'Qlib Alpha158 KUP'],
    ['lower_shadow', 'lower', '(min(O, C) - L) / O', 'Qlib Alpha158 KLOW'],
  ] as const
).map(([name, part, formula, source]) =>
  fromBars('candle', { name, formula, window: 1, warmup: 0, source }, (stock, out) =>
    candlePart(part, stock.open, stock.high, stock.low, stock.close, out),
  ),
);

export const candleFeatures: readonly FeatureDefinition[] = [
  ...parts,
  fromBars(
    'candle',
    {
      name: 'close_location',
      formula: '((C - L) - (H - C)) / (H - L), 0 for a bar without range',
      window: 1,
      warmup: 0,
      source: 'Chaikin',
      range: [-1, 1],
    },
    (stock, out) => closeLocation(stock.high, stock.low, stock.close, out),
  ),
  fromBars(
    'candle',
    {
      name: 'balance_of_power_14',
      formula: 'mean((C - O) / (H - L)) over 14 bars, 0 for a bar without range',
      window: 14,
      warmup: 13,
      source: 'Livshin (2001)',
      range: [-1, 1],
    },
    (stock, out) => rollingMean(bodyOverRange(stock.open, stock.high, stock.low, stock.close), 14, out),
  ),
  fromBars(
    'gap',
    {
      name: 'overnight_gap',
      formula: 'O / C[-1] - 1',
      window: 1,
      warmup: 1,
      source: 'standard',
      range: atLeast(-1),
    },
    (stock, out) => changeRatio(stock.open, stock.close, 1, out),
  ),
  fromBars(
    'gap',
    {
      name: 'overnight_gap_mean_20',
      formula: 'mean(O / C[-1] - 1) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Lou, Polk and Skouras (2019)',
      range: atLeast(-1),
    },
    (stock, out) => rollingMean(changeRatio(stock.open, stock.close, 1), 20, out),
  ),
];
