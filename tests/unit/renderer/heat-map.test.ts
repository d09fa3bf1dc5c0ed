import { expect, test } from 'vitest';
import { colourTable, paint } from '../../../renderer/ui/colour-scale.ts';
import {
  bounded,
  fitView,
  labelStep,
  type MapSize,
  type MapView,
  moved,
  revealing,
  zoomed,
} from '../../../renderer/ui/heat-map-view.ts';

const size: MapSize = { rows: 2_000, columns: 1_400, width: 700, height: 500 };
const cellAt = (view: MapView, px: number, py: number) => [view.x + px / view.sx, view.y + py / view.sy];

test('the whole map fits at first, and nothing leads beyond its edges', () => {
  const whole = fitView(size);
  expect(cellAt(whole, 700, 500)).toEqual([1_400, 2_000]);
  expect(bounded(moved(whole, 90, -40, size), size)).toEqual(whole);
  expect(zoomed(whole, 0.5, 100, 100, size)).toEqual(whole);
  const corner = moved(zoomed(whole, 8, 350, 250, size), -1e6, -1e6, size);
  const [right, bottom] = cellAt(corner, 700, 500);
  expect(right).toBeCloseTo(1_400);
  expect(bottom).toBeCloseTo(2_000);
});

test('zooming keeps the cell under the pointer', () => {
  let view = fitView(size);
  for (const factor of [2, 1.7, 3, 0.6]) {
    const before = cellAt(view, 420, 130);
    view = zoomed(view, factor, 420, 130, size);
    const after = cellAt(view, 420, 130);
    expect(after[0]).toBeCloseTo(before[0], 6);
    expect(after[1]).toBeCloseTo(before[1], 6);
  }
});

test('a drag takes along what is under the pointer', () => {
  const view = zoomed(fitView(size), 6, 350, 250, size);
  const dragged = moved(view, 30, -12, size);
  expect(cellAt(dragged, 230, 88)[0]).toBeCloseTo(cellAt(view, 200, 100)[0]);
  expect(cellAt(dragged, 230, 88)[1]).toBeCloseTo(cellAt(view, 200, 100)[1]);
});

test('a cell is brought into view, and a view that has it stays', () => {
  const view = zoomed(fitView(size), 10, 0, 0, size);
  expect(revealing(view, 10, 10, size)).toEqual(view);
  const there = revealing(view, 1_999, 700, size);
  expect(cellAt(there, 0, 500)[1]).toBeCloseTo(2_000);
  expect(there.x + size.width / there.sx).toBeCloseTo(701);
});

test('labels keep their distance at 1, 2 or 5 times a power of ten', () => {
  expect([20, 8, 3, 1, 0.4, 0.25, 0.01].map((cell) => labelStep(cell, 15))).toEqual([1, 2, 5, 20, 50, 100, 2_000]);
});

test('cells take the colours of their bounds beyond them, and a missing one a colour of its own', () => {
  const table = colourTable('diverging', 'light');
  const pixels = new Uint32Array(5);
  paint(Float32Array.of(-9, -1, 1, 9, Number.NaN), [-1, 1], table, pixels);
  expect([...pixels]).toEqual([table[0], table[0], table[255], table[255], table[256]]);
  paint(Float32Array.of(3, 3, 3, 3, 3), [3, 3], table, pixels);
  expect(new Set(pixels)).toEqual(new Set([table[0]]));
  // #8a3a05, opaque, as little-endian bytes
  expect(table[0].toString(16)).toBe('ff053a8a');
});
