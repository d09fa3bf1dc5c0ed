// The stock graph as its page shows it: every snapshot from its own past alone, counted against the graph that was built.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelGraph } from '../../core/features/panel-graph.node.ts';
import { buildGraph, type GraphParameters } from '../../core/stockgraph/build.ts';
import { filterBars, randomBars } from '../support/random-bars.ts';
import { smallFeatures } from '../support/small-features.ts';
import { temporaryFolder } from '../support/training.ts';

const bars = randomBars({ stocks: 40, days: 120, seed: 5, gaps: 0.02, partial: 0.3 });
const parameters: GraphParameters = { lookback: 20, k: 4, threshold: 0.3, minOverlap: 14 };

async function graphOf(table: BarTable): Promise<PanelGraph> {
  const folder = join(temporaryFolder('graph'), 'panel');
  const definitions = smallFeatures;
  await buildPanel({ bars: table, dataHash: 'x', features: ['candle'], graph: parameters, folder, definitions });
  return PanelGraph.open(folder);
}

let graph: PanelGraph;
beforeAll(async () => {
  graph = await graphOf(bars);
});
afterAll(() => graph.close());

const iso = (day: number) => fromEpochDay(bars.days[day]);

test('no edge of a snapshot uses a later day: bars cut off at its day give the same one', async () => {
  const { days } = await graph.timeline();
  expect(days.length).toBeGreaterThan(15);
  for (const day of [days[0], days[7], days.at(-1) ?? '']) {
    const end = bars.days.findIndex((_, i) => iso(i) === day);
    const past = filterBars(bars, (row) => bars.dayIndex[row] <= end);
    const cut = await graphOf({ ...past, days: bars.days.slice(0, end + 1) });
    const [whole, earlier] = [graph.snapshot(day), cut.snapshot(day)];
    cut.close();
    expect(whole.source.length).toBeGreaterThan(0);
    expect(earlier).toEqual(whole);
    expect(whole.windowLast).toBe(day);
    expect(whole.windowFirst).toBe(iso(end - parameters.lookback + 1));
  }
});

test('a day is served by the last snapshot at or before it, trading day or not', () => {
  const { dayIndex } = buildGraph(bars, parameters).graph;
  const [first, second] = [dayIndex[0], dayIndex[1]];
  expect(graph.snapshot(iso(first)).day).toBe(iso(first));
  expect(graph.snapshot(iso(second - 1)).day).toBe(iso(first));
  expect(graph.snapshot(iso(second)).day).toBe(iso(second));
  expect(graph.snapshot('2099-01-01').day).toBe(iso(dayIndex[dayIndex.length - 1]));
  const sunday = fromEpochDay(bars.days[second] - 1);
  expect(graph.snapshot(sunday).day).toBe(iso(first));
  expect(() => graph.snapshot(iso(first - 1))).toThrow(expect.objectContaining({ code: 'data/no-snapshot' }));
});

test('snapshots and timeline count what the graph holds', async () => {
  const built = buildGraph(bars, parameters).graph;
  const timeline = await graph.timeline();
  const tradedOn = (stock: number, day: number) =>
    bars.dayIndex.subarray(bars.offsets[stock], bars.offsets[stock + 1]).includes(day);
  built.dayIndex.forEach((day, index) => {
    const at = (stock: number, slot: number) => (index * built.stocks + stock) * built.k + slot;
    const edges: [string, string, number][] = [];
    const neighbours = new Set<number>();
    bars.codes.forEach((code, stock) => {
      for (let slot = 0; slot < built.k && built.neighbours[at(stock, slot)] >= 0; slot++) {
        edges.push([code, bars.codes[built.neighbours[at(stock, slot)]], built.correlation[at(stock, slot)]]);
        neighbours.add(stock).add(built.neighbours[at(stock, slot)]);
      }
    });
    const shown = bars.codes.filter((_, stock) => tradedOn(stock, day) || neighbours.has(stock));
    const snapshot = graph.snapshot(iso(day));
    expect(snapshot.codes).toEqual(shown);
    expect(snapshot.sectors).toEqual(shown.map((code) => bars.sectors[bars.codes.indexOf(code)]));
    const told = Array.from(snapshot.source, (from, e) => [
      snapshot.codes[from],
      snapshot.codes[snapshot.target[e]],
      snapshot.correlation[e],
    ]);
    expect(told).toEqual(edges);
    expect([...snapshot.degree]).toEqual(shown.map((code) => edges.filter(([from]) => from === code).length));
    expect(timeline.days[index]).toBe(iso(day));
    expect(timeline.averageDegree[index]).toBeCloseTo(edges.length / shown.length, 12);
    expect(timeline.isolated[index]).toBe(snapshot.degree.filter((degree) => degree === 0).length);
    const strength = edges.reduce((sum, [, , correlation]) => sum + Math.abs(correlation), 0) / edges.length;
    expect(timeline.meanCorrelation[index]).toBeCloseTo(strength, 12);
  });
});

test('a timeline can be cancelled', async () => {
  await expect(graph.timeline(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
