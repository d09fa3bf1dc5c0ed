// The whole chain from bars to weights: nothing after the training fold's last target can move a trained weight.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { LONGEST_HORIZON, targetReach } from '../../core/data/target-window.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { foldsOf } from '../../core/train/fold.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { filterBars } from '../support/random-bars.ts';
import { oneThread, phases, recorder, temporaryFolder, TINY_MODEL } from '../support/training.ts';
import { coreNames } from '../support/feature-names.ts';

// Every part of the model and every augmentation, on every feature.
const PHASES = phases(
  ['phase3_augmentation'],
  [...TINY_MODEL, 'train.max_epochs=1', 'train.accumulation=2', 'train.min_nodes_per_day=8'],
);
const { bars } = syntheticMarket({ stocks: 26, days: 200, signalStrength: 2 });
const [fold] = foldsOf(PHASES[0].config, bars.days);
const TRAIN_END = fold.train.at(-1)!;
/** First day that no target of a training day can depend on. */
const FREE = TRAIN_END + targetReach(LONGEST_HORIZON) + 1;

interface Trained {
  weights: Buffer;
  scaling: unknown;
  steps: number;
}

async function trained(table: BarTable): Promise<Trained> {
  const panel = join(temporaryFolder('panel'), 'panel');
  await buildPanel({ bars: table, dataHash: 'any', features: coreNames, folder: panel });
  const folder = temporaryFolder('run');
  await runTraining({ run: 'run', panel, folder, phases: PHASES, keepLast: true }, recorder(), oneThread);
  const last = join(folder, PHASES[0].name, 'last');
  const { scaling, batch, updates } = readCheckpointManifest(last);
  expect(batch).toBe(0);
  return { weights: readFileSync(join(last, 'weights.npy')), scaling, steps: updates };
}

/** Prices and volumes from `day` on, each bar changed on its own. */
function withOtherBarsFrom(table: BarTable, day: number, seed: number): BarTable {
  const random = new Random(seed);
  const changed = structuredClone(table);
  for (let row = 0; row < table.dayIndex.length; row++) {
    if (table.dayIndex[row] < day) continue;
    const factor = Math.exp(0.3 * random.normal());
    for (const column of ['open', 'high', 'low', 'close'] as const) changed[column][row] *= factor;
    changed.volume[row] = Math.round(table.volume[row] * Math.exp(random.normal()));
  }
  return changed;
}

/** The table without one stock. */
function without(table: BarTable, stock: number): BarTable {
  const kept = filterBars(table, (row) => row < table.offsets[stock] || row >= table.offsets[stock + 1]);
  const others = (_: unknown, i: number): boolean => i !== stock;
  return {
    ...kept,
    codes: kept.codes.filter(others),
    sectors: kept.sectors.filter(others),
    offsets: kept.offsets.filter((_, i) => i !== stock + 1),
  };
}

const reference = await trained(bars);

test('there is a training fold to speak of, and days after it', () => {
  expect(reference.steps).toBeGreaterThan(20);
  expect(FREE).toBeLessThan(fold.valid[0] + 1);
  expect(bars.days.length - FREE).toBeGreaterThan(40);
});

test('other prices and volumes after the training fold leave every weight and the scaler as they are', async () => {
  const after = await trained(withOtherBarsFrom(bars, FREE, 1));
  expect(after.weights.equals(reference.weights)).toBe(true);
  expect(after.scaling).toEqual(reference.scaling);
});

test('stocks that vanish after the training fold do too', async () => {
  const random = new Random(2);
  const gone = bars.codes.map(() => (random.uniform() < 0.4 ? FREE + random.int(20) : bars.days.length));
  const stockOf = (row: number): number => bars.offsets.findIndex((offset) => offset > row) - 1;
  const after = await trained(filterBars(bars, (row) => bars.dayIndex[row] < gone[stockOf(row)]));
  expect(after.weights.equals(reference.weights)).toBe(true);
  expect(after.scaling).toEqual(reference.scaling);
});

test('a stock that is only listed after the training fold does too', async () => {
  const stock = 3;
  const late = filterBars(
    bars,
    (row) => row < bars.offsets[stock] || row >= bars.offsets[stock + 1] || bars.dayIndex[row] >= FREE,
  );
  const [listed, never] = [await trained(late), await trained(without(late, stock))];
  expect(listed.weights.equals(never.weights)).toBe(true);
  expect(listed.weights.equals(reference.weights)).toBe(false);
});

test('a bar that a training target does depend on moves the weights, so the tests above could fail', async () => {
  const after = await trained(withOtherBarsFrom(bars, TRAIN_END + 1 + LONGEST_HORIZON, 1));
  expect(after.weights.equals(reference.weights)).toBe(false);
});
