import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AppError, renderMessage } from '../../core/base/errors.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars, readManifest } from '../../core/data/load.node.ts';
import type { RepairName } from '../../core/data/repairs.ts';
import { csv, HEADER, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(300);
const good = csv(plainBars('A', days));
let tries = 0;

/** Imports, expects an AppError, and checks that it says what it must, leaves nothing behind and reads well in Japanese too. */
async function expectFault(
  files: string[],
  code: string,
  says: (string | RegExp)[],
  options: Partial<ImportRequest> = {},
) {
  const parent = join(folder, `out-${tries++}`);
  mkdirSync(parent);
  const error = await importBars({ files, name: 'x', outFolder: join(parent, 'dataset'), ...options }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  const fault = error as AppError;
  expect(fault.code).toBe(code);
  for (const text of says) expect(fault.message).toMatch(text);
  expect(fault.message).not.toMatch(/\{\w+\}/);
  expect(renderMessage(fault.code, fault.params, 'ja')).not.toMatch(/\{\w+\}/);
  expect(readdirSync(parent)).toEqual([]);
}

const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255));

const broken: [string, string, string | Uint8Array, string, RegExp[]][] = [
  ['an empty file', 'empty.csv', '', 'data/empty-file', [/empty\.csv/]],
  ['an empty .gz', 'empty.csv.gz', gzipSync(''), 'data/empty-file', [/empty\.csv\.gz/]],
  ['nothing but blank lines', 'blank.csv', '\n \n\n', 'data/empty-file', [/blank\.csv/]],
  ['a header without rows', 'header.csv', `${HEADER}\n`, 'data/no-rows', [/header\.csv/]],
  ['a .gz cut off', 'cut.csv.gz', gzipSync(good).subarray(0, 1500), 'data/truncated-file', [/cut\.csv\.gz/, /gzip/]],
  ['a .zst cut off', 'cut.csv.zst', zstdCompressSync(good).subarray(0, 900), 'data/truncated-file', [/zstd/]],
  ['a .gz with a wrong byte', 'flip.csv.gz', flipped(gzipSync(good)), 'data/truncated-file', [/flip\.csv\.gz/]],
  [
    'a column that comes twice',
    'twice.csv',
    good.replace(HEADER, `${HEADER},close`).replaceAll(/(?<=\d)$/gm, ',5'),
    'data/repeated-column',
    [/twice\.csv/, /"close", "close \(2\)"/, /--column close="close \(2\)"/],
  ],
  ['bytes that are no text', 'noise.csv', noise, 'data/binary-file', [/noise\.csv/]],
  ['an Excel file', 'book.csv', Buffer.concat([Buffer.from('PK\u0003\u0004'), noise]), 'data/binary-file', [/Excel/]],
  [
    'Latin-1 text',
    'latin.csv',
    Buffer.from(`${good}2021-04-01,1,1,1,1,1,Société\n`, 'latin1'),
    'data/wrong-encoding',
    [/latin\.csv, line 302/, /UTF-8/],
  ],
  [
    'UTF-8 that ends inside a character',
    'half.csv',
    Buffer.from(`${good}é`).subarray(0, -1),
    'data/wrong-encoding',
    [/line 302/],
  ],
  ['blanks as delimiter', 'blanks.csv', good.replaceAll(',', ' '), 'data/wrong-delimiter', [/date open high/]],
  ['no header', 'bare.csv', good.slice(HEADER.length + 1), 'data/no-header', [/2020-01-06,99\.5/]],
  [
    'unknown columns',
    'unknown.csv',
    good.replace('open', 'erster').replace('close', 'letzter'),
    'data/unknown-columns',
    [/no column for open, close/, /date, erster, high, low, letzter, volume, code/],
  ],
  [
    'dates that are half text',
    'dates.csv',
    good.replaceAll(/2020-0[6-9]-(\d\d)/g, 'later $1'),
    'data/bad-dates',
    [/row 107/, /"later 01"/, /column date/, /YYYY-MM-DD/, /of 300 rows/],
  ],
  [
    'numbers that are text',
    'numbers.csv',
    good.replaceAll(/,1000,/g, ',many,'),
    'data/bad-numbers',
    [/row 2/, /"many"/, /column volume/, /300 of 300 rows/],
  ],
  [
    'a row with too many columns',
    'long.csv',
    `${good}2021-03-01,1,1,1,1,1,A,2,3\n`,
    'data/malformed-row',
    [/line 302/, /2021-03-01,1,1/, /Columns/],
  ],
  [
    'a quote that never ends',
    'quote.csv',
    `${good}2021-03-01,"1,1,1,1,1,A\n`,
    'data/malformed-row',
    [/line 302/, /quote/],
  ],
  ['no usable price', 'zeros.csv', csv(days.map((day) => `${day},0,0,0,0,0,A`)), 'data/no-usable-rows', [/300 rows/]],
  ['Parquet cut off', 'cut.parquet', Buffer.concat([Buffer.from('PAR1'), noise]), 'data/truncated-file', [/parquet/]],
];

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] ^= 0x55;
  return copy;
}

test.each(broken)('%s', async (_, name, content, code, says) => {
  await expectFault([writeFile(folder, name, content)], code, says);
});

test('a missing file, a folder without bars, a wrong sector file', async () => {
  await expectFault([join(folder, 'nowhere.csv')], 'input/file-not-found', [/nowhere\.csv/]);
  writeFile(folder, 'other/readme.md', '# nothing');
  await expectFault([join(folder, 'other')], 'data/no-files', [/other/, /\.csv/, /\.parquet/]);
  const file = writeFile(folder, 'good.csv', good);
  const sectorFile = writeFile(folder, 'sectors.csv', 'code,sector\nZZZ,Energy\n');
  await expectFault([file], 'data/unmatched-sectors', [/sectors\.csv/, /instance A/], { sectorFile });
  await expectFault([file], 'input/file-not-found', [/gone\.csv/], { sectorFile: join(folder, 'gone.csv') });
});

test('the fault names the file when one of several is bad', async () => {
  writeFile(folder, 'several/a.csv', good);
  writeFile(folder, 'several/b.csv', 'date,open\n2020-01-01,1\n');
  await expectFault([join(folder, 'several')], 'data/unknown-columns', [/b\.csv/, /high, low, close/]);
});

test('wrong options', async () => {
  const files = [writeFile(folder, 'options.csv', good)];
  await expectFault(files, 'input/unknown-column', [/"Last"/, /close/], { columns: { close: 'Last' } });
  await expectFault(files, 'input/unknown-date-format', [/"MDY"/, /M\/D\/YYYY/], { dateFormat: 'MDY' });
  await expectFault(files, 'input/unknown-encoding', [/"klingon"/], { encoding: 'klingon' });
  await expectFault(files, 'input/unknown-repair', [/"polish"/, /drop-invalid-rows/], {
    repairs: ['polish' as RepairName],
  });
  await expectFault(files, 'data/bad-dates', [/D\/M\/YYYY/], { dateFormat: 'D/M/YYYY' });
});

test('a disk too small for the import is told before it starts', async () => {
  const file = writeFile(folder, 'huge/bars.csv', good);
  const { bavail, bsize } = statfsSync(folder);
  truncateSync(file, bavail * bsize * 2 + 4e9); // a sparse file: it has that size and takes no space
  await expectFault([file], 'resource/disk-full', [/GB are needed/, /are free/]);
});

test('an encoding that the user names is believed', async () => {
  const file = writeFile(folder, 'named.csv', Buffer.from(`${good}2021-04-01,1,1,1,1,1,Société\n`, 'latin1'));
  const manifest = await importBars({
    files: [file],
    name: 'x',
    outFolder: join(folder, 'named'),
    encoding: 'windows-1252',
  });
  expect(manifest.codes.map(({ code }) => code)).toEqual(['A', 'Société']);
});

test('a few bad dates or numbers in many rows are findings, not faults', async () => {
  const lines = ['A', 'B', 'C', 'D', 'E'].flatMap((code) => plainBars(code, days));
  lines[700] = lines[700].replace(/^[^,]+/, 'TOTAL');
  lines[900] = lines[900].replace(',1000,', ',lots,');
  const file = writeFile(folder, 'few.csv', csv(lines));
  const manifest = await importBars({ files: [file], name: 'x', outFolder: join(folder, 'few') });
  expect(manifest).toMatchObject({ rows: 1499, rowsRead: 1500 });
  const examples = Object.fromEntries(manifest.findings.map((finding) => [finding.code, finding.examples[0]]));
  expect(examples['unreadable-date']).toMatchObject({ file, row: 702, code: 'C', day: 'TOTAL' });
  expect(examples['unreadable-number']).toMatchObject({ file, row: 902, code: 'D', values: { volume: 'lots' } });
});

test('names that are patterns, quotes or blanks are names', async () => {
  const file = writeFile(folder, "a [b]*?'c' d/it's [1].csv", good.replaceAll(',A\n', '\n').replace(',code', ''));
  writeFile(folder, "a [b]*?'c' d/it's 1.csv", 'nothing of this is read');
  const outFolder = join(folder, "out [x] 'y'*");
  const manifest = await importBars({ files: [file], name: 'x', outFolder });
  expect(manifest.codes[0].code).toBe("it's [1]");
  expect((await loadBars(outFolder)).close.length).toBe(300);
});

test('a dataset that is not there, damaged, or from a newer version', async () => {
  expect(() => readManifest(join(folder, 'nothing'))).toThrow(expect.objectContaining({ code: 'data/no-dataset' }));
  const outFolder = join(folder, 'damage');
  await importBars({ files: [writeFile(folder, 'damage.csv', good)], name: 'x', outFolder });
  const manifestPath = join(outFolder, 'manifest.json');
  const manifest = readFileSync(manifestPath, 'utf8');
  writeFileSync(manifestPath, manifest.slice(0, manifest.length >> 1));
  expect(() => readManifest(outFolder)).toThrow(expect.objectContaining({ code: 'data/damaged-dataset' }));
  writeFileSync(manifestPath, manifest.replace('"schemaVersion": 1', '"schemaVersion": 99'));
  expect(() => readManifest(outFolder)).toThrow(expect.objectContaining({ code: 'data/newer-dataset' }));
  writeFileSync(manifestPath, manifest);
  truncateSync(join(outFolder, 'bars.parquet'), 2000);
  await expect(loadBars(outFolder)).rejects.toMatchObject({ code: 'data/damaged-dataset' });
});

test('importing again replaces the dataset whole, and a failed import keeps the old one', async () => {
  const outFolder = join(folder, 'again');
  const file = writeFile(folder, 'again.csv', good);
  const first = await importBars({ files: [file], name: 'x', outFolder });
  writeFileSync(file, csv(plainBars('B', days)));
  const second = await importBars({ files: [file], name: 'x', outFolder });
  expect(second.contentHash).not.toBe(first.contentHash);
  writeFileSync(file, 'a,b\n1,2\n');
  const third = importBars({ files: [file], name: 'x', outFolder });
  await expect(third).rejects.toMatchObject({ code: 'data/unknown-columns' });
  expect(readManifest(outFolder).contentHash).toBe(second.contentHash);
  expect(existsSync(join(outFolder, 'bars.parquet'))).toBe(true);
});
