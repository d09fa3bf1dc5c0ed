// Limits of the machine that datasets meet: the memory that reading them may take, and file systems that ignore case.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AppError } from '../../core/base/errors.ts';
import { Duck } from '../../core/data/duckdb.node.ts';
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
