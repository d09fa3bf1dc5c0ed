// Owns features of the distance to what is announced for a day or happened on one: results, ex-dividend days, changes of listing, limits.
import { byStock, forPassed, nextDue } from '../../data/as-of.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import type { SideTable } from '../../data/side-tables.ts';
import { fundamentals } from '../disclosures.ts';
import { rollingSum } from '../indicators/rolling.ts';
import { perStock } from '../per-stock.ts';
import { dayOf, fromRows, over, rowsAsOf, tableOf } from '../side-columns.ts';
import { atLeast } from './build.ts';

/** Farther away a day does not count: later results are announced by then, or the company has gone quiet. */
const FAR = 365;
const NEAR = 7;

const common = { family: 'event', window: 0, warmup: 0, scope: 'stock' } as const;

/** Rows of the results that are due next; the last word on a day may be that it was given up. */
function dueRows(context: FeatureContext): Int32Array {
  const table = tableOf(context, 'earnings-calendar');
  const { withdrawn } = table.columns;
  return nextDue(context.bars, table, byStock(context.bars), undefined, (row) => withdrawn[row] !== 1);
}

function daysUntilDue(context: FeatureContext): Float64Array {
  const { period } = tableOf(context, 'earnings-calendar');
  return fromRows(dueRows(context), (due, row) => period[due] - dayOf(context.bars, row));
}

const due: readonly FeatureDefinition[] = [
  {
    ...common,
    name: 'days_until_results',
    formula: 'calendar days until the next results, as far as their day was announced',
    source: 'Frazzini and Lamont (2007)',
    inputs: ['earnings-calendar'],
    indicator: 'results_announced',
    kind: 'count',
    range: atLeast(0),
    compute: daysUntilDue,
  },
  {
    ...common,
    name: 'results_announced',
    formula: '1 where a day of the next results is announced, else 0',
    source: 'indicator of what is missing',
    inputs: ['earnings-calendar'],
    kind: 'flag',
    range: [0, 1],
    compute: (context) => Float64Array.from(dueRows(context), (row) => (row >= 0 ? 1 : 0)),
  },
  {
    ...common,
    name: 'results_within_week',
    formula: '1 where results are announced for the day or the 7 after it, else 0',
    source: 'Frazzini and Lamont (2007)',
    inputs: ['earnings-calendar'],
    kind: 'flag',
    range: [0, 1],
    compute: (context) => daysUntilDue(context).map((days) => (days <= NEAR ? 1 : 0)),
  },
];

/** Calendar days since the latest disclosure of the kind, which counts from the first day that could trade on it. */
const sinceDisclosure = (
  name: string,
  formula: string,
  source: string,
  kind: 'results' | 'any',
): FeatureDefinition => ({
  ...common,
  name,
  formula,
  source,
  inputs: ['statements'],
  indicator: 'has_statement',
  kind: 'count',
  range: [0, FAR],
  compute: (context) => {
    const { bars } = context;
    const table = tableOf(context, 'statements');
    const { resultsRow } = fundamentals(context);
    const latest = rowsAsOf(context, 'statements', Number.POSITIVE_INFINITY, { by: 'known' });
    return fromRows(latest, (at, row) => {
      const from = kind === 'results' ? resultsRow[at] : at;
      const days = from < 0 ? Number.NaN : dayOf(bars, row) - table.known[from];
      return days <= FAR ? days : Number.NaN;
    });
  },
});

const since = [
  sinceDisclosure(
    'days_since_results',
    'calendar days since results were last disclosed, up to 365',
    'Bernard and Thomas (1989)',
    'results',
  ),
  sinceDisclosure(
    'days_since_disclosure',
    'calendar days since results or forecasts were last disclosed, up to 365',
    'Gleason and Lee (2003)',
    'any',
  ),
];

/** A row without any figure takes its ex-day back. */
function exDayStands({ columns }: SideTable): (row: number) => boolean {
  const figures = Object.values(columns);
  return (row) => figures.some((figure) => !Number.isNaN(figure[row]));
}

function nextExDays(context: FeatureContext): Int32Array {
  const table = tableOf(context, 'dividends');
  return nextDue(context.bars, table, byStock(context.bars), undefined, exDayStands(table));
}

function daysUntilExDay(context: FeatureContext): Float64Array {
  const { period } = tableOf(context, 'dividends');
  return fromRows(nextExDays(context), (row, bar) => period[row] - dayOf(context.bars, bar));
}

const exDays: readonly FeatureDefinition[] = [
  {
    ...common,
    name: 'days_until_ex_day',
    formula: 'calendar days until the next ex-dividend day, as far as it was announced',
    source: 'Hartzmark and Solomon (2013)',
    revision: 2,
    inputs: ['dividends'],
    indicator: 'ex_day_announced',
    kind: 'count',
    range: atLeast(0),
    compute: daysUntilExDay,
  },
  {
    ...common,
    name: 'ex_day_announced',
    formula: '1 where a next ex-dividend day is announced, else 0',
    source: 'indicator of what is missing',
    revision: 2,
    inputs: ['dividends'],
    kind: 'flag',
    range: [0, 1],
    compute: (context) => daysUntilExDay(context).map((days) => (Number.isNaN(days) ? 0 : 1)),
  },
  {
    ...common,
    name: 'ex_day_within_week',
    formula: '1 where an ex-dividend day is announced for the day or the 7 after it, else 0',
    source: 'Hartzmark and Solomon (2013)',
    revision: 2,
    inputs: ['dividends'],
    kind: 'flag',
    range: [0, 1],
    compute: (context) => daysUntilExDay(context).map((days) => (days <= NEAR ? 1 : 0)),
  },
  {
    ...common,
    name: 'days_since_ex_day',
    formula: 'calendar days since the last ex-dividend day, up to 365',
    source: 'Hartzmark and Solomon (2013)',
    revision: 2,
    inputs: ['dividends'],
    kind: 'count',
    range: [0, FAR],
    compute: (context) => {
      const { bars } = context;
      const table = tableOf(context, 'dividends');
      const stands = exDayStands(table);
      const out = new Float64Array(bars.dayIndex.length).fill(Number.NaN);
      forPassed(bars, table, byStock(bars), FAR + 1, (row, rows, first, end) => {
        let last = end - 1;
        while (last >= first && !stands(rows[last])) last--;
        if (last >= first) out[row] = dayOf(bars, row) - table.period[rows[last]];
      });
      return out;
    },
  },
  {
    ...common,
    name: 'announced_dividend_yield',
    formula: 'dividend announced for the next ex-dividend day / C',
    source: 'Hartzmark and Solomon (2013)',
    revision: 2,
    inputs: ['dividends', 'factor'],
    indicator: 'ex_day_announced',
    range: atLeast(0),
    compute: (context) => {
      const { bars } = context;
      const { columns } = tableOf(context, 'dividends');
      // Announced by the share of today, whose price was printed as close / factor.
      return fromRows(nextExDays(context), (row, bar) =>
        over(columns.amount[row] * (bars.factor?.[bar] ?? Number.NaN), bars.close[bar]),
      );
    },
  },
];

/** What the listing says of the stock on the day. */
const listed = (name: string, column: string, formula: string, source: string, most: number): FeatureDefinition => ({
  ...common,
  name,
  family: 'event',
  formula,
  source,
  inputs: ['listing'],
  kind: 'count',
  range: [0, most],
  compute: (context) => {
    const { columns } = tableOf(context, 'listing');
    return fromRows(rowsAsOf(context, 'listing', Number.POSITIVE_INFINITY), (row) => columns[column][row]);
  },
});

const limit = (side: 'upper' | 'lower'): FeatureDefinition[] => {
  const touched = (context: FeatureContext): Float64Array => {
    const { columns, period } = tableOf(context, 'trading');
    return fromRows(rowsAsOf(context, 'trading', 0), (row, bar) =>
      period[row] === dayOf(context.bars, bar) ? columns[`${side}_limit`][row] : Number.NaN,
    );
  };
  return [
    {
      ...common,
      name: `${side}_limit_hit`,
      formula: `1 where the ${side} price limit was touched on the day`,
      source: 'Kim and Rhee (1997)',
      inputs: ['trading'],
      range: [0, 1],
      compute: touched,
    },
    {
      ...common,
      name: `${side}_limit_hits_20`,
      formula: `bars of 20 on which the ${side} price limit was touched`,
      window: 20,
      warmup: 19,
      source: 'Kim and Rhee (1997)',
      inputs: ['trading'],
      range: [0, 20],
      compute: (context) => {
        const hits = touched(context);
        return perStock(context, ({ first, end }, out) => rollingSum(hits.subarray(first, end), 20, out));
      },
    },
  ];
};

export const eventFeatures: readonly FeatureDefinition[] = [
  ...due,
  ...since,
  ...exDays,
  listed('size_class', 'size_class', "exchange's size class: 1 the largest, 6 outside", 'Banz (1981)', 6),
  listed('margin_class', 'margin_class', '1 margin, 2 loanable, 3 other', 'D’Avolio (2002), in spirit', 3),
  ...limit('upper'),
  ...limit('lower'),
];
