// Owns the turn from bar order (by stock, then day) to panel order (by day, then stock).
import { sharedArray } from '../base/shared-memory.ts';
import type { BarTable } from '../data/bars.ts';

type Rows = Pick<BarTable, 'days' | 'offsets' | 'dayIndex'>;

export interface DayOrder {
  /** days.length + 1: day d owns panel rows dayOffsets[d] .. dayOffsets[d + 1]. */
  readonly dayOffsets: Int32Array;
  /** Row of the bar table behind each panel row. */
  readonly barRow: Int32Array;
  /** Index into codes of each panel row. */
  readonly stock: Int32Array;
}

/** Of tables in use: a build and the features in it ask for the same one. */
const known = new WeakMap<Rows, DayOrder>();

/** Every bar is a panel row; within a day rows ascend by stock. Made once a table, in memory that threads can share. */
export function dayOrder(bars: Rows): DayOrder {
  const held = known.get(bars);
  if (held) return held;
  const rows = bars.dayIndex.length;
  const dayOffsets = sharedArray(Int32Array, bars.days.length + 1);
  for (const day of bars.dayIndex) dayOffsets[day + 1]++;
  for (let d = 0; d < bars.days.length; d++) dayOffsets[d + 1] += dayOffsets[d];
  const order = { dayOffsets, barRow: sharedArray(Int32Array, rows), stock: sharedArray(Int32Array, rows) };
  const next = dayOffsets.slice();
  for (let stock = 0; stock + 1 < bars.offsets.length; stock++) {
    for (let i = bars.offsets[stock]; i < bars.offsets[stock + 1]; i++) {
      const row = next[bars.dayIndex[i]]++;
      order.barRow[row] = i;
      order.stock[row] = stock;
    }
  }
  known.set(bars, order);
  return order;
}

/** For a thread that was handed the table together with its order. */
export function useDayOrder(bars: Rows, order: DayOrder): void {
  known.set(bars, order);
}

/** What lies behind each panel row. */
export interface RowPast {
  /** Panel row of the same stock's previous bar; -1 for its first. */
  readonly prev: Int32Array;
  /** Bars of the stock up to and including this one. */
  readonly age: Int32Array;
}

export function rowPast(bars: Rows, { dayOffsets }: Pick<DayOrder, 'dayOffsets'>): RowPast {
  const rows = bars.dayIndex.length;
  const past = { prev: new Int32Array(rows), age: new Int32Array(rows) };
  const next = dayOffsets.slice();
  for (let stock = 0; stock + 1 < bars.offsets.length; stock++) {
    let previous = -1;
    for (let i = bars.offsets[stock]; i < bars.offsets[stock + 1]; i++) {
      const row = next[bars.dayIndex[i]]++;
      past.prev[row] = previous;
      past.age[row] = i - bars.offsets[stock] + 1;
      previous = row;
    }
  }
  return past;
}
