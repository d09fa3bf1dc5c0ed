// The index that stands for the market: named, known for the broadest, or the first there was; in the dataset, its tables and its panels.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { marketIndexOf } from '../../core/data/market-index.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import type { SideTable } from '../../core/data/side-tables.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { readPanelManifest } from '../../core/features/panel.node.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(90);
const bars = writeFile(folder, 'bars.csv', csv(['1301', '1305', '1306'].flatMap((code) => plainBars(code, days))));
let imports = 0;

/** @param since first day of each index, by its place among the days; index number i climbs by i + 1 a day */
async function withIndices(since: Readonly<Record<string, number>>, marketIndex?: string) {
  const lines = Object.entries(since).flatMap(([code, from], i) =>
    days.slice(from).map((day, d) => `${code},${day},${1000 + (i + 1) * (from + d)}`),
  );
  const path = writeFile(folder, `indices-${imports}.csv`, `${['code,period,close', ...lines].join('\n')}\n`);
  const outFolder = join(folder, `dataset-${imports++}`);
  const tables = [{ name: 'index-bars' as const, path }];
  const manifest = await importBars({ files: [bars], name: 'test', outFolder, tables, marketIndex });
  return { manifest, outFolder };
}

const taken = async (outFolder: string): Promise<string | undefined> => {
  const table = (await loadSideTables(outFolder))['index-bars'];
  return table?.codes[marketIndexOf(table)];
};

test('TOPIX is taken where it begins with the first, whatever its place among the codes', async () => {
  for (const [since, expected] of [
    [{ N225: 0, TOPIX: 0 }, 'TOPIX'],
    [{ '0000': 0, '0001': 0 }, '0000'],
    // What begins later takes nobody's place.
    [{ N225: 0, TOPIX: 5 }, undefined],
    [{ GROWTH: 3, N225: 0 }, undefined],
  ] as const) {
    const { manifest, outFolder } = await withIndices(since);
    expect(manifest.marketIndex).toBe(expected);
    expect(await taken(outFolder)).toBe(expected ?? 'N225');
  }
});

test('the index that is named is taken, one that is not there is refused with those that are', async () => {
  const named = await withIndices({ N225: 0, TOPIX: 0 }, 'N225');
  expect(await taken(named.outFolder)).toBe('N225');
  const other = await withIndices({ N225: 0, TOPIX: 0 });
  // Other values of features are another dataset.
  expect(other.manifest.contentHash).not.toBe(named.manifest.contentHash);
  await expect(withIndices({ N225: 0 }, 'TOPX')).rejects.toMatchObject({
    code: 'input/unknown-index',
    params: { code: 'TOPX', known: 'N225' },
  });
  await expect(
    importBars({ files: [bars], name: 'test', outFolder: join(folder, 'none'), marketIndex: 'TOPIX' }),
  ).rejects.toMatchObject({ code: 'input/unknown-index' });
});

test('features follow the index that was taken, and a panel says which it was', async () => {
  for (const [marketIndex, climb] of [
    ['N225', 1],
    ['TOPIX', 2],
  ] as const) {
    const { manifest, outFolder } = await withIndices({ N225: 0, TOPIX: 0 }, marketIndex);
    const [loaded, tables] = [await loadBars(outFolder, { anchor: 'first' }), await loadSideTables(outFolder)];
    const column = computeFeatures(loaded, ['index_return_1'], undefined, undefined, tables).get('index_return_1');
    expect(column?.[50]).toBeCloseTo(climb / (1000 + climb * 49), 9);
    const panel = join(folder, `panel-${marketIndex}`);
    await buildPanel({
      bars: loaded,
      tables,
      dataHash: manifest.contentHash,
      features: ['index_return_1', 'return_1'],
      folder: panel,
    });
    expect(readPanelManifest(panel).marketIndex).toBe(marketIndex);
  }
});

test('an index that is named and has no row yet is none, rather than another', () => {
  const table: SideTable = {
    codes: ['N225'],
    offsets: Int32Array.of(0, 1),
    known: Int32Array.of(toEpochDay('2020-01-06')),
    period: Int32Array.of(toEpochDay('2020-01-06')),
    columns: {},
  };
  expect([marketIndexOf(table), marketIndexOf({ ...table, main: 'TOPIX' })]).toEqual([0, -1]);
});
