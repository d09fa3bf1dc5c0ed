// Normal values from published tables; the deflated Sharpe ratio from the example of the paper.
import { expect, test } from 'vitest';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  normalCdf,
  normalQuantile,
  probabilisticSharpe,
} from '../../../core/backtest/sharpe.ts';
import { kurtosis, skewness } from '../../../core/evaluate/statistics.ts';

test('normal distribution function and its inverse', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
  expect(normalCdf(-1.96)).toBeCloseTo(0.024997895148220435, 14);
  expect(normalCdf(5)).toBeCloseTo(0.9999997133484281, 14);
  expect(normalCdf(-10)).toBeGreaterThan(7.6e-24);
  expect(normalCdf(-10)).toBeLessThan(7.8e-24);
  expect([normalCdf(40), normalCdf(-40)]).toEqual([1, 0]);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 12);
});

// Bailey and Lopez de Prado 2014: 100 trials whose annual Sharpe ratios have variance 1/2; the best has 2.5 a year over
// 1250 daily returns, skewness -3, kurtosis 10. They find 0.1132 a day as the expected maximum and DSR 0.9004.
const periods = 1250;
const variance = 1 / (2 * 250);
const sharpe = 2.5 / Math.sqrt(250);

test('the paper: expected maximum of 100 trials and deflated ratio', () => {
  expect(expectedMaximumSharpe(100, variance)).toBeCloseTo(0.1132, 4);
  expect(deflatedSharpe({ sharpe, periods, skewness: -3, kurtosis: 10 }, 100, variance)).toBeCloseTo(0.9004, 4);
});

test('the paper: 46 trials instead of 100 reach 0.9505; with normal returns 88 do', () => {
  expect(deflatedSharpe({ sharpe, periods, skewness: -3, kurtosis: 10 }, 46, variance)).toBeCloseTo(0.9505, 3);
  expect(deflatedSharpe({ sharpe, periods, skewness: 0, kurtosis: 3 }, 88, variance)).toBeCloseTo(0.9505, 3);
});

test('one trial is not deflated', () => {
  const sample = { sharpe: 0.1, periods: 500, skewness: 0, kurtosis: 3 };
  expect(deflatedSharpe(sample, 1)).toBe(probabilisticSharpe(sample));
  // z = 0.1 sqrt(499) / sqrt(1 + 0.01 / 2)
  expect(probabilisticSharpe(sample)).toBeCloseTo(normalCdf((0.1 * Math.sqrt(499)) / Math.sqrt(1.005)), 14);
});

test('moments of 0 0 0 4: m2 = 3, m3 = 6, m4 = 21', () => {
  expect(skewness([0, 0, 0, 4])).toBeCloseTo(6 / 3 ** 1.5, 14);
  expect(kurtosis([0, 0, 0, 4])).toBeCloseTo(21 / 9, 14);
});
