import { expect, test } from 'vitest';
import { AppError } from '../../../core/base/errors.ts';
import { comparePaired } from '../../../core/evaluate/compare.ts';
import { evaluate } from '../../../core/evaluate/evaluate.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';
import { plantedPredictions, predictionsOf } from './make-predictions.ts';

const draws = 300;

/** The same set without one day and one stock, its stocks renumbered in reverse. */
function reshaped(set: PredictionSet, dropDay: number, dropStock: number): PredictionSet {
  const H = set.horizons.length;
  const stocks = set.codes.length;
  const days = [...set.days.keys()].filter((day) => day !== dropDay);
  const order = [...Array(stocks).keys()].reverse().filter((stock) => stock !== dropStock);
  const values = (day: number, stock: number): [number, number, number][] =>
    set.horizons.map((_, h) => {
      const at = ((day * stocks + stock) * H + h) * 3;
      return [...set.predicted.subarray(at, at + 3)] as [number, number, number];
    });
  const made = predictionsOf(
    days.map((day) => order.map((stock) => values(day, stock))),
    days.map((day) => order.map((stock) => set.horizons.map((_, h) => set.realised[(day * stocks + stock) * H + h]))),
    set.horizons,
  );
  return {
    ...made,
    days: Int32Array.from(days, (day) => set.days[day]),
    codes: order.map((stock) => set.codes[stock]),
  };
}

test('a better forecast of the same outcomes is found better', () => {
  const good = plantedPredictions({ signal: 0.15, days: 200 });
  const poor = plantedPredictions({ signal: 0.02, days: 200, noiseSeed: 9 });
  for (const metric of ['ic', 'rankIc', 'icir', 'rankIcir', 'hitRate', 'spread'] as const) {
    const result = comparePaired(good, poor, metric, { draws });
    expect(result.difference.value).toBeCloseTo(result.a! - result.b!, 12);
    expect(result.difference.low!).toBeGreaterThan(0);
    expect(result.pValue!).toBeLessThan(0.05);
  }
});

test('a set against itself differs by exactly nothing', () => {
  const set = plantedPredictions({ days: 60 });
  const result = comparePaired(set, set, 'rankIc', { draws });
  expect(result.difference).toMatchObject({ value: 0, low: 0, high: 0, days: 60 });
  expect(result.pValue).toBe(1);
});

test('only common days and stocks count, matched by date and code, in whatever order they stand', () => {
  const set = plantedPredictions({ days: 40, stocks: 30 });
  const other = reshaped(set, 7, 11);
  const result = comparePaired(set, other, 'rankIc', { draws });
  expect(result.days).toBe(39);
  expect(result.difference.value).toBe(0);
  // What is compared is the smaller set.
  expect(result.a).toBeCloseTo(evaluate(other, { draws: 10 }).overall.rankIc.value!, 12);
});

test('disjoint days leave the difference undefined', () => {
  const set = plantedPredictions({ days: 30 });
  const later = { ...set, days: set.days.map((day) => day + 1000) };
  expect(comparePaired(set, later, 'ic', { draws })).toMatchObject({ days: 0, a: null, b: null, pValue: null });
});

test('a horizon that one side lacks is refused by name', () => {
  const set = plantedPredictions({ days: 30, horizons: [1, 5] });
  expect(comparePaired(set, set, 'rankIc', { draws, horizon: 5 }).horizon).toBe(5);
  expect(() => comparePaired(set, set, 'rankIc', { draws, horizon: 10 })).toThrow(AppError);
  const other = plantedPredictions({ days: 30, horizons: [10] });
  expect(() => comparePaired(set, other, 'rankIc', { draws })).toThrow(/horizon/);
});
