// What the dataset pages work out by themselves: ages, names, the order of a coverage map, universes.
import { expect, test } from 'vitest';
import { nameProblem, suggestName } from '../../../core/contract/name-rules.ts';
import type { Coverage, Stock } from '../../../core/contract/views/datasets.ts';
import { coverageOrder, orderedCells } from '../../../renderer/features/datasets/detail/coverage-order.ts';
import {
  droppedBy,
  histogram,
  UNIVERSE_DEFAULTS,
  universeOverrides,
} from '../../../renderer/features/datasets/detail/universe.ts';
import { ageOf } from '../../../renderer/features/datasets/freshness.ts';

test('the age of the last bar stands in the unit in which one would say it', () => {
  const now = Date.UTC(2024, 5, 15, 12);
  expect(ageOf('2024-06-15', now)).toEqual({ unit: 'today', n: 0 });
  expect(ageOf('2024-06-16', now), 'a day that lies ahead in another time zone').toEqual({ unit: 'today', n: 0 });
  expect(ageOf('2024-06-14', now)).toEqual({ unit: 'days', n: 1 });
  expect(ageOf('2024-03-15', now)).toEqual({ unit: 'months', n: 3 });
  expect(ageOf('2018-02-07', now)).toEqual({ unit: 'years', n: 6 });
});

test('a proposed name will do, whatever the file was called', () => {
  expect(suggestName('all stocks (5yr).csv.gz')).toBe('all-stocks-5yr');
  expect(suggestName('株価 2024.csv')).toBe('株価-2024');
  for (const name of ['.csv', '---', 'con.csv', 'x'.repeat(300), '株'.repeat(90), 'a.', '../../etc/passwd', ''])
    expect(nameProblem(suggestName(name)), name).toBeNull();
});

test('what is wrong with a name is told apart', () => {
  expect(['', 'a b', 'x'.repeat(101), '株'.repeat(67), 'nul.x', 'ok_1'].map(nameProblem)).toEqual([
    'empty',
    'characters',
    'long',
    'long',
    'device',
    null,
  ]);
});

const coverage: Coverage = {
  codes: ['10', '9', 'B', 'A'],
  sectors: [null, 'Tech', 'Bank', 'Tech'],
  periods: ['2024-01', '2024-02', '2024-03'],
  cells: Uint8Array.from([0, 0, 255, 255, 255, 255, 0, 128, 255, 255, 0, 0]),
};
const codesIn = (order: Int32Array): string[] => Array.from(order, (i) => coverage.codes[i]);

test('a coverage map is sorted by code, coverage, sector or first bar', () => {
  expect(codesIn(coverageOrder(coverage, 'code'))).toEqual(['9', '10', 'A', 'B']);
  expect(codesIn(coverageOrder(coverage, 'coverage'))).toEqual(['10', 'A', 'B', '9']);
  expect(codesIn(coverageOrder(coverage, 'sector')), 'without a sector last').toEqual(['B', '9', 'A', '10']);
  expect(codesIn(coverageOrder(coverage, 'first'))).toEqual(['9', 'A', 'B', '10']);
});

test('the cells go with their rows', () => {
  const order = coverageOrder(coverage, 'coverage');
  expect([...orderedCells(coverage, order)]).toEqual([0, 0, 255, 255, 0, 0, 0, 128, 255, 255, 255, 255]);
});

const stock = (change: Partial<Stock>): Stock => ({
  code: 'A',
  sector: 'Tech',
  firstDay: '2020-01-06',
  lastDay: '2024-01-05',
  bars: 1000,
  coverage: 1,
  turnover: 5e6,
  ...change,
});

test('a universe names the first bound that leaves a stock out', () => {
  const bounds = { minimumBars: 60, minimumTurnover: 1e6, excludedSectors: ['Bank'] };
  expect(droppedBy(stock({}), bounds)).toBeNull();
  expect(droppedBy(stock({ sector: 'Bank', bars: 1 }), bounds)).toBe('sector');
  expect(droppedBy(stock({ sector: null, bars: 59 }), bounds)).toBe('bars');
  expect(droppedBy(stock({ turnover: null }), bounds)).toBe('turnover');
  expect(droppedBy(stock({ turnover: null }), { ...bounds, minimumTurnover: 0 }), 'no bound').toBeNull();
});

test('only what differs from the defaults is carried to training, as overrides that the config reads', () => {
  expect(universeOverrides(UNIVERSE_DEFAULTS)).toEqual([]);
  expect(universeOverrides({ minimumBars: 120, minimumTurnover: 0, excludedSectors: ['Real Estate', '9999'] })).toEqual(
    ['data.universe.min_history=120', 'data.universe.exclude_sectors=["Real Estate","9999"]'],
  );
});

test('a histogram counts every value once, on the scale asked', () => {
  const even = histogram([1, 2, 3, 4, 5, 5], 4);
  expect([...even.edges]).toEqual([1, 2, 3, 4, 5]);
  expect([...even.counts]).toEqual([1, 1, 1, 3]);
  const wide = histogram([1, 10, 100, 1000, 0, Number.NaN], 3, true);
  expect([...wide.counts], 'zero has no logarithm').toEqual([1, 1, 2]);
  expect([...wide.edges].map(Math.round)).toEqual([1, 10, 100, 1000]);
  expect([...histogram([7, 7], 2).counts]).toEqual([2, 0]);
  expect(histogram([], 5).counts).toHaveLength(0);
});
