// What the page on the stock graph works out by itself: places on the circle, neighbours, pairs, degrees.
import { expect, test } from 'vitest';
import type { GraphSnapshot } from '../../../core/contract/views/graph.ts';
import { degreeBins, inDegree, neighboursOf, pairsOf, withinSectors } from '../../../renderer/features/graph/edges.ts';
import { circleLayout, nearestStock } from '../../../renderer/features/graph/layout.ts';
import { sectorColours } from '../../../renderer/features/graph/sector-colours.ts';

const snapshot: GraphSnapshot = {
  day: '2024-03-29',
  windowFirst: '2024-01-04',
  windowLast: '2024-03-29',
  codes: ['A', 'B', 'C', 'D'],
  sectors: ['Tech', 'Bank', 'Tech', null],
  degree: Int32Array.from([2, 1, 1, 0]),
  source: Int32Array.from([0, 0, 1, 2]),
  target: Int32Array.from([1, 2, 0, 1]),
  correlation: Float32Array.from([0.5, -0.75, 0.5, 0.25]),
};

test("a stock's neighbours stand by strength, with their sign and whether they are mutual", () => {
  expect(neighboursOf(snapshot, 0)).toEqual([
    { stock: 2, weight: -0.75, mutual: false },
    { stock: 1, weight: 0.5, mutual: true },
  ]);
  expect(neighboursOf(snapshot, 3)).toEqual([]);
});

test('each pair is drawn once, the strongest last, and weak ones can be left out', () => {
  const pairs = pairsOf(snapshot);
  expect(Array.from(pairs.a, (a, i) => [a, pairs.b[i], pairs.weight[i]])).toEqual([
    [2, 1, 0.25],
    [0, 1, 0.5],
    [0, 2, -0.75],
  ]);
  expect(pairsOf(snapshot, 0.5).a).toHaveLength(2);
});

test('being counted by others and edges within a sector', () => {
  expect([...inDegree(snapshot)]).toEqual([1, 2, 1, 0]);
  expect(withinSectors(snapshot), 'A and C; two without a sector share none').toBe(1);
});

test('degrees fall into bins of whole numbers', () => {
  const few = degreeBins([0, 1, 1, 3]);
  expect([[...few.edges], [...few.counts]]).toEqual([
    [0, 1, 2, 3, 4],
    [1, 2, 0, 1],
  ]);
  const many = degreeBins([0, 99], 30);
  expect(many.edges[1]).toBe(4);
  expect(many.counts.reduce((sum, n) => sum + n)).toBe(2);
});

test('sectors stand side by side on the circle, by name, those without one last', () => {
  const { sectors, x, y, sectorOf } = circleLayout(snapshot.codes, snapshot.sectors);
  expect(sectors.map(({ name, stocks }) => [name, stocks])).toEqual([
    ['Bank', 1],
    ['Tech', 2],
    [null, 1],
  ]);
  expect([...sectorOf]).toEqual([1, 0, 1, 2]);
  for (const i of x.keys()) expect(Math.hypot(x[i], y[i])).toBeCloseTo(1, 12);
  // Arcs follow each other without overlap, once round.
  for (const [i, { from, to }] of sectors.entries()) {
    expect(to).toBeGreaterThan(from);
    if (i > 0) expect(from).toBeGreaterThan(sectors[i - 1].to);
  }
  expect(sectors[2].to - sectors[0].from).toBeLessThan(2 * Math.PI);
});

test('the stock at a point is the nearest within reach', () => {
  const layout = circleLayout(snapshot.codes, snapshot.sectors);
  expect(nearestStock(layout, layout.x[2] + 0.01, layout.y[2], 0.05)).toBe(2);
  expect(nearestStock(layout, 0, 0, 0.05)).toBe(-1);
});

test('every sector has a colour of its own, and what has none is plain', () => {
  const names = [...Array.from({ length: 33 }, (_, i) => `sector ${i}`), null];
  for (const mode of ['light', 'dark'] as const) {
    const colours = sectorColours(names, mode, 'grey');
    expect(new Set(colours).size).toBe(names.length);
    expect(colours.at(-1)).toBe('grey');
  }
});
