import { expect, test } from 'vitest';
import {
  type ActionRecord,
  actionFactors,
  codeChains,
  dividendsLeftOut,
  factorsAsOf,
} from '../../core/data/corporate-actions.ts';

const action = (kind: ActionRecord['kind'], day: number, values: Partial<ActionRecord> = {}): ActionRecord => ({
  kind,
  day,
  known: day,
  ratio: Number.NaN,
  amount: Number.NaN,
  ...values,
});
const DAYS = [10, 11, 12, 13, 14, 15];
const CLOSE = [100, 100, 50, 50, 5, 5]; // two for one on 12
const SPLIT = action('split', 12, { ratio: 2 });

test('a split halves the prices before it, from the day on which it is known', () => {
  expect([...actionFactors(DAYS, CLOSE, [SPLIT])]).toEqual([0.5, 0.5, 1, 1, 1, 1]);
  expect([...actionFactors(DAYS, CLOSE, [SPLIT], { asOf: 11 })]).toEqual([
    1,
    1,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  expect([...actionFactors(DAYS, CLOSE, [SPLIT], { asOf: 12 })].slice(0, 3)).toEqual([0.5, 0.5, 1]);
  const late = action('split', 12, { ratio: 2, known: 14 });
  expect([...actionFactors(DAYS, CLOSE, [late], { asOf: 13 })].slice(0, 4)).toEqual([1, 1, 1, 1]);
});

test('splits and reverse splits multiply, and one between two bars counts for those before it', () => {
  const actions = [action('reverse-split', 14, { ratio: 0.1 }), SPLIT];
  expect([...actionFactors(DAYS, CLOSE, actions)]).toEqual([5, 5, 10, 10, 1, 1]);
  expect([...actionFactors([10, 15], [100, 50], [SPLIT])]).toEqual([0.5, 1]);
});

test('dividends are put back in only where asked, by the last close before the ex-day', () => {
  const dividend = action('dividend', 13, { amount: 5 });
  expect([...actionFactors(DAYS, CLOSE, [dividend])]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...actionFactors(DAYS, CLOSE, [SPLIT, dividend], { dividends: true })]).toEqual([0.45, 0.45, 0.9, 1, 1, 1]);
  // More than the price is a wrong amount.
  expect([...actionFactors(DAYS, CLOSE, [action('dividend', 13, { amount: 50 })], { dividends: true })]).toEqual(
    Array(6).fill(1),
  );
});

test('mergers, delistings and changes of code scale nothing', () => {
  const others = (['merger', 'delisting', 'symbol-change'] as const).map((kind) =>
    action(kind, 13, { ratio: 3, amount: 1 }),
  );
  expect([...actionFactors(DAYS, CLOSE, others, { dividends: true })]).toEqual(Array(6).fill(1));
});

test('a dividend that the factor knows of already is not put in twice', () => {
  const dividend = action('dividend', 13, { amount: 5 });
  expect(dividendsLeftOut(DAYS, CLOSE, Array(6).fill(1), [dividend, SPLIT])).toEqual([dividend]);
  expect(dividendsLeftOut(DAYS, CLOSE, [0.9, 0.9, 0.9, 1, 1, 1], [dividend])).toEqual([]);
});

test('a stored factor as of a day is itself over its value on the last bar of that day', () => {
  const factor = [0.5, 0.5, 1, 1, 1, 1];
  expect([...factorsAsOf(DAYS, factor, 11)].slice(0, 3)).toEqual([1, 1, Number.NaN]);
  expect([...factorsAsOf(DAYS, factor, 20)]).toEqual(factor);
  expect([...factorsAsOf(DAYS, factor, 1)]).toEqual(Array(6).fill(Number.NaN));
});

test('a chain of codes leads to the newest, and a code used anew gives only what lies between its changes', () => {
  const changes = [
    { from: 'B', to: 'C', day: 30 },
    { from: 'A', to: 'B', day: 20 },
  ];
  expect(codeChains(changes)).toEqual([
    { from: 'A', start: Number.NEGATIVE_INFINITY, end: 20, to: 'C' },
    { from: 'B', start: 20, end: 30, to: 'C' },
  ]);
  expect(() => codeChains([...changes, { from: 'C', to: 'A', day: 40 }])).toThrow('A');
});
