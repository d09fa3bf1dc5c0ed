import { expect, test } from 'vitest';
import { LongShortBook, type LongShortRule, type TopKRule, topKChanges } from '../../../core/backtest/rules.ts';

const scoresOf = (...values: number[]): { codes: Int32Array; values: Float64Array } => ({
  codes: Int32Array.from(values, (_, code) => code),
  values: Float64Array.from(values),
});
const rule: LongShortRule = { kind: 'long-short', horizon: 2, rebalance: 'sleeves', groups: 2, gross: 1 };

test('sleeves: the book is the mean of the last h books and ramps up over the first h days', () => {
  const book = new LongShortBook(rule);
  expect(Object.fromEntries(book.target(scoresOf(1, 2, 3, 4))!)).toEqual({ 0: -0.125, 1: -0.125, 2: 0.125, 3: 0.125 });
  expect(Object.fromEntries(book.target(scoresOf(1, 2, 3, 4))!)).toEqual({ 0: -0.25, 1: -0.25, 2: 0.25, 3: 0.25 });
  expect(Object.fromEntries(book.target(scoresOf(4, 3, 2, 1))!)).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0 });
});

test('periodic: renewed every h-th signal day, left alone between', () => {
  const book = new LongShortBook({ ...rule, rebalance: 'periodic' });
  const days = [1, 2, 3, 4, 5].map(() => book.target(scoresOf(1, 2, 3, 4)) !== undefined);
  expect(days).toEqual([true, false, true, false, true]);
});

test('too small a cross-section leaves the book as it is; ties that empty a side ask for nothing', () => {
  const book = new LongShortBook({ ...rule, groups: 10 });
  expect(book.target(scoresOf(...Array.from({ length: 19 }, (_, i) => i)))).toBeUndefined();
  expect(book.target(scoresOf(...Array.from({ length: 20 }, () => 1)))!.size).toBe(0);
});

const topK: TopKRule = { kind: 'top-k', horizon: 1, k: 3, drop: 1, invested: 1 };

test('top-k buys the k best first, then replaces at most `drop` names, and only by better ones', () => {
  expect(topKChanges(topK, scoresOf(5, 4, 3, 2, 1), [])).toEqual({ sell: [], buy: [0, 1, 2] });
  // Held 2, 3, 4 score 3, 2, 1; the best outside is 0 with 5: the worst held goes.
  expect(topKChanges(topK, scoresOf(5, 4, 3, 2, 1), [2, 3, 4])).toEqual({ sell: [4], buy: [0] });
  // Held 0, 1, 2 are the best already.
  expect(topKChanges(topK, scoresOf(5, 4, 3, 2, 1), [0, 1, 2])).toEqual({ sell: [], buy: [] });
});

test('a held name without a score is the first to go; drop 0 never replaces; ties go to the lower index', () => {
  expect(topKChanges(topK, scoresOf(5, 4, 3), [0, 1, 9])).toEqual({ sell: [9], buy: [2] });
  expect(topKChanges({ ...topK, drop: 0 }, scoresOf(5, 4, 3, 2, 1), [2, 3, 4])).toEqual({ sell: [], buy: [] });
  expect(topKChanges({ ...topK, k: 2 }, scoresOf(1, 1, 1), [])).toEqual({ sell: [], buy: [0, 1] });
});

test('a book above k sheds the excess', () => {
  expect(topKChanges({ ...topK, k: 2, drop: 0 }, scoresOf(1, 2, 3), [0, 1, 2])).toEqual({ sell: [0], buy: [] });
});
