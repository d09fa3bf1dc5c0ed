// No future row changes a past value: graph, batch edges, z-scores, scaler; targets look ahead exactly as far as named.
// Each check is run once more on a planted leak, which it must catch.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { HORIZONS } from '../../core/data/horizons.ts';
import { LONGEST_HORIZON, targetReach } from '../../core/data/target-window.ts';
import { writeBatchGraph } from '../../core/features/batch-graph.ts';
import { zScoreByDay } from '../../core/features/cross-section.ts';
import { type DayOrder, dayOrder } from '../../core/features/day-order.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { forwardReturns } from '../../core/features/targets.ts';
import { combinatorialPurged, findFoldLeak, holdout, purgedKFold, walkForward } from '../../core/splits/folds.ts';
import { fitRobustScaler, type ScalerBlock } from '../../core/splits/scaler.ts';
import { buildGraph, GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { type GraphSnapshots, snapshotAt } from '../../core/stockgraph/graph.ts';
import { filterBars, randomBars } from '../support/random-bars.ts';
import { smallFeatures } from '../support/small-features.ts';

const workspace = mkdtempSync(join(tmpdir(), 'panel-property-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const market = fc.record({
  stocks: fc.integer({ min: 2, max: 14 }),
  days: fc.integer({ min: 20, max: 60 }),
  seed: fc.integer(),
  gaps: fc.constantFrom(0, 0.1),
  partial: fc.constantFrom(0, 0.3),
});
const future = fc.constantFrom('changed', 'removed', 'added noise');
const small = { lookback: 10, k: 4, threshold: 0.2, minOverlap: 6 };

/** The table as it would be had the days after `day` gone otherwise, or not happened. Days stay, so that indexes mean the same. */
function otherFuture(bars: BarTable, day: number, kind: string): BarTable {
  if (kind === 'removed') return filterBars(bars, (row) => bars.dayIndex[row] <= day);
  const change = (column: Float64Array, f: (value: number, row: number) => number) =>
    column.map((value, row) => (bars.dayIndex[row] <= day ? value : f(value, row)));
  const twist = (value: number, row: number) =>
    kind === 'changed' ? 7 + (row % 5) : value * (1 + ((row * 37) % 11) / 50);
  return {
    ...bars,
    open: change(bars.open, twist),
    high: change(bars.high, twist),
    low: change(bars.low, twist),
    close: change(bars.close, twist),
    volume: change(bars.volume, twist),
  };
}

/** What a reader at the close of `day` is given of the graph. */
function servedAt(graph: GraphSnapshots, day: number): number[][] {
  const s = snapshotAt(graph, day);
  const part = <A extends Int32Array | Float32Array>(all: A) =>
    s < 0 ? [] : [...all.subarray(s * graph.stocks * graph.k, (s + 1) * graph.stocks * graph.k)];
  return [part(graph.neighbours), part(graph.correlation)];
}

type Serve = (bars: BarTable, day: number) => unknown;

/** Whether what is served at some day depends on rows after it. */
function dependsOnFuture(serve: Serve, runs: number): boolean {
  const result = fc.check(
    fc.property(market, fc.double({ min: 0, max: 1, noNaN: true }), future, (options, share, kind) => {
      const bars = randomBars(options);
      const day = Math.floor(share * (options.days - 1));
      expect(serve(otherFuture(bars, day, kind), day)).toEqual(serve(bars, day));
    }),
    { numRuns: runs, endOnFailure: true },
  );
  return result.failed;
}

const servedGraph: Serve = (bars, day) => servedAt(buildGraph(bars, small).graph, day);

test('graph: what a day is served does not depend on later rows', () => {
  expect(dependsOnFuture(servedGraph, 150)).toBe(false);
});

test('graph: a snapshot that is one day late is caught', () => {
  const late: Serve = (bars, day) => {
    const { graph } = buildGraph(bars, small);
    return servedAt({ ...graph, dayIndex: graph.dayIndex.map((d) => d - 1) }, day); // served the day before it was taken
  };
  expect(dependsOnFuture(late, 300)).toBe(true);
});

test('batch edges: what a day’s rows are given does not depend on later rows', () => {
  const edges: Serve = (bars, day) => {
    const { graph } = buildGraph(bars, small);
    const { stock, dayOffsets } = dayOrder(bars);
    const rows = stock.subarray(dayOffsets[day], dayOffsets[day + 1]);
    const size = rows.length * small.k;
    const out = {
      neighbours: new Int32Array(size),
      edgeMask: new Float32Array(size),
      edges: new Float32Array(3 * size),
    };
    const [neighbours, correlation] = servedAt(graph, day);
    const snapshot = { neighbours: Int32Array.from(neighbours), correlation: Float32Array.from(correlation) };
    const scratch = new Int32Array(bars.codes.length).fill(-1);
    const sectors = new Int32Array(bars.codes.length);
    writeBatchGraph(out, neighbours.length > 0 ? snapshot : undefined, rows, small.k, sectors, scratch);
    expect(scratch.every((row) => row === -1)).toBe(true);
    return out;
  };
  expect(dependsOnFuture(edges, 100)).toBe(false);
});

const scoresUpTo =
  (score: (values: Float64Array, order: DayOrder) => Float32Array): Serve =>
  (bars, day) => {
    const order = dayOrder(bars);
    return score(bars.close, order).slice(0, order.dayOffsets[day + 1]);
  };

test('z-scores do not depend on later rows', () => {
  const score = (values: Float64Array, order: DayOrder) => zScoreByDay(values, order, { winsorise: 0.05, minCount: 3 });
  expect(dependsOnFuture(scoresUpTo(score), 150)).toBe(false);
});

test('z-scores: scoring over all days together is caught', () => {
  const pooled = (values: Float64Array, order: DayOrder) => {
    const oneDay = { ...order, dayOffsets: Int32Array.of(0, order.barRow.length) };
    return zScoreByDay(values, oneDay, { winsorise: 0.05, minCount: 3 });
  };
  expect(dependsOnFuture(scoresUpTo(pooled), 150)).toBe(true);
});

/** Scaler over the days up to `day`; `take` says which days it is shown. */
const scalerOver =
  (take: (day: number, last: number) => boolean): Serve =>
  (bars, last) => {
    const order = dayOrder(bars);
    function* blocks(): Generator<ScalerBlock> {
      for (let day = 0; day < bars.days.length; day++) {
        if (!take(day, last)) continue;
        const rows = order.barRow.subarray(order.dayOffsets[day], order.dayOffsets[day + 1]);
        yield { day, rowCount: rows.length, values: Float32Array.from(rows, (row) => bars.close[row]) };
      }
    }
    const options = { features: ['close'], columns: [0], blocks, minDays: 1, minRows: 0 };
    try {
      return fitRobustScaler(options);
    } catch (error) {
      return (error as { code?: string }).code; // a fold without rows
    }
  };

test('scaler: rows after the training fold leave the statistics bitwise equal', () => {
  expect(
    dependsOnFuture(
      scalerOver((day, last) => day <= last),
      150,
    ),
  ).toBe(false);
});

test('scaler: fitting over the whole sample is caught', () => {
  expect(
    dependsOnFuture(
      scalerOver(() => true),
      150,
    ),
  ).toBe(true);
});

test('targets depend on the bars from entry to exit and on nothing later or earlier', () => {
  fc.assert(
    fc.property(market, fc.constantFrom(...HORIZONS), fc.nat(), (options, horizon, pick) => {
      const bars = randomBars(options);
      if (bars.close.length === 0) return;
      const row = pick % bars.close.length;
      const before = forwardReturns(bars, horizon);
      const changed = forwardReturns({ ...bars, close: bars.close.map((c, i) => (i === row ? c * 1.5 : c)) }, horizon);
      for (let i = 0; i < before.length; i++) {
        const uses = i + 1 === row || i + 1 + horizon === row;
        if (!uses || Number.isNaN(before[i])) expect(changed[i]).toBe(before[i]);
        else expect(changed[i]).not.toBe(before[i]);
      }
    }),
    { numRuns: 150 },
  );
});

test('no known target depends on a day beyond its reach', () => {
  expect(
    dependsOnFuture((bars, day) => {
      const returns = forwardReturns(bars, 3);
      // As known at `day`: only rows whose reach has passed. A removed future may turn nothing known into unknown.
      return returns.filter((_, i) => bars.dayIndex[i] + targetReach(3) <= day);
    }, 100),
  ).toBe(false);
});

const plan = fc.record({
  dayCount: fc.integer({ min: 300, max: 1500 }),
  embargo: fc.integer({ min: LONGEST_HORIZON, max: 40 }),
  parts: fc.integer({ min: 2, max: 5 }),
});
const reach = targetReach(LONGEST_HORIZON);

test('splits: no training target meets a held-out day, in any plan', () => {
  fc.assert(
    fc.property(plan, ({ dayCount, embargo, parts }) => {
      const separation = { embargo, reach };
      const days = Int32Array.from({ length: dayCount }, (_, i) => i);
      const third = Math.floor(dayCount / 3);
      const folds = [
        holdout(days, { trainEnd: third, validEnd: 2 * third }, separation),
        ...walkForward({ dayCount, folds: parts, validDays: 20, testDays: 20 }, separation),
        ...purgedKFold({ dayCount, folds: parts }, separation),
      ];
      for (const fold of folds) expect(findFoldLeak(fold, reach)).toBeUndefined();
      const none = new Int32Array(0);
      for (const split of combinatorialPurged({ dayCount, blocks: 5, testBlocks: 2 }, separation).splits)
        for (const valid of split.test)
          expect(findFoldLeak({ train: split.train, valid, test: none }, reach)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('splits: any gap shorter than the targets’ reach is caught', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: reach - 1 }), fc.integer({ min: 50, max: 200 }), (gap, end) => {
      const range = (first: number, last: number) => Int32Array.from({ length: last - first }, (_, i) => first + i);
      const fold = { train: range(0, end), valid: range(end + gap, end + gap + 30), test: new Int32Array(0) };
      expect(findFoldLeak(fold, reach)).toEqual({ trainDay: end + gap - reach, heldOutDay: end + gap });
    }),
  );
});

test('panel: batches of a panel built before the last days equal those of one built after', async () => {
  const bars = randomBars({ stocks: 25, days: 110, seed: 11, gaps: 0.02, partial: 0.2 });
  const cut = 90;
  const open = async (table: BarTable, name: string): Promise<PanelReader> => {
    const folder = join(workspace, name);
    const features = smallFeatures.map((feature) => feature.name);
    await buildPanel({ bars: table, dataHash: name, features, folder, definitions: smallFeatures, minHistory: 3 });
    return PanelReader.open(folder);
  };
  const readers = [
    await open(bars, 'full'),
    await open(otherFuture(bars, cut, 'removed'), 'removed'),
    await open(otherFuture(bars, cut, 'changed'), 'changed'),
  ];
  expect(GRAPH_DEFAULTS.lookback).toBeLessThan(cut);
  for (let day = 0; day <= cut; day++) {
    const [full, ...others] = readers.map((reader) => {
      const { x, stock, neighbours, edgeMask, edges, targets } = reader.readBatch(day, 10);
      return { x, stock, neighbours, edgeMask, edges, targets: day + reach <= cut ? targets : undefined };
    });
    for (const other of others) expect(other).toEqual(full);
  }
  for (const reader of readers) reader.close();
});
