// Market-wide columns that begin after the training days: left out of the run, of every fold alike, instead of stopping it.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PanelReader } from '../../core/features/panel.node.ts';
import { NOTHING_LEFT } from '../../core/splits/scaler.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { foldsOf } from '../../core/train/fold.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { fitScaling } from '../../core/train/scaling.node.ts';
import type { TrainSpec } from '../../core/train/spec.ts';
import {
  buildSmallPanel,
  FEW_FEATURES,
  oneThread,
  phases,
  recorder,
  temporaryFolder,
  TINY_MODEL,
  walkForward,
} from '../support/training.ts';

/** A year until it has a value: later than the training days of the first fold, within those of the second. */
const LATE = 'market_drawdown_252';
const STEADY = 'market_return_5';
const NAMES = ['phase0_baseline'];
const FOLDS = ['data.split.folds=2', 'data.split.train_fraction=0.4'];
const OVERRIDES = [...TINY_MODEL, 'train.max_epochs=1', ...FOLDS];
let panel: string;

beforeAll(async () => {
  const features = [...FEW_FEATURES, STEADY, LATE];
  ({ folder: panel } = await buildSmallPanel({ stocks: 24, days: 480, signalStrength: 3 }, features));
});

const train = async (folder: string, plan: TrainSpec['phases'], said = recorder()) => {
  const spec = { run: 'run', panel, folder, phases: plan, keepLast: true, resume: true };
  return { result: await runTraining(spec, said, oneThread), said };
};

test('the scaling of a fold whose days lack a column leaves nothing of it, whatever comes later', () => {
  const reader = PanelReader.open(panel);
  try {
    const [{ config }] = walkForward(NAMES, OVERRIDES);
    const [first, second] = foldsOf(config, reader.days);
    const [late, steady] = [LATE, STEADY].map((name) => reader.featureNames.indexOf(name));
    const alone = fitScaling(reader, second.train, config);
    expect(alone.unused).toBeUndefined();
    expect(alone.scale[late]).toBeLessThan(1);
    const own = fitScaling(reader, first.train, config);
    const beside = fitScaling(reader, second.train, config, undefined, [first.train]);
    for (const { unused, center, scale } of [own, beside]) {
      expect(unused).toEqual([LATE]);
      expect([center[late], scale[late]]).toEqual([0, NOTHING_LEFT]);
      expect(scale[steady]).toBeLessThan(1);
    }
    expect(beside.center[steady]).toBe(alone.center[steady]);

    reader.useScaling({ center: Float32Array.from(own.center), scale: Float32Array.from(own.scale) });
    const last = reader.days.length - 1;
    const { x, size } = reader.readBatch(last, config.model.sequence_length);
    const width = reader.featureNames.length;
    const columnOf = (column: number) => Array.from({ length: size }, (_, i) => x[x.length - (i + 1) * width + column]);
    for (const value of columnOf(late)) expect(Math.abs(value)).toBeLessThan(1e-30);
    expect(Math.abs(columnOf(steady)[0])).toBeGreaterThan(1e-6);
  } finally {
    reader.close();
  }
});

test('a walk forward trains with one list of features, says what it left out, and goes on with the same bits', async () => {
  const folder = temporaryFolder('late');
  const plan = walkForward(NAMES, OVERRIDES);
  const { result, said } = await train(folder, plan);
  expect(result.outcome).toBe('finished');
  const manifests = [1, 2].map((fold) => readCheckpointManifest(join(folder, `fold${fold}`, NAMES[0], 'best')));
  for (const { features, scaling } of manifests) {
    expect(features).toContain(LATE);
    expect(scaling.unused).toEqual([LATE]);
  }
  const notes = said.logged.filter(({ fields }) => fields?.unused);
  expect(notes.map(({ level, message }) => [level, message.slice(0, 5)])).toEqual([
    ['warn', 'fold1'],
    ['warn', 'fold2'],
  ]);
  expect(notes[0].message).toContain(LATE);

  // Stopped in the second fold and gone on with; and the second fold by itself.
  const stopped = temporaryFolder('late-stopped');
  const inSecond = recorder((made) => made.progressed.some(({ stage }) => stage.startsWith('fold2/phase0')));
  expect((await train(stopped, plan, inSecond)).result.outcome).toBe('stopped');
  expect((await train(stopped, plan)).result.outcome).toBe('finished');
  const alone = temporaryFolder('late-alone');
  await train(alone, phases(NAMES, ['data=walk_forward', ...OVERRIDES, 'data.split.fold=2']));
  const weights = (root: string) => readCheckpointManifest(join(root, NAMES[0], 'best')).files;
  const [wanted, resumed, single] = [join(folder, 'fold2'), join(stopped, 'fold2'), alone].map(weights);
  expect(resumed).toEqual(wanted);
  expect(single['weights.npy']).toEqual(wanted['weights.npy']);
});
