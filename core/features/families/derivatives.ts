// Owns features of perpetual futures: funding rates, open interest, how they diverge from the price, and how heated the market is.
import { dayMeans, spreadOverRows } from '../daily.ts';
import { ranksWithinDays } from '../day-ranks.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { rollingMean, rollingSum } from '../indicators/rolling.ts';
import { rollingPercentile, rollingScore } from '../indicators/standing.ts';
import { changeRatio } from '../indicators/prices.ts';
import { perStock } from '../per-stock.ts';
import { fromRows, over, rowsAsOf, tableOf } from '../side-columns.ts';
import { atLeast } from './build.ts';

/** Calendar days for which the last value stands in for one that is missing. */
const MOST_DAYS = 2;

const ofDay = (context: FeatureContext, name: 'funding' | 'open-interest', column: string): Float64Array => {
  const values = tableOf(context, name).columns[column];
  return fromRows(rowsAsOf(context, name, MOST_DAYS), (row) => values[row]);
};

/** A kernel over each stock's own series. */
const rolled = (
  context: FeatureContext,
  column: Float64Array,
  kernel: (x: Float64Array, out: Float64Array) => unknown,
): Float64Array =>
  perStock(context, ({ first, end }, out) => {
    kernel(column.subarray(first, end), out);
  });

const bound = (window: number): readonly [number, number] => [
  -(window - 1) / Math.sqrt(window),
  (window - 1) / Math.sqrt(window),
];

const CARRY = 'Koijen, Moskowitz, Pedersen and Vrugt (2018), carry';
const CRYPTO = 'He, Manela, Ross and von Wachter (2022), perpetual futures';
const INTEREST = 'Hong and Yogo (2012)';

type Entry = Pick<FeatureDefinition, 'name' | 'formula' | 'window' | 'warmup' | 'source' | 'range'>;

/** Of each stock's funding rate, a series over its bars. */
const ofFunding = (entry: Entry, kernel: (rate: Float64Array, out: Float64Array) => unknown): FeatureDefinition => ({
  ...entry,
  family: 'funding',
  scope: 'stock',
  inputs: ['funding'],
  compute: (context) => rolled(context, ofDay(context, 'funding', 'rate'), kernel),
});

const funding = [
  ofFunding(
    { name: 'funding_rate', formula: 'funding paid by the longs on the day', window: 1, warmup: 0, source: CRYPTO },
    (rate, out) => out.set(rate),
  ),
  ...[3, 7, 30].map((n) =>
    ofFunding(
      {
        name: `funding_mean_${n}`,
        formula: `mean of the day's funding over ${n} bars`,
        window: n,
        warmup: n - 1,
        source: CARRY,
      },
      (rate, out) => rollingMean(rate, n, out),
    ),
  ),
  ofFunding(
    {
      name: 'funding_score_30',
      formula: 'funding in deviations from its mean over 30 bars',
      window: 30,
      warmup: 29,
      source: CRYPTO,
      range: bound(30),
    },
    (rate, out) => rollingScore(rate, 30, out, 1e-15),
  ),
  ofFunding(
    {
      name: 'funding_percentile_90',
      formula: "share of 90 bars' other funding below the last",
      window: 90,
      warmup: 89,
      source: CRYPTO,
      range: [0, 1],
    },
    (rate, out) => rollingPercentile(rate, 90, out),
  ),
  ...[1, 7].map((n) =>
    ofFunding(
      { name: `funding_change_${n}`, formula: `funding - funding[-${n}]`, window: n, warmup: n, source: CRYPTO },
      (rate, out) => {
        for (let i = 0; i < out.length; i++) out[i] = i < n ? Number.NaN : rate[i] - rate[i - n];
      },
    ),
  ),
  ofFunding(
    {
      name: 'funding_positive_share_30',
      formula: 'share of 30 bars on which the longs paid',
      window: 30,
      warmup: 29,
      source: CARRY,
      range: [0, 1],
    },
    (rate, out) =>
      rollingMean(
        rate.map((paid) => (paid > 0 ? 1 : 0 * paid)),
        30,
        out,
      ),
  ),
  ofFunding(
    { name: 'funding_paid_30', formula: 'sum of funding over 30 bars', window: 30, warmup: 29, source: CARRY },
    (rate, out) => rollingSum(rate, 30, out),
  ),
];

/** The change of open contracts, in base units: their value moves with the price. */
const interestChange = (context: FeatureContext, n: number): Float64Array =>
  rolled(context, ofDay(context, 'open-interest', 'amount'), (amount, out) => changeRatio(amount, amount, n, out));

const INTERESTS = { family: 'open interest', scope: 'stock', inputs: ['open-interest'] } as const;

const openInterest: readonly FeatureDefinition[] = [
  ...[1, 5, 20].map(
    (n): FeatureDefinition => ({
      ...INTERESTS,
      name: `open_interest_change_${n}`,
      formula: `contracts open / contracts open[-${n}] - 1`,
      window: n,
      warmup: n,
      source: INTEREST,
      range: atLeast(-1),
      compute: (context) => interestChange(context, n),
    }),
  ),
  {
    ...INTERESTS,
    name: 'open_interest_score_60',
    formula: 'contracts open in deviations from their mean over 60 bars',
    window: 60,
    warmup: 59,
    source: INTEREST,
    range: bound(60),
    compute: (context) =>
      rolled(context, ofDay(context, 'open-interest', 'amount'), (amount, out) => rollingScore(amount, 60, out)),
  },
  {
    ...INTERESTS,
    name: 'open_interest_to_volume_20',
    formula: 'value of open contracts / mean(C V) over 20 bars',
    window: 20,
    warmup: 19,
    source: 'Bessembinder and Seguin (1993)',
    inputs: ['open-interest', 'volume'],
    range: atLeast(0),
    compute: (context) => {
      const value = ofDay(context, 'open-interest', 'value');
      const traded = perStock(context, ({ close, volume }, out) => {
        rollingMean(
          close.map((price, i) => price * volume[i]),
          20,
          out,
        );
      });
      return value.map((amount, row) => over(amount, traded[row]));
    },
  },
];

/** Where the price went one way and something else the other, by ranks within the day. */
const divergence = (
  name: string,
  n: number,
  what: string,
  inputs: FeatureDefinition['inputs'],
  of: (context: FeatureContext) => Float64Array,
): FeatureDefinition => ({
  name,
  family: inputs?.[0] === 'funding' ? 'funding' : 'open interest',
  formula: `rank of return_${n} within the day - rank of ${what}`,
  window: n,
  warmup: n,
  source: 'price and positioning at odds; Hong and Yogo (2012)',
  scope: 'cross-section',
  inputs,
  uses: [`return_${n}`],
  range: [-1, 1],
  compute: (context) => {
    const { bars } = context;
    const price = ranksWithinDays(bars, context.column(`return_${n}`));
    const other = ranksWithinDays(bars, of(context));
    return price.map((rank, row) => rank - other[row]);
  },
});

const divergences = [
  ...[5, 20].map((n) =>
    divergence(`funding_price_divergence_${n}`, n, `mean funding over ${n} bars`, ['funding'], (context) =>
      rolled(context, ofDay(context, 'funding', 'rate'), (rate, out) => rollingMean(rate, n, out)),
    ),
  ),
  ...[5, 20].map((n) =>
    divergence(
      `interest_price_divergence_${n}`,
      n,
      `the change of open contracts over ${n} bars`,
      ['open-interest'],
      (context) => interestChange(context, n),
    ),
  ),
];

const HEAT = { family: 'market regime', scope: 'cross-section', sameForAllStocks: true } as const;

const heat: readonly FeatureDefinition[] = [
  {
    ...HEAT,
    name: 'market_funding',
    formula: "mean funding of the day's stocks",
    window: 1,
    warmup: 0,
    source: CRYPTO,
    inputs: ['funding'],
    compute: (context) => spreadOverRows(context.bars, dayMeans(context.bars, ofDay(context, 'funding', 'rate'))),
  },
  {
    ...HEAT,
    name: 'market_funding_positive_share',
    formula: "share of the day's stocks whose longs pay",
    window: 1,
    warmup: 0,
    source: CRYPTO,
    inputs: ['funding'],
    range: [0, 1],
    compute: (context) => {
      const pays = ofDay(context, 'funding', 'rate').map((rate) => (rate > 0 ? 1 : 0 * rate));
      return spreadOverRows(context.bars, dayMeans(context.bars, pays));
    },
  },
  {
    ...HEAT,
    name: 'market_open_interest_change_5',
    formula: "mean over the day's stocks of the change of open contracts over 5 bars",
    window: 5,
    warmup: 5,
    source: INTEREST,
    inputs: ['open-interest'],
    range: atLeast(-1),
    compute: (context) => spreadOverRows(context.bars, dayMeans(context.bars, interestChange(context, 5))),
  },
  {
    ...HEAT,
    name: 'market_heat_30',
    formula: "mean over the day's stocks of (score of funding + score of open contracts) / 2, over 30 bars",
    window: 30,
    warmup: 29,
    source: 'funding and leverage rising together, as derivatives desks watch them',
    inputs: ['funding', 'open-interest'],
    range: bound(30),
    compute: (context) => {
      const rate = rolled(context, ofDay(context, 'funding', 'rate'), (x, out) => rollingScore(x, 30, out, 1e-15));
      const amount = rolled(context, ofDay(context, 'open-interest', 'amount'), (x, out) => rollingScore(x, 30, out));
      const both = rate.map((score, row) => (score + amount[row]) / 2);
      return spreadOverRows(context.bars, dayMeans(context.bars, both));
    },
  },
];

export const derivativeFeatures: readonly FeatureDefinition[] = [...funding, ...openInterest, ...divergences, ...heat];
