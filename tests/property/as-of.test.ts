import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asOf, asOfDays, byCode, bySector, byStock, nextDue } from '../../core/data/as-of.ts';
import { columnAsOf } from '../support/column-as-of.ts';
import type { SideTable } from '../../core/data/side-tables.ts';
import { randomBars } from '../support/random-bars.ts';

const bars = randomBars({ stocks: 5, days: 30, gaps: 0.2, partial: 0.3, seed: 7 });
const [firstDay, lastDay] = [bars.days[0], bars.days[bars.days.length - 1]];

interface Row {
  code: string;
  known: number;
  period: number;
  /** 1 to 4, for rules that look at some rows only. */
  quarter: number;
  value: number;
}

/** Rows as a table; `id` is the row's place in `rows`, so that a join can be named whatever stands around it. */
function tableOf(rows: readonly Row[]): SideTable {
  const order = rows
    .map((_, id) => id)
    .sort((a, b) => {
      const [x, y] = [rows[a], rows[b]];
      return x.code < y.code ? -1 : x.code > y.code ? 1 : x.known - y.known || x.period - y.period || a - b;
    });
  const codes = [...new Set(order.map((id) => rows[id].code))];
  const offsets = codes.map((code) => order.findIndex((id) => rows[id].code === code));
  return {
    codes,
    offsets: Int32Array.from([...offsets, rows.length]),
    known: Int32Array.from(order, (id) => rows[id].known),
    period: Int32Array.from(order, (id) => rows[id].period),
    columns: {
      id: Float64Array.from(order),
      quarter: Float64Array.from(order, (id) => rows[id].quarter),
      value: Float64Array.from(order, (id) => rows[id].value),
    },
  };
}

const ids = (table: SideTable, rows: Int32Array): number[] =>
  Array.from(rows, (row) => (row < 0 ? -1 : table.columns.id[row]));

const keys = [...bars.codes, 'sector 0', 'sector 1', '', 'unknown'];
const row = (known: fc.Arbitrary<number>): fc.Arbitrary<Row> =>
  fc.record({
    code: fc.constantFrom(...keys),
    known,
    period: fc.integer({ min: firstDay - 10, max: lastDay + 10 }),
    quarter: fc.integer({ min: 1, max: 4 }),
    value: fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true, noDefaultInfinity: true })),
  });

/** Everything that can be joined, each by every row of `bars`, as ids of rows or values. */
function joins(rows: readonly Row[]): (readonly number[])[] {
  const table = tableOf(rows);
  const annual = (r: number): boolean => table.columns.quarter[r] === 4;
  const latest = asOf(bars, table, byStock(bars));
  return [
    ids(table, latest),
    ids(table, asOf(bars, table, byStock(bars), { by: 'known' })),
    ids(table, asOf(bars, table, byStock(bars), { where: annual, lag: 1 })),
    ids(table, asOf(bars, table, bySector(bars))),
    ids(table, asOf(bars, table, byCode(''), { lag: 2 })),
    ids(table, nextDue(bars, table, byStock(bars))),
    Array.from(columnAsOf(bars, table, 'value', byStock(bars))),
  ];
}

test('rows that become known later, restatements of old periods among them, change no join of the days before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: firstDay, max: lastDay }),
      fc.array(row(fc.integer({ min: firstDay - 5, max: lastDay + 5 })), { maxLength: 60 }),
      fc.array(row(fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 30 }),
      (today, rows, later) => {
        const before = joins(rows);
        const after = joins([...rows, ...later.map((r) => ({ ...r, known: today + r.known }))]);
        before.forEach((join, j) => {
          const past = (_: number, i: number): boolean => bars.days[bars.dayIndex[i]] <= today;
          expect(after[j].filter(past)).toEqual(join.filter(past));
        });
      },
    ),
  );
});

test('a join is what looking through all rows finds', () => {
  fc.assert(
    fc.property(
      fc.array(row(fc.integer({ min: firstDay - 5, max: lastDay + 5 })), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 3 }),
      (rows, lag) => {
        const table = tableOf(rows);
        table.codes.forEach((code, c) => {
          const byPeriod = ids(table, asOfDays(table, c, bars.days, { lag }));
          const byKnown = ids(table, asOfDays(table, c, bars.days, { lag, by: 'known' }));
          bars.days.forEach((day, d) => {
            const usable = rows
              .map((r, id) => ({ ...r, id }))
              .filter((r) => r.code === code && r.known <= day)
              .sort((a, b) => a.known - b.known || a.period - b.period || a.id - b.id);
            expect(byKnown[d]).toBe(usable.at(-1 - lag)?.id ?? -1);
            const newest = [...new Map(usable.map((r) => [r.period, r])).values()].sort((a, b) => a.period - b.period);
            expect(byPeriod[d]).toBe(newest.at(-1 - lag)?.id ?? -1);
          });
        });
      },
    ),
    { numRuns: 40 },
  );
});

test('the row that is due next is the nearest of those announced, and a day passes over what is behind it', () => {
  const stock = bars.codes[0];
  const mine = Array.from(bars.dayIndex.subarray(0, bars.offsets[1]), (index) => bars.days[index]);
  const [announced, due, later] = [mine[2], mine[5], mine[8]];
  const rows = [
    { code: stock, known: firstDay - 1, period: later, quarter: 2, value: 1 },
    { code: stock, known: announced, period: due, quarter: 1, value: 1 },
  ];
  const table = tableOf(rows);
  const found = ids(table, nextDue(bars, table, byStock(bars))).slice(0, mine.length);
  expect(found).toEqual(mine.map((day) => (day > later ? -1 : day >= announced && day <= due ? 1 : 0)));
});
