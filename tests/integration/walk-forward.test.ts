// A walk forward from the command line: one run, one series a phase out of sample, with its ledger, backtest, comparison and report.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readEvaluatedPredictions, readEvaluation } from '../../core/app/evaluation-file.node.ts';
import { createHost } from '../../core/app/host.node.ts';
import { fromEpochDay, systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Comparison, RunDetail } from '../../core/contract/views.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder, TINY_MODEL } from '../support/training.ts';

const FOLDS = 2;
const workspace = join(temporaryFolder('walk'), 'workspace');
let detail: RunDetail;

async function phasor<T>(...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await runCli(workspace, [...argv, '--json']);
  expect(code, stderr + stdout).toBe(0);
  return JSON.parse(stdout) as T;
}

const train = (...rest: string[]): Promise<RunDetail> =>
  phasor('train', '--dataset', 'market', '--phase', '0-1', ...rest, ...TINY_MODEL, 'engine=onnx-cpu');

beforeAll(async () => {
  const market = syntheticMarket({ stocks: 24, days: 300, signalStrength: 3 });
  const files = writeSampleCsv(temporaryFolder('market'), market);
  await phasor('import', files.bars, '--name', 'market');
  detail = await train(
    '--name',
    'walk',
    'data=walk_forward',
    `data.split.folds=${FOLDS}`,
    'data.split.train_fraction=0.5',
  );
}, 120_000);

const PHASES = ['phase0_baseline', 'phase1_adaptive_norm'];

test('its phase runs and checkpoints name their folds, each with a config of its own', () => {
  const names = [1, 2].flatMap((fold) => PHASES.map((phase) => `fold${fold}/${phase}`));
  expect(detail.phases.map(({ phase, status }) => [phase, status])).toEqual(names.map((name) => [name, 'finished']));
  expect(new Set(detail.checkpoints.map(({ phase }) => phase))).toEqual(new Set(names));
  expect(detail.phases.map(({ config }) => /fold: (\d)/.exec(config)?.[1])).toEqual(['1', '1', '2', '2']);
  expect(detail.run.phases).toEqual(PHASES);
  // No fold goes on from the one before it.
  expect(detail.phases.map(({ parentCheckpointId }) => parentCheckpointId === null)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('each phase and the baseline have one evaluation, of the joined test days, each day from weights that knew nothing of it', () => {
  expect(detail.evaluations.map(({ label }) => label).sort()).toEqual([...PHASES, 'ridge']);
  for (const { label, folder, firstDay, lastDay, checkpointId } of detail.evaluations) {
    const { folds = [] } = readEvaluation(join(workspace, folder!));
    expect(folds.map(({ fold }) => fold)).toEqual([1, 2]);
    expect([firstDay, lastDay]).toEqual([folds[0].firstDay, folds[1].lastDay]);
    const { days } = readEvaluatedPredictions(join(workspace, folder!));
    expect([...days]).toEqual([...days].sort((a, b) => a - b));
    if (label === 'ridge') continue;
    expect(checkpointId).toBe(
      detail.checkpoints.find(({ phase, kind }) => phase === `fold2/${label}` && kind === 'best')!.id,
    );
    for (const day of days) {
      const { fold } = folds.find((span) => span.firstDay <= fromEpochDay(day) && fromEpochDay(day) <= span.lastDay)!;
      const own = detail.checkpoints.find(({ phase, kind }) => phase === `fold${fold}/${label}` && kind === 'best')!;
      const { lineage } = readCheckpointManifest(join(workspace, own.folder));
      expect(lineage.chosenThrough < fromEpochDay(day)).toBe(true);
    }
  }
});

test('a backtest and a report of any fold are of the whole series', async () => {
  const all = detail.evaluations.find(({ label }) => label === PHASES[1])!;
  const first = detail.checkpoints.find(({ phase, kind }) => phase === `fold1/${PHASES[1]}` && kind === 'best')!;
  const backtest = await phasor<{ firstDay: string; lastDay: string }>('backtest', first.id);
  expect(backtest).toMatchObject({ firstDay: all.firstDay, lastDay: all.lastDay });
  const { path } = await phasor<{ path: string }>('report', `walk/${PHASES[1]}`);
  const sheet = readFileSync(path, 'utf8');
  expect(sheet).toContain('walk forward, 2 folds joined');
  expect(sheet.match(/class="split"/g)).toHaveLength(FOLDS);
  expect(sheet).toMatch(/carried on in [0-2] of 2 folds/);
});

test('phases and the baseline of a run are compared by name', async () => {
  const comparison = await phasor<Comparison>('compare', 'walk/ridge', `walk/${PHASES[0]}`, `walk/fold1/${PHASES[0]}`);
  expect(comparison.checkpoints.map(({ phase }) => phase)).toEqual([
    'ridge',
    `fold2/${PHASES[0]}`,
    `fold1/${PHASES[0]}`,
  ]);
  const [row] = comparison.rows;
  expect(row.differences[1]!.days).toBeGreaterThan(40);
  // Both stand for the same series.
  expect(row.cells[1]).toEqual(row.cells[2]);
});

test('checkpoints are shown with the words of the field', async () => {
  const { stdout } = await runCli(workspace, ['checkpoints', 'show', `walk/${PHASES[0]}`]);
  expect(stdout).toMatch(/RankICIR +-?\d/);
  expect(stdout).not.toMatch(/rank_ic|hit_rate/);
});

test('a name that a run has is refused for another', async () => {
  const { code, stderr } = await runCli(workspace, ['train', '--dataset', 'market', '--name', 'walk', ...TINY_MODEL]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('another run called "walk"');
});

test('a single fold by its number is a run like any other', { timeout: 60_000 }, async () => {
  const alone = await train(
    'data=walk_forward',
    `data.split.folds=${FOLDS}`,
    'data.split.train_fraction=0.5',
    'data.split.fold=1',
    '--save-phase-checkpoint',
  );
  expect(alone.phases.map(({ phase }) => phase)).toEqual(PHASES);
  const [whole, single] = [detail, alone].map(({ evaluations }) => evaluations.find(({ label }) => label === 'ridge')!);
  expect(single.firstDay).toBe(whole.firstDay);
  expect(single.lastDay < whole.lastDay).toBe(true);
});

test('a checkpoint is evaluated by itself only where its run has no evaluation of it, and changes none of those', async () => {
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  try {
    const client = host.connect();
    const first = detail.checkpoints.find(({ phase, kind }) => phase === `fold1/${PHASES[1]}` && kind === 'best')!;
    const joined = detail.evaluations.find(({ label }) => label === PHASES[1])!;
    expect((await client.call('checkpoints.get', { checkpoint: first.id })).evaluations).toEqual([joined]);
    await expect(client.call('checkpoints.evaluate', { checkpoint: first.id })).rejects.toMatchObject({
      code: 'state/already-evaluated',
    });

    const [{ id: run }] = await client.call('runs.list', {});
    const before = await client.call('runs.get', { run });
    const last = before.checkpoints.find(({ phase, kind }) => phase === PHASES[0] && kind === 'last')!;
    const ledger = await client.call('runs.ledger', { run });
    const files = before.evaluations.map(({ folder }) => readEvaluation(join(workspace, folder!)));
    const { jobId } = await client.call('checkpoints.evaluate', { checkpoint: last.id });
    expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
    expect(await client.call('evaluations.get', { checkpoint: last.id })).toHaveLength(1);
    expect(before.evaluations.map(({ folder }) => readEvaluation(join(workspace, folder!)))).toEqual(files);
    expect(await client.call('runs.ledger', { run })).toEqual(ledger);
  } finally {
    await host.close();
  }
}, 60_000);
