// Features of side tables against small cases worked out by hand: one company over two years, a split, balances, events, an index.
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { SideTables } from '../../core/data/side-tables.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import { tableOf } from '../support/random-tables.ts';

const day = (text: string): number => toEpochDay(text);
const DAYS = Int32Array.from({ length: 760 }, (_, i) => day('2021-06-01') + i);

/** One stock that trades every day of the week at 100, whose price and number of shares change twofold by a split. */
function barsWithSplit(split: string): BarTable {
  const rows = DAYS.length;
  const factor = Float64Array.from(DAYS, (each) => (each < day(split) ? 0.5 : 1));
  const adjusted = new Float64Array(rows).fill(100);
  return {
    ...{ codes: ['A'], sectors: ['banks'], days: DAYS, offsets: Int32Array.of(0, rows) },
    dayIndex: Int32Array.from(DAYS.keys()),
    ...{ open: adjusted, high: adjusted, low: adjusted, close: adjusted },
    volume: new Float64Array(rows).fill(1000),
    factor,
  };
}

const bars = barsWithSplit('2022-09-01');

/** A feature on given days. */
function on(name: string, tables: SideTables, days: readonly string[], table = bars): number[] {
  const column = computeFeatures(table, [name], undefined, catalogue, tables).get(name)!;
  return days.map((each) => column[day(each) - DAYS[0]]);
}

const row = (known: string, period: string, values: Record<string, number>) => ({
  known: day(known),
  period: day(period),
  values,
});
const [Y0, Y1, Y2] = ['2021-03-31', '2022-03-31', '2023-03-31'].map(day);
const statements: SideTables = {
  statements: tableOf(
    'statements',
    new Map([
      [
        'A',
        [
          row('2021-05-10', '2021-03-31', {
            quarter: 4,
            fiscal_year_end: Y0,
            sales: 900,
            profit: 80,
            next_year_forecast_profit: 100,
            dividend_per_share: 10,
          }),
          row('2021-08-10', '2021-06-30', {
            quarter: 1,
            fiscal_year_end: Y1,
            sales: 250,
            profit: 20,
            forecast_profit: 100,
          }),
          row('2022-02-10', '2021-12-31', {
            quarter: 3,
            fiscal_year_end: Y1,
            sales: 750,
            profit: 90,
            forecast_profit: 110,
          }),
          row('2022-03-20', '2022-03-31', { fiscal_year_end: Y1, forecast_profit: 120, document: 2 }),
          row('2022-05-10', '2022-03-31', {
            quarter: 4,
            fiscal_year_end: Y1,
            sales: 1000,
            profit: 126,
            equity: 1000,
            total_assets: 2000,
            operating_cash_flow: 150,
            shares_outstanding: 11,
            treasury_shares: 1,
            dividend_per_share: 20,
            next_year_forecast_profit: 140,
            next_year_forecast_dividend_per_share: 24,
          }),
          row('2022-08-10', '2022-06-30', {
            quarter: 1,
            fiscal_year_end: Y2,
            sales: 300,
            profit: 35,
            equity: 1100,
            total_assets: 2200,
            forecast_profit: 140,
          }),
          // A correction of the year before, long after.
          row('2022-10-10', '2022-03-31', {
            quarter: 4,
            fiscal_year_end: Y1,
            sales: 1000,
            profit: 116,
            equity: 1000,
            total_assets: 2000,
          }),
        ],
      ],
    ]),
  ),
};

test('trailing years are pieced together from results that run from the start of the year', () => {
  const margin = (days: string[]) => on('net_margin', statements, days);
  expect(margin(['2021-06-01', '2021-08-09'])).toEqual([80 / 900, 80 / 900]);
  // The first quarter of the year before was never disclosed: the whole year still stands.
  expect(margin(['2021-08-10', '2022-02-10'])).toEqual([80 / 900, 80 / 900]);
  expect(margin(['2022-05-09', '2022-05-10'])).toEqual([80 / 900, 126 / 1000]);
  // 300 + 1000 - 250 of sales, 35 + 126 - 20 of profit; later the year before is corrected to 116.
  expect(margin(['2022-08-09', '2022-08-10'])).toEqual([126 / 1000, 141 / 1050]);
  expect(margin(['2022-10-09', '2022-10-10'])).toEqual([141 / 1050, 131 / 1050]);
});

test('a quarter alone is held against the same one a year earlier', () => {
  const growth = on('profit_growth_quarter', statements, ['2022-08-09', '2022-08-10']);
  expect(growth[0]).toBeNaN(); // the fourth quarter of the year before is not known by itself
  expect(growth[1]).toBeCloseTo((35 - 20) / (35 + 20), 12);
});

test('forecasts: the latest against the one before, results against the last, progress against the time passed', () => {
  const revision = on('profit_forecast_revision', statements, [
    '2021-08-10',
    '2022-02-10',
    '2022-03-20',
    '2022-05-10',
    '2022-08-10',
  ]);
  expect(revision).toEqual([0, (110 - 100) / 210, (120 - 110) / 230, Number.NaN, 0]);
  expect(on('profit_against_forecast', statements, ['2022-05-09', '2022-05-10', '2022-08-10'])).toEqual([
    Number.NaN,
    (126 - 120) / 246,
    (126 - 120) / 246,
  ]);
  const progress = on('profit_progress', statements, [
    '2021-06-01',
    '2021-08-10',
    '2022-02-10',
    '2022-05-10',
    '2022-08-10',
  ]);
  expect(progress).toEqual([Number.NaN, 20 / 100 - 0.25, 90 / 110 - 0.75, Number.NaN, 35 / 140 - 0.25]);
  expect(on('profit_forecast_drift', statements, ['2022-03-20'])).toEqual([(120 - 100) / 220]);
});

test('what is by the share follows a split between the disclosure and the day', () => {
  // Ten shares at a printed price of 200 before the split, twenty at 100 after it: the company is worth 2,000 throughout.
  const days = ['2022-05-10', '2022-08-31', '2022-09-01', '2022-10-09'];
  expect(on('book_to_price', statements, days)).toEqual([0.5, 1100 / 2000, 1100 / 2000, 1100 / 2000]);
  // 20 by the old share of 200, and so 10 by the new one of 100.
  expect(on('dividend_yield', statements, days)).toEqual([0.1, 0.1, 0.1, 0.1]);
  expect(on('forecast_dividend_yield', statements, days)).toEqual([0.12, 0.12, 0.12, 0.12]);
  const later = barsWithSplit('2023-06-15'); // has not happened on any of these days
  expect(on('book_to_price', statements, days, later)).toEqual(on('book_to_price', statements, days, later));
  expect(on('book_to_price', statements, days, later)[0]).toBe(0.5);
});

test('a company that has gone quiet for a year has no statement, and the indicator says so', () => {
  const days = ['2023-03-31', '2023-06-01', '2023-06-28'];
  const quiet: SideTables = {
    statements: tableOf(
      'statements',
      new Map([['A', [row('2022-06-01', '2022-03-31', { quarter: 4, fiscal_year_end: Y1, sales: 10, profit: 1 })]]]),
    ),
  };
  expect(on('has_statement', quiet, ['2022-05-31', '2022-06-01', ...days])).toEqual([0, 1, 1, 1, 0]);
  expect(on('net_margin', quiet, days)).toEqual([0.1, 0.1, Number.NaN]);
  expect(on('days_since_results', quiet, ['2022-06-11', ...days])).toEqual([10, 303, 365, Number.NaN]);
});

test('results that are due are known from their announcement on, until they are moved or given up', () => {
  const calendar: SideTables = {
    'earnings-calendar': tableOf(
      'earnings-calendar',
      new Map([
        [
          'A',
          [
            row('2022-01-01', '2022-02-10', { withdrawn: 0 }),
            row('2022-02-05', '2022-02-10', { withdrawn: 1 }),
            row('2022-02-06', '2022-02-20', { withdrawn: 0 }),
          ],
        ],
      ]),
    ),
  };
  const days = ['2021-12-31', '2022-01-01', '2022-02-04', '2022-02-05', '2022-02-06', '2022-02-20', '2022-02-21'];
  const until = on('days_until_results', calendar, days);
  expect(until.map((each) => (Number.isNaN(each) ? null : each))).toEqual([null, 40, 6, null, 14, 0, null]);
  expect(on('results_announced', calendar, days)).toEqual([0, 1, 1, 0, 1, 1, 0]);
  expect(on('results_within_week', calendar, days)).toEqual([0, 0, 1, 0, 0, 1, 0]);
});

test('an ex-dividend day that was moved or given up is due no longer, and was none once it has passed', () => {
  const dividends: SideTables = {
    dividends: tableOf(
      'dividends',
      new Map([
        [
          'A',
          [
            row('2022-08-01', '2022-09-28', { amount: 6, forecast: 1 }),
            // Moved a day on, and half a year later given up.
            row('2022-09-10', '2022-09-28', {}),
            row('2022-09-10', '2022-09-29', { amount: 6, forecast: 0 }),
            row('2022-12-01', '2023-03-30', { record_day: 19447, forecast: 1 }), // of an amount yet to be decided
            row('2023-03-01', '2023-03-30', {}),
          ],
        ],
      ]),
    ),
  };
  const days = ['2022-09-09', '2022-09-10', '2022-09-28', '2022-09-29', '2022-12-01', '2023-03-01', '2023-03-31'];
  const shown = (name: string) => on(name, dividends, days).map((each) => (Number.isNaN(each) ? null : each));
  expect(shown('days_until_ex_day')).toEqual([19, 19, 1, 0, 119, null, null]);
  expect(shown('ex_day_announced')).toEqual([1, 1, 1, 1, 1, 0, 0]);
  expect(shown('ex_day_within_week')).toEqual([0, 0, 1, 1, 0, 0, 0]);
  expect(shown('days_since_ex_day')).toEqual([null, null, null, 0, 63, 153, 183]);
  expect(shown('announced_dividend_yield').map((each) => each !== null)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('ex-dividend days are counted to and from, and the announced dividend is by the share of the day', () => {
  const dividends: SideTables = {
    dividends: tableOf(
      'dividends',
      new Map([
        [
          'A',
          [
            row('2022-08-01', '2022-09-28', { amount: 6, forecast: 1 }),
            row('2022-09-10', '2022-09-28', { amount: 5, forecast: 0 }),
          ],
        ],
      ]),
    ),
  };
  const days = ['2022-07-31', '2022-08-01', '2022-09-10', '2022-09-28', '2022-09-29'];
  expect(on('days_until_ex_day', dividends, days)).toEqual([Number.NaN, 58, 18, 0, Number.NaN]);
  expect(on('days_since_ex_day', dividends, days)).toEqual([Number.NaN, Number.NaN, Number.NaN, 0, 1]);
  expect(on('announced_dividend_yield', dividends, days)).toEqual([Number.NaN, 6 / 200, 5 / 100, 5 / 100, Number.NaN]);
});

test('margin balances hold for five weeks, in shares of their own time', () => {
  const margin: SideTables = {
    'margin-interest': tableOf(
      'margin-interest',
      new Map([
        [
          'A',
          [
            row('2022-08-23', '2022-08-19', { long_shares: 3000, short_shares: 1000, long_negotiable: 600 }),
            row('2022-09-06', '2022-09-02', { long_shares: 9000, short_shares: 1000, long_negotiable: 900 }),
          ],
        ],
      ]),
    ),
  };
  const days = ['2022-08-22', '2022-08-23', '2022-09-05', '2022-09-06', '2022-10-07', '2022-10-08'];
  expect(on('margin_reported', margin, days)).toEqual([0, 1, 1, 1, 1, 0]);
  // 3,000 old shares are 6,000 of those that 1,000 a day are traded of.
  expect(on('margin_long_to_volume', margin, days)).toEqual([Number.NaN, 6, 6, 9, 9, Number.NaN]);
  expect(on('margin_long_change_1w', margin, days)).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    (9 - 6) / 15,
    Number.NaN,
    Number.NaN,
  ]);
  expect(on('margin_balance', margin, days.slice(1, 4))).toEqual([0.5, 0.5, 0.8]);
  expect(on('margin_long_negotiable_share', margin, days.slice(1, 4))).toEqual([0.2, 0.2, 0.1]);
});

test('short sales of the sector, and positions that are reported until they are gone', () => {
  const shorts: SideTables = {
    'short-ratio': tableOf(
      'short-ratio',
      new Map([
        [
          'banks',
          [
            row('2022-01-05', '2022-01-04', {
              long_sales: 60,
              restricted_short_sales: 30,
              unrestricted_short_sales: 10,
            }),
          ],
        ],
      ]),
    ),
    'short-positions': tableOf(
      'short-positions',
      new Map([
        [
          'A',
          [
            row('2022-01-05', '2022-01-03', { share_of_listed: 0.01, reporters: 2 }),
            row('2022-02-05', '2022-02-03', { share_of_listed: 0, reporters: 0 }),
          ],
        ],
      ]),
    ),
  };
  const days = ['2022-01-04', '2022-01-05', '2022-02-05'];
  expect(on('sector_short_share', shorts, days)).toEqual([Number.NaN, 0.4, Number.NaN]);
  expect(on('short_positions_reported', shorts, days)).toEqual([0, 1, 0]);
  expect(on('short_position_change', shorts, days)).toEqual([Number.NaN, Number.NaN, -0.01]);
});

test('flows of the market are those of the latest week that was published', () => {
  const flows: SideTables = {
    'investor-flows': tableOf(
      'investor-flows',
      new Map([['', [row('2022-01-13', '2022-01-07', { foreigners_bought: 60, foreigners_sold: 40 })]]]),
    ),
  };
  expect(on('flow_foreigners', flows, ['2022-01-12', '2022-01-13', '2022-02-04', '2022-02-05'])).toEqual([
    Number.NaN,
    0.2,
    0.2,
    Number.NaN,
  ]);
});

test('a week that is published again counts once, in its newest version, from the day of that', () => {
  const week = (i: number, known: string, bought: number) =>
    row(known, ['2022-01-07', '2022-01-14', '2022-01-21', '2022-01-28'][i], {
      foreigners_bought: bought,
      foreigners_sold: 100 - bought,
    });
  const weeks = [
    week(0, '2022-01-13', 60),
    week(1, '2022-01-20', 55),
    week(2, '2022-01-27', 50),
    week(3, '2022-02-03', 45),
  ];
  const mean = (more: ReturnType<typeof week>[]) => {
    const table = tableOf('investor-flows', new Map([['', [...weeks, ...more]]]));
    return on('flow_foreigners_4w', { 'investor-flows': table }, ['2022-02-02', '2022-02-03', '2022-02-04']);
  };
  expect(mean([])[0]).toBeNaN();
  expect(mean([])[1]).toBeCloseTo((0.2 + 0.1 + 0 - 0.1) / 4, 12);
  // The first week was 70 all along, as became known before the last one was published.
  expect(mean([week(0, '2022-01-30', 70)])[1]).toBeCloseTo((0.4 + 0.1 + 0 - 0.1) / 4, 12);
  expect(mean([week(3, '2022-02-04', 55)])[2]).toBeCloseTo((0.2 + 0.1 + 0 + 0.1) / 4, 12);
});

test('an index is compared over the days of the bars, its last close standing in for a week at most', () => {
  const closes = (from: string, close: (i: number) => number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      known: day(from) + i,
      period: day(from) + i,
      values: { close: close(i) },
    }));
  const index: SideTables = {
    'index-bars': tableOf('index-bars', new Map([['TOPIX', closes('2022-01-01', (i) => 100 + i, 20)]])),
  };
  const days = ['2022-01-02', '2022-01-20', '2022-01-27', '2022-01-28'];
  expect(on('index_return_1', index, days)).toEqual([101 / 100 - 1, 119 / 118 - 1, 0, Number.NaN]);
  expect(on('index_relative_return_5', index, ['2022-01-20'])).toEqual([-(119 / 114 - 1)]);
});

test('an index that begins later takes the place of none, whatever its code', () => {
  const closes = (from: number, rise: number) =>
    Array.from({ length: 40 - from }, (_, i) => {
      const at = day('2022-01-01') + from + i;
      return { known: at, period: at, values: { close: 100 * (1 + rise) ** i } };
    });
  const tables = (more: [string, ReturnType<typeof closes>][]): SideTables => ({
    'index-bars': tableOf('index-bars', new Map([['TOPIX', closes(0, 0.01)], ...more])),
  });
  const days = ['2022-01-02', '2022-01-20', '2022-02-05'];
  const alone = on('index_return_1', tables([]), days);
  expect(on('index_return_1', tables([['AAA', closes(20, 0.05)]]), days)).toEqual(alone);
  // Of those that begin on the same day it is the first by code.
  expect(on('index_return_1', tables([['AAA', closes(0, 0.05)]]), days)).not.toEqual(alone);
});

test('funding and open interest of a perpetual future, and where they part from the price', () => {
  const daily = (values: (i: number) => Record<string, number>) =>
    Array.from(DAYS, (each, i) => ({ known: each, period: each, values: values(i) }));
  const futures: SideTables = {
    funding: tableOf('funding', new Map([['A', daily((i) => ({ rate: i % 2 === 0 ? 0.001 : -0.0005 }))]])),
    'open-interest': tableOf('open-interest', new Map([['A', daily((i) => ({ amount: 100 + i, value: 50_000 }))]])),
  };
  const days = ['2021-06-03'];
  expect(on('funding_rate', futures, days)).toEqual([0.001]);
  expect(on('funding_mean_3', futures, days)[0]).toBeCloseTo(0.0005, 12);
  expect(on('funding_change_1', futures, days)[0]).toBeCloseTo(0.0015, 12);
  expect(on('open_interest_change_1', futures, days)).toEqual([102 / 101 - 1]);
  expect(on('open_interest_to_volume_20', futures, ['2021-07-01'])).toEqual([0.5]);
  expect(on('funding_price_divergence_5', futures, ['2021-07-01'])).toEqual([0]); // alone on its day
  expect(on('market_funding_positive_share', futures, ['2021-06-03', '2021-06-04'])).toEqual([1, 0]);
});
