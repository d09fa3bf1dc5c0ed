// An equity curve of eight days, worked out by hand.
import { expect, test } from 'vitest';
import { calendarTable, curveStatistics, drawdowns } from '../../../core/backtest/statistics.ts';

const options = { daysPerYear: 252, draws: 50, seed: 0 };
const dates = [
  '2020-12-29',
  '2020-12-30',
  '2020-12-31',
  '2021-01-04',
  '2021-01-05',
  '2021-01-06',
  '2021-02-01',
  '2021-02-02',
];
const equity = [100, 110, 99, 88, 99, 110, 121, 121];

test('drawdown: depth, dates, length', () => {
  const { maxDrawdown } = curveStatistics(equity, dates, options);
  // Peak 110 on the second day, trough 88 on the fourth: 20 %. Back at 110 on the sixth: four days after the peak.
  expect(maxDrawdown).toMatchObject({ peak: '2020-12-30', trough: '2021-01-04', recovered: '2021-01-06', days: 4 });
  expect(maxDrawdown!.depth).toBeCloseTo(0.2, 14);
  expect(drawdowns(equity).map((value) => Math.round(value * 100))).toEqual([0, 0, -10, -20, -10, 0, 0, 0]);
});

test('a drawdown that has not ended says so', () => {
  const { maxDrawdown } = curveStatistics([100, 80, 90], dates.slice(0, 3), options);
  expect(maxDrawdown).toMatchObject({ peak: '2020-12-29', trough: '2020-12-30', recovered: null, days: 2 });
});

test('Sharpe, Sortino, volatility, growth of +10 %, -10 %, +5 %', () => {
  const curve = curveStatistics([100, 110, 99, 103.95], dates.slice(0, 4), options);
  // Mean 1/60; deviations 5/60, -7/60, 2/60: sample variance 78/7200 = 0.0108333.
  const deviation = Math.sqrt(78 / 7200);
  expect(curve.volatility).toBeCloseTo(deviation * Math.sqrt(252), 12);
  expect(curve.sharpe.value).toBeCloseTo((1 / 60 / deviation) * Math.sqrt(252), 10);
  // Mean squared negative return 0.01 / 3.
  expect(curve.sortino).toBeCloseTo((1 / 60 / Math.sqrt(0.01 / 3)) * Math.sqrt(252), 10);
  expect(curve.totalReturn).toBeCloseTo(0.0395, 12);
  expect(curve.cagr).toBeCloseTo(1.0395 ** 84 - 1, 9);
  expect(curve.calmar).toBeCloseTo((1.0395 ** 84 - 1) / 0.1, 7);
  expect(curve.hitRate).toBeCloseTo(2 / 3, 14);
  expect([curve.bestDay, curve.worstDay].map((value) => value!.toFixed(6))).toEqual(['0.100000', '-0.100000']);
});

test('months and years compound; the first day opens none', () => {
  const [y2020, y2021] = calendarTable(equity, dates);
  expect(y2020.year).toBe(2020);
  expect(y2020.months[11]).toBeCloseTo(99 / 100 - 1, 12);
  expect(y2020.months.slice(0, 11)).toEqual(Array(11).fill(null));
  expect(y2021.months[0]).toBeCloseTo(110 / 99 - 1, 12);
  expect(y2021.months[1]).toBeCloseTo(0.1, 12);
  expect(y2021.total).toBeCloseTo(121 / 99 - 1, 12);
});

test('a flat curve has no ratio and no drawdown, not zero ones', () => {
  const flat = curveStatistics([1, 1, 1], dates.slice(0, 3), options);
  expect(flat).toMatchObject({ sortino: null, calmar: null, maxDrawdown: null, hitRate: null, skewness: null });
  expect(flat.sharpe.value).toBeNull();
  expect(curveStatistics([1], dates.slice(0, 1), options)).toMatchObject({ days: 0, cagr: null, bestDay: null });
});
