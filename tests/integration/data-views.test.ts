// Coverage, stocks and single charts of stored bars, against what the files said.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCoverage, readStocks } from '../../core/data/coverage.node.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { adjusted, readStock } from '../../core/data/stock-bars.node.ts';
import { csv, HEADER, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
let imports = 0;

async function dataset(lines: readonly string[], header = HEADER, options: Partial<ImportRequest> = {}) {
  const files = [writeFile(folder, `in-${imports}.csv`, csv(lines, header))];
  const outFolder = join(folder, `dataset-${imports++}`);
  await importBars({ files, name: 'test', outFolder, ...options });
  return outFolder;
}

const days = weekdays(40); // 2020-01-06 to 2020-02-28: 20 days in each month

test('coverage is full where every trading day has a bar, and only there', async () => {
  const a = plainBars('A', days);
  const b = plainBars('B', days).filter((_, i) => i !== 3);
  const c = plainBars('C', days).slice(30, 31);
  const sectors = writeFile(folder, 'sectors.csv', 'code,sector\nA,Energy\nC,Metals\n');
  const out = await dataset([...a, ...b, ...c], HEADER, { sectorFile: sectors });
  const months = await readCoverage(out, 'month');
  expect(months.codes).toEqual(['A', 'B', 'C']);
  expect(months.sectors).toEqual(['Energy', null, 'Metals']);
  expect(months.periods).toEqual(['2020-01', '2020-02']);
  expect([...months.cells]).toEqual([255, 255, Math.round((255 * 19) / 20), 255, 0, Math.round(255 / 20)]);

  const byDay = await readCoverage(out, 'day');
  expect(byDay.periods).toEqual(days);
  expect([...byDay.cells]).toEqual([
    ...days.map(() => 255),
    ...days.map((_, i) => (i === 3 ? 0 : 255)),
    ...days.map((_, i) => (i === 30 ? 255 : 0)),
  ]);
});

test('nearly full is not shown as full, nearly nothing not as nothing', async () => {
  const year = weekdays(600);
  const hole = plainBars('HOLE', year).filter((_, i) => i !== 300);
  const lone = plainBars('LONE', year).slice(300, 301);
  const out = await dataset([...plainBars('A', year), ...hole, ...lone]);
  const { periods, cells } = await readCoverage(out, 'month');
  const month = periods.indexOf(year[300].slice(0, 7));
  const at = (code: number) => cells[code * periods.length + month];
  expect(at(0)).toBe(255);
  expect(at(1)).toBeLessThan(255);
  expect(at(2)).toBeGreaterThan(0);
});

test('rows that are no bars, and second rows of a day, cover nothing', async () => {
  const broken = [`${days[5]},1,1,1,,1000,B`, `${days[6]},1,1,1,0,1000,B`];
  const out = await dataset([
    ...plainBars('A', days),
    ...plainBars('B', days.slice(0, 5)),
    ...broken,
    ...plainBars('A', [days[2]]),
  ]);
  const { cells } = await readCoverage(out, 'day');
  expect([...cells.subarray(0, 40)]).toEqual(days.map(() => 255));
  expect([...cells.subarray(40)]).toEqual(days.map((_, i) => (i < 5 ? 255 : 0)));
  const [a, b] = await readStocks(out);
  expect([a.bars, b.bars]).toEqual([40, 5]);
  expect([a.coverage, b.coverage]).toEqual([1, 5 / 40]);
});

test('a stock is summed up by its days, its share of them and the turnover of its last 60 bars', async () => {
  const long = weekdays(100);
  const volumes = plainBars('B', long.slice(10, 95)).map((line) => line.replace(',1000,', ',,')); // no volume at all
  const out = await dataset([...plainBars('A', long), ...volumes]);
  const [a, b] = await readStocks(out);
  expect(a).toEqual({
    code: 'A',
    sector: null,
    firstDay: long[0],
    lastDay: long[99],
    bars: 100,
    coverage: 1,
    turnover: ((169 + 170) / 2) * 1000, // closes 140 to 199 of the last 60 bars
  });
  expect(b).toMatchObject({ firstDay: long[10], lastDay: long[94], bars: 85, coverage: 0.85, turnover: null });
});

test('one stock reads as traded, adjusts as the whole table does, and says where its factor changed', async () => {
  const header = 'date,open,high,low,close,volume,code,factor';
  const lines = plainBars('A', days).map((line, i) => `${line},${i < 20 ? 0.5 : 1}`);
  const out = await dataset([...lines, ...plainBars('B', days).map((line) => `${line},1`)], header);
  const traded = await readStock(out, 'A');
  expect(traded.days).toEqual(days);
  expect([...traded.close]).toEqual(days.map((_, i) => 100 + i));
  const table = await loadBars(out, { codes: ['A'] });
  const bars = adjusted(traded);
  for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) expect(bars[column]).toEqual(table[column]);
  await expect(readStock(out, 'X')).rejects.toMatchObject({ code: 'input/unknown-code' });
});
