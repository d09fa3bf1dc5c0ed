// Folds against published conventions written out by hand, their guards, and the day sampler.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import {
  combinatorialPurged,
  findFoldLeak,
  holdout,
  purgedKFold,
  purgedTrain,
  SEPARATION_DEFAULTS,
  walkForward,
} from '../../core/splits/folds.ts';
import { DaySampler, STRETCH_DAYS } from '../../core/splits/sampler.ts';
import { weekdays } from '../support/random-bars.ts';

const days = weekdays(520); // 2020-01-01 on

test('holdout leaves the gap out on both sides of validation', () => {
  const fold = holdout(days, { trainEnd: toEpochDay('2020-12-31'), validEnd: toEpochDay('2021-06-30') });
  expect(days[fold.train.at(-1)!]).toBe(toEpochDay('2020-12-31'));
  expect(fold.valid[0] - fold.train.at(-1)!).toBe(21); // 20 unused days in between
  expect(days[fold.valid.at(-1)!]).toBe(toEpochDay('2021-06-30'));
  expect(fold.test[0] - fold.valid.at(-1)!).toBe(21);
  expect(fold.test.at(-1)).toBe(519);
  const earlier = holdout(days, {
    trainEnd: toEpochDay('2020-12-31'),
    validEnd: toEpochDay('2021-06-30'),
    testEnd: toEpochDay('2021-10-02'), // a Saturday
  });
  expect(days[earlier.test.at(-1)!]).toBe(toEpochDay('2021-10-01'));
});

test('an embargo of exactly the horizon still keeps entry, delayed exit and validation apart', () => {
  const separation = { ...SEPARATION_DEFAULTS, embargo: 10 };
  const fold = holdout(days, { trainEnd: days[299], validEnd: days[399] }, separation);
  expect(fold.valid[0]).toBe(300 + SEPARATION_DEFAULTS.reach);
  expect(findFoldLeak(fold, SEPARATION_DEFAULTS.reach)).toBeUndefined();
});

test('an embargo below the longest horizon is refused by every plan', () => {
  const short = { ...SEPARATION_DEFAULTS, embargo: 9 };
  const refused = expect.objectContaining({ code: 'config/embargo-too-short', params: { embargo: 9, horizon: 10 } });
  expect(() => holdout(days, { trainEnd: days[299], validEnd: days[399] }, short)).toThrow(refused);
  expect(() => walkForward({ dayCount: 520, folds: 2, validDays: 40, testDays: 40 }, short)).toThrow(refused);
  expect(() => purgedKFold({ dayCount: 520, folds: 5 }, short)).toThrow(refused);
  expect(() => combinatorialPurged({ dayCount: 520, blocks: 5, testBlocks: 2 }, { reach: 16, embargo: 9 })).toThrow(
    refused,
  );
  expect(() => purgedKFold({ dayCount: 520, folds: 5 }, { ...short, embargo: Number.NaN })).toThrow();
});

test('too little data for the plan names the part that is empty', () => {
  expect(() => holdout(days, { trainEnd: days[499], validEnd: days[505] })).toThrow(/"valid|valid part/);
  expect(() => walkForward({ dayCount: 100, folds: 3, validDays: 20, testDays: 20 })).toThrow(
    expect.objectContaining({ code: 'data/split-empty' }),
  );
  expect(() => purgedKFold({ dayCount: 60, folds: 2 })).toThrow(expect.objectContaining({ code: 'data/split-empty' }));
});

test('walk-forward tests join without overlap and end on the last day', () => {
  const folds = walkForward({ dayCount: 520, folds: 3, validDays: 50, testDays: 60 });
  expect(folds.flatMap((fold) => [...fold.test])).toEqual(Array.from({ length: 180 }, (_, i) => 340 + i));
  for (const fold of folds) {
    expect(fold.train[0]).toBe(0);
    expect(fold.valid[0] - fold.train.at(-1)!).toBe(21);
    expect(fold.test[0] - fold.valid.at(-1)!).toBe(21);
    expect(findFoldLeak(fold, SEPARATION_DEFAULTS.reach)).toBeUndefined();
  }
  const rolling = walkForward({ dayCount: 520, folds: 3, validDays: 50, testDays: 60, trainDays: 150 });
  expect(rolling.map((fold) => [fold.train.length, fold.train.at(-1)])).toEqual(
    folds.map((fold) => [150, fold.train.at(-1)]),
  );
});

test('purged k-fold holds every day out once and trains on none whose targets meet it', () => {
  const folds = purgedKFold({ dayCount: 503, folds: 5 });
  expect(folds.flatMap((fold) => [...fold.valid])).toEqual(Array.from({ length: 503 }, (_, i) => i));
  expect(folds[1].train.includes(83)).toBe(true); // 83 + 16 = 99, the day before the block 100..199
  expect(folds[1].train.includes(84)).toBe(false);
  expect(folds[1].train.includes(235)).toBe(false); // 16 purged and 20 embargoed after 199
  expect(folds[1].train.includes(236)).toBe(true);
  for (const fold of folds) expect(findFoldLeak(fold, SEPARATION_DEFAULTS.reach)).toBeUndefined();
});

test('the leak check catches an embargo shorter than the reach, on either side', () => {
  const at = (...list: number[]) => Int32Array.from(list);
  const none = at();
  expect(findFoldLeak({ train: at(1, 2, 3), valid: at(8, 9), test: none }, 4)).toBeUndefined();
  expect(findFoldLeak({ train: at(1, 2, 3), valid: at(8, 9), test: none }, 5)).toEqual({ trainDay: 3, heldOutDay: 8 });
  expect(findFoldLeak({ train: at(1, 12), valid: at(8, 9), test: none }, 3)).toEqual({ trainDay: 12, heldOutDay: 9 });
  expect(findFoldLeak({ train: at(1), valid: at(8, 9), test: at(11) }, 3)).toEqual({ trainDay: 8, heldOutDay: 11 });
});

test('combinatorial purged splits and paths, as in López de Prado and scikit-style implementations', () => {
  const plain = { reach: 0, embargo: 0 };
  // n = 12, 5 blocks, 2 held out: 10 splits, 4 paths; the last block takes the remainder of the division.
  const plan = combinatorialPurged({ dayCount: 12, blocks: 5, testBlocks: 2 }, plain, 0);
  expect(plan.splits).toHaveLength(10);
  expect([...plan.splits[3].train]).toEqual([2, 3, 4, 5, 6, 7]);
  expect(plan.splits[3].test.map((block) => [...block])).toEqual([
    [0, 1],
    [8, 9, 10, 11],
  ]);
  expect(plan.splits.map((split) => split.paths)).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [1, 1],
    [2, 1],
    [3, 1],
    [2, 2],
    [3, 2],
    [3, 3],
  ]);
  expect(plan.paths.map((path) => path[0])).toEqual([0, 1, 2, 3]);
  expect(plan.paths[0]).toEqual([0, 0, 1, 2, 3]);
  // One day purged on both sides of a held-out block; one embargoed day after it.
  const held = [
    [0, 4],
    [8, 12],
  ] as const;
  expect([...purgedTrain(12, held, { reach: 1, embargo: 0 })]).toEqual([5, 6]);
  expect([...purgedTrain(12, held, { reach: 0, embargo: 1 })]).toEqual([5, 6, 7]);
  // Targets two days long before a test that starts on day 7; targets and embargo of two days after one that ends on day 5.
  expect([...purgedTrain(12, [[7, 12]], { reach: 2, embargo: 0 })]).toEqual([0, 1, 2, 3, 4]);
  expect([...purgedTrain(12, [[0, 6]], { reach: 2, embargo: 2 })]).toEqual([10, 11]);
});

interface Vectors {
  skfolio: {
    cases: {
      n: number;
      n_folds: number;
      n_test_folds: number;
      purged_size: number;
      embargo_size: number;
      n_test_paths?: number;
      splits: { train: number[]; test: number[][] }[];
      test_set_index?: number[][];
      recombined_paths?: number[][];
      path_ids?: number[][];
    }[];
  };
  timeseriescv: { cases: { what: string; window_min?: number; train_after?: number[] }[] };
}

test.skipIf(!process.env.PHASOR_DATA)('every vector of the shared collection', () => {
  const file = join(process.env.PHASOR_DATA ?? '', 'cv_split_vectors', 'vectors.json');
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  for (const c of vectors.skfolio.cases) {
    const separation = { reach: c.purged_size, embargo: c.embargo_size };
    const plan = combinatorialPurged({ dayCount: c.n, blocks: c.n_folds, testBlocks: c.n_test_folds }, separation, 0);
    const plain = plan.splits.map((split) => ({
      train: [...split.train],
      test: split.test.map((block) => [...block]),
    }));
    expect(plain).toEqual(c.splits);
    if (c.n_test_paths !== undefined) expect(plan.paths).toHaveLength(c.n_test_paths);
    if (c.test_set_index) expect(plan.splits.map((split) => split.blocks)).toEqual(c.test_set_index);
    if (c.path_ids) expect(plan.splits.map((split) => split.paths)).toEqual(c.path_ids);
    if (c.recombined_paths) {
      const splitsOfBlock = Array.from({ length: c.n_folds }, (_, block) => plan.paths.map((path) => path[block]));
      expect(splitsOfBlock).toEqual(c.recombined_paths);
    }
  }
  // Hourly samples: a window of 119 minutes reaches one sample further, one of 120 exactly two, and touching counts.
  let checked = 0;
  for (const { what, window_min, train_after } of vectors.timeseriescv.cases) {
    const reach = Math.floor((window_min ?? 0) / 60);
    if (what.startsWith('purge, train')) {
      expect([...purgedTrain(12, [[7, 12]], { reach, embargo: 0 })]).toEqual(train_after);
      checked++;
    } else if (what.startsWith('embargo')) {
      const embargo = Number(/embargo (\d+)/.exec(what)![1]) / 60;
      expect([...purgedTrain(12, [[0, 6]], { reach, embargo })]).toEqual(train_after);
      checked++;
    } else if (what.startsWith('aggregate')) {
      expect([
        ...purgedTrain(
          12,
          [
            [2, 4],
            [4, 6],
            [8, 10],
          ],
          { reach: 0, embargo: 0 },
        ),
      ]).toEqual([0, 1, 6, 7, 10, 11]);
      checked++;
    }
  }
  expect(checked).toBe(7);
});

const rowsOf = (day: number) =>
  Int32Array.from({ length: day === 3 ? 10 : day === 5 ? 103 : 40 }, (_, i) => day * 1000 + i);
const sampler = new DaySampler({ days: Int32Array.of(2, 3, 4, 5, 6, 7), rowsOf, seed: 9, maxBatchSize: 50 });

test('an epoch sees every row of every used day once, one day a batch, chunks of nearly equal size', () => {
  expect(sampler.skippedDays).toBe(1);
  const batches = [...sampler.epoch(1)];
  expect(batches).toHaveLength(sampler.batches);
  for (const { day, rows } of batches) {
    expect([...rows].every((row) => Math.floor(row / 1000) === day)).toBe(true);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
  }
  expect(batches.filter(({ day }) => day === 5).map(({ rows }) => rows.length)).toEqual([34, 34, 35]);
  const all = batches.flatMap(({ rows }) => [...rows]).sort((a, b) => a - b);
  expect(all).toEqual([2, 4, 5, 6, 7].flatMap((day) => [...rowsOf(day)]));
});

test('epochs differ, the same epoch repeats, evaluation goes in order', () => {
  const order = (epoch: number) => [...sampler.epoch(epoch)].map(({ day, rows }) => `${day}:${rows.join()}`);
  expect(order(2)).toEqual(order(2));
  expect(new Set([1, 2, 3, 4].map((epoch) => order(epoch).join(' '))).size).toBeGreaterThan(2);
  expect([...sampler.inOrder()].map(({ day }) => day)).toEqual([2, 4, 5, 5, 5, 6, 7]);
});

test('days gone through so many at a time: whole stretches from anywhere in time, every row of every day once an epoch', () => {
  const days = Int32Array.from({ length: 10 * STRETCH_DAYS + 7 }, (_, i) => i + 60);
  const far = new DaySampler({
    days,
    rowsOf,
    seed: 4,
    maxBatchSize: 50,
    minNodesPerDay: 1,
    daysAtATime: 3 * STRETCH_DAYS,
  });
  const batches = [...far.epoch(0)];
  expect(batches.flatMap(({ rows }) => [...rows]).sort((a, b) => a - b)).toEqual(
    [...days].flatMap((day) => [...rowsOf(day)]),
  );
  const rounds = [...new Set(batches.map(({ among }) => among))];
  expect(rounds).toHaveLength(4);
  for (const among of rounds) {
    expect(new Set(batches.filter((batch) => batch.among === among).map(({ day }) => day))).toEqual(new Set(among));
    const starts = among.filter((day) => !among.includes(day - 1));
    expect(starts.every((day) => (day - 60) % STRETCH_DAYS === 0)).toBe(true);
  }
  // The rounds follow each other, from anywhere in time, in another order in the next epoch; within one, days are shuffled.
  const order = batches.map(({ among }) => rounds.indexOf(among));
  expect(order).toEqual([...order].sort());
  const spread = rounds.slice(0, 3).map((among) => Math.max(...among) - Math.min(...among));
  expect(Math.max(...spread)).toBeGreaterThan(5 * STRETCH_DAYS);
  expect([...far.epoch(1)].map(({ day }) => day)).not.toEqual(batches.map(({ day }) => day));
  expect(batches.slice(0, 40).some(({ day }, i) => i > 0 && day < batches[i - 1].day)).toBe(true);
});

test('days that are all gone through together come in the order that they come in without a bound', () => {
  const days = Int32Array.from({ length: 50 }, (_, i) => i);
  const order = (daysAtATime?: number) =>
    [...new DaySampler({ days, rowsOf, seed: 4, minNodesPerDay: 1, daysAtATime }).epoch(2)].map(({ day }) => day);
  expect(order(50)).toEqual(order());
  expect(order(49)).not.toEqual(order());
});
