// Owns features of the state of the whole market on a day. All stocks share the day's value.
import type { FeatureDefinition } from '../definition.ts';
import { dayDeviations, dayMeans, marketReturns, spreadOverRows } from '../daily.ts';
import { isRounding } from '../indicators/prices.ts';
import { rollingStd } from '../indicators/moments.ts';
import { rollingSum } from '../indicators/rolling.ts';
import { atLeast } from './build.ts';

const common = { family: 'market regime', scope: 'cross-section', sameForAllStocks: true } as const;

export const regimeFeatures: readonly FeatureDefinition[] = [
  {
    ...common,
    name: 'market_volatility_20',
    formula: "sample deviation over 20 days of m, the mean r of each day's stocks",
    window: 20,
    warmup: 20,
    source: 'Schwert (1989)',
    range: atLeast(0),
    uses: ['return_1'],
    compute: (context) => spreadOverRows(context.bars, rollingStd(marketReturns(context), 20)),
  },
  {
    ...common,
    name: 'market_trend_20',
    formula: 'sum(m) / (sqrt(20) deviation of m) over 20 days',
    window: 20,
    warmup: 20,
    source: 'Moskowitz, Ooi and Pedersen (2012)',
    uses: ['return_1'],
    compute: (context) => {
      const returns = marketReturns(context);
      const deviation = rollingStd(returns, 20);
      const trend = rollingSum(returns, 20);
      for (let day = 0; day < trend.length; day++)
        trend[day] = deviation[day] > 0 ? trend[day] / (Math.sqrt(20) * deviation[day]) : Number.NaN;
      return spreadOverRows(context.bars, trend);
    },
  },
  {
    ...common,
    name: 'market_breadth_20',
    formula: "share of the day's stocks with C above mean(C, 20)",
    window: 20,
    warmup: 19,
    source: 'standard',
    range: [0, 1],
    uses: ['sma_distance_20'],
    compute: (context) => {
      const above = context.column('sma_distance_20').map((d) => (d > 0 && !isRounding(d, 1) ? 1 : 0 * d)); // NaN stays NaN
      return spreadOverRows(context.bars, dayMeans(context.bars, above));
    },
  },
  {
    ...common,
    name: 'return_dispersion',
    formula: "sample deviation of r over the day's stocks",
    window: 1,
    warmup: 1,
    source: 'Stivers and Sun (2010)',
    range: atLeast(0),
    uses: ['return_1'],
    compute: (context) => spreadOverRows(context.bars, dayDeviations(context.bars, context.column('return_1'))),
  },
];
