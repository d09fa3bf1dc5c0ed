// Owns further features of the state of the whole market on a day: volatility, trend, draw-down, breadth, dispersion, activity.
import type { FeatureDefinition } from '../definition.ts';
import { dayMeans, marketReturns, spreadOverRows } from '../daily.ts';
import { rollingSkewness, rollingStd } from '../indicators/moments.ts';
import { rollingMean, rollingSum } from '../indicators/rolling.ts';
import { rollingPercentile } from '../indicators/standing.ts';
import { volatilityRatio } from '../indicators/volatility.ts';
import { atLeast } from './build.ts';

const common = { family: 'market regime', scope: 'cross-section', sameForAllStocks: true } as const;

type Entry = Omit<FeatureDefinition, 'family' | 'scope' | 'sameForAllStocks' | 'compute' | 'uses'>;

/** A series of days made of m, the mean one-bar return of each day's stocks. */
const fromMarket = (entry: Entry, series: (m: Float64Array) => Float64Array): FeatureDefinition => ({
  ...common,
  ...entry,
  uses: ['return_1'],
  compute: (context) => spreadOverRows(context.bars, series(marketReturns(context))),
});

/** The mean over each day's stocks of something made of a feature, then a series of days made of that. */
const fromMean = (
  entry: Entry,
  feature: string,
  each: (value: number) => number = (value) => value,
  series: (perDay: Float64Array) => Float64Array = (perDay) => perDay,
): FeatureDefinition => ({
  ...common,
  ...entry,
  uses: [feature],
  compute: ({ bars, column }) => spreadOverRows(bars, series(dayMeans(bars, column(feature).map(each)))),
});

/** Sum of m over the window in its own deviations. */
function trend(m: Float64Array, window: number): Float64Array {
  const deviation = rollingStd(m, window);
  const out = rollingSum(m, window);
  for (let day = 0; day < out.length; day++)
    out[day] = deviation[day] > 1e-12 ? out[day] / (Math.sqrt(window) * deviation[day]) : Number.NaN;
  return out;
}

/** Least of the sums over the last 1, 2 .. window - 1 days, at most 0: how far the market is below its height of the window. */
function drawdown(m: Float64Array, window: number): Float64Array {
  const out = new Float64Array(m.length).fill(Number.NaN);
  for (let day = window - 1; day < m.length; day++) {
    let sum = 0;
    let least = 0;
    for (let i = day; i > day - window; i--) {
      sum += m[i];
      least = Math.min(least, sum);
    }
    out[day] = Number.isNaN(sum) ? Number.NaN : least;
  }
  return out;
}

const share = (holds: (value: number) => boolean) => (value: number) => (holds(value) ? 1 : 0 * value);

export const marketStateFeatures: readonly FeatureDefinition[] = [
  ...[1, 5, 20, 60].map((n) =>
    fromMarket(
      {
        name: `market_return_${n}`,
        formula: n === 1 ? "m, the mean r of the day's stocks" : `sum(m) over ${n} days`,
        window: n,
        warmup: n,
        source: 'Cooper, Gutierrez and Hameed (2004)',
      },
      (m) => rollingSum(m, n),
    ),
  ),
  ...[5, 60].map((n) =>
    fromMarket(
      {
        name: `market_volatility_${n}`,
        formula: `sample deviation of m over ${n} days`,
        window: n,
        warmup: n,
        source: 'Schwert (1989)',
        range: atLeast(0),
      },
      (m) => rollingStd(m, n),
    ),
  ),
  fromMarket(
    {
      name: 'market_volatility_ratio_5_60',
      formula: 'deviation of m over 5 days / over 60 days',
      window: 60,
      warmup: 60,
      source: 'Schwert (1989)',
      range: atLeast(0),
    },
    (m) => volatilityRatio(m, 5, 60),
  ),
  fromMarket(
    {
      name: 'market_volatility_percentile_252',
      formula: 'share of the other deviations of m (20 days) of 252 days below the last',
      window: 252,
      warmup: 271,
      source: 'Moreira and Muir (2017), in spirit',
      range: [0, 1],
    },
    (m) => rollingPercentile(rollingStd(m, 20), 252, undefined, 1e-12),
  ),
  ...[5, 60].map((n) =>
    fromMarket(
      {
        name: `market_trend_${n}`,
        formula: `sum(m) / (sqrt(${n}) deviation of m) over ${n} days`,
        window: n,
        warmup: n,
        source: 'Moskowitz, Ooi and Pedersen (2012)',
      },
      (m) => trend(m, n),
    ),
  ),
  ...[60, 252].map((n) =>
    fromMarket(
      {
        name: `market_drawdown_${n}`,
        formula: `least sum of m over the latest 1 to ${n} days, at most 0`,
        window: n,
        warmup: n,
        source: 'standard',
        range: [Number.NEGATIVE_INFINITY, 0],
      },
      (m) => drawdown(m, n),
    ),
  ),
  fromMarket(
    {
      name: 'market_skewness_60',
      formula: 'm3 / m2^1.5 of m over 60 days',
      window: 60,
      warmup: 60,
      source: 'Fisher-Pearson, biased',
    },
    (m) => rollingSkewness(m, 60),
  ),
  fromMean(
    {
      name: 'advancing_share',
      formula: "share of the day's stocks with r above 0",
      window: 1,
      warmup: 1,
      source: 'Zweig (1986)',
      range: [0, 1],
    },
    'return_1',
    share((r) => r > 1e-12),
  ),
  fromMean(
    {
      name: 'advancing_share_10',
      formula: "mean over 10 days of the share of the day's stocks with r above 0",
      window: 10,
      warmup: 10,
      source: 'Zweig (1986)',
      range: [0, 1],
    },
    'return_1',
    share((r) => r > 1e-12),
    (perDay) => rollingMean(perDay, 10),
  ),
  fromMean(
    {
      name: 'market_breadth_60',
      formula: "share of the day's stocks with C above mean(C, 60)",
      window: 60,
      warmup: 59,
      source: 'standard',
      range: [0, 1],
    },
    'sma_distance_60',
    share((d) => d > 1e-12),
  ),
  fromMean(
    {
      name: 'new_high_share_60',
      formula: "share of the day's stocks whose C is the highest of 60 bars",
      window: 60,
      warmup: 59,
      source: 'standard',
      range: [0, 1],
    },
    'drawdown_60',
    share((d) => d >= -1e-12),
  ),
  fromMean(
    {
      name: 'average_correlation_60',
      formula: "mean over the day's stocks of the correlation of r with m over 60 bars",
      window: 60,
      warmup: 60,
      source: 'Pollet and Wilson (2010)',
      range: [-1, 1],
    },
    'market_correlation_60',
  ),
  fromMean(
    {
      name: 'average_volatility_20',
      formula: "mean over the day's stocks of the deviation of r over 20 bars",
      window: 20,
      warmup: 20,
      source: 'Goyal and Santa-Clara (2003)',
      range: atLeast(0),
    },
    'volatility_20',
  ),
  fromMean(
    {
      name: 'market_activity_20',
      formula: "mean over the day's stocks of V / mean(V) over 20 bars",
      window: 20,
      warmup: 19,
      source: 'Gervais, Kaniel and Mingelgrin (2001)',
      inputs: ['volume'],
      range: [0, 20],
    },
    'volume_ratio_20',
  ),
  fromMean(
    {
      name: 'dispersion_ratio_1_60',
      formula: 'return_dispersion / its mean over 60 days',
      window: 60,
      warmup: 60,
      source: 'Stivers and Sun (2010)',
      range: [0, 60],
    },
    'return_dispersion',
    undefined,
    (perDay) => {
      const usual = rollingMean(perDay, 60);
      return perDay.map((value, day) => (usual[day] > 1e-12 ? value / usual[day] : Number.NaN));
    },
  ),
];
