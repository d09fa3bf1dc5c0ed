// Owns which days of a panel a run trains on, validates on and tests on, from its config.
import { fromEpochDay, toEpochDay } from '../base/clock.ts';
import type { Config } from '../config/schema.ts';
import { type Fold, holdout, type Separation, walkForward } from '../splits/folds.ts';
import { LONGEST_HORIZON, targetReach } from '../data/target-window.ts';

/**
 * The folds of a config over the panel's days; a holdout is one fold. Day indexes count from the panel's first day even where
 * only its last `last_days` are used.
 * @throws data/split-empty, config/embargo-too-short
 */
export function foldsOf({ data }: Pick<Config, 'data'>, days: Int32Array): Fold[] {
  const first = data.last_days === null ? 0 : Math.max(0, days.length - data.last_days);
  const used = days.subarray(first);
  const { split } = data;
  const separation: Separation = { embargo: split.embargo, reach: targetReach(LONGEST_HORIZON) };
  const shifted = (fold: Fold): Fold => ({
    name: fold.name,
    train: fold.train.map((day) => day + first),
    valid: fold.valid.map((day) => day + first),
    test: fold.test.map((day) => day + first),
  });
  if (split.kind === 'walk_forward') {
    const heldOut = Math.floor((used.length * (1 - split.train_fraction)) / split.folds);
    const validDays = Math.floor((heldOut * split.valid_fraction) / (1 - split.train_fraction));
    const plan = { dayCount: used.length, folds: split.folds, validDays, testDays: heldOut - validDays };
    return walkForward(plan, separation).map(shifted);
  }
  const dateAt = (fraction: number): number => used[Math.max(0, Math.floor(used.length * fraction) - 1)];
  const dates = {
    trainEnd: split.train_end === null ? dateAt(split.train_fraction) : toEpochDay(split.train_end),
    validEnd:
      split.valid_end === null ? dateAt(split.train_fraction + split.valid_fraction) : toEpochDay(split.valid_end),
    testEnd: split.test_end === null ? undefined : toEpochDay(split.test_end),
  };
  return [shifted(holdout(used, dates, separation))];
}

/** Numbers, from 1, of the folds that a run of this config trains one after the other; null alone where it trains a single one. */
export function foldsToTrain({ data: { split } }: Pick<Config, 'data'>): (number | null)[] {
  const whole = split.kind === 'walk_forward' && split.fold === null && split.folds > 1;
  return whole ? Array.from({ length: split.folds }, (_, i) => i + 1) : [null];
}

/**
 * The fold of a phase's config. Within a walk forward it names its fold; one that does not is of a run that was begun when no
 * number meant the last.
 */
export function foldOf(config: Pick<Config, 'data'>, days: Int32Array): Fold {
  const folds = foldsOf(config, days);
  return folds[(config.data.split.fold ?? folds.length) - 1] ?? folds[folds.length - 1];
}

/** The folds that a run of this config trains, in their order. @throws as foldsOf does */
export function trainedFolds(config: Pick<Config, 'data'>, days: Int32Array): Fold[] {
  const all = foldsOf(config, days);
  return foldsToTrain(config).map((number) => (number === null ? foldOf(config, days) : all[number - 1]));
}

/** The first fold that a run of this config trains: what is settled once for all of them may know no more than it. */
export function firstFoldOf(config: Pick<Config, 'data'>, days: Int32Array): Fold {
  return trainedFolds(config, days)[0];
}

export interface FoldPart {
  part: 'train' | 'embargo' | 'valid' | 'test';
  /** ISO dates, both included. */
  first: string;
  last: string;
  /** Trading days. */
  days: number;
}

/** The parts of a fold in order of time, with the gaps between them. */
export function foldParts(fold: Fold, days: Int32Array): FoldPart[] {
  const parts: FoldPart[] = [];
  const add = (part: FoldPart['part'], first: number, last: number): void => {
    parts.push({ part, first: fromEpochDay(days[first]), last: fromEpochDay(days[last]), days: last - first + 1 });
  };
  let next: number | undefined;
  for (const part of ['train', 'valid', 'test'] as const) {
    const [first, last] = [fold[part][0], fold[part][fold[part].length - 1]];
    if (first === undefined) continue;
    if (next !== undefined && first > next) add('embargo', next, first - 1);
    add(part, first, last);
    next = last + 1;
  }
  return parts;
}

export interface Knowledge {
  /** Last day that the targets of training reach into. ISO date. */
  trainedThrough: string;
  /** Last day that the weights were chosen by: the end of validation and of its targets. ISO date. */
  chosenThrough: string;
}

/** What weights trained and chosen on a fold know of, and what they inherit from the weights that they began with. */
export function knownDays(fold: Fold, days: Int32Array, inherited?: Knowledge): Knowledge {
  const reach = targetReach(LONGEST_HORIZON);
  const upTo = (part: Int32Array, known = ''): string => {
    const last = Math.min(days.length - 1, part[part.length - 1] + reach);
    const own = fromEpochDay(days[last]);
    return known > own ? known : own;
  };
  return {
    trainedThrough: upTo(fold.train, inherited?.trainedThrough),
    chosenThrough: upTo(fold.valid, inherited?.chosenThrough),
  };
}
