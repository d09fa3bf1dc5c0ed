// Ten stocks, three days, every expected number worked out by hand in the comments.
import { expect, test } from 'vitest';
import { dailyMetrics } from '../../../core/evaluate/daily.ts';
import { evaluate } from '../../../core/evaluate/evaluate.ts';
import { predictionsOf } from '../../unit/evaluate/make-predictions.ts';

const options = { minNodes: 10, quantileTarget: 'return' } as const;
const ascending = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const percent = (values: number[]): number[][] => values.map((value) => [value / 100]);

test('a perfect ordering: RankIC 1, the deciles are the stocks, the spread is last less first', () => {
  const set = predictionsOf([ascending.map((value) => [value])], [percent(ascending)]);
  const [day] = dailyMetrics(set, options);
  expect(day.rankIc[0]).toBeCloseTo(1, 12);
  expect(day.ic[0]).toBeCloseTo(1, 6);
  expect(day.hitRate[0]).toBe(1);
  // Mean return 5.5 %; decile d holds the one stock that returned d %.
  ascending.forEach((value, decile) => {
    expect(day.deciles[decile]).toBeCloseTo((value - 5.5) / 100, 8);
  });
  expect(day.spread[0]).toBeCloseTo(0.09, 8);
});

test('two neighbours swapped in each pair: Spearman 1 - 6 x 10 / 990', () => {
  // Every d is 1, so sum d^2 = 10 and rho = 1 - 60 / (10 x 99).
  const swapped = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9];
  const [day] = dailyMetrics(predictionsOf([ascending.map((value) => [value])], [percent(swapped)]), options);
  expect(day.rankIc[0]).toBeCloseTo(1 - 60 / 990, 12);
  // Forecast mean 5.5: 5 against outcome 6 and 6 against outcome 5 are the two misses.
  expect(day.hitRate[0]).toBe(0.8);
});

test('hit rate leaves out stocks that sit exactly on a mean', () => {
  // Forecast mean 0, two forecasts are 0. Of the other eight, six agree in sign.
  const forecast = [-2, -1, -1, -1, 0, 0, 1, 1, 1, 2];
  const outcome = [-1, -1, -1, 1, 3, -3, -1, 1, 1, 1];
  const [day] = dailyMetrics(predictionsOf([forecast.map((value) => [value])], [percent(outcome)]), options);
  expect(day.hitRate[0]).toBe(0.75);
});

test('quantile coverage is the share of outcomes at or below each quantile', () => {
  // Quantiles -5 %, 0, 5 % for all but the median differs so that the day is no constant prediction.
  const outcome = [-9, -8, -4, -3, -2, -1, 1, 2, 3, 6];
  const quantiles = outcome.map((_, i): [number, number, number][] => [[-0.05, i / 1e6, 0.05]]);
  const [day] = dailyMetrics(predictionsOf([quantiles], [percent(outcome)]), options);
  expect([...day.coverage]).toEqual([0.2, 0.6, 0.9]);
  expect(day.crossing[0]).toBe(0);
});

test('means and ICIR over days: RankIC 1, -1, 1', () => {
  const descending = ascending.toReversed();
  const rows = ascending.map((value) => [value]);
  const set = predictionsOf([rows, rows, rows], [percent(ascending), percent(descending), percent(ascending)]);
  const result = evaluate(set, { ...options, draws: 50 });
  const [horizon] = result.horizons;
  expect(horizon.rankIc.value).toBeCloseTo(1 / 3, 12);
  // Sample deviation of 1, -1, 1 is sqrt(4 / 3).
  expect(horizon.rankIcir.value).toBeCloseTo(1 / 3 / Math.sqrt(4 / 3), 12);
  // Spreads 9 %, -9 %, 9 %: the same ratio, times sqrt(252 / 1).
  expect(horizon.spread.value).toBeCloseTo(0.03, 8);
  expect(horizon.spreadSharpe.value).toBeCloseTo((Math.sqrt(252) * (1 / 3)) / Math.sqrt(4 / 3), 6);
  expect(horizon.rankIc).toMatchObject({ low: null, high: null, days: 3 });
});
