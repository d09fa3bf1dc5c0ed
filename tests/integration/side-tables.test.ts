import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import type { AppError } from '../../core/base/errors.ts';
import type { CalendarName } from '../../core/data/calendars.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { readManifest } from '../../core/data/load.node.ts';
import { loadSideTables, writeSideRows } from '../../core/data/side-tables.node.ts';
import type { SideTableName } from '../../core/data/side-tables.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(20);
const bars = writeFile(folder, 'bars.csv', csv([...plainBars('1301', days), ...plainBars('1305', days)]));
let imports = 0;

async function importTables(tables: Partial<Record<SideTableName, string>>, calendar?: CalendarName) {
  const outFolder = join(folder, `dataset-${imports++}`);
  const named = Object.entries(tables).map(([name, path]) => ({ name: name as SideTableName, path }));
  const request: ImportRequest = {
    files: [bars],
    name: 'test',
    outFolder,
    tables: named,
    ...(calendar && { calendar }),
  };
  return { manifest: await importBars(request), outFolder };
}

const text = (name: string, lines: readonly string[]): string =>
  writeFile(folder, `in-${imports++}/${name}`, `${lines.join('\n')}\n`);

const statements = [
  'code,period,known_at,quarter,sales,fiscal_year_end',
  '1305,2019-12-31,2020-02-14 15:00,3,70,2020-03-31',
  '1301,2019-12-31,2020-02-07 14:59:59,3,100,2020-03-31',
  '1301,2019-12-31,2020-02-10,3,,2020-03-31',
  '1301,2019-09-30,2020-02-10 10:00,2,60,2020-03-31',
];

test('a table is stored beside the bars, and loads with the day from which each row may be looked at', async () => {
  const path = text('statements.csv', statements);
  const { manifest, outFolder } = await importTables({ statements: path });
  expect(manifest.tables).toEqual([
    {
      name: 'statements',
      rows: 4,
      firstPeriod: '2019-09-30',
      lastPeriod: '2019-12-31',
      columns: ['quarter', 'fiscal_year_end', 'sales'],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      sources: [
        { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex'), bytes: statSync(path).size },
      ],
    },
  ]);
  expect(readManifest(outFolder)).toEqual(manifest);
  expect(readdirSync(join(outFolder, 'tables'))).toEqual(['statements.parquet']);

  const { statements: table } = await loadSideTables(outFolder);
  expect(table?.codes).toEqual(['1301', '1305']);
  expect(Array.from(table?.offsets ?? [])).toEqual([0, 3, 4]);
  // Before the close: that day. At 10:00: that day, though the row of that day without a time counts from the next. At the close: the next.
  const known = ['2020-02-07', '2020-02-10', '2020-02-11', '2020-02-15'].map(toEpochDay);
  expect(Array.from(table?.known ?? [])).toEqual(known);
  expect(Array.from(table?.columns.sales ?? [])).toEqual([100, 60, Number.NaN, 70]);
  expect(Array.from(table?.columns.fiscal_year_end ?? [])).toEqual(Array(4).fill(toEpochDay('2020-03-31')));
  expect(Array.from(table?.columns.equity ?? [])).toEqual(Array(4).fill(Number.NaN));

  const late = await loadSideTables(outFolder, { closeMinute: 15 * 60 + 30, codes: ['1305'] });
  expect([late.statements?.codes, Array.from(late.statements?.known ?? [])]).toEqual([
    ['1305'],
    [toEpochDay('2020-02-14')],
  ]);
  expect(await loadSideTables(outFolder, { names: ['dividends'] })).toEqual({});
});

test('the hash of a dataset covers its tables, by their values and not by how they were written', async () => {
  const without = await importTables({});
  expect(without.manifest).not.toHaveProperty('tables');
  const one = await importTables({ statements: text('statements.csv', statements) });
  const packed = join(folder, 'packed.csv.gz');
  writeFileSync(packed, gzipSync(`${[...statements, statements[1]].join('\r\n').replaceAll(',', ';')}\r\n`));
  const [header, first, ...rest] = statements;
  const other = await importTables({ statements: text('other.csv', [header, first.replace(',70,', ',71,'), ...rest]) });
  const hashes = [without, one, await importTables({ statements: packed }), other].map(
    ({ manifest }) => manifest.contentHash,
  );
  expect(hashes[2]).toBe(hashes[1]);
  expect(new Set(hashes).size).toBe(3);
});

test('rows of a stock that changed its code since follow it; those of another that took the code up do not', async () => {
  const changed = writeFile(
    folder,
    'changed.csv',
    csv([...plainBars('1301', days.slice(0, 8)), ...plainBars('130A', days.slice(8)), ...plainBars('1305', days)]),
  );
  const lines = [
    'code,period,known_at,sales',
    `1301,2019-12-31,${days[2]} 10:00,1`,
    `130A,2020-03-31,${days[9]} 10:00,2`,
    // Published by a stock that bears the old code by then.
    `1301,2020-03-31,${days[9]} 10:00,3`,
  ];
  const outFolder = join(folder, 'followed');
  await importBars({
    files: [changed],
    name: 'test',
    outFolder,
    tables: [{ name: 'statements', path: text('statements.csv', lines) }],
    codeChanges: [{ from: '1301', to: '130A', day: toEpochDay(days[8]) }],
  });
  const { statements: table } = await loadSideTables(outFolder);
  expect([table?.codes, Array.from(table?.offsets ?? [])]).toEqual([
    ['1301', '130A'],
    [0, 1, 3],
  ]);
  expect(Array.from(table?.columns.sales ?? [])).toEqual([3, 1, 2]);
});

test('rows that a source writes come back, of a market-wide table and of one known at its own close', async () => {
  const flows = join(folder, 'flows.parquet');
  const period = toEpochDay('2020-01-10');
  await writeSideRows(flows, 'investor-flows', [
    {
      code: '',
      period,
      known: { day: period + 6, minute: 900 },
      values: { foreigners_bought: 3, foreigners_sold: Number.NaN },
    },
  ]);
  const index = join(folder, 'index.parquet');
  await writeSideRows(index, 'index-bars', [
    { code: 'TOPIX', period, known: { day: period, minute: null }, values: { close: 1700.5 } },
  ]);
  const { outFolder } = await importTables({ 'investor-flows': flows, 'index-bars': index });
  const tables = await loadSideTables(outFolder);
  expect(tables['investor-flows']?.codes).toEqual(['']);
  expect(tables['investor-flows']?.known[0]).toBe(period + 7);
  expect(tables['investor-flows']?.columns.foreigners_bought[0]).toBe(3);
  expect(tables['investor-flows']?.columns.foreigners_sold[0]).toBeNaN();
  expect([tables['index-bars']?.known[0], tables['index-bars']?.columns.close[0]]).toEqual([period, 1700.5]);

  const written = writeSideRows(join(folder, 'unwritten.parquet'), 'funding', [
    { code: 'A', period, known: { day: period, minute: null }, values: { rat: 1 } },
  ]);
  await expect(written).rejects.toMatchObject({ code: 'data/unknown-table-column', params: { column: 'rat' } });
  expect(readdirSync(folder).filter((name) => name.startsWith('unwritten'))).toEqual([]);
});

/** Days after its own from which each row of a table of indices may be used; by code. */
async function delays(
  rows: Readonly<Record<string, readonly [day: string, known: string]>>,
  calendar?: CalendarName,
): Promise<Record<string, number>> {
  const lines = Object.entries(rows).map(([code, [day, known]]) => `${code},${day},${known},1`);
  const path = text('indices.csv', ['code,period,known_at,close', ...lines]);
  const { outFolder } = await importTables({ 'index-bars': path }, calendar);
  const { codes = [], known = [], period = [] } = (await loadSideTables(outFolder))['index-bars'] ?? {};
  return Object.fromEntries(codes.map((code, i) => [code, known[i] - period[i]]));
}

test('what is known at its close is known later where known_at is of a later day', async () => {
  const rows = {
    'SAME-DAY': ['2020-01-10', '2020-01-10'],
    'NEW-YORK': ['2020-01-10', '2020-01-11 06:00'], // closes on the next morning of Tokyo
    EVENING: ['2020-01-10', '2020-01-11 17:00'],
    'NEXT-DAY': ['2020-01-10', '2020-01-11'], // at an unknown time
  } as const;
  const expected = { 'SAME-DAY': 0, 'NEW-YORK': 1, EVENING: 2, 'NEXT-DAY': 2 };
  expect(await delays(rows)).toEqual(expected);
  expect(await delays(rows, 'XTKS')).toEqual(expected);
  // A day of coins ends at midnight, which of a later day says that only the day is known.
  expect(await delays(rows, 'crypto')).toEqual(expected);
});

test('what is known at its close is known the next day where known_at is after that close', async () => {
  const rows = {
    MORNING: ['2020-01-10', '2020-01-10 09:00'],
    CLOSE: ['2020-01-10', '2020-01-10 15:00:20'],
    'NEW-CLOSE': ['2024-11-05', '2024-11-05 15:30'], // Tokyo's since that day
    'BEFORE-IT': ['2024-11-01', '2024-11-01 15:30'],
    'HALF-PAST-FOUR': ['2020-01-10', '2020-01-10 16:30'],
    EVENING: ['2020-01-10', '2020-01-10 18:00'],
  } as const;
  const none = { MORNING: 0, CLOSE: 0 };
  const tokyo = { ...none, 'NEW-CLOSE': 0, 'BEFORE-IT': 1, 'HALF-PAST-FOUR': 1, EVENING: 1 };
  expect(await delays(rows, 'XTKS')).toEqual(tokyo);
  // Where the exchange is not known, nothing after three counts for its day.
  expect(await delays(rows)).toEqual({ ...tokyo, 'NEW-CLOSE': 1 });
  expect(await delays(rows, 'XNYS')).toEqual({ ...tokyo, 'NEW-CLOSE': 0, 'BEFORE-IT': 0 });
  expect(Object.values(await delays(rows, 'crypto'))).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each<[string, SideTableName, string[], Partial<AppError>]>([
  [
    'a column that is unknown',
    'statements',
    ['code,period,known_at,sale', '1301,2020-01-01,2020-01-01,1'],
    { code: 'data/unknown-table-column' },
  ],
  [
    'no time of disclosure',
    'statements',
    ['code,period,sales', '1301,2020-01-01,1'],
    { code: 'data/missing-table-column' },
  ],
  [
    'no values',
    'statements',
    ['code,period,known_at', '1301,2020-01-01,2020-01-01'],
    { code: 'data/missing-table-column' },
  ],
  [
    'a row without a code',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,2020-01-01,1', ',2020-01-01,2020-01-01,1'],
    { code: 'data/bad-table-code', params: { row: 3 } as never },
  ],
  [
    'a code of the whole market',
    'investor-flows',
    ['code,period,known_at,banks_sold', '1301,2020-01-01,2020-01-01,1'],
    { code: 'data/bad-table-code' },
  ],
  [
    'a day that is none',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-13-01,2020-01-01,1'],
    { code: 'data/bad-table-day' },
  ],
  [
    'a time that is none',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,soon,1'],
    { code: 'data/bad-table-time' },
  ],
  [
    'a time that is missing',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,,1'],
    { code: 'data/bad-table-time' },
  ],
  [
    'a time of another zone',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,2020-01-01T15:00+09:00,1'],
    { code: 'data/bad-table-time-zone' },
  ],
  [
    'a time of UTC',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,2020-01-01 06:00:00Z,1'],
    { code: 'data/bad-table-time-zone' },
  ],
  [
    "a day that is a moment of another zone's",
    'dividends',
    [
      'code,period,known_at,amount',
      '1301,2020-01-01T00:00:00+09:00,2020-01-01,1',
      '1301,2020-01-01T15:00:00Z,2020-01-01,1',
    ],
    { code: 'data/bad-table-time-zone', params: { row: 3 } as never },
  ],
  [
    'a number that is none',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,2020-01-01,1', '1301,2020-01-02,2020-01-01,"1,5"'],
    { code: 'data/bad-table-number', params: { row: 3, value: '1,5' } as never },
  ],
  [
    'a number without end',
    'dividends',
    ['code,period,known_at,amount', '1301,2020-01-01,2020-01-01,inf'],
    { code: 'data/bad-table-number' },
  ],
  [
    'codes of another form',
    'dividends',
    ['code,period,known_at,amount', '13010,2020-01-01,2020-01-01,1'],
    { code: 'data/unmatched-table' },
  ],
])('%s is refused with words, and nothing is left behind', async (_, name, lines, expected) => {
  const file = text('table.csv', lines);
  const { code, params } = expected;
  const before = readdirSync(folder).filter((entry) => entry.startsWith('dataset-'));
  await expect(importTables({ [name]: file })).rejects.toMatchObject({
    code,
    params: { file, ...(code === 'data/unmatched-table' ? { bar: '1301' } : {}), ...(params as object | undefined) },
  });
  expect(readdirSync(folder).filter((entry) => entry.startsWith('dataset-'))).toEqual(before);
});

test('a time with its zone in Parquet is refused like one in a text; without it, it is taken as it stands', async () => {
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  const write = async (name: string, type: string): Promise<string> => {
    const path = join(folder, `${name}.parquet`);
    await duck.run(`COPY (SELECT '1301' AS code, DATE '2020-01-06' AS period, '2020-01-07 15:00:00'::${type} AS known_at,
      2::FLOAT AS amount, 'nan'::DOUBLE AS record_day) TO '${path}' (FORMAT parquet)`);
    return path;
  };
  const [zoned, plain] = [await write('zoned', 'TIMESTAMPTZ'), await write('plain', 'TIMESTAMP_NS')];
  duck.closeSync();
  await expect(importTables({ dividends: zoned })).rejects.toMatchObject({ code: 'data/bad-table-time-zone' });
  const { dividends } = await loadSideTables((await importTables({ dividends: plain })).outFolder);
  expect([dividends?.known[0], dividends?.columns.amount[0]]).toEqual([toEpochDay('2020-01-08'), 2]);
  expect(dividends?.columns.record_day[0]).toBeNaN();
});

test('names of tables are checked before anything is read, and a table that is gone is told', async () => {
  await expect(importTables({ statments: bars } as never)).rejects.toMatchObject({ code: 'input/unknown-table' });
  const { outFolder } = await importTables({ statements: text('statements.csv', statements) });
  rmSync(join(outFolder, 'tables'), { recursive: true });
  await expect(loadSideTables(outFolder)).rejects.toMatchObject({ code: 'data/damaged-dataset' });
});

test("a day that Parquet holds as a moment is refused where that is of another zone: Tokyo's midnight is the day before in UTC", async () => {
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  const written = async (name: string, period: string): Promise<string> => {
    const path = join(folder, `${name}.parquet`);
    await duck.run(`COPY (SELECT 'X' AS code, ${period} AS period, 1.0 AS close) TO '${path}' (FORMAT parquet)`);
    return path;
  };
  const tokyo = await written('tokyo-days', "TIMESTAMPTZ '2020-01-09 00:00:00+09'");
  const utc = await written('utc-days', "TIMESTAMPTZ '2020-01-09 00:00:00+00'");
  duck.closeSync();
  await expect(importTables({ 'index-bars': tokyo })).rejects.toMatchObject({
    code: 'data/bad-table-time-zone',
    params: { column: 'period' },
  });
  const { outFolder } = await importTables({ 'index-bars': utc });
  expect((await loadSideTables(outFolder))['index-bars']?.known[0]).toBe(toEpochDay('2020-01-09'));
});
