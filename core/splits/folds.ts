// Owns splits over trading days: single holdout, walk-forward, purged k-fold and combinatorial purged cross-validation.
// A position is an index into the panel's days; a split keeps every target of a training day out of validation and test.
import { AppError } from '../base/errors.ts';
import { LONGEST_HORIZON, targetReach } from '../data/target-window.ts';

/** Day indexes, ascending, of one split. */
export interface Fold {
  readonly name: string;
  readonly train: Int32Array;
  readonly valid: Int32Array;
  /** Empty where validation is all that is held out. */
  readonly test: Int32Array;
}

export interface Separation {
  /** Trading days left unused between train and held-out days; never below the longest horizon. */
  readonly embargo: number;
  /** Trading days after its own that a day's targets may depend on. */
  readonly reach: number;
}

export const DEFAULT_EMBARGO = 20;
export const SEPARATION_DEFAULTS: Separation = { embargo: DEFAULT_EMBARGO, reach: targetReach(LONGEST_HORIZON) };

/** @throws config/embargo-too-short when the embargo is below the longest horizon */
export function checkEmbargo(embargo: number, longestHorizon = LONGEST_HORIZON): void {
  if (!(embargo >= longestHorizon))
    throw new AppError('config/embargo-too-short', { embargo, horizon: longestHorizon });
}

/** Unused days between the end of one part and the start of the next: the embargo, or the targets' reach where that is longer. */
function gapOf({ embargo, reach }: Separation): number {
  checkEmbargo(embargo);
  return Math.max(embargo, reach);
}

function range(first: number, end: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

/** Index of the first day later than `date`. */
function after(days: Int32Array, date: number): number {
  let d = days.length;
  while (d > 0 && days[d - 1] > date) d--;
  return d;
}

/** @throws data/split-empty naming the part that got no day */
function checked(fold: Fold, parts: readonly ('train' | 'valid' | 'test')[]): Fold {
  for (const part of parts)
    if (fold[part].length === 0) throw new AppError('data/split-empty', { fold: fold.name, part });
  return fold;
}

/**
 * The simplest plan: train up to and including trainEnd, then the gap, validate up to validEnd, the gap again, test up to testEnd.
 * @param days epoch days of the panel
 * @param dates epoch days, inclusive; testEnd defaults to the last day
 * @throws config/embargo-too-short, data/split-empty
 */
export function holdout(
  days: Int32Array,
  { trainEnd, validEnd, testEnd }: { trainEnd: number; validEnd: number; testEnd?: number },
  separation = SEPARATION_DEFAULTS,
): Fold {
  const gap = gapOf(separation);
  const [a, b] = [after(days, trainEnd), after(days, validEnd)];
  const fold = {
    name: 'holdout',
    train: range(0, a),
    valid: range(a + gap, b),
    test: range(b + gap, testEnd === undefined ? days.length : after(days, testEnd)),
  };
  return checked(fold, ['train', 'valid', 'test']);
}

export interface WalkForwardPlan {
  readonly dayCount: number;
  readonly folds: number;
  readonly validDays: number;
  readonly testDays: number;
  /** Length of a rolling training window; all days since the first when left out. */
  readonly trainDays?: number;
}

/**
 * Train, gap, validate, gap, test; the last fold's test ends on the last day and each earlier fold stands testDays before the next, so
 * that the tests join without overlap.
 * @throws config/embargo-too-short; data/split-empty when there are too few days
 */
export function walkForward(plan: WalkForwardPlan, separation = SEPARATION_DEFAULTS): Fold[] {
  const gap = gapOf(separation);
  return Array.from({ length: plan.folds }, (_, i) => {
    const end = plan.dayCount - (plan.folds - 1 - i) * plan.testDays;
    const test = end - plan.testDays;
    const valid = test - gap - plan.validDays;
    const train = valid - gap;
    const first = plan.trainDays === undefined ? 0 : train - plan.trainDays;
    const name = `walk-forward ${i + 1} of ${plan.folds}`;
    if (first < 0 || train <= 0) throw new AppError('data/split-empty', { fold: name, part: 'train' });
    return checked({ name, train: range(first, train), valid: range(valid, test - gap), test: range(test, end) }, [
      'train',
      'valid',
      'test',
    ]);
  });
}

/** Contiguous parts of floor(count / parts) days; the last takes the remainder. */
function partition(count: number, parts: number): [first: number, end: number][] {
  const size = Math.floor(count / parts);
  return Array.from({ length: parts }, (_, i) => [i * size, i === parts - 1 ? count : (i + 1) * size]);
}

/**
 * Training days left by held-out blocks (half-open ranges): `reach` days on both sides are purged, where target windows of one side meet the
 * other, and `embargo` more after each block.
 */
export function purgedTrain(
  dayCount: number,
  held: readonly (readonly [number, number])[],
  { embargo, reach }: Separation,
): Int32Array {
  const free = new Uint8Array(dayCount).fill(1);
  for (const [first, end] of held) free.fill(0, Math.max(0, first - reach), Math.min(dayCount, end + reach + embargo));
  return range(0, dayCount).filter((day) => free[day] === 1);
}

/**
 * Purged k-fold (López de Prado, Advances in Financial Machine Learning, 2018, ch. 7): every block of days is held out once.
 * @throws config/embargo-too-short, data/split-empty
 */
export function purgedKFold(
  { dayCount, folds }: { dayCount: number; folds: number },
  separation = SEPARATION_DEFAULTS,
): Fold[] {
  checkEmbargo(separation.embargo);
  return partition(dayCount, folds).map((block, i) =>
    checked(
      {
        name: `k-fold ${i + 1} of ${folds}`,
        train: purgedTrain(dayCount, [block], separation),
        valid: range(block[0], block[1]),
        test: new Int32Array(0),
      },
      ['train', 'valid'],
    ),
  );
}

export interface CombinatorialSplit {
  readonly train: Int32Array;
  /** Which blocks of days are held out. */
  readonly blocks: readonly number[];
  /** Their days, one array a block. */
  readonly test: readonly Int32Array[];
  /** For each held-out block, the backtest path that its predictions belong to. */
  readonly paths: readonly number[];
}

export interface CombinatorialPlan {
  readonly splits: CombinatorialSplit[];
  /** [paths, blocks]: the split whose predictions cover the block on that path. */
  readonly paths: number[][];
}

/**
 * Combinatorial purged cross-validation (López de Prado 2018, ch. 12): all choices of `testBlocks` out of `blocks`, in lexicographic order,
 * recombined into C(blocks - 1, testBlocks - 1) paths that each cover every day once.
 * @throws config/embargo-too-short
 */
export function combinatorialPurged(
  { dayCount, blocks, testBlocks }: { dayCount: number; blocks: number; testBlocks: number },
  separation = SEPARATION_DEFAULTS,
  longestHorizon = LONGEST_HORIZON,
): CombinatorialPlan {
  checkEmbargo(separation.embargo, longestHorizon);
  const parts = partition(dayCount, blocks);
  const uses = new Array<number>(blocks).fill(0);
  const paths: number[][] = [];
  const splits = combinations(blocks, testBlocks).map((chosen, split) => ({
    train: purgedTrain(
      dayCount,
      chosen.map((block) => parts[block]),
      separation,
    ),
    blocks: chosen,
    test: chosen.map((block) => range(...parts[block])),
    paths: chosen.map((block) => {
      const path = uses[block]++;
      (paths[path] ??= [])[block] = split;
      return path;
    }),
  }));
  return { splits, paths };
}

function combinations(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  const found: number[][] = [];
  for (let first = from; first <= n - k; first++)
    for (const rest of combinations(n, k - 1, first + 1)) found.push([first, ...rest]);
  return found;
}

export interface FoldLeak {
  /** A training day whose targets depend on a held-out day, or the other way round. */
  readonly trainDay: number;
  readonly heldOutDay: number;
}

/**
 * Independent check of a fold: target windows [day, day + reach] of training days may not meet those of validation or test days, nor
 * validation's those of test.
 * @returns the first violation, or undefined
 */
export function findFoldLeak(fold: Omit<Fold, 'name'>, reach: number): FoldLeak | undefined {
  const meets = (train: Int32Array, held: Int32Array): FoldLeak | undefined => {
    for (let i = 0, j = 0; i < train.length && j < held.length; ) {
      if (train[i] + reach < held[j]) i++;
      else if (held[j] + reach < train[i]) j++;
      else return { trainDay: train[i], heldOutDay: held[j] };
    }
    return undefined;
  };
  return meets(fold.train, fold.valid) ?? meets(fold.train, fold.test) ?? meets(fold.valid, fold.test);
}
