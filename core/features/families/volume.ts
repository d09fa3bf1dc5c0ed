// Owns the features of volume and of money traded.
import type { FeatureDefinition } from '../definition.ts';
import { rollingCorrelation } from '../indicators/moments.ts';
import { distanceFrom, divideBy, typicalPrice } from '../indicators/prices.ts';
import { ema, macd, volumeWeightedMean } from '../indicators/smoothing.ts';
import {
  amihud,
  chaikinMoneyFlow,
  logVolume,
  moneyFlowIndex,
  onBalanceChange,
  volumeRatio,
  volumeSpike,
} from '../indicators/volume.ts';
import { atLeast, fromBars, fromReturns } from './build.ts';

export const volumeFeatures: readonly FeatureDefinition[] = [
  ...[5, 10, 20, 60].flatMap((n) => [
    fromBars(
      'volume',
      {
        name: `volume_ratio_${n}`,
        formula: `V / mean(V) over ${n} bars`,
        window: n,
        warmup: n - 1,
        source: 'standard',
        inputs: ['volume'],
        range: [0, n],
      },
      (stock, out) => volumeRatio(stock.volume, n, out),
    ),
    fromReturns(
      'illiquidity',
      {
        name: `amihud_${n}`,
        formula: `mean of 1e6 |r| / (C V) over those of ${n} bars that traded`,
        window: n,
        warmup: n,
        source: 'Amihud (2002)',
        inputs: ['volume'],
        range: atLeast(0),
      },
      (returns, out, stock) => amihud(returns, stock.close, stock.volume, n, out),
    ),
  ]),
  fromBars(
    'volume',
    {
      name: 'obv_change_20',
      formula: 'sum(sign(change of C) V) / sum(V) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Granville (1963), made stationary',
      inputs: ['volume'],
      range: [-1, 1],
    },
    (stock, out) => onBalanceChange(stock.close, stock.volume, 20, out),
  ),
  fromBars(
    'volume',
    {
      name: 'mfi_14',
      formula: '100 sum(T V where T rose) / sum(T V where T moved) over 14 bars, T = (H + L + C) / 3',
      window: 14,
      warmup: 14,
      source: 'Quong and Soudack (1989)',
      inputs: ['volume'],
      range: [0, 100],
    },
    (stock, out) => moneyFlowIndex(stock.high, stock.low, stock.close, stock.volume, 14, out),
  ),
  fromBars(
    'volume',
    {
      name: 'cmf_20',
      formula: 'sum(V ((C - L) - (H - C)) / (H - L)) / sum(V) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Chaikin',
      inputs: ['volume'],
      range: [-1, 1],
    },
    (stock, out) => chaikinMoneyFlow(stock.high, stock.low, stock.close, stock.volume, 20, out),
  ),
  fromBars(
    'volume',
    {
      name: 'vwap_distance_20',
      formula: 'C / (sum(T V) / sum(V)) - 1 over 20 bars, T = (H + L + C) / 3',
      window: 20,
      warmup: 19,
      source: 'Berkowitz, Logue and Noser (1988)',
      inputs: ['volume'],
    },
    (stock, out) => {
      const price = typicalPrice(stock.high, stock.low, stock.close);
      distanceFrom(stock.close, volumeWeightedMean(price, stock.volume, 20, out));
    },
  ),
  fromBars(
    'volume',
    {
      name: 'volume_oscillator_12_26',
      formula: '(EMA(V, 12) - EMA(V, 26)) / EMA(V, 26)',
      window: 26,
      warmup: 25,
      source: 'Appel (1979), of volume',
      inputs: ['volume'],
    },
    (stock, out) => out.set(divideBy(macd(stock.volume, 12, 26, 9).line, ema(stock.volume, 26))),
  ),
  fromBars(
    'volume',
    {
      name: 'volume_spike_20',
      formula: 'ln(max(V, mean(V) / 100)) in deviations from its mean, both of the 20 bars before',
      window: 20,
      warmup: 20,
      source: 'Gervais, Kaniel and Mingelgrin (2001)',
      inputs: ['volume'],
    },
    (stock, out) => volumeSpike(stock.volume, 20, out),
  ),
  fromBars(
    'volume',
    {
      name: 'price_volume_correlation_20',
      formula: 'correlation of C with ln(max(V, mean(V) / 100)) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Qlib Alpha158 CORR',
      inputs: ['volume'],
      range: [-1, 1],
    },
    (stock, out) => rollingCorrelation(stock.close, logVolume(stock.volume, 20), 20, out),
  ),
];
