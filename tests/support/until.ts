// Owns cutting a table of bars off after a day, as if it had been imported on that evening: stocks that come later are not in it.
import type { BarTable } from '../../core/data/bars.ts';
import type { SideTable, SideTables } from '../../core/data/side-tables.ts';
import { keepCodes } from '../../core/data/universe.ts';
import { filterBars } from './random-bars.ts';

/** @param lastDay index into the days of the table */
export function until(bars: BarTable, lastDay: number): BarTable {
  const past = filterBars(bars, (row) => bars.dayIndex[row] <= lastDay);
  const listed = bars.codes.flatMap((_, stock) => (past.offsets[stock] < past.offsets[stock + 1] ? [stock] : []));
  return keepCodes(past, listed);
}

/** The tables as they were on the evening of an epoch day: what was disclosed later is not in them. */
export function tablesUntil(tables: SideTables, day: number): SideTables {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, knownBy(table, day)]));
}

function knownBy({ codes, offsets, known, period, columns }: SideTable, day: number): SideTable {
  const keep = <T extends Int32Array | Float64Array>(values: T): T => values.filter((_, row) => known[row] <= day) as T;
  return {
    codes,
    offsets: offsets.map((offset) => known.subarray(0, offset).filter((when) => when <= day).length),
    known: keep(known),
    period: keep(period),
    columns: Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, keep(values)])),
  };
}
