import { expect, test } from 'vitest';
import {
  ago,
  basisPoints,
  bytes,
  compact,
  count,
  day,
  duration,
  figure,
  interval,
  intervalBounds,
  percent,
  remaining,
} from '../../../renderer/lib/formats.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

test('large figures stand with their unit, as each language counts; prices keep their digits', () => {
  expect([4_607_000_000, 12_345.5, 0.0123, -250_000, null].map((value) => compact(value, 'en'))).toEqual([
    '4.607B',
    '12,345.5',
    '0.0123',
    '−250K',
    '–',
  ]);
  expect(compact(4_607_000_000, 'ja')).toBe('46.07億');
});

test('figures have fixed decimals, a true minus sign, and a dash where nothing is known', () => {
  expect([0.0102, -0.0121, 0, 1234.5678].map((value) => figure(value))).toEqual([
    '0.0102',
    '−0.0121',
    '0.0000',
    '1,234.5678',
  ]);
  expect(figure(-0.00001)).toBe('0.0000');
  expect(figure(0.5, { digits: 2, signed: true })).toBe('+0.50');
  expect(figure(0, { digits: 2, signed: true })).toBe('0.00');
  for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) expect(figure(unknown)).toBe('–');
  expect(count(1_250_000)).toBe('1,250,000');
  expect(percent(-0.1234)).toBe('−12.3%');
  expect(basisPoints(12.5)).toBe('12.5 bp');
});

test('an interval reads as value and bounds; without bounds as the value alone', () => {
  const estimate = { value: 0.0102, low: -0.0121, high: 0.0355 };
  expect(interval(estimate)).toBe('0.0102 [−0.0121, 0.0355]');
  expect(interval(estimate, percent, { digits: 2 })).toBe('1.02% [−1.21%, 3.55%]');
  expect(interval({ value: 0.5, low: null, high: null })).toBe('0.5000');
  expect(interval({ value: null, low: null, high: null })).toBe('–');
  expect(interval(null)).toBe('–');
  expect(intervalBounds(null)).toBe('');
});

test('sizes take the unit in which they have at most three digits before the point', () => {
  expect([0, 999, 1000, 99_449, 99_500, 999_499, 999_500, 1.44e9, 4.2e15, 5e18].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '99.4 kB',
    '100 kB',
    '999 kB',
    '1.0 MB',
    '1.4 GB',
    '4.2 PB',
    '5,000 PB',
  ]);
});

test('durations name their two largest units and never 60 of one', () => {
  const shown = [3, 999, 9_949, 9_950, 59_600, 125 * SECOND, 3_599_600, 2 * HOUR, 25 * HOUR + 10 * MINUTE];
  expect(shown.map((ms) => duration(ms, 'en'))).toEqual([
    '3 ms',
    '999 ms',
    '9.9 s',
    '10 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '2 h',
    '1 d 1 h',
  ]);
  expect(duration(125 * SECOND, 'ja')).toBe('2分5秒');
  expect(duration(HOUR + 2 * MINUTE, 'ja')).toBe('1時間2分');
});

test('a remaining time is rounded so that it does not flicker', () => {
  expect([400, 3_200, 33_000, 34_000, 125_000, 3_700_000].map((ms) => remaining(ms, 'en'))).toEqual([
    'about 1 s',
    'about 3 s',
    'about 35 s',
    'about 35 s',
    'about 2 min',
    'about 1 h',
  ]);
  expect(remaining(125_000, 'ja')).toBe('約2分');
});

test('days and distances in time read as each language writes them', () => {
  expect(day('2024-03-31', 'en')).toBe('31 Mar 2024');
  expect(day('2024-03-31', 'ja')).toBe('2024年3月31日');
  expect(day(null, 'en')).toBe('–');
  const now = Date.UTC(2026, 10, 20, 12);
  expect(ago(now - 3 * MINUTE, now, 'en')).toBe('3 minutes ago');
  expect(ago(now - 3 * MINUTE, now, 'ja')).toBe('3 分前');
  expect(ago(now - 26 * HOUR, now, 'en')).toBe('yesterday');
});
