// Whole backtests small enough to follow on paper.
import { expect, test } from 'vitest';
import { backtest } from '../../../core/backtest/backtest.ts';
import { NO_COSTS } from '../../../core/backtest/costs.ts';
import { barsOf, scoresOf } from '../../unit/backtest/make-market.ts';

const halves = { kind: 'long-short', horizon: 1, rebalance: 'sleeves', groups: 2, gross: 1 } as const;
const draws = 20;

test('long-short of four stocks, next close, no costs', () => {
  // Day 0: C, D score high. Each side is 500 of 1000: long 250 each of C, D, short 250 each of A, B, sized at day 0's close of 10.
  const bars = barsOf([
    [10, 10, 9],
    [10, 10, 10],
    [10, 20, 22],
    [10, 10, 10],
  ]);
  const scores = [1, 2, 3, 4];
  const { series, trades } = backtest({
    predictions: scoresOf([scores, scores, scores]),
    bars,
    rule: halves,
    costs: NO_COSTS,
    capital: 1000,
    draws,
  });
  // Filled at day 1's close: C's jump from 10 to 20 was not earned. 25 shares each.
  expect(trades.day.slice(0, 4)).toEqual([1, 1, 1, 1]);
  expect(trades.shares.slice(0, 4)).toEqual([-25, -25, 25, 25]);
  expect(trades.price.slice(0, 4)).toEqual([10, 10, 20, 10]);
  expect(series.equity.slice(0, 2)).toEqual([1000, 1000]);
  expect(series.cash[1]).toBe(1000 + 500 - 500 - 250);
  // Day 2: A falls by 1 (short 25: +25), C rises by 2 (long 25: +50).
  expect(series.pnl[2]).toBe(75);
  expect(series.equity[2]).toBe(1075);
});

test('filled at the next open, the day from open to close is earned', () => {
  const bars = barsOf([
    [10, { open: 10, close: 9 }],
    [10, 10],
    [10, { open: 12, close: 15 }],
    [10, 10],
  ]);
  const run = backtest({
    predictions: scoresOf([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]),
    bars,
    rule: halves,
    costs: NO_COSTS,
    capital: 1000,
    fill: 'open',
    draws,
  });
  // Short 25 A from 10 to 9: 25. Long 25 C from 12 to 15: 75.
  expect(run.series.pnl[1]).toBe(100);
});

test('costs by part: commission, half spread, square-root impact, borrowing', () => {
  // A alternates 100, 101, ...: 21 bars before the decision, so volatility is of 20 log returns of +-log(1.01).
  const wave = Array.from({ length: 24 }, (_, day) => (day % 2 ? 101 : 100));
  const bars = barsOf([wave, wave.map(() => 100)]);
  const none = [null, null];
  const run = backtest({
    predictions: scoresOf([
      ...Array.from({ length: 21 }, (_, day) => (day === 0 ? [1, 0] : none)),
      [1, 0],
      none,
      [1, 0],
    ]),
    bars,
    rule: { kind: 'top-k', horizon: 1, k: 1, drop: 0, invested: 0.5 },
    costs: { commission: 10, halfSpread: 20, impact: 2, borrow: 0, delistingHaircut: 0 },
    capital: 10_000,
    dates: { from: '2020-01-22' },
    draws,
  });
  // Decided on day 21 (close 101): 5000 / 101 shares, filled on day 22 at 100.
  const shares = 5000 / 101;
  const value = shares * 100;
  const step = Math.log(1.01);
  // Trailing 20 bars end on day 21; their 20 returns alternate +-step: mean 0, sample deviation step sqrt(20 / 19).
  const volatility = step * Math.sqrt(20 / 19);
  expect(run.trades.shares[0]).toBeCloseTo(shares, 12);
  expect(run.series.costs.commission[1]).toBeCloseTo(value * 0.001, 10);
  expect(run.series.costs.spread[1]).toBeCloseTo(value * 0.002, 10);
  expect(run.series.costs.impact[1]).toBeCloseTo(value * 2 * volatility * Math.sqrt(shares / 1000), 10);
  expect(run.series.equity[1]).toBeCloseTo(
    10_000 - run.statistics.costs.commission - run.statistics.costs.spread - run.statistics.costs.impact,
    9,
  );

  const short = backtest({
    predictions: scoresOf([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]),
    bars: barsOf([
      [10, 10, 10],
      [10, 10, 10],
      [10, 10, 10],
      [10, 10, 10],
    ]),
    rule: halves,
    costs: { ...NO_COSTS, borrow: 252 },
    capital: 1000,
    draws,
  });
  // Short 500 overnight from day 1: 2.52 % a year is 1 basis point a day.
  expect(short.series.costs.borrow).toEqual([0, 0, 0.05]);
});

test('a stock without a bar cannot be dealt in and keeps its last price; the order waits', () => {
  const scores = [1, 0];
  const bars = barsOf([
    [10, 10, null, null, 14],
    [10, 10, 10, 10, 10],
  ]);
  const run = backtest({
    predictions: scoresOf([scores, [0, 1], [0, 1], [0, 1], [0, 1]]),
    bars,
    rule: { kind: 'top-k', horizon: 1, k: 1, drop: 1, invested: 1 },
    costs: NO_COSTS,
    capital: 100,
    draws,
  });
  // Bought on day 1 at 10; told to sell on days 1 to 3, possible on day 4 at 14.
  expect(run.series.equity).toEqual([100, 100, 100, 100, 140]);
  const sale = run.trades.shares.findIndex((shares) => shares < 0);
  expect([run.trades.day[sale], run.trades.price[sale]]).toEqual([4, 14]);
  expect(run.warnings).toContainEqual(expect.objectContaining({ code: 'unfilled-orders' }));
});

test('a bar in which nothing was traded is no bar to deal in', () => {
  const run = backtest({
    predictions: scoresOf([
      [1, 0],
      [1, 0],
      [1, 0],
    ]),
    bars: barsOf([
      [10, { open: 10, close: 10, volume: 0 }, 11],
      [10, 10, 10],
    ]),
    rule: { kind: 'top-k', horizon: 1, k: 1, drop: 0, invested: 1 },
    costs: NO_COSTS,
    capital: 110,
    draws,
  });
  expect(run.trades.day).toEqual([2]);
  expect(run.trades.price).toEqual([11]);
});

test('a delisted stock is closed at its last price less the haircut, after the wait that could be known', () => {
  const gone = [10, 10, null, null, null, null];
  const stays = [10, 10, 10, 10, 10, 10];
  const run = backtest({
    predictions: scoresOf([[1, 0], ...Array.from({ length: 5 }, () => [null, 0])]),
    bars: barsOf([gone, stays]),
    rule: { kind: 'top-k', horizon: 1, k: 1, drop: 0, invested: 1 },
    costs: { ...NO_COSTS, delistingHaircut: 0.3 },
    capital: 100,
    delistedAfter: 3,
    draws,
  });
  const sale = run.trades.reason.indexOf('delisted');
  // Last bar on day 1; the third day without one is day 4.
  expect([run.trades.day[sale], run.trades.price[sale], run.trades.shares[sale]]).toEqual([4, 10, -10]);
  expect(run.series.equity).toEqual([100, 100, 100, 100, 70, 70]);
  expect(run.series.costs.haircut[4]).toBe(30);
  expect(run.warnings).toContainEqual({ code: 'delisted-positions', positions: 1 });
});

test('turnover, exposure, holding and benchmark of the four stocks', () => {
  const flat = Array.from({ length: 5 }, () => 10);
  const run = backtest({
    predictions: scoresOf([
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [4, 3, 2, 1],
      [4, 3, 2, 1],
      [4, 3, 2, 1],
    ]),
    bars: barsOf([[10, 10, 10, 10, 12], flat, flat, flat]),
    rule: halves,
    costs: NO_COSTS,
    capital: 1000,
    draws,
  });
  // Day 1 opens 1000 of gross value, day 2 turns all of it (2000), then nothing: one-way 500 + 1000 over 4 days of equity 1000.
  expect(run.series.traded).toEqual([0, 1000, 2000, 0, 0]);
  expect(run.statistics.turnover).toBeCloseTo((0.5 + 1) / 4, 12);
  // Day 4: A is long 25 shares at 12: equity 1050, long 550, short 500.
  expect(run.series.equity[4]).toBe(1050);
  expect(run.statistics.grossExposure).toBeCloseTo((0 + 3 + 1050 / 1050) / 5, 12);
  expect(run.statistics.netExposure).toBeCloseTo(50 / 1050 / 5, 12);
  // 16 position-days in eight episodes (four of one day, four of three).
  expect(run.statistics.averageHolding).toBe(2);
  // The universe of four rises by 20 % / 4 on day 4.
  expect(run.series.benchmark.at(-1)).toBeCloseTo(1.05, 12);
});
