// What a run refuses before it trains: weights that already know its held-out days, and panels with no day to train on. And a
// parent is held against this run's validation days, not against those it was chosen by.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { firstFoldOf, foldOf, foldsToTrain } from '../../core/train/fold.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { fitScaling } from '../../core/train/scaling.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { buildSmallPanel, FEW_FEATURES, phases, recorder, temporaryFolder } from '../support/training.ts';

const SMALL = [
  'model.hidden_size=4',
  'model.sequence_length=5',
  'model.fan.windows=[3,5]',
  'model.attention_heads=1',
  'model.gat.heads=1',
  'train.max_epochs=1',
  'train.guards.min_free_disk_mb=0',
  'data.split.embargo=16',
];
const engine = async () => onnxCpuEngine({ threads: 1 });
let panel: string;

beforeAll(async () => {
  panel = (await buildSmallPanel({ seed: 3, stocks: 24, days: 400 })).folder;
});

function train(split: readonly string[], parent?: string) {
  const folder = temporaryFolder('foresight');
  const plan = phases(['phase0_baseline'], [...SMALL, ...split]);
  return runTraining({ run: 'r', panel, folder, phases: plan, parent }, recorder(), engine);
}

const early = ['data.split.train_fraction=0.4', 'data.split.valid_fraction=0.2'];
const late = ['data.split.train_fraction=0.7', 'data.split.valid_fraction=0.15'];

test('a checkpoint says through which days it knows; a run goes on only from one that knows nothing of its held-out days', async () => {
  const knowing = await train(late);
  const { lineage } = readCheckpointManifest(knowing.checkpoint!);
  expect(lineage.trainedThrough < lineage.chosenThrough).toBe(true);
  await expect(train(early, knowing.checkpoint!)).rejects.toMatchObject({ code: 'model/parent-saw-held-out-days' });

  const young = await train(early);
  const next = await train(late, young.checkpoint!);
  expect(next.outcome).toBe('finished');
  expect(next.phases[0].parentRankIc).not.toBe(young.phases[0].validation!.rankIc);
  expect(Number.isFinite(next.phases[0].parentRankIc)).toBe(true);

  // What an ancestor knew is never forgotten: a child of a child keeps the latest day.
  const again = await train(late, next.checkpoint!);
  const grandchild = again.phases[0].checkpoint!;
  expect(readCheckpointManifest(grandchild).lineage.trainedThrough).toBe(lineage.trainedThrough);
}, 60_000);

test("a parent that was chosen on this run's test days is refused, though it never trained on them", async () => {
  const chosen = await train(['data.split.train_fraction=0.4', 'data.split.valid_fraction=0.45']);
  await expect(
    train(['data.split.train_fraction=0.5', 'data.split.valid_fraction=0.15'], chosen.checkpoint!),
  ).rejects.toMatchObject({ code: 'model/parent-saw-held-out-days', params: { what: 'validation' } });
});

test('a panel with too few stocks a day is refused before anything is trained', async () => {
  const few = (await buildSmallPanel({ seed: 3, stocks: 12, days: 400 })).folder;
  const folder = temporaryFolder('few');
  const plan = phases(['phase0_baseline'], [...SMALL, ...early]);
  await expect(runTraining({ run: 'r', panel: few, folder, phases: plan }, recorder(), engine)).rejects.toMatchObject({
    code: 'data/too-few-stocks',
    params: { part: 'train', least: 20 },
  });
  expect(existsSync(join(folder, 'phase0_baseline'))).toBe(false);
});

test('one absurd price does not set the size of the targets', async () => {
  const { bars } = syntheticMarket({ seed: 3, stocks: 24, days: 400 });
  const bad = { ...bars, close: bars.close.slice() };
  bad.close[bars.offsets[5] + 120] *= 1e-4;
  const folder = join(temporaryFolder('absurd'), 'panel');
  await buildPanel({ bars: bad, dataHash: 'absurd', features: FEW_FEATURES, folder });
  const [{ config }] = phases(['phase0_baseline'], [...SMALL, ...early]);
  const scaleOf = (path: string): number[] => {
    const reader = PanelReader.open(path);
    const { targetScale } = fitScaling(reader, foldOf(config, reader.days).train, config);
    reader.close();
    return targetScale;
  };
  const clean = scaleOf(panel);
  scaleOf(folder).forEach((scale, h) => {
    expect(scale / clean[h]).toBeGreaterThan(0.98);
    expect(scale / clean[h]).toBeLessThan(1.02);
  });
});

test('a walk forward trains every fold, or the one that is named; what is settled once for all knows no more than the first', () => {
  const days = Int32Array.from({ length: 800 }, (_, i) => 18_000 + i);
  const configWith = (...overrides: string[]) =>
    phases(['phase0_baseline'], ['data=walk_forward', 'data.split.folds=3', ...overrides])[0].config;
  const numbered = (number: number) => configWith(`data.split.fold=${number}`);
  expect(foldsToTrain(configWith())).toEqual([1, 2, 3]);
  expect(foldsToTrain(numbered(2))).toEqual([null]);
  expect(foldsToTrain(configWith('data.split.kind=holdout'))).toEqual([null]);
  const [first, second, last] = [1, 2, 3].map((number) => foldOf(numbered(number), days));
  expect(firstFoldOf(configWith(), days)).toEqual(first);
  expect(firstFoldOf(numbered(2), days)).toEqual(second);
  // As stored by a version that knew no other walk.
  expect(foldOf(configWith(), days)).toEqual(last);
  expect(first.test.at(-1)!).toBeLessThan(last.test[0]);
  expect(last.test.at(-1)).toBe(799);
});
