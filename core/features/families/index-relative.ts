// Owns features that set the day and the stock against the index that stands for the market (core/data/market-index). Where there is no table of
// indices, the market relative features take the mean of the day's stocks instead.
import { asOfDays } from '../../data/as-of.ts';
import { marketIndexOf } from '../../data/market-index.ts';
import { spreadOverRows } from '../daily.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { rollingPair, rollingStd } from '../indicators/moments.ts';
import { changeRatio, distanceFrom } from '../indicators/prices.ts';
import { rollingMax, rollingSum } from '../indicators/rolling.ts';
import { perStock } from '../per-stock.ts';
import { tableOf } from '../side-columns.ts';
import { atLeast } from './build.ts';

/** Calendar days for which the index's last close stands in for one that is missing. */
const MOST_DAYS = 7;

const SOURCE = 'Sharpe (1964)';
const inputs = ['index-bars'] as const;
const common = { inputs, revision: 2 } as const;

/** The index's close on each day of the market. */
function indexCloses(context: FeatureContext): Float64Array {
  return context.shared('index closes', () => {
    const table = tableOf(context, 'index-bars');
    const { days } = context.bars;
    const index = marketIndexOf(table);
    if (index < 0) return new Float64Array(days.length).fill(Number.NaN);
    return Float64Array.from(asOfDays(table, index, days), (row, day) =>
      row < 0 || days[day] - table.period[row] > MOST_DAYS ? Number.NaN : table.columns.close[row],
    );
  });
}

const ofIndex = (
  entry: Pick<FeatureDefinition, 'name' | 'formula' | 'window' | 'warmup' | 'source' | 'range'>,
  series: (close: Float64Array) => Float64Array,
): FeatureDefinition => ({
  ...entry,
  family: 'market regime',
  scope: 'cross-section',
  sameForAllStocks: true,
  ...common,
  compute: (context) => spreadOverRows(context.bars, series(indexCloses(context))),
});

const returnsOf = (close: Float64Array): Float64Array => changeRatio(close, close, 1);

const state = [
  ...[1, 5, 20, 60].map((n) =>
    ofIndex(
      {
        name: `index_return_${n}`,
        formula: `I / I[-${n}] - 1, I the index's close`,
        window: n,
        warmup: n,
        source: 'Cooper, Gutierrez and Hameed (2004)',
        range: atLeast(-1),
      },
      (close) => changeRatio(close, close, n),
    ),
  ),
  ...[20, 60].map((n) =>
    ofIndex(
      {
        name: `index_volatility_${n}`,
        formula: `sample deviation of the index's one-day return over ${n} days`,
        window: n,
        warmup: n,
        source: 'Schwert (1989)',
        range: atLeast(0),
      },
      (close) => rollingStd(returnsOf(close), n),
    ),
  ),
  ofIndex(
    {
      name: 'index_trend_20',
      formula: 'sum of index returns / (sqrt(20) their deviation) over 20 days',
      window: 20,
      warmup: 20,
      source: 'Moskowitz, Ooi and Pedersen (2012)',
    },
    (close) => {
      const returns = returnsOf(close);
      const deviation = rollingStd(returns, 20);
      return rollingSum(returns, 20).map((sum, day) =>
        deviation[day] > 1e-12 ? sum / (Math.sqrt(20) * deviation[day]) : Number.NaN,
      );
    },
  ),
  ofIndex(
    {
      name: 'index_drawdown_252',
      formula: 'I / max(I) - 1 over 252 days',
      window: 252,
      warmup: 251,
      source: 'standard',
      range: [-1, 0],
    },
    (close) => distanceFrom(close, rollingMax(close, 252)),
  ),
];

/** The index's return over the same days as each bar's return over `n` bars. */
function returnsBeside(context: FeatureContext, n: number): Float64Array {
  const close = indexCloses(context);
  const { dayIndex } = context.bars;
  return perStock(context, ({ first, end }, out) => {
    out.fill(Number.NaN, 0, Math.min(n, out.length));
    for (let row = first + n; row < end; row++) {
      const from = close[dayIndex[row - n]];
      out[row - first] = from > 0 ? close[dayIndex[row]] / from - 1 : Number.NaN;
    }
  });
}

const relative = [1, 5, 20, 60].map(
  (n): FeatureDefinition => ({
    name: `index_relative_return_${n}`,
    family: 'index relative',
    formula: `return_${n} - the index's return over the same days`,
    window: n,
    warmup: n,
    source: 'standard',
    scope: 'stock',
    ...common,
    uses: [`return_${n}`],
    compute: (context) => {
      const index = returnsBeside(context, n);
      return context.column(`return_${n}`).map((value, row) => value - index[row]);
    },
  }),
);

const WINDOW = 60;

const regression = (
  entry: Pick<FeatureDefinition, 'name' | 'formula' | 'source' | 'range'>,
  value: (varianceOwn: number, varianceIndex: number, covariance: number) => number,
): FeatureDefinition => ({
  ...entry,
  family: 'index relative',
  window: WINDOW,
  warmup: WINDOW,
  scope: 'stock',
  ...common,
  uses: ['return_1'],
  compute: (context) => {
    const own = context.column('return_1');
    const index = returnsBeside(context, 1);
    return perStock(context, ({ first, end }, out) => {
      const { varianceX, varianceY, covariance } = rollingPair(
        own.subarray(first, end),
        index.subarray(first, end),
        WINDOW,
      );
      for (let i = 0; i < out.length; i++)
        out[i] = varianceY[i] > 0 ? value(varianceX[i], varianceY[i], covariance[i]) : Number.NaN;
    });
  },
});

const model = [
  regression(
    { name: 'index_beta_60', formula: 'cov(r, index return) / var(index return) over 60 bars', source: SOURCE },
    (_, ofIndexReturn, covariance) => covariance / ofIndexReturn,
  ),
  regression(
    {
      name: 'index_correlation_60',
      formula: 'correlation of r with the index return over 60 bars',
      source: SOURCE,
      range: [-1, 1],
    },
    (own, index, covariance) => (own > 0 ? Math.max(-1, Math.min(1, covariance / Math.sqrt(own * index))) : Number.NaN),
  ),
  regression(
    {
      name: 'index_residual_volatility_60',
      formula: 'deviation of r - beta x index return over 60 bars',
      source: 'Ang, Hodrick, Xing and Zhang (2006)',
      range: atLeast(0),
    },
    (own, index, covariance) => Math.sqrt(Math.max(0, own - (covariance * covariance) / index)),
  ),
];

export const indexFeatures: readonly FeatureDefinition[] = [...state, ...relative, ...model];
