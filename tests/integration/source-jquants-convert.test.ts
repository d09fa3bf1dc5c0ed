// What J-Quants V2 sends becomes bars that the import reads and side tables that say when each row became known.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { Duck, type SqlRow } from '../../core/data/duckdb.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { SIDE_TABLES, type SideTableName } from '../../core/data/side-tables.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import { download, planDownload } from '../../core/data/sources/download.node.ts';
import { openJQuants } from '../../core/data/sources/jquants.node.ts';
import type { SourceFiles } from '../../core/data/sources/source.ts';
import {
  DARK_DAY,
  GOOD_KEY,
  type JQuantsServer,
  jquantsServer,
  QUIET_DAY,
  SPLIT_DAY,
} from '../support/jquants-server.ts';
import { testContext } from '../support/source-context.ts';

let folder: string;
let server: JQuantsServer;
let files: SourceFiles;
const signal = new AbortController().signal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-jquants-convert-'));
  server = await jquantsServer({ pageSize: 2 });
  files = await convert();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param codes as a request names them */
async function convert(codes?: string[], name = 'all', to = '2024-02-05'): Promise<SourceFiles> {
  const context = testContext(server.url, GOOD_KEY);
  const source = openJQuants(context);
  const request = { tables: source.tables, codes, from: toEpochDay('2024-01-04'), to: toEpochDay(to) };
  const plan = await planDownload(source, request, join(folder, 'parts'), signal);
  const stored = await download(source, request, plan, join(folder, 'parts'), { clock: context.clock, signal });
  const out = join(folder, name);
  mkdirSync(out);
  return source.convert(stored, request, out, signal);
}

async function rows(path: string | undefined, sql = ''): Promise<SqlRow[]> {
  const duck = await Duck.open();
  try {
    const list = await duck.rows(
      `SELECT * REPLACE (CAST(known_at AS VARCHAR) AS known_at) FROM read_parquet('${path}') ${sql}`,
    );
    return list.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  } finally {
    duck.close();
  }
}

test('bars hold prices as they were traded, nothing on a day without trades, and the factor on the day of its event', async () => {
  const duck = await Duck.open();
  const of = (where: string) =>
    duck.rows(`SELECT * FROM read_parquet('${files.bars[0]}') WHERE ${where} ORDER BY code`);
  const prices = ['open', 'high', 'low', 'close', 'volume'];
  const dark = await of(`date = '${DARK_DAY}'`);
  expect(dark).toHaveLength(3);
  for (const row of [...dark, ...(await of(`date = '${QUIET_DAY}' AND code = '13050'`))])
    expect(prices.map((name) => row[name])).toEqual([null, null, null, null, null]);
  const factors = await of(`factor <> 1`);
  expect(factors).toMatchObject([{ code: '13010', date: SPLIT_DAY, factor: 0.5 }]);
  expect(await of(`code = '13010' AND date = '2024-01-04'`)).toMatchObject([{ open: 200, close: 201, volume: 1000 }]);
  duck.close();
});

test('a trading day for which nothing came is named', async () => {
  const context = testContext(server.url, GOOD_KEY);
  const source = openJQuants(context);
  const request = { tables: ['bars' as const], from: toEpochDay('2024-01-04'), to: toEpochDay('2024-01-09') };
  const parts = join(folder, 'parts-with-a-gap');
  const plan = await planDownload(source, request, parts, signal);
  const stored = await download(source, request, plan, parts, { clock: context.clock, signal });
  const of = (day: string) => stored.find(({ table, id }) => table === 'bars' && id === day);
  writeFileSync(of('2024-01-05')?.path ?? '', gzipSync('{"data":[]}\n'));
  const out = join(folder, 'with-a-gap');
  mkdirSync(out);
  const { notes } = await source.convert(stored, request, out, signal);
  expect(notes).toEqual([{ code: 'gap', table: 'bars', count: 1, examples: ['2024-01-05'] }]);
  expect(files.notes).toEqual([]);
});

test('a statement is known from the time of its disclosure, and its empty fields are missing', async () => {
  const [results, revision, single] = await rows(files.tables.statements, 'ORDER BY code');
  expect(results).toEqual({
    code: '13010',
    period: '2023-12-31',
    known_at: '2024-01-12 15:30:00',
    quarter: 3,
    fiscal_year_end: toEpochDay('2024-03-31'),
    sales: 1e9,
    operating_profit: 9e7,
    profit: 6e7,
    eps: 12.5,
    total_assets: 2e9,
    equity: 8e8,
    equity_ratio: 0.4,
    shares_outstanding: 4_800_000,
    treasury_shares: 0,
    forecast_sales: 1.4e9,
    forecast_profit: 8e7,
    forecast_eps: 16.7,
    forecast_dividend_per_share: 20,
    document: 1,
    standard: 2,
  });
  // Without a time only the day is known: it counts as after the close.
  expect(revision).toMatchObject({
    code: '13050',
    known_at: '2024-01-12 00:00:00',
    document: 2,
    forecast_profit: -1e6,
  });
  expect(revision).not.toHaveProperty('sales');
  // A parent's own figures stand in for those of a group only where there is no group.
  expect(revision).not.toHaveProperty('forecast_operating_profit');
  expect(single).toMatchObject({ code: '130A0', sales: 9e7, ordinary_profit: 8e6, standard: 1 });
});

test('a corrected dividend leaves the old ex-day without an amount, at the moment of the correction', async () => {
  expect(await rows(files.tables.dividends, `WHERE code = '13010' ORDER BY known_at, period`)).toEqual([
    {
      code: '13010',
      period: '2024-01-30',
      known_at: '2024-01-10 09:30:00',
      amount: 10,
      record_day: toEpochDay('2024-01-31'),
      forecast: 1,
    },
    {
      code: '13010',
      period: '2024-01-29',
      known_at: '2024-01-17 15:40:00',
      amount: 12.5,
      record_day: toEpochDay('2024-01-31'),
      forecast: 0,
    },
    { code: '13010', period: '2024-01-30', known_at: '2024-01-17 15:40:00' },
  ]);
  // Undecided: announced, and no amount. Given up: nothing of it is left.
  const [undecided, ...more] = await rows(files.tables.dividends, `WHERE code = '13050' ORDER BY known_at`);
  expect(undecided).not.toHaveProperty('amount');
  expect(undecided).toHaveProperty('record_day');
  expect(more).toEqual([{ code: '13050', period: undecided.period, known_at: '2024-01-18 00:00:00' }]);
});

test('flows are those of the whole market, in yen, each correction under its own day of publication', async () => {
  const flows = await rows(files.tables['investor-flows'], 'ORDER BY known_at');
  expect(flows).toMatchObject([
    {
      code: '',
      period: '2024-01-05',
      known_at: '2024-01-11 00:00:00',
      proprietary_bought: 150_500,
      proprietary_sold: 100_000,
      foreigners_bought: 9_000,
    },
    { period: '2024-01-05', known_at: '2024-01-18 00:00:00', proprietary_bought: 160_000 },
  ]);
});

test('margin balances of a Friday are known on the second business day after it, in the afternoon', async () => {
  expect(await rows(files.tables['margin-interest'])).toEqual([
    {
      code: '13010',
      period: '2024-01-12',
      known_at: '2024-01-16 16:30:00',
      long_shares: 1000,
      short_shares: 200,
      long_negotiable: 300,
      short_negotiable: 0,
      long_standard: 700,
      short_standard: 200,
    },
  ]);
});

test('alerts give fractions of the shares listed and how strict they are; a star is no number', async () => {
  expect(await rows(files.tables['margin-alerts'], 'ORDER BY code')).toEqual([
    {
      code: '13010',
      period: '2024-01-12',
      known_at: '2024-01-15 16:30:00',
      long_shares: 500,
      short_shares: 20,
      long_of_listed: 0.025,
      short_of_listed: 0.001,
      caution: 1,
    },
    {
      code: '13050',
      period: '2024-01-12',
      known_at: '2024-01-15 16:30:00',
      long_shares: 5,
      short_shares: 2,
      caution: 2,
    },
  ]);
});

test('short sales are by the names of sectors that the stocks have', async () => {
  const [sale] = await rows(files.tables['short-ratio'], `WHERE period = '2024-01-04' ORDER BY code DESC`);
  expect(sale).toEqual({
    code: '水産・農林業',
    period: '2024-01-04',
    known_at: '2024-01-04 16:30:00',
    long_sales: 5e9,
    restricted_short_sales: 3e9,
    unrestricted_short_sales: 1e9,
  });
  const sectors = readFileSync(files.sectorFile ?? '', 'utf8');
  expect(sectors).toMatch(/^code,sector\n/);
  expect(sectors).toContain('13010,水産・農林業');
});

test('short positions add up those who report until they fall below the threshold', async () => {
  const positions = await rows(files.tables['short-positions'], 'ORDER BY known_at');
  expect(
    positions.map(({ period, known_at, share_of_listed, reporters }) => [
      period,
      String(known_at).slice(0, 10),
      share_of_listed,
      reporters,
    ]),
  ).toEqual([
    ['2024-01-09', '2024-01-10', 0.016, 2],
    ['2024-01-12', '2024-01-15', 0.026, 2],
    ['2024-01-16', '2024-01-17', 0.02, 1],
    ['2024-01-16', '2024-01-18', 0.027, 2], // a late report of the 11th
    ['2024-01-19', '2024-01-22', 0, 0],
  ]);
});

test('a day of results that moved or was given up is withdrawn when that became known', async () => {
  const days = await rows(files.tables['earnings-calendar'], `WHERE code = '13010' ORDER BY known_at, period`);
  expect(days.map(({ period, known_at, withdrawn }) => [period, String(known_at).slice(0, 10), withdrawn])).toEqual([
    ['2024-01-25', '2024-01-10', 0],
    ['2024-01-25', '2024-01-17', 1],
    ['2024-01-30', '2024-01-17', 0],
    ['2024-01-30', '2024-01-24', 1],
  ]);
  // What is due next is known when it was fetched: at noon of 2024-02-05 in Tokyo.
  expect(await rows(files.tables['earnings-calendar'], `WHERE code = '13050'`)).toMatchObject([
    { period: '2024-02-01', known_at: '2024-02-05 00:00:00', quarter: 3 },
  ]);
});

test('a listing has one row as long as nothing changes', async () => {
  expect(await rows(files.tables.listing, 'ORDER BY code')).toMatchObject([
    { code: '13010', period: '2024-01-04', sector_33: 50, size_class: 5, market: 111, margin_class: 2 },
    { code: '13050', sector_33: 9999, size_class: 6 },
    { code: '130A0' },
  ]);
});

test('indices have TOPIX once though it comes twice', async () => {
  const bars = await rows(files.tables['index-bars'], `WHERE period = '2024-01-05' ORDER BY code`);
  expect(bars).toMatchObject([{ code: '0000', close: 2401 }, { code: '0028' }]);
});

test('every table has its columns and no others', async () => {
  const duck = await Duck.open();
  for (const [name, path] of Object.entries(files.tables)) {
    const columns = (await duck.rows(`DESCRIBE SELECT * FROM read_parquet('${path}')`)).map(
      ({ column_name, column_type }) => `${column_name} ${column_type}`,
    );
    const own = SIDE_TABLES[name as SideTableName].columns.map((column) => `${column} DOUBLE`);
    expect([name, ...columns]).toEqual([name, 'code VARCHAR', 'period DATE', 'known_at TIMESTAMP', ...own]);
  }
  duck.close();
  expect(Object.keys(files.tables)).toHaveLength(11);
});

test('bars and tables import as a dataset whose splits are settled', async () => {
  const out = join(folder, 'dataset');
  const tables = Object.entries(files.tables).map(([name, path]) => ({ name: name as SideTableName, path }));
  const manifest = await importBars({
    files: files.bars,
    sectorFile: files.sectorFile,
    calendar: files.calendar,
    factors: files.factors,
    tables,
    name: 'tokyo',
    outFolder: out,
  });
  expect(manifest.calendar).toEqual({ name: 'XTKS', reason: 'chosen' });
  expect(manifest.findings.map(({ code }) => code)).not.toContain('missing-session');
  expect(manifest).toMatchObject({ adjustment: 'factor', days: 19, firstDay: '2024-01-04' });
  expect(manifest.codes).toMatchObject([
    { code: '13010', sector: '水産・農林業' },
    { code: '13050', sector: 'その他' },
    { code: '130A0' },
  ]);
  // A forecast revised before the year is over knows nothing of the future.
  expect(manifest.findings.map(({ code }) => code)).not.toContain('known-too-early');
  const bars = await loadBars(out);
  // Without the split at hand the price would halve.
  const before = bars.close[bars.offsets[0] + 7];
  const after = bars.close[bars.offsets[0] + 8];
  expect(after / before).toBeCloseTo(1, 1);
  const loaded = await loadSideTables(out);
  // The split is recorded as what it is, from the factor of its day.
  expect(Object.keys(loaded).sort()).toEqual([...Object.keys(files.tables), 'corporate-actions'].sort());
  expect(loaded['corporate-actions']).toMatchObject({
    codes: ['13010'],
    period: Int32Array.of(toEpochDay(SPLIT_DAY)),
    columns: { ratio: Float64Array.of(2) },
  });
});

test.each(['2024-01-10', '2024-01-12', '2024-01-17', '2024-01-22'])(
  'what was known by %s is the same whether later days were fetched or not',
  async (to) => {
    const then = await convert(undefined, `until-${to}`, to);
    for (const name of Object.keys(files.tables) as SideTableName[]) {
      const known = await rows(files.tables[name], `WHERE known_at::DATE <= DATE '${to}' ORDER BY ALL`);
      const held = then.tables[name] === undefined ? [] : await rows(then.tables[name], 'ORDER BY ALL');
      expect([name, held]).toEqual([name, known]);
    }
    const duck = await Duck.open();
    const bars = (path: string) =>
      duck.rows(`SELECT * FROM read_parquet('${path}') WHERE date <= DATE '${to}' ORDER BY ALL`);
    expect(await bars(then.bars[0])).toEqual(await bars(files.bars[0]));
    duck.close();
    // Sectors as well: those of stocks that were listed then.
    const all = readFileSync(files.sectorFile ?? '', 'utf8').split('\n');
    for (const line of readFileSync(then.sectorFile ?? '', 'utf8').split('\n')) expect(all).toContain(line);
  },
);

test('a download that begins on the day of a split takes its factor for what it is', async () => {
  const context = testContext(server.url, GOOD_KEY);
  const source = openJQuants(context);
  const [from, to] = [toEpochDay(SPLIT_DAY), toEpochDay('2024-01-19')];
  const request = { tables: ['bars' as const], codes: ['13010'], from, to };
  const parts = join(folder, 'parts-since-the-split');
  const plan = await planDownload(source, request, parts, signal);
  const stored = await download(source, request, plan, parts, { clock: context.clock, signal });
  const out = join(folder, 'since-the-split');
  mkdirSync(out);
  const { bars: paths, calendar, factors } = await source.convert(stored, request, out, signal);
  const outFolder = join(folder, 'dataset-since-the-split');
  const manifest = await importBars({ files: paths, calendar, factors, name: 'tokyo', outFolder });
  expect(manifest.findings.map(({ code }) => code)).not.toContain('adjustment-mismatch');
  const { close } = await loadBars(outFolder);
  for (let i = 1; i < close.length; i++) expect(close[i] / close[i - 1]).toBeCloseTo(1, 1);
});

test('codes without a bar are named, and where none has one the nearest is', async () => {
  expect((await convert(['1305', '130a', '9999'], 'mistyped')).notes).toContainEqual({
    code: 'codes-unknown',
    table: 'bars',
    count: 1,
    examples: ['9999'],
  });
  await expect(convert(['1302'], 'unknown')).rejects.toMatchObject({
    code: 'source/unknown-instrument',
    params: { code: '1302', nearest: '13010' },
  });
});

test('only the stocks that were asked for, four characters standing for the common stock', async () => {
  const some = await convert(['1305', '130A0'], 'some');
  const duck = await Duck.open();
  expect(await duck.rows(`SELECT DISTINCT code FROM read_parquet('${some.bars[0]}') ORDER BY code`)).toEqual([
    { code: '13050' },
    { code: '130A0' },
  ]);
  expect(await duck.rows(`SELECT DISTINCT code FROM read_parquet('${some.tables.statements}') ORDER BY code`)).toEqual([
    { code: '13050' },
    { code: '130A0' },
  ]);
  expect(some.tables['index-bars']).toBeDefined();
  expect(some.notes.map(({ code, table }) => `${code} ${table}`)).toContain('table-empty short-positions');
  duck.close();
});

test('a row with one name twice is told with the answer that it stands in', async () => {
  const context = testContext(server.url, GOOD_KEY);
  const source = openJQuants(context);
  const request = { tables: ['bars' as const], from: toEpochDay('2024-01-04'), to: toEpochDay('2024-01-05') };
  const parts = join(folder, 'twice');
  const plan = await planDownload(source, request, parts, signal);
  const stored = await download(source, request, plan, parts, { clock: context.clock, signal });
  const { path } = stored.find(({ table }) => table === 'bars')!;
  writeFileSync(path, gzipSync('{"data":[{"Date":"2024-01-04","Code":"10010","Code":"10020","O":1}]}\n'));
  const out = join(folder, 'twice-out');
  mkdirSync(out);
  await expect(source.convert(stored, request, out, signal)).rejects.toMatchObject({
    code: 'source/unreadable-part',
    params: { path },
  });
});
