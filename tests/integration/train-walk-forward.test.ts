// A walk forward in one run: every fold by itself, its test days predicted by its own weights alone, and resumable in any fold.
import { fork } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import { nameInFold } from '../../core/contract/phase-names.ts';
import { joinPredictions } from '../../core/evaluate/predictions.ts';
import { readPredictions } from '../../core/evaluate/predictions-file.node.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
import type { TrainResult, TrainSpec } from '../../core/train/spec.ts';
import {
  buildSmallPanel,
  oneThread,
  phases,
  recorder,
  temporaryFolder,
  TINY_MODEL,
  walkForward,
} from '../support/training.ts';

const NAMES = ['phase0_baseline', 'phase1_adaptive_norm'];
const OVERRIDES = [...TINY_MODEL, 'train.max_epochs=1', 'data.split.folds=2', 'data.split.train_fraction=0.5'];
const FOLDS = [1, 2];
/** Several runs in one test. */
const PATIENT = { timeout: 180_000 };

let panel: string;
let whole: string;
let result: TrainResult;
let stages: string[];

const specOf = (folder: string, rest: Partial<TrainSpec> = {}): TrainSpec => ({
  run: 'run',
  panel,
  folder,
  phases: walkForward(NAMES, OVERRIDES),
  keepLast: true,
  resume: true,
  ...rest,
});

/** Hashes would do; the bytes say where they differ. Without what may differ: wall times, and which process held the folder. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const text = (name: string): string => {
    const bytes = readFileSync(join(folder, name));
    if (!name.endsWith('.json')) return bytes.toString('base64');
    return bytes.toString().replaceAll(/"(seconds|seal|sha256)": ?("\w+"|[\d.]+)/g, '"$1"');
  };
  return new Map(files.sort().map((name) => [name, text(name)]));
}

function expectSameRun(folder: string): void {
  const [wanted, found] = [filesOf(whole), filesOf(folder)];
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  for (const [name, text] of wanted) expect(found.get(name) === text, name).toBe(true);
}

beforeAll(async () => {
  ({ folder: panel } = await buildSmallPanel({ stocks: 24, days: 300, signalStrength: 3 }));
  whole = temporaryFolder('walk');
  const said = recorder();
  result = await runTraining(specOf(whole), said, oneThread);
  stages = said.progressed.map(({ stage }) => stage);
});

test('every phase is trained in every fold, in its own folder', () => {
  expect(result.outcome).toBe('finished');
  const names = FOLDS.flatMap((fold) => NAMES.map((name) => nameInFold(fold, name)));
  expect(result.phases.map(({ phase }) => phase)).toEqual(names);
  expect(Object.keys(result.predictions)).toEqual(
    FOLDS.flatMap((fold) => ['ridge', ...NAMES].map((name) => nameInFold(fold, name))),
  );
  for (const name of names) expect(readCheckpointManifest(join(whole, name, 'best')).phase).toBe(name);
  expect(stages).toContain('fold2/phase1_adaptive_norm epoch 1/1');
  const summary = JSON.parse(readFileSync(join(whole, 'metrics_summary.json'), 'utf8'));
  expect(summary.phases.map(({ phase }: { phase: string }) => phase)).toEqual(names);
});

test('test days of the folds follow one another, each after all that its weights know of', () => {
  for (const label of ['ridge', ...NAMES]) {
    const sets = FOLDS.map((fold) => readPredictions(result.predictions[nameInFold(fold, label)]));
    const joined = joinPredictions(sets);
    expect(joined.days.length).toBe(sets[0].days.length + sets[1].days.length);
    expect([...joined.days]).toEqual([...joined.days].sort((a, b) => a - b));
    expect(joined.predicted.length).toBe(joined.stock.length * 5 * (label === 'ridge' ? 1 : 3));
    if (label === 'ridge') continue;
    for (const fold of FOLDS) {
      const { lineage, config } = readCheckpointManifest(join(whole, nameInFold(fold, label), 'best'));
      expect(config.data.split.fold).toBe(fold);
      const first = fromEpochDay(sets[fold - 1].days[0]);
      expect(lineage.trainedThrough < lineage.chosenThrough).toBe(true);
      expect(lineage.chosenThrough < first).toBe(true);
    }
    // The second fold was free to learn from the first one's test days, and only it.
    const second = readCheckpointManifest(join(whole, nameInFold(2, label), 'best')).lineage;
    expect(second.trainedThrough >= fromEpochDay(sets[0].days[0])).toBe(false);
    expect(second.chosenThrough >= fromEpochDay(sets[0].days[0])).toBe(true);
  }
});

test('a fold ends with the bits that a run of that fold alone ends with', async () => {
  const alone = temporaryFolder('alone');
  const single = phases(NAMES, ['data=walk_forward', ...OVERRIDES, 'data.split.fold=2']);
  await runTraining(specOf(alone, { phases: single }), recorder(), oneThread);
  for (const name of NAMES) {
    const [inWalk, byItself] = [join(whole, 'fold2', name), join(alone, name)].map((folder) =>
      readFileSync(join(folder, 'best', 'weights.npy')),
    );
    expect(byItself.equals(inWalk), name).toBe(true);
  }
  for (const label of ['ridge', ...NAMES]) {
    const [inWalk, byItself] = [join(whole, 'fold2'), alone].map((folder) =>
      readFileSync(join(folder, 'predictions', label, 'predicted.npy')),
    );
    expect(byItself.equals(inWalk), label).toBe(true);
  }
});

test('stopped in the second fold, moved elsewhere and gone on with, it ends with the same bits', PATIENT, async () => {
  const folder = temporaryFolder('stopped');
  const inSecond = (made: ReturnType<typeof recorder>): boolean =>
    made.progressed.some(({ stage }) => stage.startsWith('fold2/phase1'));
  expect((await runTraining(specOf(folder), recorder(inSecond), oneThread)).outcome).toBe('stopped');
  const moved = join(temporaryFolder('moved'), 'run');
  renameSync(folder, moved);
  const said = recorder();
  expect((await runTraining(specOf(moved), said, oneThread)).outcome).toBe('finished');
  expect(said.progressed.some(({ stage }) => stage.startsWith('fold1'))).toBe(false);
  expectSameRun(moved);
});

test('killed in the second fold and gone on with, it ends with the same bits', PATIENT, async () => {
  const folder = temporaryFolder('killed');
  const fixture = join(import.meta.dirname, '../fixtures/training-process.ts');
  const { phases: plan } = specOf(folder);
  /** @returns the outcome, unless it was killed once it came to the stage */
  const train = (killAt?: string): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const child = fork(fixture, [panel, folder, JSON.stringify(plan)], { execArgv: [] });
      let outcome: string | undefined;
      child.on('message', (message: { stage?: string; outcome?: string }) => {
        outcome = message.outcome;
        if (killAt !== undefined && message.stage?.startsWith(killAt)) child.kill('SIGKILL');
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (signal === 'SIGKILL' || code === 0) resolve(signal ? undefined : outcome);
        else reject(new Error(`the process ended with ${code}`));
      });
    });
  expect(await train('fold2/ridge baseline')).toBeUndefined();
  expect(await train('fold2/phase0_baseline epoch')).toBeUndefined();
  expect(await train('fold2/phase0_baseline test')).toBeUndefined();
  expect(await train('fold2/phase1_adaptive_norm epoch')).toBeUndefined();
  expect(await train()).toBe('finished');
  expectSameRun(folder);
});

test('a fold that has no days to train on is refused before the first fold trains', async () => {
  const said = recorder();
  const plan = walkForward(NAMES, [
    ...OVERRIDES,
    'data.split.folds=4',
    'data.split.train_fraction=0.05',
    'data.split.valid_fraction=0.05',
  ]);
  await expect(runTraining(specOf(temporaryFolder('short'), { phases: plan }), said, oneThread)).rejects.toMatchObject({
    code: 'data/split-empty',
  });
  expect(said.measured).toEqual([]);
});
