import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { keepCodes } from '../../core/data/universe.ts';
import { temporaryFolder } from './data-files.ts';

const folder = temporaryFolder();

test('the synthetic market survives the way through CSV and import, splits included', async () => {
  const market = syntheticMarket({ stocks: 80, days: 150 });
  const files = writeSampleCsv(folder, market);
  expect(files.bars).toContain('synthetic-');
  const outFolder = join(folder, 'dataset');
  const manifest = await importBars({
    files: [files.bars],
    sectorFile: files.sectors,
    name: market.name,
    outFolder,
  });
  expect(manifest.name).toMatch(/^synthetic-/);
  expect(manifest.adjustment).toBe('adjusted-close');
  expect(manifest.findings.map(({ code }) => code).sort()).toEqual(['early-end', 'late-listing']);

  const bars = await loadBars(outFolder);
  expect(bars.codes).toEqual(market.bars.codes);
  expect(bars.sectors).toEqual(market.bars.sectors);
  expect(bars.offsets).toEqual(market.bars.offsets);
  expect(bars.dayIndex).toEqual(market.bars.dayIndex);
  const gap = (a: Float64Array, b: Float64Array) =>
    a.reduce((most, value, row) => Math.max(most, Math.abs(value - b[row])), 0);
  for (const column of ['open', 'high', 'low', 'close'] as const)
    expect(gap(bars[column], market.bars[column]), column).toBeLessThan(1e-4);
  expect(gap(bars.volume, market.bars.volume)).toBeLessThanOrEqual(1);
});

test('many codes of a large dataset load as they stand in the whole of it, rows in order', async () => {
  const files = writeSampleCsv(join(folder, 'large'), syntheticMarket({ stocks: 300, days: 600 }));
  const outFolder = join(folder, 'large-dataset');
  await importBars({ files: [files.bars], name: 'large', outFolder });
  const all = await loadBars(outFolder);
  const every = all.codes.flatMap((_, i) => (i % 7 === 0 ? [i] : []));
  const some = await loadBars(outFolder, { codes: every.map((i) => all.codes[i]) });
  const { dayIndex, close, offsets } = keepCodes(all, every);
  expect(some.offsets).toEqual(offsets);
  expect(some.dayIndex).toEqual(dayIndex);
  expect(some.close).toEqual(close);
});
