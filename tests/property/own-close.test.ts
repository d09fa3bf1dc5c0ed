// Tables that are known at the close, written, imported and loaded: no row is joined to a day whose close was before the row became known.
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { asOfDays } from '../../core/data/as-of.ts';
import type { CalendarName } from '../../core/data/calendars.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadSideTables, type SideRow, writeSideRows } from '../../core/data/side-tables.node.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTable, type SideTables } from '../../core/data/side-tables.ts';
import { csv, plainBars, temporaryFolder, writeFile } from '../integration/data-files.ts';

const folder = temporaryFolder();
/** About the day on which Tokyo's close moved. */
const FIRST = toEpochDay('2024-10-25');
const LAST = toEpochDay('2024-11-15');
const days = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
const bars = writeFile(folder, 'bars.csv', csv(plainBars('1301', days.map(fromEpochDay))));
const ATCLOSE = SIDE_TABLE_NAMES.filter((name) => 'knownAtClose' in SIDE_TABLES[name]);

/** Minutes of a day at which the market closes, for the oracle alone: as its rules say. */
const closes: Readonly<Record<string, (day: number) => number>> = {
  XTKS: (day) => (day >= toEpochDay('2024-11-05') ? 15.5 * 60 : 15 * 60),
  XNYS: () => 16 * 60,
  crypto: () => 24 * 60,
};

const row: fc.Arbitrary<SideRow> = fc
  .record({
    period: fc.integer({ min: FIRST, max: LAST - 3 }),
    delay: fc.constantFrom(0, 0, 0, 1, 2),
    minute: fc.option(fc.integer({ min: 1, max: 1439 }), { freq: 4 }),
  })
  .map(({ period, delay, minute }) => ({ code: '1301', period, known: { day: period + delay, minute }, values: {} }));

/** All of them with the same rows; a row's place in `rows` stands in the first column, which names it through sorting. */
async function tablesOf(rows: readonly SideRow[], calendar: CalendarName): Promise<SideTables> {
  const outFolder = join(folder, calendar);
  const tables = ATCLOSE.map((name) => ({ name, path: join(folder, `${name}-${calendar}.parquet`) }));
  for (const { name, path } of tables) {
    const [column] = SIDE_TABLES[name].columns;
    const values = rows.map((own, id) => ({ ...own, values: { [column]: id } }));
    await writeSideRows(path, name, values);
  }
  await importBars({ files: [bars], name: 'test', outFolder, calendar, tables });
  return loadSideTables(outFolder);
}

test.each(Object.keys(closes) as CalendarName[])(
  '%s: a row known at the close is used from the first close that it was known at, and never before',
  async (calendar) => {
    const rows = fc.sample(row, { numRuns: 300, seed: 20261120 });
    const tables = await tablesOf(rows, calendar);
    expect(Object.keys(tables).sort()).toEqual([...ATCLOSE].sort());
    for (const name of ATCLOSE) holds(rows, tables[name], SIDE_TABLES[name].columns[0], closes[calendar]);
  },
);

function holds(rows: readonly SideRow[], table: SideTable | undefined, column: string, close: (day: number) => number) {
  if (!table) throw new Error('not loaded');
  const ids = table.columns[column];
  expect(ids).toHaveLength(rows.length);
  const kinds = new Set<string>();
  for (let i = 0; i < ids.length; i++) {
    const { period, known } = rows[ids[i]];
    // Midnight of a later day says that only the day is known.
    const own = known.day < period || (known.day === period && (known.minute ?? 0) <= close(period));
    if (own) expect(table.known[i]).toBe(period);
    else {
      expect(table.known[i]).toBeGreaterThan(period);
      // A later day's close, which at an unknown time is the one after.
      const moment = known.day * 1440 + (known.minute ?? 1439);
      expect(table.known[i] * 1440 + close(table.known[i])).toBeGreaterThan(moment);
    }
    kinds.add(`${own} ${known.day - period} ${known.minute === null}`);
    if (i > 0) expect(table.known[i]).toBeGreaterThanOrEqual(table.known[i - 1]);
  }
  expect(kinds.size).toBeGreaterThan(5);

  // What becomes known after a day's close changes no join up to that day.
  const today = Int32Array.from(days);
  const joined = asOfDays(table, 0, today, { by: 'known' });
  for (const [d, day] of days.entries()) {
    if (joined[d] < 0) continue;
    const { known } = rows[ids[joined[d]]];
    expect(known.day * 1440 + (known.minute ?? 0)).toBeLessThanOrEqual(day * 1440 + close(day));
  }
}
