// A run that was stopped or killed and went on ends with the same bits as one that was left alone.
import { fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { readCheckpoint, readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
import type { TrainSpec } from '../../core/train/spec.ts';
import { buildSmallPanel, oneThread, phases, recorder, temporaryFolder, TINY_MODEL } from '../support/training.ts';

const NAMES = ['phase0_baseline', 'phase3_augmentation'];
/** Many runs in one test. */
const PATIENT = { timeout: 300_000 };
// Dead-branch alarms are raised on purpose, twenty steps into a phase: they and their count have to survive too.
const PHASES = phases(NAMES, [
  ...TINY_MODEL,
  'train.accumulation=2',
  'train.guards.dead_gradient=1e3',
  'train.guards.dead_patience=20',
]);

let panel: string;
let whole: string;
/** Batches of the parts that a run goes through. */
const batches = { train: 0, validation: 0, test: 0 };

let stages: string[];

const specOf = (folder: string): TrainSpec => ({
  run: 'run',
  panel,
  folder,
  phases: PHASES,
  keepLast: true,
  resume: true,
});

beforeAll(async () => {
  ({ folder: panel } = await buildSmallPanel({ stocks: 24, days: 220, signalStrength: 3 }));
  whole = temporaryFolder('whole');
  const said = recorder();
  const result = await runTraining(specOf(whole), said, oneThread);
  expect(result.outcome).toBe('finished');
  // These speak up where they take long.
  const occasional = /(metrics|checkpoint)$/;
  stages = [...new Set(said.progressed.map(({ stage }) => stage))].filter((stage) => !occasional.test(stage));
  const totalOf = (stage: string): number => said.progressed.findLast((progress) => progress.stage === stage)!.total;
  batches.train = totalOf(`${NAMES[0]} epoch 1/2`);
  batches.validation = totalOf(`${NAMES[0]} epoch 1 validation`);
  batches.test = totalOf(`${NAMES[0]} test`);
});

/** Every file of both runs that must not differ, with what may differ (folders, wall time) taken out. */
function expectSameRun(folder: string): void {
  for (const phase of NAMES)
    for (const kind of ['best', 'last']) {
      for (const file of ['weights.npy', 'first_moment.npy', 'second_moment.npy', 'accumulated.npy', 'model.onnx']) {
        const [wanted, found] = [whole, folder].map((run) => readFileSync(join(run, phase, kind, file)));
        expect(found.equals(wanted), `${phase}/${kind}/${file}`).toBe(true);
      }
      const [wanted, found] = [whole, folder].map((run) => readCheckpointManifest(join(run, phase, kind)).metrics);
      expect(found).toEqual(wanted);
    }
  for (const file of ['phase0_metrics.json', 'phase3_metrics.json', 'metrics_summary.json', 'latest_metrics.json']) {
    const [wanted, found] = [whole, folder].map((run) =>
      readFileSync(join(run, file), 'utf8')
        .replaceAll(run, 'RUN')
        .replaceAll(/"seconds": [\d.]+/g, '"seconds"'),
    );
    expect(found, file).toBe(wanted);
  }
  for (const label of ['ridge', ...NAMES])
    for (const file of ['predicted.npy', 'realised.npy', 'days.npy']) {
      const [wanted, found] = [whole, folder].map((run) => readFileSync(join(run, 'predictions', label, file)));
      expect(found.equals(wanted), `${label} ${file}`).toBe(true);
    }
}

/** Goes on with the run until it has rested `times` times. */
async function goOn(folder: string, times = Number.POSITIVE_INFINITY): Promise<string> {
  let rested = 0;
  const { outcome } = await runTraining(
    specOf(folder),
    recorder(() => ++rested >= times),
    oneThread,
  );
  return outcome;
}

test('no part of a run is silent', () => {
  const ofPhase = (phase: string): string[] => [
    `${phase} preparation`,
    ...[1, 2].flatMap((epoch) => [`${phase} epoch ${epoch}/2`, `${phase} epoch ${epoch} validation`]),
    `${phase} test`,
    `${phase} evaluation`,
  ];
  expect(stages).toEqual(['verify panel', 'fit scaling', 'engine', 'ridge baseline', ...NAMES.flatMap(ofPhase)]);
});

test(
  'stopped in the baseline, within an epoch, in validation, between phases, and at the start of a phase',
  PATIENT,
  async () => {
    const folder = temporaryFolder('cut');
    const last = (phase: string) => readCheckpointManifest(join(folder, phase, 'last'));
    const { train, validation, test: tested } = batches;

    expect(await goOn(folder, 3)).toBe('stopped');
    expect(existsSync(join(folder, NAMES[0]))).toBe(false);

    // The baseline goes through all three parts first.
    expect(await goOn(folder, train + validation + tested + 8)).toBe('stopped');
    // An odd number of batches under an accumulation of 2: half an update has been gathered.
    expect(last(NAMES[0])).toMatchObject({ epoch: 0, batch: 7, updates: 3, gathered: 1 });

    expect(await goOn(folder, train - 7 + Math.ceil(validation / 2))).toBe('stopped');
    expect(last(NAMES[0])).toMatchObject({ epoch: 0, batch: train });

    expect(await goOn(folder, validation + train + validation + 2)).toBe('stopped');
    expect(last(NAMES[0])).toMatchObject({ epoch: 2, batch: 0 });
    expect(existsSync(join(folder, 'phase0_metrics.json'))).toBe(false);

    expect(await goOn(folder, tested + 1)).toBe('stopped');
    expect(existsSync(join(folder, 'phase0_metrics.json'))).toBe(true);
    expect(last(NAMES[1])).toMatchObject({ epoch: 0, batch: 0, updates: 0 });

    expect(await goOn(folder, 12)).toBe('stopped');
    expect(last(NAMES[1])).toMatchObject({ epoch: 0, batch: 11 });

    expect(await goOn(folder)).toBe('finished');
    expectSameRun(folder);
  },
);

test('a finished run that is asked to go on trains nothing and says the same', async () => {
  const said = recorder();
  const before = readFileSync(join(whole, 'metrics_summary.json'), 'utf8');
  const { outcome, phases: results } = await runTraining(specOf(whole), said, oneThread);
  expect(outcome).toBe('finished');
  expect(results.map(({ phase }) => phase)).toEqual(NAMES);
  expect(said.measured).toEqual([]);
  expect(readFileSync(join(whole, 'metrics_summary.json'), 'utf8')).toBe(before);
});

test('killed at random points, also while checkpoints are written', PATIENT, async () => {
  const folder = temporaryFolder('killed');
  const random = new Random(5);
  // A save after every batch: most kills meet one.
  const saving = PHASES.map(({ name, config }) => ({
    name,
    config: { ...config, train: { ...config.train, checkpoint_every_minutes: 1e-9 } },
  }));
  const fixture = join(import.meta.dirname, '../fixtures/training-process.ts');

  /** Goes on with the run until it has rested `times` times and a moment more. @returns the outcome, unless it was killed */
  const trainUntil = (times: number, train: typeof PHASES): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const child = fork(fixture, [panel, folder, JSON.stringify(train)], { execArgv: [] });
      let outcome: string | undefined;
      child.on('message', (message: { rested?: number; outcome?: string }) => {
        outcome = message.outcome;
        if (message.rested === times) setTimeout(() => child.kill('SIGKILL'), random.uniform() * 50);
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (signal === 'SIGKILL' || code === 0) resolve(signal ? undefined : outcome);
        else reject(new Error(`the process ended with ${code}`));
      });
    });

  const baseline = batches.train + batches.validation + batches.test;
  let halfWritten = 0;
  for (const times of [5, baseline + 3, 2, 9, 1, 14, 4, 25, 6, 11]) {
    expect(await trainUntil(times, saving)).toBeUndefined();
    for (const phase of NAMES)
      for (const name of existsSync(join(folder, phase)) ? readdirSync(join(folder, phase)) : []) {
        const complete = name === 'best' || name === 'last';
        if (complete) expect((await readCheckpoint(join(folder, phase, name))).manifest.phase).toBe(phase);
        else halfWritten++;
      }
  }
  // The kills did meet checkpoints that were being written.
  expect(halfWritten).toBeGreaterThan(0);
  expect(await trainUntil(Number.POSITIVE_INFINITY, PHASES)).toBe('finished');
  expectSameRun(folder);
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tmp|old)$/.test(name));
  expect(left).toEqual([]);
});
