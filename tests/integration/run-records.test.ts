// What a run leaves on disk is on record when it has ended, whoever was alive to hear of it.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const QUICK = [...TINY_MODEL, 'engine=onnx-cpu', 'threads=1', 'features.graph.k=5', 'train.max_epochs=1'];
const FEATURES = 'features.names=[return_1, return_5, volume_ratio_20]';

test('a checkpoint whose record was lost with its host is on record again when the run has ended', async () => {
  const workspace = join(temporaryFolder('records'), 'workspace');
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  const client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const importing = await client.call('datasets.import', { files: [bars], name: 'small' });
  await client.call('jobs.wait', importing);
  const started = await client.call('training.start', {
    dataset: 'small',
    phases: [0, 1],
    overrides: [...QUICK, FEATURES],
    phaseOverrides: { phase1_adaptive_norm: ['train.max_epochs=500', 'train.patience=500'] },
  });

  /** Stops the run once its second phase trains. */
  const stopInPhase1 = async ({ jobId }: { jobId: string }): Promise<void> => {
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const events = client.listen('jobs.events', { jobId }, (event) => {
      if (event.type === 'metrics' && event.metrics.phase === 'phase1_adaptive_norm') resolve();
    });
    await Promise.race([reached, events.ended]);
    await client.call('training.stop', { run: started.runId });
    expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'stopped' });
  };
  const first = async () => {
    const list = await client.call('checkpoints.list', { run: started.runId });
    return list.find(({ phase, kind }) => phase === 'phase0_baseline' && kind === 'best');
  };

  await stopInPhase1(started);
  const saved = await first();
  expect(saved).toBeDefined();
  const database = new Database(join(workspace, 'phasor.sqlite'));
  database.prepare('delete from checkpoints where id = ?').run(saved?.id);
  database.close();
  expect(await first()).toBeUndefined();

  await stopInPhase1(await client.call('training.resumeRun', { run: started.runId }));
  const { contentHash, folder, metrics, epoch } = saved!;
  expect(await first()).toMatchObject({ contentHash, folder, metrics, epoch });

  // As if another version, which computes features otherwise, had begun it: it goes on with its own panel, wherever that still stands.
  const records = new Database(join(workspace, 'phasor.sqlite'));
  const own = (await client.call('runs.get', { run: started.runId })).run.lineage;
  const begunOn = (lineage: Partial<typeof own>): void =>
    void records.prepare('update runs set lineage = ?').run(JSON.stringify({ ...own, ...lineage }));
  const panel = (key: string): string => join(workspace, 'panels', key);
  cpSync(panel(own.panel!), panel('another'), { recursive: true });
  const manifest = join(panel('another'), 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(own.panel!, 'another'));
  begunOn({ panel: 'another' });
  await stopInPhase1(await client.call('training.resumeRun', { run: started.runId }));
  const stoodOn = records.prepare('select hash from panels join runs on panels.id = panel_id').pluck();
  expect(stoodOn.all()).toEqual(['another']);

  // Where it is gone, what changed is said.
  rmSync(panel('another'), { recursive: true });
  for (const [lineage, code] of [
    [{}, 'state/run-code-changed'],
    [{ features: 'others' }, 'state/run-features-changed'],
    [{ data: 'other' }, 'state/run-data-changed'],
  ] as const) {
    begunOn({ panel: 'another', ...lineage });
    const resumed = client.call('training.resumeRun', { run: started.runId });
    await expect(resumed).rejects.toMatchObject({ code });
    expect((await client.call('runs.get', { run: started.runId })).run.status).toBe('stopped');
  }
  await stopInPhase1(await client.call('training.resumeRun', { run: started.runId, otherPanel: true }));
  const levels = records.prepare(`select level from events where kind = 'run.resumed' order by id`).pluck().all();
  records.close();
  expect(levels).toEqual(['info', 'info', 'warn']);
  await host.close();
});
