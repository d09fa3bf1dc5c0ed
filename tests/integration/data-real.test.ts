// Real sets, where the folder PHASOR_DATA has them: every trap that is known to be in them must be reported.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import type { FindingCode } from '../../core/data/findings.ts';
import type { DatasetManifest } from '../../core/data/manifest.ts';
import { readActions } from '../../core/data/stock-actions.node.ts';
import { temporaryFolder } from './data-files.ts';

const data = process.env.PHASOR_DATA;
const real = test.skipIf(!data);
const folder = temporaryFolder();
const at = (path: string): string => join(data ?? '', path);

const importReal = (name: string, request: Partial<ImportRequest>): Promise<DatasetManifest> =>
  importBars({ files: [], name, outFolder: join(folder, name), ...request });
const counts = (manifest: DatasetManifest) => Object.fromEntries(manifest.findings.map((f) => [f.code, f.count]));

const examplesOf = (manifest: DatasetManifest, kind: FindingCode) =>
  manifest.findings.find(({ code }) => code === kind)?.examples ?? [];
/** Of a finding with no more rows than are kept as examples. */
const codesOf = (manifest: DatasetManifest, kind: FindingCode): string[] =>
  examplesOf(manifest, kind).map(({ code }) => code ?? '');

/**
 * A false alarm is a code that a check of severity error or warning on its own bars flags, and that inspection of the bars about it explains as
 * nothing; the share is of all codes. Inspected was every flagged row but two kinds: the S&P 500's stale bars, which repeat four prices and a
 * volume of four significant digits and more, and Tokyo's jumps on days shared by several codes that open within 8 % of a ratio of splits. What
 * is said of the whole set (survivorship, listings) is no check of rows.
 */
const falseAlarms = (manifest: DatasetManifest, nothing: readonly string[]): number =>
  new Set(nothing).size / manifest.codes.length;

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
    'stale-bar': 277,
    'stale-day': 2,
    'price-spike': 13,
    'long-wick': 2,
    'calendar-hole': 51,
    'apparent-split': 3,
    'extreme-move': 9,
    'late-listing': 29,
    'survivors-only': 505,
    'small-sector': 1,
  });
  expect(manifest.calendar).toEqual({ name: 'XNYS', reason: 'guessed', agreement: 1 });
  // Bars of the day before delivered once more: by their volumes of six and seven digits, no chance.
  expect(examplesOf(manifest, 'stale-day').map(({ day }) => day)).toEqual(['2014-07-18', '2014-08-04']);
  // Bars of other days, mostly one bad delivery of 2017-09-14; a close cut in half (LNT).
  expect(codesOf(manifest, 'price-spike').sort()).toEqual([
    'COP',
    'COTY',
    'EQT',
    'FLR',
    'LNT',
    'MPC',
    'MRK',
    'MRO',
    'MTD',
    'NSC',
    'NWL',
    'O',
    'TIF',
  ]);
  expect(falseAlarms(manifest, ['BAX'])).toBeLessThanOrEqual(0.01);
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
      'stray-day': 3,
      'partial-day': 2,
      'incomplete-history': 466,
      'later-listing': 3607,
      'adjustment-mismatch': 6,
      'apparent-split': 223,
    });
    expect(manifest.calendar).toEqual({ name: 'XTKS', reason: 'guessed', agreement: 1 });
    expect(counts(manifest)).not.toHaveProperty('price-unit');
    expect(examplesOf(manifest, 'partial-day').map(({ day }) => day)).toEqual(['2016-10-14', '2016-10-18']);
    expect(examplesOf(manifest, 'later-listing')[0].values.listed).toBe('2023-03-14');
    expect(codesOf(manifest, 'adjustment-mismatch').sort()).toEqual(['2130', '3250', '3350', '6569', '7638', '9273']);
    // By inspection nothing: stocks that ran to their limit and back, two that repeat a bar by chance, and one that came back at twice the price.
    const nothing = [...codesOf(manifest, 'price-spike'), ...codesOf(manifest, 'stale-bar'), '3540'];
    expect(nothing.length).toBe(17 + 2 + 1);
    expect(falseAlarms(manifest, nothing)).toBeLessThanOrEqual(0.01);
    // What the repair adjusted for stands among the corporate actions: ten shares of 6218 were made one, though its price rose by more.
    const actions = await readActions(join(folder, 'tokyo'), '6218');
    expect(actions.map(({ day, kind, ratio }) => [fromEpochDay(day), kind, ratio])).toEqual([
      ['2018-09-26', 'reverse-split', 0.1],
    ]);
    expect(manifest.codes.filter(({ sector }) => sector === '9999').length).toBeGreaterThan(100);
    expect(manifest.repairs[0].rows).toBeGreaterThan(100_000);

    const bars = await loadBars(join(folder, 'tokyo'), { codes: ['1852'] });
    const day = Array.from(bars.days, fromEpochDay).indexOf('2018-09-26');
    expect(bars.close[day]).toBe(3800);
    expect(bars.close[day - 1]).toBe(3590); // 359 before ten shares became one
  },
  600_000,
);

real.each([
  ['default', 502, 'YYYY-MM-DD', 'XNYS', {}],
  ['compare', 502, 'YYYY-MM-DD', 'XNYS', {}],
  ['longish', 5285, 'YYYY-MM-DD', 'XNYS', {}],
  ['bitcoin', 1246, 'YYYY-MM-DD', 'crypto', { 'extreme-move': 1 }],
  ['msft', 8111, 'M/D/YYYY', 'XNYS', { 'zero-volume': 506 }],
  ['spx', 8111, 'M/D/YYYY', 'XNYS', { 'zero-volume': 2215 }],
  ['max', 502, 'M/D/YYYY', 'crypto', { 'extreme-move': 1 }],
  ['toobig', 1246, 'M/D/YYYY', 'crypto', { 'implausible-level': 1, 'price-spike': 1, 'extreme-move': 1 }],
  [
    'mismatch', // one bar of a New York holiday, a year before the others
    502,
    'M/D/YYYY',
    'XNYS',
    { 'closed-day': 1, 'missing-session': 243, 'out-of-order': 4, 'long-silence': 1 },
  ],
  ['penny', 533, 'YYYY-MM-DD', 'XNYS', {}],
  ['longest', 15_821, 'YYYY-MM-DD', 'XNYS', {}],
] as const)('the series %s', async (name, rows, dateFormat, calendar, findings) => {
  const manifest = await importReal(name, { files: [at(`indicators/quotes/${name}.csv`)] });
  expect(manifest).toMatchObject({
    rows,
    codes: [{ code: name }],
    sources: [{ dateFormat }],
    calendar: { name: calendar },
  });
  expect(counts(manifest)).toEqual(findings);
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
