// Turning the wheel over a table: how far, and when the page goes on instead.
import { expect, test } from 'vitest';
import { scrolledTo, turnOf } from '../../../renderer/ui/wheel-scroll.ts';

const turn = { deltaX: 0, deltaY: 3, deltaMode: 0, ctrlKey: false, shiftKey: false };

test('a turn counts pixels, lines or pages, and is left to the browser where it goes across or zooms', () => {
  expect([0, 1, 2].map((deltaMode) => turnOf({ ...turn, deltaMode }, 34, 560))).toEqual([3, 102, 1680]);
  expect(turnOf({ ...turn, deltaY: -3 }, 34, 560)).toBe(-3);
  for (const other of [{ ctrlKey: true }, { shiftKey: true }, { deltaX: 5 }, { deltaY: 0 }])
    expect(turnOf({ ...turn, ...other }, 34, 560)).toBeNull();
});

test('a table moves within its ends; past them the page does, but not in the gesture that came there', () => {
  const table = { top: 100, height: 1000, view: 400 };
  expect(scrolledTo(table, 120, false)).toBe(220);
  expect(scrolledTo(table, 900, false)).toBe(600);
  expect(scrolledTo(table, -900, false)).toBe(0);
  expect(scrolledTo({ ...table, top: 600 }, 120, true)).toBe(600);
  expect(scrolledTo({ ...table, top: 600 }, 120, false)).toBeNull();
  expect(scrolledTo({ ...table, top: 599.6 }, 120, false)).toBeNull();
  expect(scrolledTo({ ...table, top: 0, height: 400 }, 120, false)).toBeNull();
});
