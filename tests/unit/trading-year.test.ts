import { expect, test } from 'vitest';
import { backtest } from '../../core/backtest/backtest.ts';
import { NO_COSTS } from '../../core/backtest/costs.ts';
import { tradingDaysPerYear } from '../../core/data/trading-year.ts';
import { evaluate } from '../../core/evaluate/evaluate.ts';
import { randomMarket, randomScores, scoresOf } from './backtest/make-market.ts';
import { plantedPredictions } from './evaluate/make-predictions.ts';

const days = (count: number, keep: (weekday: number) => boolean): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => 18_262 + i).filter((day) => keep((day + 3) % 7));

test('a year has the days of its market: 252 on an exchange, open on Saturdays or not, 365 where it never closes', () => {
  expect(tradingDaysPerYear(days(400, (weekday) => weekday < 5))).toBe(252);
  expect(tradingDaysPerYear(days(400, (weekday) => weekday < 6))).toBe(252);
  expect(tradingDaysPerYear(days(400, () => true))).toBe(365);
  expect(tradingDaysPerYear(days(4, () => true))).toBe(252);
});

/** The same series on other days. */
function on(market: Int32Array) {
  const bars = { ...randomMarket(1), days: market };
  const predictions = { ...scoresOf(randomScores(1)), days: market };
  const rule = { kind: 'long-short', horizon: 1, rebalance: 'sleeves', groups: 3, gross: 1 } as const;
  return { bars, predictions, rule, costs: NO_COSTS, draws: 20 };
}

test('the same returns are worth more a year where there are more days of them', () => {
  const count = randomMarket(1).days.length;
  const week = days(2 * count, (weekday) => weekday < 5).slice(0, count);
  const every = days(count, () => true);
  const [stocks, coins] = [week, every].map((market) => backtest(on(market)));
  expect([stocks.options.daysPerYear, coins.options.daysPerYear]).toEqual([252, 365]);
  const ratio = (coins.statistics.volatility ?? 0) / (stocks.statistics.volatility ?? 1);
  expect(ratio).toBeCloseTo(Math.sqrt(365 / 252), 10);
  expect(backtest({ ...on(every), daysPerYear: 252 }).statistics.volatility).toBe(stocks.statistics.volatility);
});

test('the same holds for the Sharpe ratio of a spread', () => {
  const predictions = plantedPredictions({ days: 60, horizons: [1] });
  const [a, b] = [days(90, (weekday) => weekday < 5).slice(0, 60), days(60, () => true)].map(
    (market) => evaluate({ ...predictions, days: market }, { draws: 20 }).horizons[0].spreadSharpe.value ?? 0,
  );
  expect(b / a).toBeCloseTo(Math.sqrt(365 / 252), 10);
});
