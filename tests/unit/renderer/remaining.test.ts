import { expect, test } from 'vitest';
import { remainingEstimator } from '../../../renderer/lib/remaining.ts';

test('a steady pace is told once enough has passed, and counts down between reports', () => {
  const estimator = remainingEstimator();
  expect(estimator.observe('bars', 0, 100, 0)).toBeNull();
  expect(estimator.observe('bars', 5, 100, 500)).toBeNull();
  expect(estimator.observe('bars', 20, 100, 2_000)).toBeCloseTo(8_000);
  expect(estimator.observe('bars', 20, 100, 2_600)).toBeCloseTo(7_400);
  expect(estimator.observe('bars', 100, 100, 10_000)).toBe(0);
});

test('an unknown total gives no guess', () => {
  const estimator = remainingEstimator();
  estimator.observe('rows', 0, 0, 0);
  expect(estimator.observe('rows', 1_000, 0, 5_000)).toBeNull();
});

test('a new stage and a count that falls begin anew', () => {
  const estimator = remainingEstimator();
  estimator.observe('one', 0, 10, 0);
  expect(estimator.observe('one', 5, 10, 5_000)).toBeCloseTo(5_000);
  expect(estimator.observe('two', 5, 10, 5_100)).toBeNull();
  expect(estimator.observe('two', 2, 10, 9_000)).toBeNull();
  expect(estimator.observe('two', 3, 10, 10_000)).toBeNull();
  expect(estimator.observe('two', 4, 10, 11_000)).toBeCloseTo(6_000);
});

test('a change of pace is followed', () => {
  const estimator = remainingEstimator();
  for (let i = 0; i <= 20; i++) estimator.observe('steps', i, 100, i * 1_000);
  let left: number | null = null;
  for (let i = 1; i <= 20; i++) left = estimator.observe('steps', 20 + i, 100, 20_000 + i * 100);
  expect(left).toBeGreaterThan(5_900);
  expect(left).toBeLessThan(6_600);
});
