// The robust scaler against sorting, and the day's z-score against a direct computation.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { Tails, zScoreByDay } from '../../core/features/cross-section.ts';
import { scaleColumns } from '../../core/features/panel.ts';
import { fitRobustScaler, type ScalerBlock } from '../../core/splits/scaler.ts';

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  return sorted[low] + (position - low) * (sorted[Math.ceil(position)] - sorted[low]);
}

const few = { minDays: 1, minRows: 1 };
const names = (count: number) => Array.from({ length: count }, (_, i) => `feature ${i}`);

function oneColumn(values: readonly number[], perDay = 7): ScalerBlock[] {
  const blocks: ScalerBlock[] = [];
  for (let first = 0; first < values.length; first += perDay) {
    const part = Float32Array.from(values.slice(first, first + perDay));
    blocks.push({ day: blocks.length, rowCount: part.length, values: part });
  }
  return blocks;
}

test.each([
  ['one value', [3]],
  ['two', [-1, 5]],
  ['negative, zero and positive', [-3, -0, 0, 2, 7, -11, 4]],
  ['tiny and huge', [1e-42, -1e-42, 3e38, -3e38, 1, 2, 3, 4]],
  ['infinite ends', [Number.NEGATIVE_INFINITY, 1, 2, 3, 4, 5, 6, 7, Number.POSITIVE_INFINITY]],
  ['many ties', [1, 1, 1, 1, 2, 2, 2, 2, 2, 3]],
  ['random', Array.from({ length: 4999 }, (_, i) => Math.exp(3 * new Random(i).normal()))],
])('median and range are exact: %s', (_, raw) => {
  const values = raw.map(Math.fround);
  const { center, scale } = fitRobustScaler({ features: ['x'], columns: [0], blocks: () => oneColumn(values), ...few });
  expect(center[0]).toBe(Math.fround(quantile(values, 0.5)));
  const range = Math.fround(quantile(values, 0.75) - quantile(values, 0.25));
  expect(scale[0]).toBe(range === 0 ? 1 : range);
});

test('missing values are left out and counted; columns not asked for keep centre 0 and scale 1', () => {
  const blocks = [
    { day: 0, rowCount: 2, values: Float32Array.of(1, 9, Number.NaN, 2, 9, 4) },
    { day: 1, rowCount: 2, values: Float32Array.of(3, 9, 6, Number.NaN, 9, 8) },
  ];
  const fit = fitRobustScaler({ features: names(3), columns: [0, 2], blocks: () => blocks, ...few });
  expect(fit).toEqual({
    center: Float32Array.of(2, 0, 6),
    scale: Float32Array.of(1, 1, 2),
    days: 2,
    rows: 4,
    missing: [1, 1],
  });
});

test('a fold that is too small, or a column without any value, is an error', () => {
  const blocks = () => oneColumn(Array.from({ length: 700 }, (_, i) => i));
  const options = { features: ['x'], columns: [0], blocks };
  expect(fitRobustScaler({ ...options, minRows: 700, minDays: 100 })).toMatchObject({ days: 100, rows: 700 });
  for (const tooMuch of [
    { minRows: 701, minDays: 1 },
    { minRows: 1, minDays: 101 },
  ])
    expect(() => fitRobustScaler({ ...options, ...tooMuch })).toThrow(
      expect.objectContaining({ code: 'data/fold-too-small' }),
    );
  expect(() => fitRobustScaler({ ...options, columns: [] })).toThrow(/1000 rows/); // counted even with nothing to fit
  const empty = () => oneColumn([Number.NaN, Number.NaN]);
  expect(() => fitRobustScaler({ features: ['vix'], columns: [0], blocks: empty, ...few })).toThrow(
    expect.objectContaining({ code: 'data/no-value-in-fold', params: { name: 'vix', days: 1 } }),
  );
});

test('scaling fills missing values, clips far ones and leaves other columns alone', () => {
  const x = Float32Array.of(1, 5, 2, Number.NaN, 3, 1000, 4, -1000);
  const scaling = { center: Float32Array.of(0, 3), scale: Float32Array.of(1, 2) };
  const scaled = x.slice();
  scaleColumns(scaled, 2, [1], scaling);
  expect([...scaled]).toEqual([1, 1, 2, 0, 3, 10, 4, -10]);
  scaleColumns(x, 2, [1], undefined);
  expect([...x]).toEqual([1, 5, 2, 0, 3, 1000, 4, -1000]);
});

test('quantiles of both tails equal sorting', () => {
  const random = new Random(4);
  const tails = new Tails();
  for (let trial = 0; trial < 300; trial++) {
    const values = Float64Array.from(
      { length: 1 + random.int(60) },
      () => random.int(12) - random.uniform() * (trial % 2),
    );
    const share = [0, 0.01, 0.07, 0.25, 0.5][trial % 5];
    tails.measure(values, values.length, share);
    expect(tails.low).toBeCloseTo(quantile([...values], share), 12);
    expect(tails.high).toBeCloseTo(quantile([...values], 1 - share), 12);
  }
});

const day = (count: number) => ({
  dayOffsets: Int32Array.of(0, count),
  barRow: Int32Array.from({ length: count }, (_, i) => i),
  stock: new Int32Array(count),
  prev: new Int32Array(count),
  age: new Int32Array(count),
});

test('the z-score winsorises, then centres and scales by the day’s own stocks; missing becomes 0', () => {
  const random = new Random(2);
  const values = Float64Array.from({ length: 200 }, (_, i) =>
    i === 17 ? 1e6 : i === 40 ? Number.NaN : random.normal(),
  );
  const known = [...values].filter((v) => !Number.isNaN(v));
  const [low, high] = [quantile(known, 0.05), quantile(known, 0.95)];
  const clip = (v: number) => Math.min(high, Math.max(low, v));
  const mean = known.reduce((sum, v) => sum + clip(v), 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, v) => sum + (clip(v) - mean) ** 2, 0) / (known.length - 1));
  const scores = zScoreByDay(values, day(200), { winsorise: 0.05, minCount: 10 });
  for (let i = 0; i < 200; i++) expect(scores[i]).toBeCloseTo(i === 40 ? 0 : (clip(values[i]) - mean) / deviation, 5);
  expect(scores[17]).toBe(Math.max(...scores));
});

test('too few values, or no spread, score 0', () => {
  const rising = Float64Array.from({ length: 12 }, (_, i) => (i < 9 ? i : Number.NaN));
  expect([...zScoreByDay(rising, day(12))]).toEqual(new Array(12).fill(0));
  expect(zScoreByDay(rising, day(12), { winsorise: 0.01, minCount: 9 })[8]).toBeGreaterThan(1);
  expect([...zScoreByDay(new Float64Array(12).fill(0.1), day(12))]).toEqual(new Array(12).fill(0));
});

test('a row that stands for several counts as often', () => {
  const rows = [4, 1, Number.NaN, 9].map(Math.fround);
  const times = [3, 2, 5, 1];
  const options = { features: ['x'], columns: [0], ...few };
  const short = rows.map((value, day) => ({ day, rowCount: 1, times: times[day], values: Float32Array.of(value) }));
  const long = rows.map((value, day) => ({
    day,
    rowCount: times[day],
    values: new Float32Array(times[day]).fill(value),
  }));
  const fit = fitRobustScaler({ ...options, blocks: () => short });
  expect(fit).toEqual(fitRobustScaler({ ...options, blocks: () => long }));
  expect(fit).toMatchObject({ days: 4, rows: 11, missing: [5] });
});
