// Whatever the split's config: no target of a training day reaches validation, none of validation's reaches the test.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import { AppError } from '../../core/base/errors.ts';
import type { Config } from '../../core/config/schema.ts';
import { LONGEST_HORIZON, targetReach } from '../../core/data/target-window.ts';
import { findFoldLeak } from '../../core/splits/folds.ts';
import { foldsOf } from '../../core/train/fold.ts';
import { phases } from '../support/training.ts';
import { weekdays } from '../support/random-bars.ts';

const [{ config }] = phases(['phase0_baseline'], []);
const REACH = targetReach(LONGEST_HORIZON);

const splits = fc.record({
  kind: fc.constantFrom('holdout' as const, 'walk_forward' as const),
  train_fraction: fc.double({ min: 0.2, max: 0.7, noNaN: true }),
  valid_fraction: fc.double({ min: 0.05, max: 0.25, noNaN: true }),
  embargo: fc.integer({ min: 10, max: 60 }),
  folds: fc.integer({ min: 1, max: 5 }),
});

test('folds of any config keep the target windows of their parts apart', () => {
  let made = 0;
  fc.assert(
    fc.property(
      splits,
      fc.integer({ min: 100, max: 1500 }),
      fc.option(fc.integer({ min: 80, max: 1200 })),
      fc.boolean(),
      (split, dayCount, lastDays, byDate) => {
        const days = weekdays(dayCount);
        const dates = byDate
          ? {
              train_end: fromEpochDay(days[Math.floor(dayCount * 0.5)]),
              valid_end: fromEpochDay(days[Math.floor(dayCount * 0.75)]),
            }
          : {};
        const data: Config['data'] = {
          ...config.data,
          last_days: lastDays,
          split: { ...config.data.split, ...split, ...dates },
        };
        let folds: ReturnType<typeof foldsOf>;
        try {
          folds = foldsOf({ data }, days);
        } catch (error) {
          // Too few days are refused in words.
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe('data/split-empty');
          return;
        }
        made++;
        const first = lastDays === null ? 0 : Math.max(0, dayCount - lastDays);
        for (const fold of folds) {
          expect(findFoldLeak(fold, REACH)).toBeUndefined();
          const [trainEnd, validEnd] = [fold.train.at(-1)!, fold.valid.at(-1)!];
          expect(fold.valid[0] - trainEnd).toBeGreaterThan(Math.max(split.embargo, REACH));
          expect(fold.test[0] - validEnd).toBeGreaterThan(Math.max(split.embargo, REACH));
          expect(fold.train[0]).toBeGreaterThanOrEqual(first);
          expect(fold.test.at(-1)!).toBeLessThan(dayCount);
        }
      },
    ),
    { numRuns: 300 },
  );
  // Most configs are possible ones: the property is not held by refusals.
  expect(made).toBeGreaterThan(100);
});
