// Owns cutting a table of bars off after a day, as if it had been imported on that evening: stocks that come later are not in it.
import type { BarTable } from '../../core/data/bars.ts';
import { keepCodes } from '../../core/data/universe.ts';
import { filterBars } from './random-bars.ts';

/** @param lastDay index into the days of the table */
export function until(bars: BarTable, lastDay: number): BarTable {
  const past = filterBars(bars, (row) => bars.dayIndex[row] <= lastDay);
  const listed = bars.codes.flatMap((_, stock) => (past.offsets[stock] < past.offsets[stock + 1] ? [stock] : []));
  return keepCodes(past, listed);
}
