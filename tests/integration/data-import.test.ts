import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import type { FindingCode } from '../../core/data/findings.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { inspectFiles } from '../../core/data/inspect.node.ts';
import { loadBars, readManifest } from '../../core/data/load.node.ts';
import type { DatasetManifest, Finding } from '../../core/data/manifest.ts';
import { readActions } from '../../core/data/stock-actions.node.ts';
import { csv, HEADER, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
let imports = 0;

async function importFiles(files: string[], options: Partial<ImportRequest> = {}) {
  const outFolder = join(folder, `dataset-${imports++}`);
  const manifest = await importBars({ files, name: 'test', outFolder, ...options });
  return { manifest, outFolder };
}

async function importText(name: string, content: string | Uint8Array, options: Partial<ImportRequest> = {}) {
  return importFiles([writeFile(folder, `in-${imports}/${name}`, content)], options);
}

function find(manifest: DatasetManifest, code: FindingCode): Finding | undefined {
  return manifest.findings.find((finding) => finding.code === code);
}

const counts = (manifest: DatasetManifest) => Object.fromEntries(manifest.findings.map((f) => [f.code, f.count]));

const days = weekdays(40);

test('a clean file becomes a dataset without findings, and loads as it was', async () => {
  const { manifest, outFolder } = await importText('bars.csv', csv([...plainBars('B', days), ...plainBars('A', days)]));
  expect(manifest.findings).toEqual([]);
  expect(manifest).toMatchObject({ rows: 80, rowsRead: 80, days: 40, firstDay: days[0], lastDay: days[39] });
  expect(manifest.codes.map(({ code }) => code)).toEqual(['A', 'B']);
  expect(readManifest(outFolder)).toEqual(manifest);
  expect(readdirSync(outFolder).sort()).toEqual(['bars.parquet', 'manifest.json']);

  const bars = await loadBars(outFolder);
  expect(bars.codes).toEqual(['A', 'B']);
  expect(Array.from(bars.days, fromEpochDay)).toEqual(days);
  expect(Array.from(bars.offsets)).toEqual([0, 40, 80]);
  expect(Array.from(bars.dayIndex.subarray(40))).toEqual(days.map((_, i) => i));
  expect(Array.from(bars.close.subarray(0, 3))).toEqual([100, 101, 102]);
  expect([bars.open[1], bars.high[1], bars.low[1], bars.volume[1]]).toEqual([100.5, 102, 100, 1000]);
});

test('packed files, Parquet, other delimiters, quotes, a BOM, CRLF and Shift-JIS all give the same bars', async () => {
  const text = csv(plainBars('1301', days));
  const plain = await importText('plain.csv', text);
  const parquet = join(folder, 'bars.parquet');
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  await duck.run(`COPY (SELECT * FROM read_csv('${plain.manifest.sources[0].path}')) TO '${parquet}' (FORMAT parquet)`);
  duck.closeSync();
  // 日付,始値,高値,安値,終値,出来高,コード in Shift-JIS.
  const japanese = Buffer.from('93fa95742c8e6e926c2c8d82926c2c88c0926c2c8f49926c2c8f6f97888d822c8352815b8368', 'hex');
  const shiftJis = Buffer.concat([japanese, Buffer.from(text.slice(HEADER.length))]);
  const variants: [string, string | Uint8Array][] = [
    ['bars.csv.gz', gzipSync(text)],
    ['bars.csv.zst', zstdCompressSync(text)],
    ['semicolon.csv', text.replaceAll(',', ';')],
    ['tab.tsv', text.replaceAll(',', '\t')],
    ['bom.csv', `\ufeff${text}`],
    ['crlf.csv', text.replaceAll('\n', '\r\n')],
    ['quoted.csv', text.replaceAll(/[^,\n]+/g, '"$&"')],
    ['shift-jis.csv', shiftJis],
    ['utf16.csv', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['bars.parquet', readFileSync(parquet)],
  ];
  for (const [name, content] of variants) {
    const { manifest, outFolder } = await importText(name, content);
    expect(manifest.contentHash, name).toBe(plain.manifest.contentHash);
    expect((await loadBars(outFolder)).codes, name).toEqual(['1301']);
  }
});

test('days may be written in many ways', async () => {
  const iso = plainBars('A', days);
  const expected = (await importText('iso.csv', csv(iso))).manifest.contentHash;
  const [month, day] = [(d: string) => Number(d.slice(5, 7)), (d: string) => Number(d.slice(8))];
  const ways: Record<string, (d: string) => string> = {
    'M/D/YYYY': (d) => `${month(d)}/${day(d)}/${d.slice(0, 4)}`,
    'M/D/YY': (d) => `${d.slice(5, 7)}/${d.slice(8)}/${d.slice(2, 4)}`,
    'D/M/YYYY': (d) => `${d.slice(8)}/${d.slice(5, 7)}/${d.slice(0, 4)}`,
    'D.M.YYYY': (d) => `${d.slice(8)}.${d.slice(5, 7)}.${d.slice(0, 4)}`,
    YYYYMMDD: (d) => d.replaceAll('-', ''),
    'YYYY/MM/DD': (d) => d.replaceAll('-', '/'),
    YYYY年M月D日: (d) => `${d.slice(0, 4)}年${month(d)}月${day(d)}日`,
    'YYYY-MM-DD': (d) => `${d} 15:00:00`,
    'D-MMM-YYYY': (d) => `${d.slice(8)}-${['Jan', 'Feb'][month(d) - 1]}-${d.slice(0, 4)}`,
  };
  for (const [format, write] of Object.entries(ways)) {
    const { manifest } = await importText(
      'dates.csv',
      csv(iso.map((line) => write(line.slice(0, 10)) + line.slice(10))),
    );
    expect(manifest.sources[0].dateFormat).toBe(format);
    expect(manifest.contentHash, format).toBe(expected);
  }
});

test('month and day are told apart on the whole file, and where nothing tells them apart it is said', async () => {
  const lines = (dates: string[]) => csv(dates.map((date, i) => `${date},1,1,1,1,${i},A`));
  const deep = [
    ...Array.from({ length: 1500 }, (_, i) => `0${1 + (i % 9)}/0${1 + (i % 7)}/${1990 + (i % 30)}`),
    '25/12/2020',
  ];
  const unique = [...new Set(deep)];
  const late = await importText('late.csv', lines(unique));
  expect(late.manifest.sources[0].dateFormat).toBe('D/M/YYYY');
  expect(find(late.manifest, 'ambiguous-date-order')).toBeUndefined();

  const open = await importText('open.csv', lines(['01/06/2020', '01/07/2020', '01/08/2020', '01/09/2020']));
  expect(open.manifest.firstDay).toBe('2020-01-06'); // weekdays, while 1 June to 1 September would hold two weekend days
  expect(find(open.manifest, 'ambiguous-date-order')).toMatchObject({ severity: 'warning', count: 1 });
  const told = await importText('told.csv', lines(['01/06/2020', '01/07/2020']), { dateFormat: 'D/M/YYYY' });
  expect(told.manifest.firstDay).toBe('2020-06-01');
});

test('types are decided on the whole file, and codes stay text', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => `0001,${fromEpochDay(i)},10,10,10,10,5`);
  const text = csv(
    [...many, `0001,${fromEpochDay(5000)},10.5,11.25,9.75,10.5,5`],
    'code,date,open,high,low,close,volume',
  );
  const { manifest, outFolder } = await importText('deep.csv', text);
  const bars = await loadBars(outFolder);
  expect(bars.codes).toEqual(['0001']);
  expect(bars.high.at(-1)).toBe(11.25);
  expect(find(manifest, 'late-decimals')).toMatchObject({ count: 4, severity: 'info' });
  expect(find(manifest, 'late-decimals')?.examples[0]).toMatchObject({ row: 5002, values: { open: '10.5' } });
});

test('thousands separators, decimal commas and words for nothing are read', async () => {
  const grouped = await importText('grouped.csv', csv(['2020-01-06,"1,000.5","1,100","1,000","1,050",-,A']));
  const bars = await loadBars(grouped.outFolder);
  expect([bars.open[0], bars.high[0], bars.volume[0]]).toEqual([1000.5, 1100, Number.NaN]);
  expect(counts(grouped.manifest)).toEqual({ 'missing-volume': 1 });

  const german = csv(['2020-01-06;10,5;11,25;9,125;10,75;1.000;A', '2020-01-07;1;2;1;N/A;0;A']).replace(
    HEADER,
    HEADER.replaceAll(',', ';'),
  );
  const comma = await importText('comma.csv', german);
  const read = await loadBars(comma.outFolder);
  expect([read.open[0], read.high[0], read.low[0], read.close[0], read.volume[0]]).toEqual([
    10.5, 11.25, 9.125, 10.75, 1000,
  ]);
  expect(counts(comma.manifest)).toEqual({ 'missing-close': 1, 'zero-volume': 1 });
});

test('columns are found by name, by content or by the word of the user, and a code by the file name', async () => {
  const odd = plainBars('XYZ', days).join('\n');
  const path = writeFile(folder, 'odd/prices.csv', `Tag,Erster,Hoch,Tief,Schluss,Umsatz,Papier\n${odd}\n`);
  const { previews } = await inspectFiles({ files: [path] });
  expect(previews[0].missing).toEqual(['open', 'high', 'low', 'close']);
  expect(previews[0].columns.slice(0, 2)).toEqual([
    { role: 'date', column: 'Tag', reason: 'content' },
    { role: 'code', column: 'Papier', reason: 'content' },
  ]);
  expect(previews[0].rows[0]).toEqual(odd.split('\n')[0].split(','));

  const columns = { open: 'Erster', high: 'Hoch', low: 'Tief', close: 'schluss', volume: 'Umsatz' };
  const chosen = await importFiles([path], { columns });
  expect(chosen.manifest.codes[0].code).toBe('XYZ');
  expect(chosen.manifest.sources[0].columns).toContainEqual({ role: 'close', column: 'Schluss', reason: 'chosen' });

  for (const code of ['MSFT', 'SPY'])
    writeFile(folder, `per-code/deeper/${code}.csv`, csv(plainBars(code, days)).replaceAll(/,[^,\n]*\n/g, '\n'));
  const named = await importFiles([join(folder, 'per-code')]);
  expect(named.manifest.codes.map(({ code }) => code)).toEqual(['MSFT', 'SPY']);
  expect(named.manifest.sources[0].columns).toContainEqual({ role: 'code', column: null, reason: 'file-name' });
  expect((await loadBars(named.outFolder)).offsets).toEqual(Int32Array.of(0, 40, 80));
});

test('every finding of single rows is counted with its rows, and nothing is changed', async () => {
  const [d0, d1, d2, d3, d4, d5, d6, d7, d8] = days;
  const text = csv([
    `${d0},10,11,9,10,5,A`,
    `${d1},,11,9,10,5,A`,
    `${d2},10,9,11,10,5,A`, // high below low, and so low above and high below the body
    `${d3},10,10.5,10.2,10.4,5,A`, // low above open
    `${d4},0,11,9,10,5,A`,
    `${d5},10,11,9,10,0,A`,
    `${d6},10,11,9,10,-5,A`,
    `${d7},10,11,9,,5,A`,
    `${d8},10,11,9,10,,A`,
    `${d8},10,11,9,10.5,7,A`,
    `${d8},10,11,9,10,5,`,
  ]);
  const { manifest, outFolder } = await importText('rows.csv', text);
  expect(counts(manifest)).toEqual({
    'missing-code': 1,
    'missing-open': 1,
    'missing-close': 1,
    'missing-volume': 1,
    'high-below-low': 1,
    'low-above-body': 2,
    'high-below-body': 1,
    'non-positive-price': 1,
    'zero-volume': 1,
    'negative-volume': 1,
    duplicate: 1,
    'conflicting-duplicate': 1,
  });
  expect(find(manifest, 'high-below-low')?.examples).toEqual([
    {
      file: manifest.sources[0].path,
      row: 4,
      code: 'A',
      day: d2,
      values: { open: 10, high: 9, low: 11, close: 10, volume: 5 },
    },
  ]);
  expect(find(manifest, 'duplicate')?.examples.map(({ row }) => row)).toEqual([10, 11]);
  expect(manifest).toMatchObject({ rows: 10, rowsRead: 11, duplicates: true, repairs: [] });

  const bars = await loadBars(outFolder);
  expect(bars.close.length).toBe(8); // without the row that has no close, and once for the repeated day
  expect(bars.close.at(-1)).toBe(10.5);
  expect(bars.open[1]).toBeNaN();
  expect(bars.open[4]).toBeNaN();
  expect([bars.high[2], bars.low[2]]).toEqual([9, 11]);
  expect(bars.volume[6]).toBeNaN();
  expect(Array.from(bars.dayIndex)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a finding names the repair that took care of its rows, whichever one it offers', async () => {
  const rows = [`${days[0]},10,11,9,10,5,A`, `${days[1]},10,9,11,10,5,A`];
  const { manifest } = await importText('dropped.csv', csv(rows), { repairs: ['drop-invalid-rows'] });
  expect(manifest.findings.find(({ code }) => code === 'high-below-low')).toMatchObject({
    count: 1,
    repair: 'widen-high-low',
    repaired: [{ name: 'drop-invalid-rows', rows: 1 }],
  });
});

test('named repairs are applied, counted and recorded', async () => {
  const [d0, d1, d2, d3, d4] = days;
  const rows = [
    `${d0},10,11,9,10,5,A`,
    `${d1},,,0,10,5,A`,
    `${d2},10,9,11,10,5,A`,
    `${d3},10,11,9,,5,A`,
    `${d4},10,11,9,10,0,A`,
    `${d0},20,21,19,20,5,A`,
  ];
  const { manifest, outFolder } = await importText('repair.csv', csv(rows), {
    repairs: [
      'drop-zero-volume-rows',
      'drop-invalid-rows',
      'widen-high-low',
      'fill-ohl-from-close',
      'drop-duplicates-keep-first',
    ],
  });
  expect(manifest.repairs).toEqual([
    { name: 'drop-duplicates-keep-first', rows: 1 },
    { name: 'fill-ohl-from-close', rows: 1 },
    { name: 'widen-high-low', rows: 1 },
    { name: 'drop-invalid-rows', rows: 1 },
    { name: 'drop-zero-volume-rows', rows: 1 },
  ]);
  const repaired = Object.fromEntries(
    manifest.findings.map((f) => [f.code, f.repaired?.map((r) => `${r.name} ${r.rows}`)]),
  );
  expect(repaired).toMatchObject({
    duplicate: ['drop-duplicates-keep-first 1'],
    'missing-open': ['fill-ohl-from-close 1'],
    'high-below-low': ['widen-high-low 1'],
    'missing-close': ['drop-invalid-rows 1'],
    'zero-volume': ['drop-zero-volume-rows 1'],
  });
  expect(manifest).toMatchObject({ rows: 3, rowsRead: 6, duplicates: false });
  const bars = await loadBars(outFolder);
  expect(Array.from(bars.open)).toEqual([10, 10, 10]);
  expect(Array.from(bars.high)).toEqual([11, 10, 11]);
  expect(Array.from(bars.low)).toEqual([9, 10, 9]);
});

test('the calendar is the dataset’s own: holes, late listings, early ends and stray days', async () => {
  const all = weekdays(60);
  const lines = Array.from({ length: 25 }, (_, c) => {
    const own =
      c === 0 ? all.slice(10) : c === 1 ? all.slice(0, 50) : c === 2 ? all.filter((_, i) => i < 20 || i > 23) : all;
    return plainBars(`C${String(c).padStart(2, '0')}`, own);
  }).flat();
  lines.push('2020-01-12,100,101,99,100,1000,C05'); // a Sunday, one code of 25
  const { manifest } = await importText('calendar.csv', csv(lines));
  expect(counts(manifest)).toEqual({
    'late-listing': 1,
    'early-end': 1,
    'calendar-hole': 4,
    'stray-day': 1,
    'incomplete-history': 1,
    'out-of-order': 1,
  });
  expect(find(manifest, 'calendar-hole')?.examples).toMatchObject([
    { code: 'C02', day: all[24], values: { missing_days_before: 4 } },
  ]);
  expect(find(manifest, 'incomplete-history')?.examples).toMatchObject([
    { code: 'C02', day: all[0], values: { bars: 56, missing_days: 4 } },
  ]);
  expect(find(manifest, 'late-listing')?.examples).toMatchObject([{ code: 'C00', day: all[10] }]);
  expect(find(manifest, 'stray-day')?.examples).toMatchObject([{ day: '2020-01-12', values: { traded: 1 } }]);
});

test('a day on which most of the market is missing is told, and makes no history incomplete', async () => {
  const all = weekdays(60);
  const partial = [15, 30, 31, 45];
  const lines = Array.from({ length: 25 }, (_, c) =>
    plainBars(
      `C${String(c).padStart(2, '0')}`,
      all.filter((_, i) => (c < 6 || !partial.includes(i)) && (c !== 24 || i % 8 !== 3)),
    ),
  ).flat();
  const { manifest } = await importText('partial.csv', csv(lines));
  expect(counts(manifest)).toMatchObject({ 'partial-day': 4, 'incomplete-history': 1 });
  expect(find(manifest, 'partial-day')?.examples[0]).toMatchObject({ day: all[15], values: { traded: 6, listed: 25 } });
  expect(find(manifest, 'incomplete-history')?.examples).toMatchObject([{ code: 'C24' }]);
});

test('an adjusted close becomes a factor: prices are scaled, volume inversely, raw values stay in the Parquet', async () => {
  const header = 'date,open,high,low,close,volume,code,Adj Close';
  const text = csv(
    [`${days[0]},100,110,90,100,1000,A,50`, `${days[1]},50,55,45,50,2000,A,50`, `${days[2]},50,55,45,50,2000,A,-1`],
    header,
  );
  const { manifest, outFolder } = await importText('adjusted.csv', text);
  expect(manifest.adjustment).toBe('adjusted-close');
  expect(counts(manifest)).toEqual({ 'non-positive-adjusted': 1 });
  const bars = await loadBars(outFolder);
  expect(Array.from(bars.close)).toEqual([50, 50]);
  expect(Array.from(bars.high)).toEqual([55, 55]);
  expect(Array.from(bars.volume)).toEqual([2000, 2000]);
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  const stored = await duck.runAndReadAll(`SELECT * FROM '${join(outFolder, 'bars.parquet')}'`);
  expect(stored.getRowObjectsJson()[0]).toEqual({
    code: 'A',
    date: days[0],
    open: 100,
    high: 110,
    low: 90,
    close: 100,
    volume: 1000,
    factor: 0.5,
    source_file: 0,
    source_row: '2', // the header is row 1
  });
  duck.closeSync();
});

test('a factor may be cumulative or stand on the day of its split alone', async () => {
  const header = `${HEADER},factor`;
  const at = (i: number) => (i < 10 ? 100 : i < 20 ? 50 : 5); // 2:1 on day 10, 10:1 on day 20
  const lines = (factor: (i: number) => number) =>
    csv(
      days.map((day, i) => `${day},${at(i)},${at(i)},${at(i)},${at(i)},${1000 / at(i)},A,${factor(i)}`),
      header,
    );
  const cumulative = await importText(
    'cumulative.csv',
    lines((i) => (i < 10 ? 0.05 : i < 20 ? 0.1 : 1)),
  );
  const events = await importText(
    'events.csv',
    lines((i) => (i === 10 ? 0.5 : i === 20 ? 0.1 : 1)),
  );
  const flat = { 'stale-bar': 37 }; // bars that never move, made so
  expect(counts(cumulative.manifest)).toEqual(flat);
  expect(counts(events.manifest)).toEqual({ ...flat, 'event-factors': 2 });
  for (const { outFolder } of [cumulative, events]) {
    const bars = await loadBars(outFolder);
    for (let row = 0; row < 40; row++) expect(bars.close[row]).toBeCloseTo(5, 9);
    for (let row = 0; row < 40; row++) expect(bars.volume[row]).toBeCloseTo(200, 6);
  }
});

/** Bars of a code whose price and volume are divided and multiplied by the shares that one became by then. */
const splitBars = (code: string, shares: (i: number) => number, factor: (i: number) => number, upto = 40) =>
  days.slice(0, upto).map((day, i) => {
    const close = (100 + (i % 3)) / shares(i);
    return [day, close, close * 1.01, close * 0.99, close, (1000 + i) * shares(i), code, factor(i)].join(',');
  });

test.each([
  [
    'two equal ones on neighbouring days',
    splitBars(
      'A',
      (i) => (i < 20 ? 1 : i < 21 ? 2 : 4),
      (i) => (i === 20 || i === 21 ? 0.5 : 1),
    ),
    4,
  ],
  [
    'two unequal ones on neighbouring days',
    splitBars(
      'A',
      (i) => (i < 20 ? 1 : i < 21 ? 2 : 20),
      (i) => (i === 20 ? 0.5 : i === 21 ? 0.1 : 1),
    ),
    20,
  ],
  [
    'one on the first day',
    splitBars(
      'A',
      () => 1,
      (i) => (i === 0 ? 0.5 : 1),
    ),
    1,
  ],
  [
    'one on the last day',
    splitBars(
      'A',
      (i) => (i < 39 ? 1 : 2),
      (i) => (i === 39 ? 0.5 : 1),
    ),
    2,
  ],
])('factors that stand on the day of their event are told from cumulative ones: %s', async (name, lines, times) => {
  const other = splitBars(
    'B',
    (i) => (i < 10 ? 1 : 3),
    (i) => (i === 10 ? 1 / 3 : 1),
  );
  for (const [k, more] of [[], other].entries()) {
    const file = `${name.replaceAll(' ', '-')}-${k}.csv`;
    const { manifest, outFolder } = await importText(file, csv([...lines, ...more], `${HEADER},factor`));
    expect(counts(manifest), file).toHaveProperty('event-factors');
    expect(counts(manifest), file).not.toHaveProperty('adjustment-mismatch');
    const { close } = await loadBars(outFolder, { codes: ['A'] });
    for (let i = 0; i < 40; i++) expect(close[i], `${file} ${i}`).toBeCloseTo((100 + (i % 3)) / times, 9);
  }
});

test.each([
  [
    'for one day',
    splitBars(
      'A',
      (i) => (i < 1 ? 1 : 2),
      (i) => (i < 1 ? 0.5 : 1),
    ),
  ],
  [
    'that trembles',
    splitBars(
      'A',
      (i) => (i < 20 ? 1 : 2),
      (i) => (i === 39 ? 1 : (i < 20 ? 0.48 : 0.96) + (i % 5) / 1e4),
    ),
  ],
])('a cumulative factor stays what it is: %s', async (name, lines) => {
  const { manifest, outFolder } = await importText(`stays-${name}.csv`, csv(lines, `${HEADER},factor`));
  expect(counts(manifest)).not.toHaveProperty('event-factors');
  const { close } = await loadBars(outFolder);
  expect(close[0]).toBeCloseTo(100 * Number(lines[0].split(',').at(-1)), 9);
});

test('who knows that factors are of events says so, and nothing is guessed', async () => {
  // Alone they look like a factor of two days.
  const lines = splitBars(
    'A',
    (i) => (i < 1 ? 1 : i < 2 ? 2 : 4),
    (i) => (i < 3 && i > 0 ? 0.5 : 1),
  ).slice(1);
  const path = writeFile(folder, 'told.csv', csv(lines, `${HEADER},factor`));
  const { manifest, outFolder } = await importFiles([path], { factors: 'event' });
  expect(counts(manifest)).toHaveProperty('event-factors', 2);
  expect(Array.from((await loadBars(outFolder)).close.slice(0, 2))).toEqual([
    expect.closeTo(101 / 4, 9),
    expect.closeTo(102 / 4, 9),
  ]);
});

test('events that no split can be are named and taken for none', async () => {
  const lines = splitBars(
    'A',
    (i) => (i < 20 ? 1 : 2),
    (i) => (i === 20 ? 0.5 : i === 25 ? 0 : i === 30 ? -2 : 1),
  );
  const table = writeFile(
    folder,
    'impossible-actions.csv',
    [
      'code,period,known_at,kind,ratio',
      `A,${days[5]},${days[1]},split,0`,
      `A,${days[7]},${days[1]},reverse-split,`,
      '',
    ].join('\n'),
  );
  const path = writeFile(folder, 'impossible.csv', csv(lines, `${HEADER},factor`));
  const { manifest, outFolder } = await importFiles([path], {
    tables: [{ name: 'corporate-actions', path: table }],
  });
  expect(counts(manifest)).toMatchObject({ 'event-factors': 1, 'impossible-event': 4 });
  expect(counts(manifest)).not.toHaveProperty('non-positive-adjusted');
  expect(
    find(manifest, 'impossible-event')?.examples.map(({ day, values }) => [day, values.factor ?? values.ratio]),
  ).toEqual([
    [days[25], 0],
    [days[30], -2],
    [days[5], 0],
    [days[7], null],
  ]);
  const { close } = await loadBars(outFolder);
  for (let i = 0; i < 40; i++) expect(close[i]).toBeCloseTo((100 + (i % 3)) / 2, 9);
  expect((await readActions(outFolder, 'A')).filter(({ origin }) => origin === 'event-factor')).toHaveLength(1);
});

test('of a split that was corrected the newest version is held against the prices', async () => {
  const lines = splitBars(
    'A',
    (i) => (i < 20 ? 1 : 3),
    () => 1,
  );
  const table = writeFile(
    folder,
    'corrected-actions.csv',
    [
      'code,period,known_at,kind,ratio',
      `A,${days[20]},${days[1]} 10:00,split,2`,
      `A,${days[20]},${days[3]} 10:00,split,3`,
      '',
    ].join('\n'),
  );
  const path = writeFile(folder, 'corrected.csv', csv(lines, `${HEADER},factor`));
  const { manifest, outFolder } = await importFiles([path], {
    tables: [{ name: 'corporate-actions', path: table }],
    repairs: ['apply-corporate-actions'],
  });
  expect(counts(manifest)).toHaveProperty('unapplied-action', 1);
  expect(counts(manifest)).not.toHaveProperty('action-not-shown');
  const { close } = await loadBars(outFolder);
  for (let i = 0; i < 40; i++) expect(close[i]).toBeCloseTo((100 + (i % 3)) / 3, 9);
});

test('a day of a split that stands in two files is one event', async () => {
  const header = `${HEADER},factor`;
  const at = (i: number) => (i < 10 ? 100 : i < 20 ? 50 : 5);
  const factor = (i: number) => (i === 10 ? 0.5 : i === 20 ? 0.1 : 1);
  const lines = days.map((day, i) => `${day},${at(i)},${at(i)},${at(i)},${at(i)},${1000 / at(i)},A,${factor(i)}`);
  const files = [lines, lines.slice(5, 25)].map((some, i) => writeFile(folder, `overlap/${i}.csv`, csv(some, header)));
  for (const repair of ['none', 'drop-duplicates-keep-first', 'drop-duplicates-keep-last'] as const) {
    const repairs = repair === 'none' ? [] : [repair];
    const { manifest, outFolder } = await importFiles(files, { repairs });
    expect(counts(manifest), repair).toMatchObject({ 'event-factors': 2, duplicate: 20 });
    const { close } = await loadBars(outFolder);
    expect(close, repair).toHaveLength(40);
    for (const price of close) expect(price, repair).toBeCloseTo(5, 9);
  }
});

test('unadjusted splits are found with the volume as witness, news is not, and the repair makes the series whole', async () => {
  const bars = (code: string, jumpAt: number, price: number, volume: number) =>
    days.map((day, i) => {
      const close = (100 + (i % 3)) * (i < jumpAt ? 1 : price);
      return [day, close, close * 1.01, close * 0.99, close, 1000 * (i < jumpAt ? 1 : volume), code].join(',');
    });
  const lines = [
    ...bars('REVERSE', 20, 10, 0.1),
    ...bars('SPLIT', 20, 1 / 3, 3),
    ...bars('NEWS', 20, 2, 12),
    ...bars('SPINOFF', 20, 0.62, 1),
    ...bars('STILL', 20, 1, 1),
  ];
  const { manifest } = await importText('splits.csv', csv(lines));
  expect(find(manifest, 'apparent-split')?.examples.map(({ code, day, values }) => [code, day, values.ratio])).toEqual([
    ['REVERSE', days[20], 10],
    ['SPLIT', days[20], 1 / 3],
  ]);
  expect(
    find(manifest, 'extreme-move')
      ?.examples.map(({ code }) => code)
      .sort(),
  ).toEqual(['NEWS', 'SPINOFF']);

  const repaired = await importText('splits.csv', csv(lines), { repairs: ['adjust-apparent-splits'] });
  expect(repaired.manifest.repairs).toEqual([{ name: 'adjust-apparent-splits', rows: 40 }]);
  const splits = repaired.manifest.findings.find(({ code }) => code === 'apparent-split')!;
  expect(splits.repaired).toEqual([{ name: 'adjust-apparent-splits', rows: splits.count }]);
  const table = await loadBars(repaired.outFolder, { codes: ['REVERSE', 'SPLIT'] });
  expect(table.close[20] / table.close[19]).toBeCloseTo(102 / 101, 1);
  expect(table.volume[20] / table.volume[19]).toBeCloseTo(1, 6);
  expect(table.close[60] / table.close[59]).toBeCloseTo(102 / 101, 1);
  expect(table.close[60]).toBeCloseTo(34, 6);
});

test('one bad bar is no split', async () => {
  const lines = plainBars('A', days).map((line, i) => (i === 20 ? `${days[20]},119,120,59,60,1000,A` : line));
  const { manifest } = await importText('spike.csv', csv(lines));
  expect(find(manifest, 'apparent-split')).toBeUndefined();
  expect(find(manifest, 'extreme-move')).toBeUndefined();
  expect(find(manifest, 'price-spike')?.examples).toMatchObject([{ code: 'A', day: days[20] }]);
});

test('prices that are further apart than numbers can say are told, not stumbled over', async () => {
  const lines = days.map((day, i) => [day, ...Array(4).fill(i % 2 ? 1e300 : 1e-300), 1000, 'A'].join(','));
  const { manifest } = await importText('absurd.csv', csv(lines));
  expect(counts(manifest)).toMatchObject({ 'extreme-move': 39, 'implausible-level': 1 });
});

test('several bars a day are refused, or joined when asked', async () => {
  const text = csv([
    '2020-01-06 10:00,11,14,11,12,5,A',
    '2020-01-06 9:30,10,12,9,11,5,A',
    '2020-01-06 15:00,12,13,8,9,5,A',
    '2020-01-07 9:30,9,10,9,10,5,A',
  ]);
  await expect(importText('intraday.csv', text)).rejects.toMatchObject({
    code: 'data/intraday-bars',
    params: { code: 'A', day: '2020-01-06' },
  });
  const { manifest, outFolder } = await importText('intraday.csv', text, { joinIntraday: true });
  const bars = await loadBars(outFolder);
  expect(manifest.rows).toBe(2);
  expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([10, 14, 8, 9, 15]);
});

test('sectors come from a second file, whatever its code column is called', async () => {
  const bars = csv([...plainBars('1301', days), ...plainBars('1305', days), ...plainBars('7777', days)]);
  const sectorFile = writeFile(
    folder,
    'listing.csv',
    'Code,local,Sector17Code,Sector33Code\n13010,1301,1,0050\n13050,1305,99,9999\n',
  );
  const { manifest, outFolder } = await importText('bars.csv', bars, { sectorFile });
  expect((await loadBars(outFolder)).sectors).toEqual(['0050', '9999', null]);
  expect(manifest.sectorSource).toMatchObject({ path: sectorFile, column: 'Sector33Code' });
  expect(counts(manifest)).toEqual({ 'no-sector': 1, 'small-sector': 2 });
  const other = await importText('bars.csv', bars, { sectorFile, sectorColumn: 'Sector17Code' });
  expect(other.manifest.codes[0].sector).toBe('1');
});

test('of several listings that of the first bar counts, or the first after it: no later one reaches back', async () => {
  const bars = csv(['A', 'B', 'C', 'D'].flatMap((code) => plainBars(code, days)));
  const sectorFile = writeFile(
    folder,
    'listings.csv',
    [
      'code,date,sector',
      'A,2019-12-30,old', // left before
      'A,2020-01-06,first',
      'A,2020-02-03,later',
      'B,2020-03-31,last',
      'B,2020-02-03,next',
      'C,2020-01-06,once',
      'C,2020-01-06,twice',
      'D,,undated',
      'D,,again',
      '',
    ].join('\n'),
  );
  const { manifest } = await importText('bars.csv', bars, { sectorFile });
  expect(manifest.codes.map(({ sector }) => sector)).toEqual(['first', 'next', 'twice', 'again']);
  expect(find(manifest, 'later-listing')?.examples.map(({ code, values }) => [code, values.listed])).toEqual([
    ['B', '2020-02-03'],
  ]);
});

test('loading takes some codes and some days, and refuses codes that are not there', async () => {
  const { outFolder } = await importText('bars.csv', csv(['A', 'B', 'C'].flatMap((code) => plainBars(code, days))));
  const bars = await loadBars(outFolder, { codes: ['C', 'A'], from: days[10], to: days[12] });
  expect(bars.codes).toEqual(['A', 'C']);
  expect(Array.from(bars.days, fromEpochDay)).toEqual(days.slice(10, 13));
  expect(Array.from(bars.dayIndex)).toEqual([0, 1, 2, 0, 1, 2]);
  await expect(loadBars(outFolder, { codes: ['Z'] })).rejects.toMatchObject({ code: 'input/unknown-code' });
  await expect(loadBars(outFolder, { from: '2031-01-01' })).rejects.toMatchObject({ code: 'data/no-bars' });
});

test('the content hash follows values, not files, and sectors count as values', async () => {
  const lines = ['A', 'B'].flatMap((code) => plainBars(code, days));
  const one = await importText('one.csv', csv(lines));
  const shuffled = await importText('two.csv.gz', gzipSync(csv([...lines].reverse())));
  expect(shuffled.manifest.contentHash).toBe(one.manifest.contentHash);
  const changed = await importText('three.csv', csv(lines).replace('100.5', '100.6'));
  expect(changed.manifest.contentHash).not.toBe(one.manifest.contentHash);
});

test('an import that is cancelled or fails leaves nothing behind, and progress is told', async () => {
  const path = writeFile(folder, 'cancel/bars.csv', csv(plainBars('A', days)));
  const controller = new AbortController();
  const outFolder = join(folder, 'cancelled', 'dataset');
  const stages: string[] = [];
  const request = { files: [path], name: 'x', outFolder };
  const running = importBars({
    ...request,
    signal: controller.signal,
    onProgress: ({ stage }) => {
      stages.push(stage);
      if (stage === 'check') controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(stages).toEqual(['prepare', 'read', 'read', 'check']);
  expect(readdirSync(join(folder, 'cancelled'))).toEqual([]);
  await importBars(request);
  expect(existsSync(join(outFolder, 'bars.parquet'))).toBe(true);
});
