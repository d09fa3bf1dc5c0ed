// Owns the oscillator features and those of trend strength and direction.
import type { FeatureDefinition } from '../definition.ts';
import { rollingTrend } from '../indicators/moments.ts';
import {
  awesome,
  cci,
  rangePosition,
  rsi,
  stochastic,
  stochasticRsi,
  trueStrength,
  ultimateOscillator,
} from '../indicators/oscillators.ts';
import { divideBy } from '../indicators/prices.ts';
import { choppiness, directionalMovement, vortexDifference } from '../indicators/ranges.ts';
import { rollingMean } from '../indicators/rolling.ts';
import { aroon, efficiencyRatio } from '../indicators/trend.ts';
import { fromBars, fromReturns } from './build.ts';

const oscillators = [
  fromBars(
    'oscillator',
    {
      name: 'rsi_14',
      formula: "100 up / (up + down), Wilder's averages of rises and falls of C over 14 bars",
      window: 14,
      warmup: 14,
      source: 'Wilder (1978)',
      range: [0, 100],
    },
    (stock, out) => rsi(stock.close, 14, out),
  ),
  fromBars(
    'oscillator',
    {
      name: 'stochastic_rsi_14',
      formula: 'mean over 3 bars of 100 x the position of RSI(14) in its range of 14 bars',
      window: 14,
      warmup: 29,
      source: 'Chande and Kroll (1994)',
      range: [0, 100],
    },
    (stock, out) => stochasticRsi(stock.close, 14, 14, 3, out),
  ),
  fromBars(
    'oscillator',
    {
      name: 'stochastic_k_14',
      formula: '%K = mean over 3 bars of 100 (C - min(L)) / (max(H) - min(L)) over 14 bars',
      window: 14,
      warmup: 15,
      source: 'Lane (1984)',
      range: [0, 100],
    },
    (stock, out) => out.set(stochastic(stock.high, stock.low, stock.close, 14, 3, 3).k),
  ),
  fromBars(
    'oscillator',
    {
      name: 'stochastic_d_14',
      formula: '%D = mean of %K over 3 bars',
      window: 14,
      warmup: 17,
      source: 'Lane (1984)',
      range: [0, 100],
    },
    (stock, out) => out.set(stochastic(stock.high, stock.low, stock.close, 14, 3, 3).d),
  ),
  fromBars(
    'oscillator',
    {
      name: 'williams_r_14',
      formula: '-100 (max(H) - C) / (max(H) - min(L)) over 14 bars',
      window: 14,
      warmup: 13,
      source: 'Williams (1973)',
      range: [-100, 0],
    },
    (stock, out) => {
      rangePosition(stock.high, stock.low, stock.close, 14, out);
      for (let i = 0; i < out.length; i++) out[i] = 100 * (out[i] - 1);
    },
  ),
  fromBars(
    'oscillator',
    {
      name: 'cci_20',
      formula: '(T - mean(T)) / (0.015 mean |T - mean(T)|) over 20 bars, T = (H + L + C) / 3',
      window: 20,
      warmup: 19,
      source: 'Lambert (1980)',
    },
    (stock, out) => cci(stock.high, stock.low, stock.close, 20, out),
  ),
  fromBars(
    'oscillator',
    {
      name: 'ultimate_oscillator',
      formula: 'buying pressure over true range, windows 7, 14, 28 weighted 4 : 2 : 1, x 100',
      window: 28,
      warmup: 28,
      source: 'Williams (1985)',
      range: [0, 100],
    },
    (stock, out) => ultimateOscillator(stock.high, stock.low, stock.close, [7, 14, 28], out),
  ),
  fromBars(
    'oscillator',
    {
      name: 'true_strength_25_13',
      formula: '100 EMA(EMA(change of C, 25), 13) / EMA(EMA(|change of C|, 25), 13)',
      window: 25,
      warmup: 37,
      source: 'Blau (1991)',
      range: [-100, 100],
    },
    (stock, out) => trueStrength(stock.close, 25, 13, out),
  ),
  fromBars(
    'oscillator',
    {
      name: 'awesome_oscillator',
      formula: '(mean(M, 5) - mean(M, 34)) / C, M = (H + L) / 2',
      window: 34,
      warmup: 33,
      source: 'Williams (1998)',
    },
    (stock, out) => divideBy(awesome(stock.high, stock.low, out), stock.close),
  ),
];

const trend = [
  fromBars(
    'trend',
    {
      name: 'adx_14',
      formula: "Wilder's average over 14 bars of 100 |+DI - -DI| / (+DI + -DI)",
      window: 14,
      warmup: 27,
      source: 'Wilder (1978)',
      range: [0, 100],
    },
    (stock, out) => out.set(directionalMovement(stock.high, stock.low, stock.close, 14).adx),
  ),
  fromBars(
    'trend',
    {
      name: 'di_difference_14',
      formula: '+DI(14) - -DI(14)',
      window: 14,
      warmup: 14,
      source: 'Wilder (1978)',
      range: [-100, 100],
    },
    (stock, out) => {
      const { plus, minus } = directionalMovement(stock.high, stock.low, stock.close, 14);
      for (let i = 0; i < out.length; i++) out[i] = plus[i] - minus[i];
    },
  ),
  fromBars(
    'trend',
    {
      name: 'aroon_up_25',
      formula: '100 (25 - bars since max(H) of the last 26 bars) / 25',
      window: 25,
      warmup: 25,
      source: 'Chande (1995)',
      range: [0, 100],
    },
    (stock, out) => aroon(stock.high, 25, 1, out),
  ),
  fromBars(
    'trend',
    {
      name: 'aroon_down_25',
      formula: '100 (25 - bars since min(L) of the last 26 bars) / 25',
      window: 25,
      warmup: 25,
      source: 'Chande (1995)',
      range: [0, 100],
    },
    (stock, out) => aroon(stock.low, 25, -1, out),
  ),
  fromBars(
    'trend',
    {
      name: 'aroon_oscillator_25',
      formula: 'Aroon up - Aroon down',
      window: 25,
      warmup: 25,
      source: 'Chande (1995)',
      range: [-100, 100],
    },
    (stock, out) => {
      const down = aroon(stock.low, 25, -1);
      aroon(stock.high, 25, 1, out);
      for (let i = 0; i < out.length; i++) out[i] -= down[i];
    },
  ),
  fromBars(
    'trend',
    {
      name: 'vortex_difference_14',
      formula: 'sum(|H - L[-1]| - |L - H[-1]|) / sum(true range) over 14 bars',
      window: 14,
      warmup: 14,
      source: 'Botes and Siepman (2010)',
    },
    (stock, out) => vortexDifference(stock.high, stock.low, stock.close, 14, out),
  ),
  fromBars(
    'trend',
    {
      name: 'trend_slope_20',
      formula: 'least-squares slope of C over 20 bars / C',
      window: 20,
      warmup: 19,
      source: 'Qlib Alpha158 BETA',
    },
    (stock, out) => out.set(divideBy(rollingTrend(stock.close, 20).slope, stock.close)),
  ),
  fromBars(
    'trend',
    {
      name: 'trend_fit_20',
      formula: 'R squared of that line',
      window: 20,
      warmup: 19,
      source: 'Qlib Alpha158 RSQR',
      range: [0, 1],
    },
    (stock, out) => out.set(rollingTrend(stock.close, 20).rSquared),
  ),
  ...[5, 10, 20, 60].map((n) =>
    fromReturns(
      'trend',
      {
        name: `up_fraction_${n}`,
        formula: `share of bars with r > 0 over ${n} bars`,
        window: n,
        warmup: n,
        source: 'Qlib Alpha158 CNTP',
        range: [0, 1],
      },
      (returns, out) => {
        const up = new Float64Array(returns.length);
        for (let i = 0; i < up.length; i++) up[i] = returns[i] > 0 ? 1 : 0 * returns[i]; // NaN stays NaN
        rollingMean(up, n, out);
      },
    ),
  ),
];

/** Whether a stock trends or ranges. */
const stockRegime = [
  fromBars(
    'regime',
    {
      name: 'efficiency_ratio_10',
      formula: '|C - C[-10]| / sum |change of C| over 10 bars',
      window: 10,
      warmup: 10,
      source: 'Kaufman (1995)',
      range: [0, 1],
    },
    (stock, out) => efficiencyRatio(stock.close, 10, out),
  ),
  fromBars(
    'regime',
    {
      name: 'choppiness_14',
      formula: '100 log(sum(true range) / (max(true high) - min(true low))) / log 14 over 14 bars',
      window: 14,
      warmup: 14,
      source: 'Dreiss (1993)',
      range: [0, 100],
    },
    (stock, out) => choppiness(stock.high, stock.low, stock.close, 14, out),
  ),
];

export const oscillatorFeatures: readonly FeatureDefinition[] = [...oscillators, ...trend, ...stockRegime];
