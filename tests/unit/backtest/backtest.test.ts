import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../core/base/errors.ts';
import { BACKTEST_DEFAULTS, type BacktestInput, backtest } from '../../../core/backtest/backtest.ts';
import { NO_COSTS } from '../../../core/backtest/costs.ts';
import { RULE_DEFAULTS } from '../../../core/backtest/rules.ts';
import { barsOf, randomMarket, randomScores, scoresOf } from './make-market.ts';

const base: BacktestInput = {
  predictions: scoresOf(randomScores(1)),
  bars: randomMarket(1),
  rule: { kind: 'long-short', horizon: 1, rebalance: 'sleeves', groups: 3, gross: 1 },
  draws: 50,
};

test('the result is plain JSON with every assumption in it, and repeatable', () => {
  const run = backtest(base);
  expect(JSON.parse(JSON.stringify(run))).toEqual(run);
  expect(backtest(base)).toEqual(run);
  expect(run.options).toMatchObject({ fill: 'close', capital: 1_000_000, delistedAfter: 10, trials: { count: 1 } });
  expect(run.days).toHaveLength(40);
});

test('costs take from the result: the same trades, less money', () => {
  const free = backtest({ ...base, costs: NO_COSTS });
  const paid = backtest(base);
  expect(paid.series.equity.at(-1)!).toBeLessThan(free.series.equity.at(-1)!);
  expect(free.statistics.grossSharpe).toBeCloseTo(free.statistics.sharpe.value!, 10);
  expect(paid.statistics.grossSharpe!).toBeGreaterThan(paid.statistics.sharpe.value!);
  expect(paid.statistics.costDrag).toBeGreaterThan(0);
});

test('the more trials, the less a Sharpe ratio is believed', () => {
  const belief = (count: number): number => backtest({ ...base, trials: { count } }).statistics.belief.deflated!;
  expect(belief(1)).toBeGreaterThan(belief(10));
  expect(belief(10)).toBeGreaterThan(belief(1000));
});

test('long only never holds short and never borrows', () => {
  const run = backtest({ ...base, rule: { kind: 'top-k', horizon: 1, k: 4, drop: 2, invested: 1 } });
  expect(Math.min(...run.positions.shares)).toBeGreaterThan(0);
  expect(Math.min(...run.series.cash)).toBeGreaterThanOrEqual(-1e-6);
  expect(Math.max(...run.series.positions)).toBeLessThanOrEqual(5);
});

test('a span of dates is kept to', () => {
  const run = backtest({ ...base, dates: { from: '2020-01-10', to: '2020-01-20' } });
  expect([run.days[0], run.days.at(-1)]).toEqual(['2020-01-10', '2020-01-20']);
});

test('a ruined book is closed and stopped, and says so', () => {
  // Short A with everything; A rises eleven-fold.
  const flat = [10, 10, 10, 10, 10];
  const run = backtest({
    predictions: scoresOf(flat.map(() => [1, 2, 3, 4])),
    bars: barsOf([[10, 10, 110, 110, 110], flat, flat, flat]),
    rule: { kind: 'long-short', horizon: 1, rebalance: 'sleeves', groups: 2, gross: 2 },
    costs: NO_COSTS,
    capital: 100,
    draws: 20,
  });
  expect(run.series.equity.at(-1)!).toBeLessThan(0);
  expect(run.series.positions.at(-1)).toBe(0);
  expect(run.statistics.cagr).toBe(-1);
  expect(run.warnings).toContainEqual({ code: 'ruined' });
});

test('what cannot be run is refused with what to mend', () => {
  const refused = (change: Partial<BacktestInput>): ErrorCode => {
    try {
      backtest({ ...base, ...change });
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
    throw new Error('accepted');
  };
  expect(refused({ rule: RULE_DEFAULTS['top-k'] })).toBe('input/horizon-not-predicted');
  expect(
    refused({ predictions: { ...base.predictions, codes: base.predictions.codes.map((code) => `${code}.X`) } }),
  ).toBe('data/no-common-codes');
  expect(refused({ predictions: scoresOf(randomScores(1), 1, 9000) })).toBe('data/no-common-days');
  expect(refused({ dates: { from: '2030-01-01' } })).toBe('data/no-common-days');
  expect(refused({ capital: 0 })).toBe('input/bad-option');
  expect(refused({ trials: { count: 0 } })).toBe('input/bad-option');
  expect(refused({ costs: { ...NO_COSTS, halfSpread: -1 } })).toBe('input/bad-option');
  expect(refused({ rule: { kind: 'top-k', horizon: 1, k: 0, drop: 1, invested: 1 } })).toBe('input/bad-option');
});

test('defaults name a rule for each kind', () => {
  expect(Object.keys(RULE_DEFAULTS)).toContain(BACKTEST_DEFAULTS.rule.kind);
});

test('stocks predicted but not among the bars are counted', () => {
  const bars = randomMarket(1, 11);
  expect(backtest({ ...base, bars }).warnings).toContainEqual({ code: 'unknown-codes', codes: 1 });
});
