// What a panel's columns are measured with: ranks, distributions, correlations, each against a plain computation.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { featureCalls } from '../../core/contract/calls/features.ts';
import { rankAverage, spearman } from '../../core/evaluate/statistics.ts';
import { alikeOrder, GAPS, MeanCorrelation } from '../../core/features/analysis/correlation.ts';
import { BINS, binOf, histogram, quantile, stabilityIndex, total } from '../../core/features/analysis/distribution.ts';
import { rankCorrelation, Ranker } from '../../core/features/analysis/ranks.ts';
import { featureNames } from '../../core/features/catalogue.ts';

const random = new Random(11);

test('packed ranks are average ranks, for ties, negative values, zeros of both signs and infinities', () => {
  const ranker = new Ranker();
  const cases = [
    [3, 1, 2],
    [-1.5, 2, -1.5, 0, -0, 0, 7, 2],
    [5],
    [1, 1, 1, 1],
    [Number.POSITIVE_INFINITY, -1e-30, 1e-30, Number.NEGATIVE_INFINITY, 3.4e38, -3.4e38],
    Array.from({ length: 1_000 }, () => random.normal()),
    Array.from({ length: 1_000 }, () => random.int(20) - 10),
  ];
  for (const values of cases) {
    const single = Float32Array.from(values);
    const ranks = new Float64Array(values.length);
    ranker.rank(single, values.length, ranks);
    expect(ranks).toEqual(rankAverage(single.map((value) => value + 0)));
  }
});

test('the correlation of ranks is Spearman, and undefined where one side is all ties', () => {
  const [x, y] = [0, 1].map(() => Float32Array.from({ length: 50 }, () => Math.round(4 * random.normal())));
  const ranker = new Ranker();
  const ranked = [x, y].map((values) => {
    const out = new Float64Array(50);
    ranker.rank(values, 50, out);
    return out;
  });
  expect(rankCorrelation(ranked[0], ranked[1], 50)).toBeCloseTo(spearman(x, y), 12);
  expect(rankCorrelation(ranked[0], new Float64Array(50).fill(25.5), 50)).toBeNaN();
});

const range = { low: -10, high: 10 };
const counted = (values: readonly number[]): Uint32Array => {
  const counts = new Uint32Array(BINS);
  for (const value of values) counts[binOf(range, value)]++;
  return counts;
};

test('quantiles of counts lie within a bin of those of the values', () => {
  const values = Array.from({ length: 5_000 }, () => random.normal());
  const sorted = values.toSorted((a, b) => a - b);
  const counts = counted(values);
  for (const share of [0.05, 0.25, 0.5, 0.75, 0.95])
    expect(Math.abs(quantile(counts, range, share) - sorted[Math.floor(share * 5_000)])).toBeLessThan(0.03);
  expect(quantile(new Uint32Array(BINS), range, 0.5)).toBeNaN();
  expect(binOf(range, 99)).toBe(BINS - 1);
  expect(binOf(range, -99)).toBe(0);
  expect(binOf({ low: 3, high: 3 }, 3)).toBe(0);
});

test('the stability index is that of the shares in the deciles of the reference', () => {
  // Ten distinct values, each once in ten: the deciles are the values themselves.
  const places = Array.from({ length: 10 }, (_, i) => i - 4.5);
  const reference = counted(places.flatMap((value) => [value, value]));
  expect(stabilityIndex(reference, reference)).toBe(0);
  const shifted = counted(places.map(() => places[9]));
  const [p, q] = [1e-4, 0.1]; // nine groups without a value, one with all
  expect(stabilityIndex(reference, shifted)).toBeCloseTo(9 * (p - q) * Math.log(p / q) + 0.9 * Math.log(10), 10);
  const tilted = counted(places.flatMap((value, i) => Array<number>(i + 1).fill(value)));
  const expected = places.reduce((sum, _, i) => sum + ((i + 1) / 55 - 0.1) * Math.log((i + 1) / 55 / 0.1), 0);
  expect(stabilityIndex(reference, tilted)).toBeCloseTo(expected, 10);
});

test('the stability index stays small for samples of one distribution and grows with a shift', () => {
  const sample = (shift: number) => counted(Array.from({ length: 20_000 }, () => random.normal() + shift));
  const reference = sample(0);
  const small = stabilityIndex(reference, sample(0));
  expect(small).toBeLessThan(0.01);
  expect(stabilityIndex(reference, sample(0.3))).toBeGreaterThan(0.05);
  expect(stabilityIndex(reference, sample(1))).toBeGreaterThan(0.5);
  expect(stabilityIndex(reference, new Uint32Array(BINS))).toBeNaN();
  expect(stabilityIndex(new Uint32Array(BINS), reference)).toBeNaN();
  // Two distinct values have two groups, not ten.
  const flags = (share: number) => counted(Array.from({ length: 1_000 }, (_, i) => (i < share * 1_000 ? 1 : -1)));
  const twoGroups = (0.3 - 0.5) * Math.log(0.3 / 0.5) + (0.7 - 0.5) * Math.log(0.7 / 0.5);
  expect(stabilityIndex(flags(0.5), flags(0.3))).toBeCloseTo(twoGroups, 10);
});

test('a histogram keeps every count between the least and the greatest value', () => {
  const values = Array.from({ length: 3_000 }, () => random.normal());
  const { edges, counts } = histogram(counted(values), range);
  expect(edges.length).toBe(counts.length + 1);
  expect(counts.length).toBeLessThanOrEqual(50);
  expect(total(counts)).toBe(3_000);
  expect(edges[0]).toBeLessThanOrEqual(Math.min(...values));
  expect(edges.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
  expect(histogram(new Uint32Array(BINS), range)).toEqual({ edges: [], counts: [] });
});

function pearsonOf(x: readonly number[], y: readonly number[]): number {
  const pairs = x.map((value, i) => [value, y[i]]).filter((pair) => pair.every((value) => !Number.isNaN(value)));
  const mean = (at: number) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (f: (a: number, b: number) => number) => pairs.reduce((so, [a, b]) => so + f(a - mx, b - my), 0);
  return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}

test.each([1, 2, 5, 6])(
  'mean correlations of %i features, some with gaps, are those of a plain computation',
  (size) => {
    const [stocks, days] = [40, 7];
    const mean = new MeanCorrelation(size);
    const expected = Array.from({ length: size * size }, () => 0);
    for (let day = 0; day < days; day++) {
      const common = Array.from({ length: stocks }, () => random.normal());
      const rows = Array.from({ length: size }, (_, f) =>
        common.map((value) => (f === 2 && random.uniform() < 0.3 ? Number.NaN : f * value + random.normal())),
      );
      mean.add(
        Float64Array.from(rows.flat()),
        stocks,
        rows.map((row) => (row.some(Number.isNaN) ? GAPS.some : GAPS.none)),
      );
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) expected[i * size + j] += pearsonOf(rows[i], rows[j]) / days;
    }
    const matrix = mean.matrix();
    expected.forEach((value, at) => {
      expect(matrix[at]).toBeCloseTo(value, 5);
    });
  },
);

test('a day on which a feature is constant, or absent, does not count for its correlations', () => {
  const mean = new MeanCorrelation(3);
  const up = Array.from({ length: 20 }, (_, i) => i);
  mean.add(Float64Array.from([...up, ...up.map(() => 3), ...up]), 20, [GAPS.none, GAPS.none, GAPS.none]);
  mean.add(Float64Array.from([...up, ...up.toReversed(), ...up]), 20, [GAPS.none, GAPS.none, GAPS.all]);
  const matrix = mean.matrix();
  expect(matrix[0 * 3 + 1]).toBeCloseTo(-1, 6);
  expect(matrix[0 * 3 + 2]).toBeCloseTo(1, 6);
  expect(matrix[1 * 3 + 2]).toBeNaN();
  expect([matrix[0], matrix[4], matrix[8]].every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
});

test('alike features stand together, whatever order they come in and whatever their sign', () => {
  const groups = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0];
  const size = groups.length;
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      matrix[i * size + j] = i === j ? 1 : groups[i] === groups[j] ? ((i + j) % 2 === 0 ? 0.8 : -0.8) : 0.1;
  const order = alikeOrder(matrix, size);
  expect(order.toSorted((a, b) => a - b)).toEqual(groups.map((_, i) => i));
  const changes = order.slice(1).filter((feature, i) => groups[feature] !== groups[order[i]]);
  expect(changes.length).toBe(2);
  expect(alikeOrder(new Float32Array([1]), 1)).toEqual([0]);
  expect(alikeOrder(new Float32Array(9).fill(Number.NaN), 3).toSorted()).toEqual([0, 1, 2]);
});

test('a chain of features is laid out from end to end', () => {
  const size = 8;
  const place = [3, 0, 6, 1, 7, 4, 2, 5];
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) matrix[i * size + j] = Math.exp(-Math.abs(place[i] - place[j]) / 3);
  const along = alikeOrder(matrix, size).map((feature) => place[feature]);
  const jumps = along.slice(1).map((value, i) => Math.abs(value - along[i]));
  expect(Math.max(...jumps)).toBe(1);
});

test('correlations can be asked for of the whole catalogue at once, and a matrix of that size finds its order', () => {
  const { input } = featureCalls['features.correlation'];
  expect(input.safeParse({ panel: 'any', features: featureNames }).error).toBeUndefined();
  expect(input.safeParse({ panel: 'any', features: featureNames.slice(0, 1) }).success).toBe(false);
  const size = featureNames.length;
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = i === j ? 1 : 2 * random.uniform() - 1;
  expect(alikeOrder(matrix, size).toSorted((a, b) => a - b)).toEqual([...featureNames.keys()]);
});
