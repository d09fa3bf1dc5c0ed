// The stock graph against brute force, its rules for missing returns, weeks, ties and the look-up of the snapshot that serves a day.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import {
  buildGraph,
  GRAPH_DEFAULTS,
  GraphBuilder,
  snapshotDays,
  standardisedReturns,
} from '../../core/stockgraph/build.ts';
import { correlateTopK } from '../../core/stockgraph/correlate.ts';
import { snapshotAt } from '../../core/stockgraph/graph.ts';
import { filterBars, randomBars, weekdays } from '../support/random-bars.ts';

/** Textbook Pearson correlation. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  return dot((i) => (a[i] - ma) * (b[i] - mb)) / Math.sqrt(dot((i) => (a[i] - ma) ** 2) * dot((i) => (b[i] - mb) ** 2));
}

test('snapshots are taken on the first trading day of each week, holidays or not', () => {
  const days = weekdays(40); // starts on a Wednesday
  const without = days.filter((day) => day !== days[8]); // the second Monday is a holiday
  expect([...snapshotDays(days, 5)].map((d) => days[d] - days[0])).toEqual([12, 19, 26, 33, 40, 47, 54]);
  expect([...snapshotDays(without, 5)].map((d) => without[d] - days[0])).toEqual([13, 19, 26, 33, 40, 47, 54]);
  expect(snapshotDays(days.subarray(0, 5), 5)).toHaveLength(0);
});

test('the snapshot that serves a day is the last one on or before it', () => {
  const graph = { dayIndex: Int32Array.of(3, 8, 13) };
  expect([0, 2, 3, 7, 8, 12, 13, 99].map((day) => snapshotAt(graph, day))).toEqual([-1, -1, 0, 0, 1, 1, 2, 2]);
  expect(snapshotAt({ dayIndex: new Int32Array(0) }, 5)).toBe(-1);
});

test('neighbours and correlations equal brute force over complete returns', () => {
  const bars = randomBars({ stocks: 37, days: 90, seed: 3 });
  const parameters = { ...GRAPH_DEFAULTS, k: 6 };
  const { graph, stats } = buildGraph(bars, parameters);
  expect(graph.dayIndex.length).toBe(snapshotDays(bars.days, 60).length);
  let degrees = 0;
  let isolated = 0;
  for (const [s, day] of graph.dayIndex.entries()) {
    const returns = bars.codes.map((_, stock) =>
      Array.from({ length: 60 }, (_, t) => {
        const row = bars.offsets[stock] + day - 59 + t;
        return bars.close[row] / bars.close[row - 1] - 1;
      }),
    );
    for (let i = 0; i < 37; i++) {
      const ranked = returns
        .map((other, j) => ({ j, correlation: i === j ? 0 : pearson(returns[i], other) }))
        .filter(({ correlation }) => Math.abs(correlation) >= 0.3)
        .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
        .slice(0, 6);
      const at = (s * 37 + i) * 6;
      expect([...graph.neighbours.subarray(at, at + 6)]).toEqual(
        Array.from({ length: 6 }, (_, slot) => ranked[slot]?.j ?? -1),
      );
      for (let slot = 0; slot < 6; slot++)
        expect(graph.correlation[at + slot]).toBeCloseTo(ranked[slot]?.correlation ?? 0, 6);
      degrees += ranked.length;
      if (ranked.length === 0) isolated++;
    }
  }
  expect(stats.averageDegree).toBeCloseTo(degrees / 37 / graph.dayIndex.length, 9);
  expect(stats.isolated).toBeCloseTo(isolated / graph.dayIndex.length, 9);
  expect(stats.isolated).toBeGreaterThan(0);
});

test.each([1, 2, 3, 4, 7, 50, 193, 400])('top-k of %i rows equals sorting every pair', (rows) => {
  const random = new Random(rows);
  const lookback = 7;
  const z = new Float64Array(rows * lookback);
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: lookback }, () => random.normal());
    const length = Math.hypot(...row);
    z.set(
      row.map((v) => v / length),
      i * lookback,
    );
  }
  for (const threshold of [0, 0.5]) {
    const k = 5;
    const top = correlateTopK(z, rows, { lookback, k, threshold });
    for (let i = 0; i < rows; i++) {
      const expected: { j: number; value: number }[] = [];
      for (let j = 0; j < rows; j++) {
        if (j === i) continue;
        let value = 0;
        for (let t = 0; t < lookback; t++) value += z[i * lookback + t] * z[j * lookback + t];
        if (Math.abs(value) >= threshold) expected.push({ j, value });
      }
      expected.sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.j - b.j);
      expect(top.size[i]).toBe(Math.min(k, expected.length));
      for (let slot = 0; slot < top.size[i]; slot++) {
        expect(top.index[i * k + slot]).toBe(expected[slot].j);
        expect(top.value[i * k + slot]).toBe(expected[slot].value);
      }
    }
  }
});

test('ties are broken by stock index', () => {
  const z = new Float64Array(9 * 2);
  for (let i = 0; i < 9; i++) z.set(i % 2 === 0 ? [1, 0] : [-1, 0], i * 2); // every pair is +1 or -1
  const top = correlateTopK(z, 9, { lookback: 2, k: 4, threshold: 0.3 });
  expect([...top.index.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  expect([...top.index.subarray(8 * 4)]).toEqual([0, 1, 2, 3]);
  expect([...top.value.subarray(8 * 4)]).toEqual([1, -1, 1, -1]);
});

test('a stock with fewer returns than the minimum overlap has no neighbours and is nobody’s', () => {
  const full = randomBars({ stocks: 12, days: 61, seed: 5 });
  const cut = (missing: number) => filterBars(full, (row) => row >= full.offsets[1] || full.dayIndex[row] >= missing);
  const nodes = (missing: number) => [...standardisedReturns(cut(missing), 60, GRAPH_DEFAULTS).nodes];
  expect(nodes(20)).toContain(0); // 41 bars, 40 returns
  expect(nodes(21)).not.toContain(0);
});

test('missing returns count as the stock’s mean; a gap leaves out both returns that touch it', () => {
  const full = randomBars({ stocks: 2, days: 61, seed: 6 });
  const { z, nodes } = standardisedReturns(
    filterBars(full, (row) => row >= full.offsets[1] || full.dayIndex[row] !== 30),
    60,
    GRAPH_DEFAULTS,
  );
  expect([...nodes]).toEqual([0, 1]);
  const first = [...z.subarray(0, 60)];
  expect(first.flatMap((v, t) => (v === 0 ? [t + 1] : []))).toEqual([30, 31]);
  expect(Math.hypot(...first)).toBeCloseTo(1, 12);
  expect(first.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 12);
});

test('a constant price has no correlation with anything', () => {
  const bars = randomBars({ stocks: 3, days: 61, seed: 8 });
  bars.close.fill(50, 0, bars.offsets[1]);
  expect([...standardisedReturns(bars, 60, GRAPH_DEFAULTS).nodes]).toEqual([1, 2]);
});

test('building step by step measures time by the given clock', () => {
  const bars = randomBars({ stocks: 5, days: 80, seed: 9 });
  let now = 0;
  const builder = new GraphBuilder(bars, GRAPH_DEFAULTS, { now: () => (now += 5) });
  expect(builder.step()).toBe(1);
  expect(builder.finish().stats.buildMs).toBe(5 * builder.total);
  expect(builder.step()).toBe(builder.total);
});
