// What the pages of backtests compute themselves: the chart's option, filters, forms, and the way between dates.
import { expect, test } from 'vitest';
import { api } from '../../../core/contract/api.ts';
import type { BacktestListing, BacktestSetup } from '../../../core/contract/views/backtests.ts';
import {
  isCost,
  sameCosts,
  scaledCosts,
  shownCost,
  storedCost,
} from '../../../renderer/features/backtests/cost-fields.ts';
import { matchingBacktests } from '../../../renderer/features/backtests/list-filter.ts';
import { dateOf, isoOf } from '../../../renderer/lib/picker-dates.ts';
import { cumulative, trailingMean } from '../../../renderer/features/backtests/running.ts';
import { defaultValues, runInput, wrongFields } from '../../../renderer/features/backtests/setup-values.ts';
import { allowsLog, laneBoxes, throughTimeOption } from '../../../renderer/features/backtests/through-time.ts';
import { reportAddress } from '../../../renderer/features/backtests/open-report.ts';
import { matchingTrades } from '../../../renderer/features/backtests/trade-filter.ts';

const write = (value: number): string => value.toFixed(2);
const lane = (values: number[], log = false) => ({
  title: 'growth',
  series: [{ name: 'net', values, colour: '#123456', write }],
  weight: 1,
  axis: write,
  log,
});
const DAYS = ['2024-01-04', '2024-01-05', '2024-01-08'];
const chart = (lanes: ReturnType<typeof lane>[], marked: string | null = null) =>
  throughTimeOption({ days: DAYS, lanes, height: 400, marked, day: (iso) => iso, ink: '#000000' });

test('lanes stand below each other within the height, as high as they weigh', () => {
  const [first, second] = laneBoxes([3, 1], 600);
  expect(second.top).toBeGreaterThan(first.top + first.height);
  expect(second.top + second.height).toBeLessThan(600);
  expect(first.height / second.height).toBeCloseTo(3, 1);
});

test('every lane draws its series, a missing value as a gap, and all of them zoom together', () => {
  const option = chart([lane([1, Number.NaN, 1.2]), lane([0, -0.1, 0])], '2024-01-05');
  expect(option.series.map(({ data }) => data)).toEqual([
    [1, null, 1.2],
    [0, -0.1, 0],
  ]);
  expect(option.series.map(({ xAxisIndex, yAxisIndex }) => [xAxisIndex, yAxisIndex])).toEqual([
    [0, 0],
    [1, 1],
  ]);
  for (const { xAxisIndex } of option.dataZoom) expect(xAxisIndex).toEqual([0, 1]);
  expect(option.series.every(({ markLine }) => markLine.data.length === 1)).toBe(true);
  expect(chart([lane([1, 1, 1])]).series[0].markLine.data).toEqual([]);
});

test('a logarithmic lane draws logarithms and reads as growth; what is not above zero has none', () => {
  const option = chart([lane([1, 2, 4], true)]);
  expect(option.series[0].data).toEqual([0, Math.log(2), Math.log(4)]);
  expect(option.yAxis[0].axisLabel.formatter(Math.log(2))).toBe('2.00');
  expect(option.tooltip.formatter([{ dataIndex: 1 }])).toContain('2.00');
  expect(allowsLog([{ values: [1, Number.NaN, 2] }])).toBe(true);
  expect(allowsLog([{ values: [1, 0] }])).toBe(false);
});

test('the tooltip tells the day and every lane, a dash where nothing is known', () => {
  const text = chart([lane([1, 1.5, 2]), lane([Number.NaN, 0.25, 0])]).tooltip.formatter([{ dataIndex: 0 }]);
  expect(text).toContain('2024-01-04');
  expect(text).toContain('1.00');
  expect(text).toContain('–');
  expect(text).not.toContain('0.25');
});

test('a trailing mean looks back only, and a running sum ends in the total', () => {
  expect([...trailingMean(Float64Array.of(1, 3, 5, 7), 2)]).toEqual([1, 2, 4, 6]);
  expect([...cumulative(Float64Array.of(1, 3, 5))]).toEqual([1, 4, 9]);
});

test('a report is served by its name, whatever the path before it', () => {
  const address = '/files/reports/a%20b-%E6%97%A5.html';
  for (const path of ['/home/x/ws/reports/a b-日.html', 'C:\\ws\\reports\\a b-日.html', 'reports/a b-日.html'])
    expect(reportAddress(path)).toBe(address);
});

test('dates go to the picker and back', () => {
  for (const iso of ['2024-02-29', '2023-12-31', '2024-03-31', '1999-01-01']) expect(isoOf(dateOf(iso))).toBe(iso);
});

test('costs are shown and stored in their own units', () => {
  expect(shownCost('delistingHaircut', 0.35)).toBe(35);
  expect(storedCost('delistingHaircut', 35)).toBe(0.35);
  expect(shownCost('commission', 2.5)).toBe(2.5);
  expect(isCost('commission', -1)).toBe(false);
  expect(isCost('borrow', null)).toBe(false);
  expect(isCost('delistingHaircut', 101)).toBe(false);
  const costs = { commission: 1, halfSpread: 2, impact: 1, borrow: 0, delistingHaircut: 0.6 };
  expect(scaledCosts(costs, 2)).toEqual({ commission: 2, halfSpread: 4, impact: 2, borrow: 0, delistingHaircut: 1 });
  expect(sameCosts(costs, { ...costs })).toBe(true);
  expect(sameCosts(costs, { ...costs, impact: 0.9 })).toBe(false);
});

test('trades are found by part of a code and by side', () => {
  const trades = {
    codes: ['AAPL', 'MSFT', 'AA'],
    code: Int32Array.of(0, 1, 2, 0),
    shares: Float64Array.of(5, -2, 1, -5),
  };
  expect(matchingTrades(trades, '', 'both')).toEqual([0, 1, 2, 3]);
  expect(matchingTrades(trades, ' aa', 'both')).toEqual([0, 2, 3]);
  expect(matchingTrades(trades, 'aapl', 'sell')).toEqual([3]);
  expect(matchingTrades(trades, '', 'buy')).toEqual([0, 2]);
});

test('backtests are found by every word, dataset and run', () => {
  const row = (id: string, run: string, dataset: string): BacktestListing =>
    ({ id, run, runId: `run-${run}`, phase: 'phase2_gat', dataset, mode: 'full', rule: { kind: 'top-k' } }) as never;
  const rows = [row('A1', 'alpha', 'sp500'), row('B2', 'beta', 'sp500'), row('C3', 'alpha', 'topix')];
  const find = (text: string, dataset: string | null = null, run: string | null = null) =>
    matchingBacktests(rows, { text, dataset, run }, () => 'Top 50').map(({ id }) => id);
  expect(find('')).toEqual(['A1', 'B2', 'C3']);
  expect(find('ALPHA top gat')).toEqual(['A1', 'C3']);
  expect(find('alpha', 'topix')).toEqual(['C3']);
  expect(find('', null, 'run-beta')).toEqual(['B2']);
  expect(find('gamma')).toEqual([]);
});

const SETUP: BacktestSetup = {
  checkpointId: '01M7W7ZMQ6X8XMVXY6HKRBF282',
  firstDay: '2023-01-04',
  lastDay: '2023-12-29',
  horizons: [1, 5],
  trials: 3,
  rules: [
    { kind: 'long-short', horizon: 5, rebalance: 'sleeves', groups: 10, gross: 1 },
    { kind: 'top-k', horizon: 5, k: 50, drop: 5, invested: 0.95 },
  ],
  costs: { commission: 1, halfSpread: 2, impact: 1, borrow: 0, delistingHaircut: 0.1 },
  capital: 1_000_000,
  fill: 'close',
};

test('a form starts from the defaults of the host and asks for what it shows', () => {
  const values = defaultValues(SETUP);
  expect(wrongFields(values, SETUP).size).toBe(0);
  const input = runInput(SETUP.checkpointId, values);
  expect(api.calls['backtests.run'].input.parse(input)).toEqual({
    checkpoint: SETUP.checkpointId,
    rule: SETUP.rules[0],
    costs: SETUP.costs,
    capital: 1_000_000,
    fill: 'close',
  });
  const topK = runInput(SETUP.checkpointId, { ...values, kind: 'top-k', dates: ['2023-02-01', '2023-03-01'] });
  expect(api.calls['backtests.run'].input.parse(topK)).toMatchObject({
    rule: SETUP.rules[1],
    from: '2023-02-01',
    to: '2023-03-01',
  });
});

test('a form names every field that cannot be sent, of the rule in force alone', () => {
  const values = defaultValues(SETUP);
  const wrong = (patch: Partial<typeof values>) => [...wrongFields({ ...values, ...patch }, SETUP)];
  expect(wrong({ groups: 1, k: 0 })).toEqual(['groups']);
  expect(wrong({ kind: 'top-k', groups: 1, k: 2.5, drop: -1, invested: 101 })).toEqual(['k', 'drop', 'invested']);
  expect(wrong({ gross: null })).toEqual(['gross']);
  expect(wrong({ costs: { ...values.costs, borrow: -1, impact: null } })).toEqual(['impact', 'borrow']);
  expect(wrong({ capital: 0 })).toEqual(['capital']);
  expect(wrong({ dates: ['2024-01-01', '2024-02-01'] })).toEqual(['dates']);
  expect(wrong({ dates: ['2023-12-01', '2024-02-01'] })).toEqual([]);
});
