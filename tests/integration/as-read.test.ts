// Whatever repairs drop or change is kept as it was read, so that the bars of an import without them can be had back from one with them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Duck } from '../../core/data/duckdb.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { REPAIR_NAMES, type RepairName } from '../../core/data/repairs.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(60);
const VALUES = 'code, date, open, high, low, close, volume, factor, source_file, source_row';

/** Faults of most kinds: a day twice, prices that are missing, zero or the wrong way round, no volume, a bar alone far off, a split. */
function faulty(): string[] {
  const edit = (lines: string[], at: number, column: number, value: string): void => {
    lines[at] = lines[at].split(',').with(column, value).join(',');
  };
  const [a, b, c] = ['A', 'B', 'C'].map((code) => plainBars(code, days));
  edit(a, 3, 1, ''); // open
  edit(a, 5, 4, '0'); // close
  edit(a, 7, 2, '1'); // high
  edit(a, 9, 5, '0'); // volume
  for (const column of [1, 2, 3, 4]) edit(b, 30, column, '900');
  for (let i = 0; i < 20; i++)
    for (const column of [1, 2, 3, 4]) edit(c, i, column, String(2 * Number(c[i].split(',')[column])));
  for (let i = 0; i < 20; i++) edit(c, i, 5, '500');
  return [...a, ...plainBars('A', days.slice(20, 22), 2), ...b, ...c];
}

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  const duck = await Duck.open();
  try {
    return await duck.rows(`SELECT ${VALUES} FROM read_parquet('${path}') ORDER BY source_file, source_row`);
  } finally {
    duck.close();
  }
}

const place = (row: Record<string, unknown>): string => `${row.source_file} ${row.source_row}`;

test.each<[string, RepairName[]]>([
  ['all repairs', REPAIR_NAMES.filter((name) => name !== 'drop-duplicates-keep-first')],
  ['one that drops', ['drop-invalid-rows']],
  ['one that changes', ['fill-ohl-from-close']],
])('%s can be taken back', async (name, repairs) => {
  const file = writeFile(folder, 'faulty.csv', csv(faulty()));
  const [plain, repaired] = [join(folder, `${name} not`), join(folder, name)];
  expect(await importBars({ files: [file], name: 'x', outFolder: plain })).not.toHaveProperty('rowsAsRead');
  const manifest = await importBars({ files: [file], name: 'x', outFolder: repaired, repairs });
  const kept = await rowsOf(join(repaired, 'as-read.parquet'));
  expect(kept.length).toBeGreaterThan(0);
  expect(manifest.rowsAsRead).toBe(kept.length);
  const places = new Set(kept.map(place));
  const untouched = (await rowsOf(join(repaired, 'bars.parquet'))).filter((row) => !places.has(place(row)));
  const back = [...untouched, ...kept].sort((x, y) => Number(x.source_row) - Number(y.source_row));
  expect(back).toEqual(await rowsOf(join(plain, 'bars.parquet')));
});

test('a repair that finds nothing to do keeps nothing', async () => {
  const file = writeFile(folder, 'clean.csv', csv(plainBars('A', days)));
  const outFolder = join(folder, 'clean');
  const manifest = await importBars({ files: [file], name: 'x', outFolder, repairs: ['drop-invalid-rows'] });
  expect(manifest.rowsAsRead).toBe(0);
  expect(existsSync(join(outFolder, 'as-read.parquet'))).toBe(false);
});
