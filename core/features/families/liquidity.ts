// Owns features of how easily a stock is traded: illiquidity over longer windows, spreads, idle bars, what volume goes with.
import type { FeatureDefinition } from '../definition.ts';
import { highLowSpread, rollSpread, unmovedShare, untradedShare } from '../indicators/liquidity.ts';
import { rollingCorrelation } from '../indicators/moments.ts';
import { rollingMean, rollingSum } from '../indicators/rolling.ts';
import { amihud, logVolume } from '../indicators/volume.ts';
import { atLeast, fromBars, fromReturns } from './build.ts';

const inputs = ['volume'] as const;

const illiquidity = [
  ...[120, 252].map((n) =>
    fromReturns(
      'illiquidity',
      {
        name: `amihud_${n}`,
        formula: `mean of 1e6 |r| / (C V) over those of ${n} bars that traded`,
        window: n,
        warmup: n,
        source: 'Amihud (2002)',
        inputs,
        range: atLeast(0),
      },
      (returns, out, stock) => amihud(returns, stock.close, stock.volume, n, out),
    ),
  ),
  fromReturns(
    'illiquidity',
    {
      name: 'amihud_ratio_5_60',
      formula: 'amihud_5 / amihud_60',
      window: 60,
      warmup: 60,
      source: 'Amihud (2002), against its own past',
      inputs,
      range: atLeast(0),
    },
    (returns, out, stock) => {
      const usual = amihud(returns, stock.close, stock.volume, 60);
      amihud(returns, stock.close, stock.volume, 5, out);
      for (let i = 0; i < out.length; i++) out[i] = usual[i] > 0 ? out[i] / usual[i] : Number.NaN;
    },
  ),
  fromReturns(
    'illiquidity',
    {
      name: 'unmoved_share_60',
      formula: 'share of bars with r = 0, over 60 bars',
      window: 60,
      warmup: 60,
      source: 'Lesmond, Ogden and Trzcinka (1999)',
      range: [0, 1],
    },
    (returns, out) => unmovedShare(returns, 60, out),
  ),
  fromBars(
    'illiquidity',
    {
      name: 'untraded_share_60',
      formula: 'share of bars with V = 0, over 60 bars',
      window: 60,
      warmup: 59,
      source: 'Liu (2006)',
      inputs,
      range: [0, 1],
    },
    (stock, out) => untradedShare(stock.volume, 60, out),
  ),
  fromReturns(
    'illiquidity',
    {
      name: 'roll_spread_60',
      formula: '2 sqrt(max(0, -cov(r, r[-1]))) over 60 bars',
      window: 60,
      warmup: 61,
      source: 'Roll (1984)',
      range: atLeast(0),
    },
    (returns, out) => rollSpread(returns, 60, out),
  ),
  fromBars(
    'illiquidity',
    {
      name: 'high_low_spread_20',
      formula: 'mean over 20 bars of the spread that H and L of each two bars imply, at least 0',
      window: 20,
      warmup: 20,
      source: 'Corwin and Schultz (2012)',
      range: [0, 2],
    },
    (stock, out) => highLowSpread(stock.high, stock.low, 20, out),
  ),
];

const volume = [
  fromBars(
    'volume',
    {
      name: 'money_traded_ratio_5_60',
      formula: 'mean(C V) over 5 bars / over 60 bars',
      window: 60,
      warmup: 59,
      source: 'Lee and Swaminathan (2000), in spirit',
      inputs,
      range: [0, 12],
    },
    (stock, out) => {
      const money = stock.close.map((price, i) => price * stock.volume[i]);
      const usual = rollingMean(money, 60);
      rollingMean(money, 5, out);
      for (let i = 0; i < out.length; i++) out[i] = usual[i] > 0 ? out[i] / usual[i] : Number.NaN;
    },
  ),
  fromReturns(
    'volume',
    {
      name: 'up_volume_share_20',
      formula: 'sum(V where r > 0) / sum(V) over 20 bars',
      window: 20,
      warmup: 20,
      source: 'Granville (1963)',
      inputs,
      range: [0, 1],
    },
    (returns, out, stock) => {
      const rising = returns.map((r, i) => (r > 1e-12 ? stock.volume[i] : 0 * r));
      const traded = rollingSum(stock.volume, 20);
      rollingSum(rising, 20, out);
      for (let i = 0; i < out.length; i++) out[i] = traded[i] > 0 ? out[i] / traded[i] : Number.NaN;
    },
  ),
  ...(
    [
      ['return_volume_correlation_60', 'r', (r: number) => r, 'Llorente, Michaely, Saar and Wang (2002)'],
      ['size_volume_correlation_60', '|r|', Math.abs, 'Karpoff (1987)'],
    ] as const
  ).map(([name, symbol, of, source]) =>
    fromReturns(
      'volume',
      {
        name,
        formula: `correlation of ${symbol} with ln(max(V, mean(V) / 100)) over 60 bars`,
        window: 60,
        warmup: 60,
        source,
        inputs,
        range: [-1, 1],
      },
      (returns, out, stock) => rollingCorrelation(returns.map(of), logVolume(stock.volume, 60), 60, out),
    ),
  ),
];

export const liquidityFeatures: readonly FeatureDefinition[] = [...illiquidity, ...volume];
