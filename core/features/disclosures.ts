// Owns features of what a company has disclosed: which disclosure stands on a day, and the price set against what it says.
import { byStock } from '../data/as-of.ts';
import type { FeatureContext, FeatureDefinition } from './definition.ts';
import { type Fundamentals, fundamentalsOf } from './fundamentals.ts';
import { dayOf, factorsAt, fromRows, over, rowsAsOf, tableOf } from './side-columns.ts';

/** Calendar days after which a disclosure no longer stands for the company; some 261 weekdays. */
const MOST_DAYS = 365;
const MOST_BARS = 261;

type Entry = Pick<FeatureDefinition, 'name' | 'formula' | 'source' | 'range'>;
/** The flag that says whether there is a disclosure. */
const INDICATOR = 'has_statement';

export const fundamentals = (context: FeatureContext): Fundamentals =>
  context.shared('fundamentals', () => fundamentalsOf(tableOf(context, 'statements')));

/** For each bar the latest disclosure that its day knows, -1 where there is none of the past year. */
function disclosures(context: FeatureContext): Int32Array {
  return context.shared('disclosures', () => {
    const { bars } = context;
    const { known } = tableOf(context, 'statements');
    // The latest disclosure, whatever it is about: what it amounts to is worked out in order of disclosure.
    const rows = rowsAsOf(context, 'statements', Number.POSITIVE_INFINITY, { key: byStock(bars), by: 'known' });
    for (let i = 0; i < rows.length; i++) if (rows[i] >= 0 && dayOf(bars, i) - known[rows[i]] > MOST_DAYS) rows[i] = -1;
    return rows;
  });
}

/** A feature of what was disclosed alone. */
export const disclosed = (
  family: string,
  entry: Entry,
  value: (of: Fundamentals, at: number) => number,
): FeatureDefinition => ({
  ...entry,
  family,
  window: 0,
  warmup: 0,
  scope: 'stock',
  inputs: ['statements'],
  indicator: INDICATOR,
  compute: (context) => {
    const of = fundamentals(context);
    return fromRows(disclosures(context), (at) => value(of, at));
  },
});

/** Scale of the shares that each disclosure counts in. */
function factorsOfDisclosures(context: FeatureContext): Float64Array {
  return context.shared('factors of disclosures', () => {
    const statements = tableOf(context, 'statements');
    return factorsAt(context.bars, statements, statements.known);
  });
}

/**
 * A feature of what was disclosed and of the price: `price` gives C by the share as counted in a disclosure, NaN where that is too old to
 * say; `marketValue` is that times the shares of the latest count, own ones left out.
 */
export const priced = (
  family: string,
  entry: Entry,
  value: (of: Fundamentals, at: number, price: (row: number) => number, marketValue: number) => number,
): FeatureDefinition => ({
  ...entry,
  family,
  window: MOST_BARS,
  warmup: 0,
  scope: 'stock',
  inputs: ['statements', 'factor'],
  indicator: INDICATOR,
  compute: (context) => {
    const { bars } = context;
    const of = fundamentals(context);
    const { known } = tableOf(context, 'statements');
    const factors = factorsOfDisclosures(context);
    return fromRows(disclosures(context), (at, row) => {
      const price = (from: number): number =>
        from >= 0 && dayOf(bars, row) - known[from] <= MOST_DAYS ? bars.close[row] / factors[from] : Number.NaN;
      const { shares_outstanding, treasury_shares } = of.level;
      const shares = shares_outstanding[at] - (treasury_shares[at] || 0);
      return value(of, at, price, price(of.sharesRow[at]) * shares);
    });
  },
});

export const MARKET_VALUE = 'market value, C x shares outstanding without own shares';

/** Of two amounts of any sign, from -1 to 1: their difference over the sum of their sizes. */
export const change = (now: number, before: number): number => over(now - before, Math.abs(now) + Math.abs(before));
export const CHANGE = '(now - before) / (|now| + |before|)';

export const presence: FeatureDefinition = {
  name: INDICATOR,
  family: 'event',
  formula: '1 where the company disclosed results or forecasts within the past 365 days, else 0',
  window: 0,
  warmup: 0,
  source: 'indicator of what is missing',
  scope: 'stock',
  inputs: ['statements'],
  kind: 'flag',
  range: [0, 1],
  compute: (context) => Float64Array.from(disclosures(context), (row) => (row >= 0 ? 1 : 0)),
};
