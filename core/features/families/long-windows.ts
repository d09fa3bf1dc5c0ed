// Owns core indicators over longer windows, and further ones of prices that the core set does without.
import type { FeatureDefinition } from '../definition.ts';
import {
  rollingCorrelation,
  rollingKurtosis,
  rollingSkewness,
  rollingStd,
  rollingTrend,
} from '../indicators/moments.ts';
import { bodyOverOpen, changeRatio, divideBy } from '../indicators/prices.ts';
import { barsSinceExtreme, rollingMean } from '../indicators/rolling.ts';
import { efficiencyRatio } from '../indicators/trend.ts';
import {
  downsideDeviation,
  jumpShare,
  parkinson,
  rogersSatchell,
  varianceRatio,
  yangZhang,
} from '../indicators/volatility.ts';
import { atLeast, fromBars, fromReturns } from './build.ts';
import { highDistance, lowDistance, rangePositionOver, returnOver, smaDistance } from './windowed.ts';

/** C[-near] / C[-far] - 1 */
const between = (name: string, near: number, far: number, source: string): FeatureDefinition =>
  fromBars(
    'momentum',
    { name, formula: `C[-${near}] / C[-${far}] - 1`, window: far, warmup: far, source, range: atLeast(-1) },
    (stock, out) => {
      out.fill(Number.NaN);
      if (out.length <= far) return;
      changeRatio(stock.close.subarray(far - near, out.length - near), stock.close, 0, out.subarray(far));
    },
  );

const momentum = [
  ...[120, 252].map((n) => returnOver(n, 'Jegadeesh and Titman (1993)')),
  between('momentum_6_1', 21, 126, 'Jegadeesh and Titman (1993)'),
  between('momentum_12_7', 126, 252, 'Novy-Marx (2012)'),
  between('seasonal_return_252', 231, 252, 'Heston and Sadka (2008)'),
];

const levels = [120, 252].flatMap((n) => [smaDistance(n), highDistance(n, 'George and Hwang (2004)'), lowDistance(n)]);

const extremes = [
  rangePositionOver(120),
  ...(
    [
      ['high', 1, 'max(H)'],
      ['low', -1, 'min(L)'],
    ] as const
  ).map(([side, sign, extreme]) =>
    fromBars(
      'extremes',
      {
        name: `bars_since_${side}_252`,
        formula: `bars since ${extreme} of 252 bars`,
        window: 252,
        warmup: 251,
        source: 'Bhootra and Hur (2013)',
        kind: 'count',
        range: [0, 251],
      },
      (stock, out) => barsSinceExtreme(stock[side], 252, sign, out),
    ),
  ),
  fromBars(
    'bands',
    {
      name: 'bollinger_position_60',
      formula: '%B with a mean and population deviation of 60 bars',
      window: 60,
      warmup: 59,
      source: 'Bollinger (1992)',
    },
    (stock, out) => {
      const mean = rollingMean(stock.close, 60);
      rollingStd(stock.close, 60, out, 0);
      for (let i = 0; i < out.length; i++)
        out[i] = out[i] > 0 ? 0.5 + (stock.close[i] - mean[i]) / (4 * out[i]) : Number.NaN;
    },
  ),
];

const trend = [
  fromBars(
    'trend',
    {
      name: 'trend_slope_60',
      formula: 'least-squares slope of C over 60 bars / C',
      window: 60,
      warmup: 59,
      source: 'Qlib Alpha158 BETA',
    },
    (stock, out) => out.set(divideBy(rollingTrend(stock.close, 60).slope, stock.close)),
  ),
  fromBars(
    'trend',
    {
      name: 'trend_fit_60',
      formula: 'R squared of the least-squares line of C over 60 bars',
      window: 60,
      warmup: 59,
      source: 'Qlib Alpha158 RSQR',
      range: [0, 1],
    },
    (stock, out) => out.set(rollingTrend(stock.close, 60).rSquared),
  ),
  fromBars(
    'trend',
    {
      name: 'efficiency_ratio_60',
      formula: '|C - C[-60]| / sum(|change of C|) over 60 bars',
      window: 60,
      warmup: 60,
      source: 'Kaufman (1995)',
      range: [0, 1],
    },
    (stock, out) => efficiencyRatio(stock.close, 60, out),
  ),
];

const volatility = [
  fromBars(
    'volatility',
    {
      name: 'rogers_satchell_20',
      formula: 'sqrt(mean(ln(H/C) ln(H/O) + ln(L/C) ln(L/O))) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Rogers and Satchell (1991)',
      range: atLeast(0),
    },
    (stock, out) => rogersSatchell(stock.open, stock.high, stock.low, stock.close, 20, out),
  ),
  fromBars(
    'volatility',
    {
      name: 'yang_zhang_20',
      formula: 'sqrt(var(ln(O/C[-1])) + k var(ln(C/O)) + (1 - k) Rogers-Satchell) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Yang and Zhang (2000)',
      range: atLeast(0),
    },
    (stock, out) => yangZhang(stock.open, stock.high, stock.low, stock.close, 20, out),
  ),
  fromReturns(
    'volatility',
    {
      name: 'downside_volatility_60',
      formula: 'sqrt(mean(min(r, 0)^2)) over 60 bars',
      window: 60,
      warmup: 60,
      source: 'Sortino and Price (1994)',
      range: atLeast(0),
    },
    (returns, out) => downsideDeviation(returns, 60, out),
  ),
  fromReturns(
    'volatility',
    {
      name: 'range_to_close_volatility_20',
      formula: 'Parkinson deviation / deviation of r, over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Parkinson (1980)',
      range: atLeast(0),
    },
    (returns, out, stock) => {
      const deviation = rollingStd(returns, 20);
      parkinson(stock.high, stock.low, 20, out);
      for (let i = 0; i < out.length; i++) out[i] = deviation[i] > 1e-12 ? out[i] / deviation[i] : Number.NaN;
    },
  ),
  fromReturns(
    'volatility',
    {
      name: 'jump_share_20',
      formula: 'max(|r|) / sum(|r|) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Jiang and Yao (2013), in spirit',
      range: [1 / 20, 1],
    },
    (returns, out) => jumpShare(returns, 20, out),
  ),
];

const shape = [
  fromReturns(
    'distribution',
    {
      name: 'skewness_120',
      formula: 'm3 / m2^1.5 of r over 120 bars',
      window: 120,
      warmup: 120,
      source: 'Fisher-Pearson, biased',
    },
    (returns, out) => rollingSkewness(returns, 120, out),
  ),
  fromReturns(
    'distribution',
    {
      name: 'kurtosis_120',
      formula: 'm4 / m2^2 - 3 of r over 120 bars',
      window: 120,
      warmup: 120,
      source: 'Fisher, biased',
      range: atLeast(-2),
    },
    (returns, out) => rollingKurtosis(returns, 120, out),
  ),
  fromReturns(
    'distribution',
    {
      name: 'autocorrelation_60',
      formula: 'correlation of r with r[-1] over 60 bars',
      window: 60,
      warmup: 61,
      source: 'Lo and MacKinlay (1988)',
      range: [-1, 1],
    },
    (returns, out) => {
      if (out.length > 0) out[0] = Number.NaN;
      rollingCorrelation(returns.subarray(1), returns.subarray(0, -1), 60, out.subarray(1));
    },
  ),
  fromReturns(
    'distribution',
    {
      name: 'variance_ratio_5_60',
      formula: 'var(5-bar sum of r) / (5 var(r)) over 60 bars',
      window: 60,
      warmup: 64,
      source: 'Lo and MacKinlay (1988)',
      range: atLeast(0),
    },
    (returns, out) => varianceRatio(returns, 5, 60, out),
  ),
];

const overnight = [
  fromBars(
    'gap',
    {
      name: 'intraday_return_mean_20',
      formula: 'mean(C / O - 1) over 20 bars',
      window: 20,
      warmup: 19,
      source: 'Lou, Polk and Skouras (2019)',
      range: atLeast(-1),
    },
    (stock, out) => rollingMean(bodyOverOpen(stock.open, stock.close), 20, out),
  ),
  fromBars(
    'gap',
    {
      name: 'overnight_minus_intraday_20',
      formula: 'mean(O / C[-1] - 1) - mean(C / O - 1) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Lou, Polk and Skouras (2019)',
    },
    (stock, out) => {
      const session = rollingMean(bodyOverOpen(stock.open, stock.close), 20);
      rollingMean(changeRatio(stock.open, stock.close, 1), 20, out);
      for (let i = 0; i < out.length; i++) out[i] -= session[i];
    },
  ),
];

export const longWindowFeatures: readonly FeatureDefinition[] = [
  ...momentum,
  ...levels,
  ...extremes,
  ...trend,
  ...volatility,
  ...shape,
  ...overnight,
];
