// Forward returns by hand, ranks, and the names that can never be features.
import { expect, test } from 'vitest';
import { rankByDay } from '../../core/features/cross-section.ts';
import { forwardReturns, isTargetName, rejectTargets, targetName, targetNames } from '../../core/features/targets.ts';
import { MAX_EXIT_DELAY, targetReach } from '../../core/data/target-window.ts';

const bars = (dayIndex: number[], close: number[], offsets = [0, close.length]) => ({
  offsets: Int32Array.from(offsets),
  dayIndex: Int32Array.from(dayIndex),
  close: Float64Array.from(close),
});
const NaNs = (count: number) => new Array<number>(count).fill(Number.NaN);

test('a return runs from the close of the next bar to the close h bars later', () => {
  const table = bars([0, 1, 2, 3, 4, 0, 1, 2, 3], [100, 110, 121, 60.5, 242, 10, 20, 40, 80], [0, 5, 9]);
  expect([...forwardReturns(table, 1)].map((r) => Math.round(r * 1e9) / 1e9)).toEqual([
    0.1,
    -0.5,
    3,
    ...NaNs(2),
    1,
    1,
    ...NaNs(2),
  ]);
  expect([...forwardReturns(table, 3)].map((r) => Math.round(r * 1e9) / 1e9)).toEqual([1.2, ...NaNs(8)]);
});

test('the day’s own close does not enter its target', () => {
  const table = bars([0, 1, 2], [100, 110, 121]);
  const changed = bars([0, 1, 2], [1, 110, 121]);
  expect(forwardReturns(changed, 1)[0]).toBe(forwardReturns(table, 1)[0]);
});

test('a missing or non-positive close makes the targets that use it unknown', () => {
  const closes = [100, 110, Number.NaN, 120, 0, 130, 140];
  expect([...forwardReturns(bars([0, 1, 2, 3, 4, 5, 6], closes), 1)].map(Number.isNaN)).toEqual([
    true,
    true,
    true,
    true,
    false,
    true,
    true,
  ]);
});

test('an exit delayed beyond the bound is unknown, so that no target reaches past it', () => {
  const closes = [100, 110, 121];
  const late = (delay: number) => forwardReturns(bars([0, 1, 2 + delay], closes), 1)[0];
  expect(late(MAX_EXIT_DELAY)).toBeCloseTo(0.1, 12);
  expect(late(MAX_EXIT_DELAY + 1)).toBeNaN();
  expect(2 + MAX_EXIT_DELAY).toBe(targetReach(1));
});

test('ranks run from -0.5 to 0.5 within the day, ties share their mean, unknown stays unknown', () => {
  const values = Float32Array.of(3, 1, 2, 5, 5, Number.NaN, 1, 9, Number.NaN);
  const ranks = rankByDay(values, Int32Array.of(0, 3, 7, 8, 9));
  expect([...ranks]).toEqual([0.5, -0.5, 0, 0.25, 0.25, Number.NaN, -0.5, 0, Number.NaN]);
});

test('targets are named by horizon and refused as features', () => {
  expect(targetNames).toEqual(['target_1d', 'target_2d', 'target_3d', 'target_5d', 'target_10d']);
  expect(isTargetName(targetName(7))).toBe(true);
  expect(isTargetName('momentum_5')).toBe(false);
  rejectTargets(['momentum_5', 'rsi_14']);
  expect(() => rejectTargets(['rsi_14', 'target_3d'])).toThrow(
    expect.objectContaining({ code: 'config/target-as-feature', params: { name: 'target_3d' } }),
  );
});
