// Limits of the machine that datasets meet: the memory that reading them may take, and file systems that ignore case.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AppError } from '../../core/base/errors.ts';
import { Duck } from '../../core/data/duckdb.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/training.ts';

test('a query that does not fit the memory says so, with the limit, and is no bug', async () => {
  const duck = await Duck.open({ memoryLimit: '5MB' });
  try {
    const work = duck.run('SELECT list(range) FROM range(5000000)');
    const error = await work.then(
      () => undefined,
      (thrown: AppError) => thrown,
    );
    expect(error).toMatchObject({ code: 'resource/query-too-large', params: { limit: '5MB' } });
  } finally {
    duck.close();
  }
});

test('datasets whose names differ by case alone stand in folders that no file system takes for one', async () => {
  const workspace = join(temporaryFolder('case'), 'workspace');
  const folders: string[] = [];
  for (const [seed, name] of ['market', 'Market', 'MARKET'].entries()) {
    const files = writeSampleCsv(temporaryFolder('bars'), syntheticMarket({ stocks: 20, days: 100, seed }));
    const { code, stdout, stderr } = await runCli(workspace, ['import', files.bars, '--name', name, '--json']);
    expect(code, stderr).toBe(0);
    const { version } = JSON.parse(stdout) as { version: { folder: string } };
    folders.push(version.folder);
    expect(existsSync(join(workspace, version.folder, 'manifest.json'))).toBe(true);
  }
  expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(3);
});

test('what does not fit the memory is sorted on the disk, beside the data, and nothing of it is left', async () => {
  const temporary = join(temporaryFolder('spill'), 'work.tmp');
  const duck = await Duck.open({ memoryLimit: '40MB', temporaryFolder: temporary });
  try {
    await duck.run('CREATE TABLE wide AS SELECT range AS i, hash(range) AS h FROM range(4000000)');
    await duck.run('CREATE TABLE sorted AS SELECT * FROM wide ORDER BY h');
    expect(readdirSync(temporary).length).toBeGreaterThan(0);
    const { total } = await duck.row('SELECT sum(i)::DOUBLE AS total FROM sorted');
    expect(total).toBe((4e6 * (4e6 - 1)) / 2);
  } finally {
    duck.close();
  }
  expect(existsSync(temporary)).toBe(false);
});

test('a market imported and read within a small part of its size is the same market', async () => {
  const folder = temporaryFolder('budget');
  const { bars } = writeSampleCsv(folder, syntheticMarket({ stocks: 60, days: 1000, seed: 4 }));
  const request = { files: [bars], name: 'market' };
  const roomy = await importBars({ ...request, outFolder: join(folder, 'roomy') });
  const tight = await importBars({ ...request, outFolder: join(folder, 'tight'), memoryLimit: '45MB' });
  expect(tight.contentHash).toBe(roomy.contentHash);
  expect(await loadBars(join(folder, 'tight'), { memoryLimit: '8MB' })).toEqual(await loadBars(join(folder, 'roomy')));
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
