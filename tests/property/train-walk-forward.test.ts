// A whole walk forward, from bars to joined predictions: no prediction of a test day depends on any later bar.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { joinPredictions, type PredictionSet } from '../../core/evaluate/predictions.ts';
import { readPredictions } from '../../core/evaluate/predictions-file.node.ts';
import { nameInFold } from '../../core/contract/phase-names.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { foldsOf } from '../../core/train/fold.ts';
import { filterBars } from '../support/random-bars.ts';
import { oneThread, recorder, temporaryFolder, TINY_MODEL, walkForward } from '../support/training.ts';
import { coreNames } from '../support/feature-names.ts';

const FOLDS = [1, 2, 3];
const PHASE = 'phase2_gat'; // every part of the model
const PLAN = walkForward(
  [PHASE],
  [
    ...TINY_MODEL,
    'train.max_epochs=1',
    'train.min_nodes_per_day=8',
    `data.split.folds=${FOLDS.length}`,
    'data.split.train_fraction=0.4',
    'data.split.valid_fraction=0.1',
  ],
);
const { bars } = syntheticMarket({ stocks: 20, days: 300, signalStrength: 2 });
const folds = foldsOf(PLAN[0].config, bars.days);
const LABELS = ['ridge', PHASE];

/** Joined predictions by label. */
async function walked(table: BarTable): Promise<Record<string, PredictionSet>> {
  const panel = join(temporaryFolder('panel'), 'panel');
  await buildPanel({ bars: table, dataHash: 'any', features: coreNames, folder: panel });
  const { predictions, outcome } = await runTraining(
    { run: 'run', panel, folder: temporaryFolder('walk'), phases: PLAN },
    recorder(),
    oneThread,
  );
  expect(outcome).toBe('finished');
  const joined = (label: string): PredictionSet =>
    joinPredictions(FOLDS.map((fold) => readPredictions(predictions[nameInFold(fold, label)])));
  return Object.fromEntries(LABELS.map((label) => [label, joined(label)]));
}

/** The market goes another way from `day` on: other prices and volumes, and a third of the stocks end. */
function otherFrom(table: BarTable, day: number, seed: number): BarTable {
  const random = new Random(seed);
  const changed = structuredClone(table);
  for (let row = 0; row < table.dayIndex.length; row++) {
    if (table.dayIndex[row] < day) continue;
    const factor = Math.exp(0.2 * random.normal());
    for (const column of ['open', 'high', 'low', 'close'] as const) changed[column][row] *= factor;
    changed.volume[row] = Math.round(table.volume[row] * Math.exp(random.normal()));
  }
  const ends = table.codes.map((_, stock) => stock % 3 === seed % 3);
  const stockOf = (row: number): number => table.offsets.findIndex((offset) => offset > row) - 1;
  return filterBars(changed, (row) => table.dayIndex[row] < day || !ends[stockOf(row)]);
}

/** Predictions of the days before `day`: by day and code, every quantile and horizon. */
function before(set: PredictionSet, day: number): [day: number, code: string, values: number[]][] {
  const width = set.predicted.length / set.stock.length;
  return Array.from(set.days)
    .flatMap((epochDay, d) =>
      Array.from({ length: set.dayOffsets[d + 1] - set.dayOffsets[d] }, (_, i) => ({
        epochDay,
        row: set.dayOffsets[d] + i,
      })),
    )
    .filter(({ epochDay }) => epochDay < day)
    .map(({ epochDay, row }) => [
      epochDay,
      set.codes[set.stock[row]],
      [...set.predicted.subarray(row * width, (row + 1) * width)],
    ]);
}

const reference = await walked(bars);

test('the folds tile the days that are tested', () => {
  const tested = folds.flatMap(({ test: days }) => [...days]);
  expect(tested).toEqual(Array.from({ length: tested.length }, (_, i) => bars.days.length - tested.length + i));
  for (const label of LABELS) expect([...reference[label].days]).toEqual(tested.map((day) => bars.days[day]));
});

// Inside the test of each fold, on its first day, and on the last day of all.
const CUTS = [folds[0].test[Math.floor(folds[0].test.length / 2)], folds[1].test[0], folds[2].test.at(-1)!];

test.each(CUTS)(
  'bars from day %i on move no prediction of an earlier day, and do move those from then on',
  async (day) => {
    const other = await walked(otherFrom(bars, day, day));
    for (const label of LABELS) {
      const [wanted, found] = [reference[label], other[label]].map((set) => before(set, bars.days[day]));
      expect(found).toEqual(wanted);
      expect(wanted.length).toBeGreaterThan(100);
      const [all, changed] = [reference[label], other[label]].map((set) => before(set, Number.POSITIVE_INFINITY));
      expect(changed).not.toEqual(all);
    }
  },
);
