import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { drawBlocks, estimate, expectedBlock, pValue, quantileOf } from '../../../core/evaluate/bootstrap.ts';
import { mean } from '../../../core/evaluate/statistics.ts';

const meanOf = ([values]: readonly Float64Array[]): number => mean(values);

/** v[t] = phi v[t-1] + e[t], e standard normal, started from its stationary law. Its mean is zero. */
function autoregression(phi: number, days: number, seed: number): Float64Array {
  const random = new Random(seed, days);
  let value = random.normal() / Math.sqrt(1 - phi * phi);
  return Float64Array.from({ length: days }, () => (value = phi * value + random.normal()));
}

// 400 series each: the standard error of a true 95 % is 1.1 %. Percentile intervals of dependent series are known to cover
// a little less than they say; the band states how much we accept: 88 % to 98 %.
test.each([
  [0, 250],
  [0.3, 250],
  [0.5, 250],
  [0.3, 60],
])('95 %% intervals of the mean of an AR(1) series cover it: phi %d, %d days', (phi, days) => {
  let covered = 0;
  const series = 400;
  for (let seed = 0; seed < series; seed++) {
    const options = { block: expectedBlock(days, 10), draws: 300, seed };
    const { low, high } = estimate([autoregression(phi, days, seed)], meanOf, options);
    if (low! <= 0 && high! >= 0) covered++;
  }
  expect(covered / series).toBeGreaterThan(0.88);
  expect(covered / series).toBeLessThan(0.98);
});

test('blocks of one day would cover a dependent series badly, so the block matters', () => {
  let covered = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { low, high } = estimate([autoregression(0.6, 250, seed)], meanOf, { block: 1, draws: 200, seed });
    if (low! <= 0 && high! >= 0) covered++;
  }
  expect(covered / 200).toBeLessThan(0.8);
});

test('p-values of a true null reject about as often as they say, and a shifted series is rejected', () => {
  let rejected = 0;
  for (let seed = 0; seed < 300; seed++) {
    const options = { block: 20, draws: 200, seed };
    if (pValue([autoregression(0.2, 250, seed)], meanOf, options)! < 0.05) rejected++;
  }
  expect(rejected / 300).toBeGreaterThan(0.02);
  expect(rejected / 300).toBeLessThan(0.12);
  const shifted = autoregression(0.2, 250, 1).map((value) => value + 1);
  expect(pValue([shifted], meanOf, { block: 20, draws: 200, seed: 0 })).toBe(1 / 201);
});

test('drawn blocks are consecutive days that wrap, with the expected length', () => {
  const days = 50;
  const index = new Int32Array(100_000);
  drawBlocks(index, days, 8, new Random(3));
  let breaks = 0;
  for (let i = 1; i < index.length; i++) if (index[i] !== (index[i - 1] + 1) % days) breaks++;
  // A new start continues by chance once in 50, so breaks are 49/50 of the blocks.
  expect(index.length / (breaks / 0.98)).toBeCloseTo(8, 0);
  expect(new Set(index).size).toBe(days);
  drawBlocks(index, days, 1, new Random(3));
  expect(Math.max(...index)).toBe(49);
});

test('short series: the block shrinks, then the interval goes', () => {
  expect([expectedBlock(1000, 10), expectedBlock(1000, 40), expectedBlock(40, 10), expectedBlock(2, 1)]).toEqual([
    20, 40, 10, 1,
  ]);
  const options = { block: 1, draws: 100, seed: 0 };
  expect(estimate([Float64Array.of(1, 2, 3)], meanOf, options)).toEqual({ value: 2, low: null, high: null, days: 3 });
  expect(estimate([new Float64Array(0)], meanOf, options)).toEqual({ value: null, low: null, high: null, days: 0 });
  expect(pValue([Float64Array.of(1, 2, 3)], meanOf, options)).toBeNull();
});

test('quantiles interpolate between order statistics', () => {
  expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantileOf([1, 2, 3, 4], 1)).toBe(4);
  expect(quantileOf([7], 0.3)).toBe(7);
});
