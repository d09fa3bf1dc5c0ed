// Owns the features of volatility, its spikes, and the shape of the distribution of returns.
import type { FeatureDefinition } from '../definition.ts';
import { rollingCorrelation, rollingKurtosis, rollingSkewness, rollingStd } from '../indicators/moments.ts';
import { divideBy } from '../indicators/prices.ts';
import { averageTrueRange, rangeSpike } from '../indicators/ranges.ts';
import {
  downsideDeviation,
  garmanKlass,
  parkinson,
  standardisedReturn,
  ulcerIndex,
  volatilityRatio,
} from '../indicators/volatility.ts';
import { atLeast, fromBars, fromReturns } from './build.ts';

const realised = [5, 10, 20, 60].map((n) =>
  fromReturns(
    'volatility',
    {
      name: `volatility_${n}`,
      formula: `sample deviation of r over ${n} bars`,
      window: n,
      warmup: n,
      source: 'standard',
      range: atLeast(0),
    },
    (returns, out) => rollingStd(returns, n, out),
  ),
);

const estimators = [
  fromBars(
    'volatility',
    {
      name: 'parkinson_20',
      formula: 'sqrt(mean(ln(H / L)^2) / (4 ln 2)) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Parkinson (1980)',
      range: atLeast(0),
    },
    (stock, out) => parkinson(stock.high, stock.low, 20, out),
  ),
  fromBars(
    'volatility',
    {
      name: 'garman_klass_20',
      formula: 'sqrt(mean(ln(H / L)^2 / 2 - (2 ln 2 - 1) ln(C / O)^2)) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Garman and Klass (1980)',
      range: atLeast(0),
    },
    (stock, out) => garmanKlass(stock.open, stock.high, stock.low, stock.close, 20, out),
  ),
  fromBars(
    'volatility',
    {
      name: 'atr_14',
      formula: "Wilder's average true range over 14 bars / C",
      window: 14,
      warmup: 14,
      source: 'Wilder (1978)',
      range: atLeast(0),
    },
    (stock, out) => divideBy(averageTrueRange(stock.high, stock.low, stock.close, 14, out), stock.close),
  ),
  fromReturns(
    'volatility',
    {
      name: 'downside_volatility_20',
      formula: 'sqrt(mean(min(r, 0)^2)) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Sortino and Price (1994)',
      range: atLeast(0),
    },
    (returns, out) => downsideDeviation(returns, 20, out),
  ),
  fromBars(
    'volatility',
    {
      name: 'ulcer_index_14',
      formula: '100 sqrt(mean(drawdown from the highest C of the window so far ^2)) over 14 bars',
      window: 14,
      warmup: 13,
      source: 'Martin (1987)',
      range: [0, 100],
    },
    (stock, out) => ulcerIndex(stock.close, 14, out),
  ),
];

const spikes = [
  fromReturns(
    'volatility spike',
    {
      name: 'volatility_ratio_5_60',
      formula: 'deviation of r over 5 bars / over 60 bars',
      window: 60,
      warmup: 60,
      source: 'standard',
      range: atLeast(0),
    },
    (returns, out) => volatilityRatio(returns, 5, 60, out),
  ),
  fromReturns(
    'volatility spike',
    {
      name: 'return_shock_20',
      formula: 'r / deviation of r over the 20 bars before',
      window: 20,
      warmup: 21,
      source: 'standard',
    },
    (returns, out) => standardisedReturn(returns, 20, out),
  ),
  fromBars(
    'volatility spike',
    {
      name: 'range_spike_20',
      formula: 'true range / its mean over the 20 bars before',
      window: 20,
      warmup: 21,
      source: 'standard',
      range: atLeast(0),
    },
    (stock, out) => rangeSpike(stock.high, stock.low, stock.close, 20, out),
  ),
];

const shape = [
  ...[5, 10, 20, 60].map((n) =>
    fromReturns(
      'distribution',
      {
        name: `skewness_${n}`,
        formula: `m3 / m2^1.5 of r over ${n} bars`,
        window: n,
        warmup: n,
        source: 'Fisher-Pearson, biased',
      },
      (returns, out) => rollingSkewness(returns, n, out),
    ),
  ),
  ...[20, 60].map((n) =>
    fromReturns(
      'distribution',
      {
        name: `kurtosis_${n}`,
        formula: `m4 / m2^2 - 3 of r over ${n} bars`,
        window: n,
        warmup: n,
        source: 'Fisher, biased',
      },
      (returns, out) => rollingKurtosis(returns, n, out),
    ),
  ),
  fromReturns(
    'distribution',
    {
      name: 'autocorrelation_20',
      formula: 'correlation of r with r[-1] over 20 bars',
      window: 20,
      warmup: 21,
      source: 'Lo and MacKinlay (1988)',
      range: [-1, 1],
    },
    (returns, out) => {
      if (out.length > 0) out[0] = Number.NaN;
      rollingCorrelation(returns.subarray(1), returns.subarray(0, -1), 20, out.subarray(1));
    },
  ),
];

export const volatilityFeatures: readonly FeatureDefinition[] = [...realised, ...estimators, ...spikes, ...shape];
