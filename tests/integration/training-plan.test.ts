// The plan of a run through the contract: what it says is what training then does, and what is wrong is said, not thrown.
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { valueAt } from '../../core/config/interpolate.ts';
import type { Client } from '../../core/contract/api.ts';
import type { TrainingPlan } from '../../core/contract/views/training.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const SMALL = [
  ...TINY_MODEL.filter((override) => !override.startsWith('train.max_epochs')),
  'features.names=[return_1, return_5, volume_ratio_20]',
  'features.graph.k=5',
  'train.max_epochs=1',
];
const ALL = [0, 1, 2, 3, 4];
const workspace = join(temporaryFolder('plan'), 'workspace');

let host: Host;
let client: Client;
beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 5 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: 'small' });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
});
afterAll(() => host.close());

const plan = (input: { phases?: number[]; overrides?: string[]; phaseOverrides?: Record<string, string[]> } = {}) =>
  client.call('training.plan', { dataset: 'small', phases: ALL, ...input });
const ofPhase = ({ phases }: TrainingPlan, phase: string) => phases.find((one) => one.phase === phase)!;

test('without overrides every setting is its default, and each phase says what it switches on', async () => {
  const found = await plan();
  expect(found.problems).toEqual([]);
  expect(found.phases.map(({ number }) => number)).toEqual(ALL);
  for (const { settings, defaults } of found.phases) expect(settings).toEqual(defaults);
  expect(found.phases.map(({ changes }) => changes)).toEqual([
    [],
    ['model.fan.enabled', 'model.san.enabled', 'train.learning_rate'],
    ['model.gat.enabled'],
    ['train.learning_rate', 'train.augmentation.enabled'],
    expect.arrayContaining(['train.loss.rank_ic', 'train.max_epochs', 'train.augmentation.enabled']),
  ]);
  expect(found.fields.map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(found.phases[0].settings)));
});

test('the days of the parts follow one another without a gap, and the embargo is as long as asked', async () => {
  const [fold, ...others] = (await plan({ overrides: ['data.split.embargo=25'] })).folds;
  expect(others).toEqual([]);
  expect(fold.parts.map(({ part }) => part)).toEqual(['train', 'embargo', 'valid', 'embargo', 'test']);
  expect(fold.parts.reduce((sum, { days }) => sum + days, 0)).toBe(320);
  for (const { part, days } of fold.parts) if (part === 'embargo') expect(days).toBe(25);
  const days = fold.parts.flatMap(({ first, last }) => [first, last]);
  expect(days).toEqual([...days].sort());
  const walk = await plan({ overrides: ['data.split.kind=walk_forward', 'data.split.folds=2', 'data.last_days=300'] });
  expect(walk.folds).toHaveLength(2);
  expect(walk.folds[0].parts.at(-1)!.last < walk.folds[1].parts.at(-1)!.first).toBe(true);
});

test('what is wrong is listed with its path and phase, shown as typed, and the rest of the plan stands', async () => {
  const found = await plan({
    overrides: ['data.split.embargo=3', 'train.no_such_key=1'],
    phaseOverrides: { phase2_gat: ['train.max_epochs=0'], phase3_augmentation: ['data.last_days=100'] },
  });
  expect(found.problems.map(({ phase, path, error }) => [phase, path, error.code])).toEqual([
    [null, 'train.no_such_key', 'config/unknown-key'],
    ['phase2_gat', 'train.max_epochs', 'config/wrong-value'],
    ['phase3_augmentation', 'data.last_days', 'config/not-per-phase'],
  ]);
  expect(ofPhase(found, 'phase0_baseline').settings['data.split.embargo']).toBe(3);
  const early = await plan({ phaseOverrides: { phase2_gat: ['train.max_epochs=0', 'model.hidden_size=32'] } });
  expect(early.problems).toMatchObject([
    { phase: 'phase2_gat', path: 'train.max_epochs', error: { code: 'config/wrong-value' } },
  ]);
  const { settings, defaults } = ofPhase(early, 'phase2_gat');
  expect([settings['train.max_epochs'], defaults['train.max_epochs'], settings['model.hidden_size']]).toEqual([
    0, 8, 32,
  ]);
  expect(early.folds).toHaveLength(1);
  const empty = await plan({ overrides: ['data.last_days=40'] });
  expect(empty).toMatchObject({ folds: [], problems: [{ path: 'data.split', error: { code: 'data/split-empty' } }] });
  const large = await plan({ phases: [0], overrides: ['model.hidden_size=65536', 'train.max_batch_size=20'] });
  expect(large.problems).toMatchObject([
    { phase: 'phase0_baseline', error: { code: 'resource/step-too-large' } },
    { phase: null, error: { code: 'resource/disk-full' } },
  ]);
  await expect(plan({ phases: [0], overrides: ['train.phases=[phase0_baseline]'] })).resolves.toMatchObject({
    problems: [],
  });
  const misspelt = await plan({ phases: [0], phaseOverrides: { phase2_gta: ['train.max_epochs=3'] } });
  expect(misspelt.problems).toMatchObject([
    { path: 'phase2_gta', error: { code: 'config/unknown-key', params: { nearest: 'phase2_gat' } } },
  ]);
  for (const phases of [
    [0, 0],
    [1, 0],
  ])
    await expect(plan({ phases })).rejects.toMatchObject({ code: 'input/bad-request' });
  await expect(client.call('training.plan', { dataset: 'none', phases: [0] })).rejects.toMatchObject({
    code: 'state/not-found',
  });
});

test('training does what was planned, and the next plan knows how long it takes', async () => {
  const input = {
    phases: [0, 1],
    overrides: SMALL,
    phaseOverrides: { phase1_adaptive_norm: ['train.learning_rate=2e-4'] },
  };
  await client.call('settings.set', { engine: 'onnx-cpu', threads: 1 });
  const planned = await plan(input);
  expect(planned.problems).toEqual([]);
  expect(planned.preflight).toMatchObject({
    measured: false,
    panelReady: false,
    engine: 'onnx-cpu',
    features: 3,
    stocks: 30,
  });
  expect(ofPhase(planned, 'phase0_baseline').settings).toMatchObject({ 'train.learning_rate': 1e-3, threads: 1 });
  expect(ofPhase(planned, 'phase1_adaptive_norm').settings['train.learning_rate']).toBe(2e-4);

  const { jobId, runId } = await client.call('training.start', { dataset: 'small', ...input });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
  const { run, phases, checkpoints } = await client.call('runs.get', { run: runId });
  expect(run).toMatchObject({ status: 'finished', engine: 'onnx-cpu' });
  for (const { phase, config } of phases) {
    const { settings } = ofPhase(planned, phase);
    const stored = Object.fromEntries(Object.keys(settings).map((path) => [path, valueAt(parse(config), path)]));
    expect(stored).toEqual(settings);
  }
  const manifests = checkpoints.map(({ folder }) => readCheckpointManifest(join(workspace, folder)));
  const sizes = manifests.map(({ parameters }) =>
    parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
  );
  expect(planned.preflight.parameters).toBe(Math.max(...sizes));

  const again = await plan(input);
  expect(again.preflight).toMatchObject({ measured: true, panelReady: true });
  expect(again.folds).toEqual(planned.folds);
  expect(again.preflight.seconds).toBeGreaterThan(0);
});

test('a checkpoint that saw the days it would be held against is refused before the start', async () => {
  const [{ id }] = await client.call('checkpoints.list', {});
  const resume = (overrides: string[]) =>
    client.call('training.plan', {
      dataset: 'small',
      phases: [1],
      overrides: [...SMALL, ...overrides],
      resumeCheckpoint: id,
    });
  expect((await resume([])).problems).toEqual([]);
  const early = await resume(['data.split.train_fraction=0.4']);
  expect(early.problems).toMatchObject([{ error: { code: 'model/parent-saw-held-out-days' } }]);
});
