// Corporate actions from factors, and the lines of a chart.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { OVERLAYS } from '../../core/contract/views/datasets.ts';
import { corporateActions } from '../../core/data/stock-bars.node.ts';
import { rollingMean } from '../../core/features/indicators/rolling.ts';
import { overlayLines } from '../../core/features/overlays.ts';

const daysOf = (factor: ArrayLike<number>) => Array.from(factor, (_, i) => `day ${i}`);
const actions = (factor: readonly number[]) =>
  corporateActions({ days: daysOf(factor), factor: Float64Array.from(factor) });

test('a factor that changes and stays changed is an action on its first day', () => {
  expect(actions([0.5, 0.5, 0.5, 1, 1, 1])).toEqual([{ day: 'day 3', ratio: 2 }]);
  expect(actions([10, 10, 1, 1])).toEqual([{ day: 'day 2', ratio: 0.1 }]);
  expect(actions([0.99, 0.99, 0.99, 0.995, 0.995, 1])).toEqual([
    { day: 'day 3', ratio: 0.995 / 0.99 },
    { day: 'day 5', ratio: 1 / 0.995 },
  ]);
  expect(actions([1, 1, 1])).toEqual([]);
  expect(actions([1])).toEqual([]);
  expect(actions([])).toEqual([]);
});

test('one odd day is no action, and neither is the trembling of rounded adjusted closes', () => {
  expect(actions([1, 1, 1, 0.5, 1, 1, 1])).toEqual([]);
  const random = new Random(3);
  const trembling = Array.from({ length: 400 }, (_, i) => (i < 200 ? 0.5 : 1) * (1 + 2e-4 * (random.uniform() - 0.5)));
  expect(actions(trembling)).toEqual([{ day: 'day 200', ratio: expect.closeTo(2, 2) }]);
});

const random = new Random(7);
const close = new Float64Array(300);
close.forEach((_, i) => {
  close[i] = (i === 0 ? 100 : close[i - 1]) * (1 + 0.01 * random.normal());
});
const prices = { close, high: close.map((value) => value * 1.01), low: close.map((value) => value * 0.99) };

test('every overlay draws lines as long as the history, which no later bar changes', () => {
  const lines = overlayLines(prices, OVERLAYS);
  expect(Object.keys(lines)).toEqual([
    'sma20',
    'sma60',
    'sma200',
    'ema20',
    'bollinger_upper',
    'bollinger_lower',
    'rsi14',
    'macd',
    'macd_signal',
    'atr14',
  ]);
  const cut = (column: Float64Array) => column.slice(0, 250);
  const earlier = overlayLines({ close: cut(close), high: cut(prices.high), low: cut(prices.low) }, OVERLAYS);
  for (const [name, line] of Object.entries(lines)) {
    expect(line.length, name).toBe(300);
    expect(Number.isNaN(line[0]), name).toBe(true);
    expect(Number.isNaN(line[299]), name).toBe(false);
    expect(cut(line), name).toEqual(earlier[name]);
  }
});

test('Bollinger bands stand two population deviations about the mean', () => {
  const { bollinger_upper: upper, bollinger_lower: lower } = overlayLines(prices, ['bollinger']);
  const mean = rollingMean(close, 20);
  for (const i of [19, 100, 299]) {
    const window = close.subarray(i - 19, i + 1);
    const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean[i]) ** 2, 0) / 20);
    expect(upper[i]).toBeCloseTo(mean[i] + 2 * deviation, 9);
    expect(lower[i]).toBeCloseTo(mean[i] - 2 * deviation, 9);
  }
});
