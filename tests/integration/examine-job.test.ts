// The job that builds a panel examines it, once for each split, and again when asked; a stop leaves the panel, lost bars a warning.
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { examineBody, examinedFeaturesBody } from '../../core/app/jobs/examine.node.ts';
import type { FeaturesSpec } from '../../core/app/jobs/features.node.ts';
import { eventfulCodes } from '../../core/app/sentinel/eventful.node.ts';
import { readSentinel } from '../../core/app/sentinel/file.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { panelKey } from '../../core/features/panel-build.node.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { phases, recorder, temporaryFolder } from '../support/training.ts';

const folder = temporaryFolder('examine');
const dataset = join(folder, 'dataset');
const spec = (overrides: readonly string[] = []): FeaturesSpec => {
  const [{ config }] = phases(['phase0_baseline'], ['data.dataset=small', ...overrides]);
  const recipe = { dataHash: 'small', features: ['return_1', 'return_5', 'volume_ratio_20'] };
  return {
    task: 'features',
    dataset,
    recipe,
    panel: join(folder, 'panels', panelKey(recipe)),
    graphCache: join(folder, 'graphs'),
    config,
  };
};
const report = () => readSentinel(spec().panel)!.report;
const written = (): number => statSync(join(spec().panel, 'sentinel.json')).mtimeMs;

beforeAll(async () => {
  const files = writeSampleCsv(folder, syntheticMarket({ stocks: 30, days: 320, seed: 3 }));
  await importBars({ files: [files.bars], sectorFile: files.sectors, name: 'small', outFolder: dataset });
});

test('a stop while it is examined leaves the panel, and no report', async () => {
  const context = recorder(({ progressed }) => progressed.some(({ stage }) => stage.startsWith('examining')));
  await expect(examinedFeaturesBody(spec(), context)).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(join(spec().panel, 'manifest.json'))).toBe(true);
  expect(readSentinel(spec().panel)).toBeNull();
});

test('it is examined once for a split, and again for another one or when asked', async () => {
  const context = recorder();
  expect(await examinedFeaturesBody(spec(), context)).toMatchObject({ reused: true, verdict: 'passed' });
  expect(context.logged.some(({ message }) => message === 'leakage sentinel: passed')).toBe(true);
  expect(report().scopes.map(({ statistic, verdict }) => [statistic, verdict])).toContainEqual(['scaler', 'passed']);
  const [first, trainLast] = [written(), report().split!.trainLast];
  await examinedFeaturesBody(spec(['data.split.folds=7']), recorder()); // no word of it in a holdout, but another split
  expect(written()).not.toBe(first);
  const second = written();
  await examinedFeaturesBody(spec(['data.split.folds=7', 'train.max_epochs=1']), recorder());
  expect(written()).toBe(second);
  await examinedFeaturesBody(spec(['data.split.train_fraction=0.5']), recorder());
  expect(report().split!.trainLast < trainLast).toBe(true);
  const third = written();
  const { basis } = readSentinel(spec().panel)!;
  expect(await examineBody({ task: 'examine', dataset, panel: spec().panel, basis }, recorder())).toEqual({
    verdict: 'passed',
  });
  expect(written()).not.toBe(third);
});

test('stocks that split, moved or restated are found for the sample', async () => {
  const tables = join(folder, 'tables');
  const day = (n: number): string => `2020-0${n}-01`;
  writeFileSync(
    `${tables}-listing.csv`,
    `code,period,known_at,sector_33\nSYN01,${day(2)},${day(2)},1\nSYN01,${day(3)},${day(3)},2\nSYN02,${day(2)},${day(2)},1\n`,
  );
  writeFileSync(
    `${tables}-statements.csv`,
    `code,period,known_at,sales\nSYN03,${day(2)},${day(3)},1\nSYN03,${day(2)},${day(4)},2\nSYN04,${day(2)},${day(3)},1\n`,
  );
  const files = writeSampleCsv(join(folder, 'again'), syntheticMarket({ stocks: 30, days: 320, seed: 3 }));
  const outFolder = join(folder, 'with-tables');
  await importBars({
    files: [files.bars],
    name: 'tables',
    outFolder,
    tables: [
      { name: 'listing', path: `${tables}-listing.csv` },
      { name: 'statements', path: `${tables}-statements.csv` },
    ],
  });
  const without = await eventfulCodes(dataset);
  expect(without.length).toBeLessThan(10); // the sample's splits
  expect(await eventfulCodes(outFolder)).toEqual([...new Set([...without, 'SYN01', 'SYN03'])].sort());
});

test('where the bars are gone, what was not examined stays so, and says it', async () => {
  rmSync(dataset, { recursive: true });
  const known = recorder();
  expect((await examinedFeaturesBody(spec(['data.split.train_fraction=0.5']), known)).verdict).toBe('passed');
  rmSync(join(spec().panel, 'sentinel.json'));
  const context = recorder();
  expect((await examinedFeaturesBody(spec(), context)).verdict).toBeNull();
  expect(context.logged.map(({ level, message }) => [level, message])).toContainEqual([
    'warn',
    'the panel was not examined for leaks: its bars are gone',
  ]);
});
