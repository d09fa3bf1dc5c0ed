// Real sets, where the folder PHASOR_DATA has them: every trap that is known to be in them must be reported.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import type { DatasetManifest } from '../../core/data/manifest.ts';
import { temporaryFolder } from './data-files.ts';

const data = process.env.PHASOR_DATA;
const real = test.skipIf(!data);
const folder = temporaryFolder();
const at = (path: string): string => join(data ?? '', path);

const importReal = (name: string, request: Partial<ImportRequest>): Promise<DatasetManifest> =>
  importBars({ files: [], name, outFolder: join(folder, name), ...request });
const counts = (manifest: DatasetManifest) => Object.fromEntries(manifest.findings.map((f) => [f.code, f.count]));

real('S&P 500, five years', async () => {
  const manifest = await importReal('sp500', {
    files: [at('sp500_5yr/all_stocks_5yr.csv.gz')],
    sectorFile: at('sp500_5yr/ticker_sector.csv'),
  });
  expect(manifest).toMatchObject({ rows: 619_040, firstDay: '2013-02-08', lastDay: '2018-02-07', adjustment: 'none' });
  expect(manifest.codes.length).toBe(505);
  expect(new Set(manifest.codes.map(({ sector }) => sector)).size).toBe(11);
  expect(counts(manifest)).toEqual({
    'missing-open': 11,
    'missing-high': 8,
    'missing-low': 8,
    'high-below-low': 1,
    'low-above-body': 11,
    'high-below-body': 1,
    'zero-volume': 4,
    'calendar-hole': 51,
    'apparent-split': 3,
    'extreme-move': 11,
    'late-listing': 29,
    'incomplete-history': 35,
    'survivors-only': 505,
  });
  const bars = await loadBars(join(folder, 'sp500'));
  expect(bars.close.length).toBe(619_040);
  expect(bars.open.filter(Number.isNaN).length).toBe(11);
});

real(
  'Tokyo, all codes',
  async () => {
    const manifest = await importReal('tokyo', {
      files: [at('jp_tse_daily/tse_daily_all_2013_2018.csv.zst')],
      sectorFile: at('jp_tse_daily/listed_info_20230314.csv'),
      repairs: ['adjust-apparent-splits'],
    });
    expect(manifest).toMatchObject({ rows: 4_979_155, firstDay: '2013-01-04', adjustment: 'adjusted-close' });
    expect(manifest.codes.length).toBe(3929);
    expect(counts(manifest)).toMatchObject({
      'non-positive-price': 2,
      'non-positive-adjusted': 610,
      'zero-volume': 2,
      'no-sector': 322,
      'late-decimals': 5,
    });
    expect(manifest.codes.filter(({ sector }) => sector === '9999').length).toBeGreaterThan(100);
    expect(manifest.repairs[0].rows).toBeGreaterThan(100_000);

    const bars = await loadBars(join(folder, 'tokyo'), { codes: ['1852'] });
    const day = Array.from(bars.days, fromEpochDay).indexOf('2018-09-26');
    expect(bars.close[day]).toBe(3800);
    expect(bars.close[day - 1]).toBe(3590); // 359 before ten shares became one
  },
  120_000,
);

real.each([
  ['default', 502, 'YYYY-MM-DD'],
  ['bitcoin', 1246, 'YYYY-MM-DD'],
  ['msft', 8111, 'M/D/YYYY'],
  ['max', 502, 'M/D/YYYY'],
  ['toobig', 1246, 'M/D/YYYY'],
  ['mismatch', 502, 'M/D/YYYY'],
  ['penny', 533, 'YYYY-MM-DD'],
  ['longest', 15_821, 'YYYY-MM-DD'],
])('the series %s', async (name, rows, dateFormat) => {
  const manifest = await importReal(name, { files: [at(`indicators/quotes/${name}.csv`)] });
  expect(manifest).toMatchObject({ rows, codes: [{ code: name }], sources: [{ dateFormat }] });
});

real('series that are wrong on purpose, and intraday bars', async () => {
  const quotes = (name: string) => ({ files: [at(`indicators/quotes/${name}.csv`)] });
  await expect(importReal('bad', quotes('bad'))).rejects.toMatchObject({
    code: 'data/bad-dates',
    params: { row: 202 },
  });
  await expect(importReal('zeros', quotes('zeros'))).rejects.toMatchObject({ code: 'data/no-usable-rows' });
  await expect(importReal('intraday', quotes('intraday'))).rejects.toMatchObject({ code: 'data/intraday-bars' });
  const joined = await importReal('intraday', { ...quotes('intraday'), joinIntraday: true });
  expect(joined).toMatchObject({ rows: 4, firstDay: '2020-12-15', lastDay: '2020-12-18' });
});
