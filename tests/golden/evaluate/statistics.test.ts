// Values worked out by hand.
import { expect, test } from 'vitest';
import { deviation, informationRatio, pearson, rankAverage, spearman } from '../../../core/evaluate/statistics.ts';

test('ties share the mean of their places', () => {
  expect([...rankAverage([10, 20, 20, 5, 20])]).toEqual([2, 4, 4, 1, 4]);
  expect([...rankAverage([-0, 0, 1])]).toEqual([1.5, 1.5, 3]);
});

test('Pearson of a worked example', () => {
  // x = 1 2 3 4 5, y = 2 4 5 4 5: Sxy = 6, Sxx = 10, Syy = 6.
  expect(pearson([1, 2, 3, 4, 5], [2, 4, 5, 4, 5])).toBeCloseTo(6 / Math.sqrt(60), 14);
});

test('Spearman with ties is the Pearson of average ranks, not the 6 sum d^2 shortcut', () => {
  // Ranks of x: 1 2.5 2.5 4, of y: 1 3 2 4. Sxy = 4.5, Sxx = 4.5, Syy = 5.
  expect(spearman([1, 2, 2, 3], [10, 30, 20, 40])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
});

test('pairs with a missing side are left out', () => {
  expect(pearson([1, 2, Number.NaN, 4], [1, 2, 3, Number.POSITIVE_INFINITY])).toBe(1);
  expect(spearman([1, Number.NaN, 3, 2], [3, 99, 1, 2])).toBe(-1);
});

test('a constant side or fewer than two pairs is undefined, not zero', () => {
  expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
  expect(spearman([1, 2, 3], [0.3, 0.3, 0.3])).toBeNaN();
  expect(spearman([1], [2])).toBeNaN();
  expect(informationRatio([0.1, 0.1, 0.1])).toBeNaN();
  expect(deviation([1])).toBeNaN();
});

test('information ratio is mean over sample deviation', () => {
  expect(informationRatio([1, 2, 3])).toBeCloseTo(2, 14);
});
