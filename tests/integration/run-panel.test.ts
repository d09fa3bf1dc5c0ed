// A run keeps the list of features that it was begun with, and its panel, whatever a later version says of its dataset's tables.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { hashValue } from '../../core/base/hash.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { writeSideRows } from '../../core/data/side-tables.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { readPanelManifest } from '../../core/features/panel.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const SHAPE = { stocks: 30, days: 320, seed: 3 };
const STORED = ['return_1', 'return_5', 'book_to_price'];

test('a stored list is used as stored: its panel stands, or is built again, or another is refused in words', async () => {
  const folder = temporaryFolder('run-panel');
  const workspace = join(folder, 'workspace');
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  const client = host.connect();
  const { bars } = await client.call('datasets.synthesise', SHAPE);
  const { codes, days } = syntheticMarket(SHAPE).bars;
  const path = join(folder, 'statements.parquet');
  // Equity, yet no number of shares, without which this version builds no book_to_price.
  const statements = codes.map((code) => ({
    code,
    period: days[0] - 60,
    known: { day: days[0] - 30, minute: null },
    values: { quarter: 4, fiscal_year_end: days[0] - 60, equity: 1e6 },
  }));
  await writeSideRows(path, 'statements', statements);
  const tables = [{ name: 'statements' as const, path }];
  await client.call('jobs.wait', await client.call('datasets.import', { files: [bars], name: 'small', tables }));
  const start = (names: readonly string[]) =>
    client.call('training.start', {
      dataset: 'small',
      phases: [0],
      overrides: [
        ...TINY_MODEL,
        ...['engine=onnx-cpu', 'threads=1', 'features.graph.k=5', 'train.max_epochs=1'],
        `features.names=[${names.join(', ')}]`,
      ],
      phaseOverrides: {},
    });
  await expect(start(STORED)).rejects.toMatchObject({ code: 'data/feature-lacks-input' });

  // As a version of before stored it: its list names what this version would refuse.
  const { runId, jobId } = await start([...STORED.slice(0, 2), 'volume_ratio_20']);
  await client.call('training.stop', { run: runId });
  await client.call('jobs.wait', { jobId });
  const database = new Database(join(workspace, 'phasor.sqlite'));
  for (const table of ['runs', 'phase_runs'])
    database.exec(`update ${table} set config = replace(config, 'volume_ratio_20', 'book_to_price')`);
  const lineage = async () => (await client.call('runs.get', { run: runId })).run.lineage;
  const begunOn = async (changed: Partial<Awaited<ReturnType<typeof lineage>>>): Promise<void> =>
    void database.prepare('update runs set lineage = ?').run(JSON.stringify({ ...(await lineage()), ...changed }));
  await begunOn({ panel: null, features: hashValue(STORED) });
  rmSync(join(workspace, 'runs', runId), { recursive: true, force: true });
  const trained = await client.call('training.resumeRun', { run: runId });
  expect(await client.call('jobs.wait', trained)).toMatchObject({ outcome: 'finished' });
  const hash = database.prepare('select hash from panels join runs on panels.id = panel_id').pluck().get() as string;
  const panel = join(workspace, 'panels', hash);
  expect(readPanelManifest(panel).features.map(({ name }) => name)).toEqual(STORED);

  await begunOn({ panel: hash });
  const [checkpoint] = await client.call('checkpoints.list', { run: runId });
  const evaluate = () => {
    database.exec('delete from evaluations');
    return client.call('checkpoints.evaluate', { checkpoint: checkpoint.id });
  };
  const evaluated = async () => await client.call('jobs.wait', await evaluate());
  expect(await evaluated()).toMatchObject({ outcome: 'finished' });
  // Evicted, and built the same.
  rmSync(panel, { recursive: true });
  expect(await evaluated()).toMatchObject({ outcome: 'finished' });
  expect(readPanelManifest(panel).key).toBe(hash);

  // Begun by a version that computed it otherwise, and evicted: never another one in silence.
  database.exec('update runs set panel_id = null');
  await begunOn({ panel: 'another' });
  await expect(evaluate()).rejects.toMatchObject({ code: 'state/checkpoint-panel-gone' });
  database.close();
  await host.close();
});
