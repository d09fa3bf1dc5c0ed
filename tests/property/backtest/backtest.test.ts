// The two promises of a backtest: the accounts add up, and nothing of a later day moves an earlier one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BacktestInput,
  type BacktestResult,
  backtest,
  BACKTEST_DEFAULTS,
  visibleBars,
} from '../../../core/backtest/backtest.ts';
import { fromEpochDay } from '../../../core/base/clock.ts';
import { COST_PARTS } from '../../../core/backtest/costs.ts';
import type { Rule } from '../../../core/backtest/rules.ts';
import { simulate } from '../../../core/backtest/simulate.ts';
import { sectorContributions, stockContributions } from '../../../core/backtest/contributions.ts';
import type { MarketBars } from '../../../core/backtest/market.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';
import { FIRST_DAY, randomMarket, randomScores, scoresOf } from '../../unit/backtest/make-market.ts';

const DAYS = 40;
const rules = fc.oneof(
  fc.record({
    kind: fc.constant('long-short' as const),
    horizon: fc.constant(2),
    rebalance: fc.constantFrom('sleeves' as const, 'periodic' as const),
    groups: fc.integer({ min: 2, max: 5 }),
    gross: fc.double({ min: 0.1, max: 2, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('top-k' as const),
    horizon: fc.constant(2),
    k: fc.integer({ min: 1, max: 6 }),
    drop: fc.integer({ min: 0, max: 3 }),
    invested: fc.double({ min: 0.2, max: 1, noNaN: true }),
  }),
) satisfies fc.Arbitrary<Rule>;

const inputs: fc.Arbitrary<BacktestInput> = fc
  .record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    rule: rules,
    fill: fc.constantFrom('close' as const, 'open' as const),
    delistedAfter: fc.integer({ min: 1, max: 6 }),
    costs: fc.record({
      commission: fc.double({ min: 0, max: 30, noNaN: true }),
      halfSpread: fc.double({ min: 0, max: 30, noNaN: true }),
      impact: fc.double({ min: 0, max: 2, noNaN: true }),
      borrow: fc.double({ min: 0, max: 500, noNaN: true }),
      delistingHaircut: fc.double({ min: 0, max: 0.9, noNaN: true }),
    }),
  })
  .map(({ seed, ...options }) => ({
    ...options,
    bars: randomMarket(seed),
    predictions: scoresOf(randomScores(seed), 2),
    capital: 5000,
    draws: 1,
  }));

const isoDay = (day: number): string => fromEpochDay(FIRST_DAY + day);

/** The same without the scores of one stock. */
function withoutCode(set: PredictionSet, stock: number): PredictionSet {
  const rows = [...set.stock.keys()].filter((row) => set.stock[row] !== stock);
  return {
    ...set,
    dayOffsets: set.dayOffsets.map((offset) => rows.filter((row) => row < offset).length),
    codes: set.codes.filter((_, index) => index !== stock),
    stock: Int32Array.from(rows, (row) => set.stock[row] - (set.stock[row] > stock ? 1 : 0)),
    predicted: Float32Array.from(rows, (row) => set.predicted[row]),
    realised: Float32Array.from(rows, (row) => set.realised[row]),
  };
}

/** The accounts rebuilt from the two ledgers and the bars alone. */
function audit(run: BacktestResult): void {
  const { series, trades, positions } = run;
  let cash = run.options.capital;
  let before = run.options.capital;
  const holding = new Map<number, number>();
  for (let day = 0; day < run.days.length; day++) {
    let costs = series.costs.borrow[day];
    cash -= series.costs.borrow[day];
    for (let i = 0; i < trades.day.length; i++) {
      if (trades.day[i] !== day) continue;
      cash -= trades.shares[i] * trades.price[i] + trades.cost[i];
      costs += trades.cost[i];
      const after = (holding.get(trades.code[i]) ?? 0) + trades.shares[i];
      if (after === 0) holding.delete(trades.code[i]);
      else holding.set(trades.code[i], after);
    }
    let value = 0;
    const listed = new Map<number, number>();
    for (let i = 0; i < positions.day.length; i++) {
      if (positions.day[i] !== day) continue;
      value += positions.shares[i] * positions.price[i];
      listed.set(positions.code[i], positions.shares[i]);
    }
    const scale = Math.max(1, Math.abs(before), series.long[day] + series.short[day]);
    const close = (a: number, b: number): void => expect(Math.abs(a - b) / scale).toBeLessThan(1e-9);
    expect(listed).toEqual(holding);
    close(cash, series.cash[day]);
    close(cash + value, series.equity[day]);
    close(
      costs,
      COST_PARTS.reduce((sum, part) => sum + series.costs[part][day], 0),
    );
    close(series.equity[day] - before, series.pnl[day] - costs);
    before = series.equity[day];
  }
}

test('cash and positions make equity, and equity changes by gains less costs, from the ledgers alone', () => {
  fc.assert(
    fc.property(inputs, (input) => audit(backtest(input))),
    { numRuns: 60 },
  );
});

/** Bars with every row after `day` changed at random or gone. */
function disturbBars(bars: MarketBars, day: number, remove: boolean): MarketBars {
  const keep = Array.from(bars.dayIndex, (index) => index <= day || !remove);
  const rows = [...keep.keys()].filter((row) => keep[row]);
  const column = (values: Float64Array, factor: number): Float64Array =>
    Float64Array.from(rows, (row) => (bars.dayIndex[row] > day ? values[row] * factor : values[row]));
  return {
    ...bars,
    offsets: bars.offsets.map((offset) => keep.slice(0, offset).filter(Boolean).length),
    dayIndex: Int32Array.from(rows, (row) => bars.dayIndex[row]),
    open: column(bars.open, 1.3),
    close: column(bars.close, 0.7),
    volume: column(bars.volume, 5),
  };
}

/** Predictions with every score from `day` on turned round. */
function disturbScores(set: PredictionSet, day: number): PredictionSet {
  return { ...set, predicted: set.predicted.map((value, row) => (row >= set.dayOffsets[day] ? -value - 1 : value)) };
}

function upTo(values: readonly number[], day: number): number[] {
  return values.slice(0, day + 1);
}

test('changing or removing bars after a day changes nothing up to that day', () => {
  fc.assert(
    fc.property(inputs, fc.integer({ min: 1, max: DAYS - 2 }), fc.boolean(), (input, day, remove) => {
      const whole = backtest(input).series;
      const other = backtest({ ...input, bars: disturbBars(input.bars, day, remove) }).series;
      for (const name of ['equity', 'cash', 'long', 'short', 'traded', 'benchmark', 'gross'] as const)
        expect(upTo(other[name], day)).toEqual(upTo(whole[name], day));
    }),
    { numRuns: 60 },
  );
});

/** True when scores of `day` and later leave every equity value up to and including that day as it was. */
function blindToTheDay(input: BacktestInput, day: number, sameBar: boolean): boolean {
  const span = { ...BACKTEST_DEFAULTS, ...input, firstDay: 0, lastDay: DAYS - 1 };
  const equity = (predictions: PredictionSet): number[] =>
    upTo(simulate({ ...span, predictions }, sameBar).book.series.equity, day);
  const [whole, other] = [equity(input.predictions), equity(disturbScores(input.predictions, day))];
  return whole.every((value, i) => value === other[i]);
}

test('the scores of a day, seen at its close, change no equity value up to and including that day', () => {
  fc.assert(
    fc.property(inputs, fc.integer({ min: 1, max: DAYS - 2 }), (input, day) => {
      expect(blindToTheDay(input, day, false)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test.each(['open', 'close'] as const)('the same check catches fills on the bar of the signal, at its %s', (fill) => {
  const planted: BacktestInput = {
    bars: randomMarket(3),
    predictions: scoresOf(randomScores(3), 2),
    rule: { kind: 'long-short', horizon: 2, rebalance: 'sleeves', groups: 3, gross: 1 },
    fill,
  };
  expect(blindToTheDay(planted, 20, false)).toBe(true);
  expect(blindToTheDay(planted, 20, true)).toBe(false);
});

/** Dates within the market of make-market.ts, in either half of it. */
const spans = fc
  .tuple(fc.integer({ min: 0, max: DAYS - 2 }), fc.integer({ min: 1, max: DAYS - 1 }))
  .map(([a, b]) => ({ from: isoDay(Math.min(a, b)), to: isoDay(Math.max(a, b)) }));

test('the bars that a backtest can see give the result that all bars give, to the last bit', () => {
  fc.assert(
    fc.property(inputs, spans, fc.integer({ min: 0, max: 11 }), (input, dates, unpredicted) => {
      const predictions = withoutCode(input.predictions, unpredicted);
      const whole = { ...input, predictions, dates };
      const bars = visibleBars(whole);
      expect(bars.dayIndex.length).toBeLessThan(input.bars.dayIndex.length);
      expect(backtest({ ...whole, bars })).toEqual(backtest(whole));
    }),
    { numRuns: 60 },
  );
});

test('contributions by stock, and those by sector, add up to what the equity gained', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const run = backtest(input);
      const stocks = stockContributions(run);
      const sectors = sectorContributions(stocks, (code) => (code % 3 === 0 ? null : `sector ${code % 3}`));
      const scale = Math.max(1, ...run.series.long, ...run.series.short);
      for (const parts of [stocks, sectors]) {
        const sum = (of: 'pnl' | 'costs' | 'trades'): number => parts.reduce((total, part) => total + part[of], 0);
        const costs = COST_PARTS.reduce((total, part) => total + run.statistics.costs[part], 0);
        expect(Math.abs(sum('costs') - costs) / scale).toBeLessThan(1e-9);
        expect(
          Math.abs(run.options.capital + sum('pnl') - sum('costs') - run.series.equity.at(-1)!) / scale,
        ).toBeLessThan(1e-9);
        expect(sum('trades')).toBe(run.trades.day.length);
      }
      const pnl = stocks.map((stock) => stock.pnl);
      expect(pnl).toEqual([...pnl].sort((a, b) => b - a));
    }),
    { numRuns: 60 },
  );
});
