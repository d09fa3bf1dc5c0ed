// Owns features that compare the price with its moving averages, and bands around them.
import type { FeatureDefinition } from '../definition.ts';
import { rollingStd } from '../indicators/moments.ts';
import { distanceFrom, divideBy } from '../indicators/prices.ts';
import { keltnerPosition } from '../indicators/ranges.ts';
import { rollingMean } from '../indicators/rolling.ts';
import { ema, macd } from '../indicators/smoothing.ts';
import { atLeast, fromBars } from './build.ts';
import { smaDistance } from './windowed.ts';

const distances = [5, 10, 20, 60].map(smaDistance);

const ratios = [
  [5, 20],
  [20, 60],
].map(([short, long]) =>
  fromBars(
    'moving average',
    {
      name: `sma_ratio_${short}_${long}`,
      formula: `mean(C, ${short}) / mean(C, ${long}) - 1`,
      window: long,
      warmup: long - 1,
      source: 'Brock, Lakonishok and LeBaron (1992)',
    },
    (stock, out) => distanceFrom(rollingMean(stock.close, short), rollingMean(stock.close, long, out)),
  ),
);

const emaDistance = fromBars(
  'moving average',
  {
    name: 'ema_distance_20',
    formula: 'C / EMA(C, 20) - 1',
    window: 20,
    warmup: 19,
    source: 'Stock.Indicators EMA',
    range: atLeast(-1),
  },
  (stock, out) => distanceFrom(stock.close, ema(stock.close, 20, out)),
);

const macdFeatures = [
  fromBars(
    'moving average',
    { name: 'macd_12_26', formula: '(EMA(C, 12) - EMA(C, 26)) / C', window: 26, warmup: 25, source: 'Appel (1979)' },
    (stock, out) => out.set(divideBy(macd(stock.close, 12, 26, 9).line, stock.close)),
  ),
  fromBars(
    'moving average',
    {
      name: 'macd_signal_9',
      formula: 'EMA(EMA(C, 12) - EMA(C, 26), 9) / C',
      window: 26,
      warmup: 33,
      source: 'Appel (1979)',
    },
    (stock, out) => out.set(divideBy(macd(stock.close, 12, 26, 9).signal, stock.close)),
  ),
  fromBars(
    'moving average',
    { name: 'macd_histogram', formula: '(MACD - its signal) / C', window: 26, warmup: 33, source: 'Aspray (1986)' },
    (stock, out) => {
      const { line, signal } = macd(stock.close, 12, 26, 9);
      for (let i = 0; i < out.length; i++) out[i] = line[i] - signal[i];
      divideBy(out, stock.close);
    },
  ),
];

const bands = [
  fromBars(
    'bands',
    {
      name: 'bollinger_position_20',
      formula: '%B = (C - lower) / (upper - lower), bands mean +- 2 population deviations over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Bollinger (1992)',
    },
    (stock, out) => {
      const mean = rollingMean(stock.close, 20);
      rollingStd(stock.close, 20, out, 0);
      for (let i = 0; i < out.length; i++)
        out[i] = out[i] > 0 ? 0.5 + (stock.close[i] - mean[i]) / (4 * out[i]) : Number.NaN;
    },
  ),
  fromBars(
    'bands',
    {
      name: 'bollinger_width_20',
      formula: '(upper - lower) / mean(C) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Bollinger (1992)',
      range: atLeast(0),
    },
    (stock, out) => {
      divideBy(rollingStd(stock.close, 20, out, 0), rollingMean(stock.close, 20));
      for (let i = 0; i < out.length; i++) out[i] *= 4;
    },
  ),
  fromBars(
    'bands',
    {
      name: 'keltner_position_20',
      formula: '(C - EMA(C, 20)) / (2 ATR(10))',
      window: 20,
      warmup: 19,
      source: 'Keltner (1960) as revised by Raschke',
    },
    (stock, out) => keltnerPosition(stock.high, stock.low, stock.close, 20, 10, 2, out),
  ),
];

export const averageFeatures: readonly FeatureDefinition[] = [
  ...distances,
  ...ratios,
  emaDistance,
  ...macdFeatures,
  ...bands,
];
