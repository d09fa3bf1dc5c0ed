// Every check that needs the whole import: silent on a market without a fault, and loud where one is planted in it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { FINDINGS, type FindingCode } from '../../core/data/findings.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import type { DatasetManifest } from '../../core/data/manifest.ts';
import { CHECKS, qualityReport } from '../../core/data/quality-report.ts';
import { repairsFor } from '../../core/data/repair-offers.ts';
import type { RepairName } from '../../core/data/repairs.ts';
import {
  cleanMarket,
  LEAVING,
  MARKET_DAYS as days,
  type MarketRow,
  SPLIT_DAY,
  SPLITTING,
  writeMarket,
  writeSurroundings,
} from '../support/clean-market.ts';
import { temporaryFolder, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const beside = writeSurroundings(join(folder, 'beside'));
/** Together with the version before: all that any check asks for. */
const whole = {
  sectorFile: beside.sectorFile,
  tables: [
    { name: 'statements' as const, path: beside.statements },
    { name: 'corporate-actions' as const, path: beside.actions },
  ],
};
const cleanFolder = join(folder, 'clean');
let imports = 0;

const counts = (manifest: DatasetManifest) => Object.fromEntries(manifest.findings.map((f) => [f.code, f.count]));
const importRows = (rows: readonly MarketRow[], request: Partial<ImportRequest> = {}): Promise<DatasetManifest> => {
  const at = join(folder, `market-${imports++}`);
  const files = request.files ?? [writeMarket(`${at}-files`, rows)];
  return importBars({ name: 'market', outFolder: at, ...request, files });
};

/** One code leaves: the only thing to tell of the market. */
const BY_NATURE = { 'early-end': 1 };

beforeAll(async () => {
  const manifest = await importBars({
    files: [writeMarket(join(folder, 'files'), cleanMarket())],
    name: 'market',
    outFolder: cleanFolder,
    ...whole,
  });
  expect(counts(manifest)).toEqual(BY_NATURE);
});

test('on a clean market every check runs, and none speaks', async () => {
  const manifest = await importRows(cleanMarket(), { ...whole, previous: cleanFolder });
  expect(counts(manifest)).toEqual(BY_NATURE);
  expect(manifest.calendar).toEqual({ name: 'XTKS', reason: 'guessed', agreement: 1 });
  expect(manifest.skipped).toEqual({});
  expect(manifest.drift).toMatchObject({ common: 59 * 260 + 240, changed: 0 });
  expect(manifest.drift?.hashAfter).toBe(manifest.drift?.hashBefore);
  const states = qualityReport(manifest, new Map(Object.entries(counts(manifest))));
  expect(states.length).toBe(CHECKS.length);
  expect(
    states
      .filter(({ state }) => state !== 'clean')
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(Object.keys(BY_NATURE));
});

test('there are more than twenty checks, and what each could not be run for is said', async () => {
  expect(CHECKS.length).toBeGreaterThan(40);
  const rows = cleanMarket()
    .filter(({ code, date }) => code < '1003' && date < days[30])
    .map((row) => ({ ...row, volume: null, factor: 1 }));
  const { skipped = {} } = await importRows(rows);
  expect(skipped).toMatchObject({
    'missing-session': 'no-calendar',
    'no-sector': 'no-sectors',
    'later-listing': 'no-sectors',
    'known-too-early': 'no-tables',
    'action-not-shown': 'no-actions',
    'restated-bars': 'first-version',
    'stale-day': 'few-codes',
    'survivors-only': 'few-codes',
  });
});

const spoil = (plant: (row: MarketRow, i: number) => void): MarketRow[] => {
  const rows = cleanMarket();
  rows.forEach(plant);
  return rows;
};
const at = (rows: MarketRow[], code: string, date: string): MarketRow =>
  rows.find((row) => row.code === code && row.date === date)!;
const scaleBar = (row: MarketRow, by: number): void => {
  for (const name of ['open', 'high', 'low', 'close'] as const) row[name] = row[name]! * by;
};
const text = (name: string, lines: readonly string[]): string => writeFile(folder, name, `${lines.join('\n')}\n`);

const D = days[150];
const NEXT = days[151];

interface Planted {
  readonly kind: FindingCode;
  readonly count: number;
  /** Of one of its examples. */
  readonly example?: object;
  /** Whether its usual repair leaves nothing of it. */
  readonly repaired?: true;
}

const repairOf = (kind: FindingCode): RepairName => repairsFor(kind)[0] as RepairName;

/** @param besides what speaks up too, being the same fault seen from elsewhere */
function expectOnly(
  manifest: DatasetManifest,
  planted: readonly Planted[],
  besides: readonly FindingCode[] = [],
): void {
  for (const { kind, count, example } of planted) {
    const found = manifest.findings.find(({ code }) => code === kind);
    expect(found, kind).toMatchObject({ count, severity: FINDINGS[kind].severity });
    if (example) expect(found?.examples, kind).toContainEqual(expect.objectContaining(example));
  }
  const expected: string[] = [...planted.map(({ kind }) => kind), ...besides, ...Object.keys(BY_NATURE)];
  expect(Object.keys(counts(manifest)).filter((code) => !expected.includes(code))).toEqual([]);
}

function expectRepaired(manifest: DatasetManifest, planted: readonly Planted[]): void {
  for (const { kind, count, repaired } of planted)
    if (repaired)
      expect(manifest.findings.find(({ code }) => code === kind)?.repaired, kind).toEqual([
        { name: repairOf(kind), rows: count },
      ]);
}

/** Each on a code of its own. */
function spoilCodes(): MarketRow[] {
  const rows = cleanMarket().filter(({ code, date }) => code !== '1009' || date < days[40] || date > days[180]); // long-silence
  const bar = (code: string, date = D): MarketRow => at(rows, code, date);
  const from = (code: string, first: string, end: string) =>
    rows.filter((row) => row.code === code && row.date >= first && row.date < end);
  const [first, second] = [rows.indexOf(bar('1001')), rows.indexOf(bar('1001', NEXT))]; // out-of-order
  [rows[first], rows[second]] = [rows[second], rows[first]];
  Object.assign(bar('1002'), { open: null, high: null, low: null, close: null, volume: 0 }); // no-trade
  Object.assign(bar('1003', NEXT), bar('1003'), { date: NEXT }); // stale-bar
  scaleBar(bar('1004'), 10); // price-spike
  bar('1005').low = 1; // long-wick
  for (const row of from('1006', '', '9')) scaleBar(row, 1e10); // implausible-level
  for (const row of from('1007', D, days[170])) scaleBar(row, 100); // price-unit
  for (const row of from('1008', D, days[170])) row.volume = Math.round(row.volume! / 100); // volume-unit
  for (const [i, row] of from('1011', '', '9').entries()) row.factor = i % 2 === 0 ? 0.5 : 0.502; // coarse-adjustment
  bar(SPLITTING, SPLIT_DAY).factor = 0.5; // adjustment-mismatch: applied a day late
  bar('1013').factor = null; // missing-adjustment
  rows.splice(rows.indexOf(bar('1012')), 0, { ...bar('1012'), volume: 1 }); // conflicting-duplicate
  return rows;
}

const ON_CODES: readonly Planted[] = [
  { kind: 'out-of-order', count: 1, example: { code: '1001', day: NEXT } },
  { kind: 'no-trade', count: 1, example: { code: '1002', day: D }, repaired: true },
  { kind: 'stale-bar', count: 1, example: { code: '1003', day: NEXT }, repaired: true },
  { kind: 'price-spike', count: 1, example: { code: '1004', day: D }, repaired: true },
  { kind: 'long-wick', count: 1, example: { code: '1005', day: D } },
  { kind: 'implausible-level', count: 1, example: { code: '1006' } },
  { kind: 'price-unit', count: 20, example: { code: '1007', values: { times: 100, bars: 20 } }, repaired: true },
  { kind: 'volume-unit', count: 20, example: { code: '1008', day: days[169] }, repaired: true },
  { kind: 'long-silence', count: 1, example: { code: '1009', day: days[181] } },
  { kind: 'incomplete-history', count: 1, example: { code: '1009' } },
  { kind: 'coarse-adjustment', count: 1, example: { code: '1011' } },
  { kind: 'adjustment-mismatch', count: 1, example: { code: SPLITTING, day: days[101] } },
  { kind: 'missing-adjustment', count: 1, example: { code: '1013', day: D }, repaired: true },
  { kind: 'conflicting-duplicate', count: 1, example: { code: '1012', day: D }, repaired: true },
];

test('faults of single codes are each told once, on the code and day that have them', async () => {
  const manifest = await importRows(spoilCodes());
  // A bar that stands twice is a duplicate as well, a silence has holes, and a split adjusted a day late shows on its own day.
  expectOnly(manifest, ON_CODES, ['duplicate', 'calendar-hole', 'apparent-split', 'extreme-move']);
});

test('their repairs leave nothing of them', async () => {
  const repairs = ON_CODES.filter(({ repaired }) => repaired).map(({ kind }) => repairOf(kind));
  const manifest = await importRows(spoilCodes(), { repairs });
  expectRepaired(manifest, ON_CODES);
  const again = await importBars({
    name: 'again',
    files: [join(folder, `market-${imports - 1}`, 'bars.parquet')],
    outFolder: join(folder, 'again'),
  });
  const gone = ON_CODES.filter(({ repaired }) => repaired).map(({ kind }) => kind);
  expect(Object.keys(counts(again)).filter((kind) => gone.includes(kind as FindingCode))).toEqual([]);
});

interface PlantedInMarket extends Planted {
  readonly rows: () => MarketRow[];
  readonly besides?: FindingCode[];
}

/** The first `codes` bars of a day take the values of the day before. */
const repeatDay = (rows: MarketRow[], from: string, to: string, codes: number): MarketRow[] => {
  for (const row of rows.filter(({ date }) => date === to).slice(0, codes))
    Object.assign(row, at(rows, row.code, from), { date: to });
  return rows;
};
const holiday = (rows: MarketRow[]): MarketRow[] =>
  rows.flatMap((row) =>
    row.date === '2019-08-09' ? [row, { ...row, date: '2019-08-12', volume: row.volume! + 7 }] : [row],
  );

const IN_MARKET: readonly PlantedInMarket[] = [
  {
    kind: 'time-of-day',
    rows: () => spoil((row) => void (row.date += ' 15:00:00')),
    count: 15_580,
    example: { values: { time: '15:00:00' } },
  },
  { kind: 'zoned-time', rows: () => spoil((row) => void (row.date += 'T06:00:00Z')), count: 15_580 },
  {
    kind: 'shifted-days',
    rows: () => spoil((row) => void (row.date = fromEpochDay(toEpochDay(row.date) - 1))),
    count: 260,
    example: { values: { session: days[0] } },
    repaired: true,
  },
  {
    kind: 'closed-day',
    rows: () => holiday(cleanMarket()),
    count: 1,
    example: { day: '2019-08-12', values: { calendar: 'XTKS', traded: 60 } },
    repaired: true,
  },
  {
    kind: 'missing-session',
    rows: () => cleanMarket().filter(({ date }) => date !== D),
    count: 1,
    example: { day: D },
  },
  {
    kind: 'stale-day',
    rows: () => repeatDay(cleanMarket(), D, NEXT, 10),
    count: 1,
    example: { day: NEXT, values: { stale: 10, traded: 60 } },
    besides: ['stale-bar'],
    repaired: true,
  },
  {
    kind: 'unit-change',
    rows: () => spoil((row) => row.date >= D && void (row.volume = Math.round(row.volume! / 100))),
    count: 1,
    example: { day: D, values: { column: 'volume', direction: 'down', codes: 60 } },
  },
];

test.each(IN_MARKET)('$kind', async (planted) => {
  const { kind, rows, besides, repaired } = planted;
  expectOnly(await importRows(rows()), [planted], besides);
  if (repaired) expectRepaired(await importRows(rows(), { repairs: [repairOf(kind)] }), [planted]);
});

test('what stands beside the bars: tables known too early, splits that no price shows, listings of a later day, small sectors', async () => {
  const actions = text('strange-actions.csv', ['code,period,known_at,kind,ratio', `1005,${D},2019-01-30,split,3`]);
  const early = text('early.csv', ['code,period,known_at,quarter,sales', '1005,2018-12-31,2018-12-30 15:00,3,1']);
  const listing = Array.from({ length: 60 }, (_, c) => `${1000 + c},2023-03-14,${c < 4 ? 1 : 2}`);
  const manifest = await importRows(cleanMarket(), {
    sectorFile: text('later.csv', ['Code,Date,Sector33Code', ...listing]),
    tables: [
      { name: 'statements', path: early },
      { name: 'corporate-actions', path: actions },
    ],
  });
  expectOnly(manifest, [
    { kind: 'action-not-shown', count: 1, example: { code: '1005', day: D } },
    { kind: 'known-too-early', count: 1, example: { code: '1005', day: '2018-12-31' } },
    { kind: 'later-listing', count: 60, example: { code: '1000', day: days[0], values: { listed: '2023-03-14' } } },
    { kind: 'small-sector', count: 1, example: { values: { sector: '1', codes: 4 } } },
  ]);
});

test('a split that the table knows and nobody adjusted for is told, and adjusted for when asked', async () => {
  const rows = spoil((row) => void (row.factor = 1));
  const planted: Planted = {
    kind: 'unapplied-action',
    count: 1,
    example: { code: SPLITTING, day: SPLIT_DAY },
    repaired: true,
  };
  expectOnly(await importRows(rows, whole), [planted], ['apparent-split']);
  const mended = await importRows(rows, { ...whole, repairs: ['apply-corporate-actions'] });
  expectRepaired(mended, [planted, { kind: 'apparent-split', count: 0 }]);
  const clean = await loadBars(cleanFolder, { codes: [SPLITTING] });
  const now = await loadBars(join(folder, `market-${imports - 1}`), { codes: [SPLITTING] });
  expect(now.close).toEqual(clean.close);
});

test('drift: values, histories, bars and codes that are not what they were', async () => {
  const rows = cleanMarket().filter(({ code, date }) => code !== '1008' && (code !== '1007' || date !== D));
  at(rows, '1005', D).volume = 77;
  for (const row of rows) if (row.code === '1006' && row.date < D) row.factor = 0.97;
  const manifest = await importRows(rows, { ...whole, previous: cleanFolder });
  expectOnly(
    manifest,
    [
      {
        kind: 'restated-bars',
        count: 1,
        example: { code: '1005', day: D, values: { volume_before: expect.any(Number), volume: 77 } },
      },
      { kind: 'readjusted-history', count: 1, example: { code: '1006', values: { least: 0.97, most: 1 } } },
      { kind: 'bars-gone', count: 1, example: { code: '1007', day: D } },
      { kind: 'codes-gone', count: 1, example: { code: '1008' } },
    ],
    ['calendar-hole'],
  );
  expect(manifest.drift).toMatchObject({ common: 58 * 260 + 240 - 1, changed: 1 });
  expect(manifest.drift?.hashAfter).not.toBe(manifest.drift?.hashBefore);
});

test('a file without volume says so, and once', async () => {
  const rows = cleanMarket().filter(({ code }) => code < '1003');
  const file = writeMarket(join(folder, 'bare'), rows);
  writeFileSync(file, readFileSync(file, 'utf8').replace('volume', 'remark'));
  const { findings, skipped } = await importRows([], { files: [file] });
  expect(findings.map(({ code, severity, count }) => [code, severity, count])).toEqual([
    ['no-volume-column', 'warning', 1],
  ]);
  expect(skipped).toMatchObject({ 'zero-volume': 'no-volume', 'volume-unit': 'no-volume' });
});

test('a version before that is damaged or gone keeps no new one out', async () => {
  const rows = cleanMarket().filter(({ code }) => code < '1003');
  const damaged = join(folder, 'damaged');
  await importRows(rows, { outFolder: damaged });
  writeFileSync(join(damaged, 'bars.parquet'), 'PAR1');
  for (const previous of [damaged, join(folder, 'nowhere')]) {
    const { drift, skipped } = await importRows(rows, { previous });
    expect([drift, skipped?.['bars-gone']]).toEqual([null, 'version-unreadable']);
  }
});

test('times in the exchange’s own zone leave its days as they are, a clock of twelve hours names no zone', async () => {
  const stamped = (time: string) =>
    cleanMarket()
      .filter(({ code }) => code < '1003')
      .map((row) => ({ ...row, date: row.date + time }));
  for (const time of ['T15:00:00+09:00', ' 15:00 JST', ' 3:00 PM'])
    expect(counts(await importRows(stamped(time)))).toEqual({ 'time-of-day': 780 });
  for (const time of ['T00:00:00Z', 'T00:00:00.000+09:00', ' 0:00'])
    expect(counts(await importRows(stamped(time)))).toEqual({});
  expect(counts(await importRows(stamped('T20:00:00-05:00')))).toEqual({ 'zoned-time': 780 });
});

test('a market of survivors alone', async () => {
  const manifest = await importRows(cleanMarket().filter(({ code }) => code !== LEAVING));
  expect(counts(manifest)).toEqual({ 'survivors-only': 59 });
});

test('files of one import with different columns', async () => {
  const rows = cleanMarket();
  const one = writeMarket(
    join(folder, 'two'),
    rows.filter(({ code }) => code < '1030'),
    'a.csv',
  );
  const two = writeMarket(
    join(folder, 'two'),
    rows.filter(({ code }) => code >= '1030'),
    'b.csv',
  );
  writeFileSync(two, readFileSync(two, 'utf8').replace('volume', 'turnover_volume'));
  const manifest = await importRows([], { files: [one, two] });
  expectOnly(manifest, [
    {
      kind: 'columns-differ',
      count: 1,
      example: { values: { columns: expect.stringContaining('volume=turnover_volume') } },
    },
  ]);
});

test('the calendar that was named is the one to go by, and one that is not known is refused', async () => {
  const rows = cleanMarket().filter(({ code }) => code < '1003');
  const named = await importRows(rows, { calendar: 'XNYS' });
  expect(named.calendar).toEqual({ name: 'XNYS', reason: 'chosen' });
  expect(counts(named)).toMatchObject({ 'closed-day': expect.any(Number), 'missing-session': expect.any(Number) });
  await expect(importRows(rows, { calendar: 'XLON' as never })).rejects.toMatchObject({
    code: 'input/unknown-calendar',
  });
});
