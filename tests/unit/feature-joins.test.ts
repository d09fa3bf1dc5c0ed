// What a feature joined is said by disclosure: which row, known since when; what came later, or too old, is not among it.
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { probeFutureRows } from '../support/probe-future.ts';
import { joinedRows } from '../../core/features/store/joined.ts';
import { randomMarket } from '../property/feature-markets.ts';
import { randomTables, tableOf } from '../support/random-tables.ts';
import { until } from '../support/until.ts';

const market = randomMarket({ seed: 3, stocks: 1, days: 300, absent: 0, missing: 0, flat: 0, partial: false });
const bars: BarTable = { ...market, factor: new Float64Array(market.close.length).fill(1) };
const day = (iso: string): number => toEpochDay(iso);
const quarter = (period: string, known: string, quarterOf: number, equity: number) => ({
  period: day(period),
  known: day(known),
  values: {
    document: 1,
    quarter: quarterOf,
    fiscal_year_end: day('2015-12-31'),
    equity,
    book_value_per_share: equity / 100,
    shares_outstanding: 100,
    total_assets: 3 * equity,
    profit: 10 * quarterOf,
    sales: 100 * quarterOf,
  },
});
const statements = tableOf(
  'statements',
  new Map([
    [
      'S0',
      [
        quarter('2015-03-31', '2015-05-11', 1, 1000),
        quarter('2015-06-30', '2015-08-10', 2, 1100),
        // The first quarter, corrected after the second was out.
        quarter('2015-03-31', '2015-09-01', 1, 900),
        quarter('2015-09-30', '2015-11-09', 3, 1200),
      ],
    ],
  ]),
);

const evening = (iso: string): BarTable =>
  until(
    bars,
    bars.days.findLastIndex((each) => each <= day(iso)),
  );
const joins = (name: string, iso: string) => {
  const definition = catalogue.find((one) => one.name === name)!;
  return joinedRows(definition, evening(iso), { statements }, catalogue).map(({ period, known }) => [period, known]);
};

test('a ratio of the balance sheet joins the latest period that was known by the day', () => {
  expect(joins('book_to_price', '2015-05-08')).toEqual([]);
  expect(joins('book_to_price', '2015-05-11')).toEqual([[day('2015-03-31'), day('2015-05-11')]]);
  // On the day before the third quarter is disclosed, its end long past, it is still the second's.
  expect(joins('book_to_price', '2015-11-06')).toEqual([[day('2015-06-30'), day('2015-08-10')]]);
  expect(joins('book_to_price', '2015-11-09')).toEqual([[day('2015-09-30'), day('2015-11-09')]]);
});

test('a rank of it joins what the ratio joins, and a feature of prices nothing', () => {
  const ranked = catalogue.find(({ scope, uses }) => scope !== 'stock' && uses?.includes('book_to_price'));
  if (ranked) expect(joins(ranked.name, '2015-11-06')).toEqual(joins('book_to_price', '2015-11-06'));
  expect(joins('return_20', '2015-11-06')).toEqual([]);
});

test('no row that was disclosed after the day is ever among them, whatever the feature and the table', () => {
  const tables = randomTables(bars, { seed: 5, silent: 0 });
  const through = day('2015-10-01');
  // Every third, of every family.
  const ofTables = catalogue
    .filter(({ inputs }) => inputs?.some((input) => input in tables))
    .filter((_, at) => at % 3 === 0);
  expect(ofTables.length).toBeGreaterThan(30);
  const joining = ofTables.filter((definition) => {
    const rows = joinedRows(definition, evening('2015-10-01'), tables, catalogue);
    for (const { known } of rows) expect(known, definition.name).toBeLessThanOrEqual(through);
    return rows.length > 0;
  });
  expect(joining.length).toBeGreaterThan(ofTables.length / 2);
});

test('a balance that claims to be known before its day brings no factor of that day along', () => {
  const factor = bars.close.map((_, row) => (row < 105 ? 1 : 2)); // a split between the two days
  const balance = { known: bars.days[100], period: bars.days[110], values: { long_shares: 100, short_shares: 50 } };
  const tables = { 'margin-interest': tableOf('margin-interest', new Map([['S0', [balance]]])) };
  const ofBalances = catalogue.filter(({ inputs }) => inputs?.includes('margin-interest') && inputs.includes('factor'));
  expect(ofBalances.length).toBeGreaterThan(0);
  expect(probeFutureRows({ ...bars, factor }, ofBalances, undefined, [102, 104, 107], tables)).toEqual([]);
});
