// Owns ranks of a column within each day, over the whole market or within groups of stocks.
import type { BarTable } from '../data/bars.ts';
import { Ranker } from './analysis/ranks.ts';
import { dayOrder } from './day-order.ts';

const ROUNDING = 1e-12;

/**
 * Rank of each value within its day and group: the lowest is -0.5, the highest 0.5, ties share their mean rank, a lone value is 0. Values
 * count as single precision, and as 0 below a trillionth of the day's largest: what differs by the rounding of adjusted prices is tied.
 * @param column one per bar row; NaN ranks nowhere and is NaN again
 * @param groupOf number of each stock's group, -1 for none: compared with the whole market
 */
export function ranksWithinDays(
  bars: BarTable,
  column: Float64Array,
  groupOf: Int32Array = new Int32Array(bars.codes.length).fill(-1),
): Float64Array {
  const { dayOffsets, barRow, stock } = dayOrder(bars);
  const out = new Float64Array(column.length).fill(Number.NaN);
  const groups = 1 + groupOf.reduce((most, group) => Math.max(most, group), -1);
  const anyAlone = groupOf.includes(-1);
  let largest = 0;
  for (let day = 0; day + 1 < dayOffsets.length; day++)
    largest = Math.max(largest, dayOffsets[day + 1] - dayOffsets[day]);
  const ranker = new Ranker();
  const values = new Float32Array(largest);
  const ranks = new Float64Array(largest);
  const rows = new Int32Array(largest);
  const starts = new Int32Array(groups + 1);

  /** Ranks values[first .. end), whose bar rows stand in `rows`; changes those that are rounding. */
  const put = (first: number, end: number, takes: (row: number) => boolean): void => {
    const count = end - first;
    let most = 0;
    for (let i = first; i < end; i++) most = Math.max(most, Math.abs(values[i]));
    for (let i = first; i < end; i++) if (Math.abs(values[i]) <= ROUNDING * most) values[i] = 0;
    ranker.rank(values.subarray(first, end), count, ranks);
    for (let i = 0; i < count; i++)
      if (takes(first + i)) out[rows[first + i]] = count > 1 ? (ranks[i] - 1) / (count - 1) - 0.5 : 0;
  };
  const alone = new Uint8Array(largest);
  for (let day = 0; day + 1 < dayOffsets.length; day++) {
    const [first, end] = [dayOffsets[day], dayOffsets[day + 1]];
    if (anyAlone) {
      let count = 0;
      for (let at = first; at < end; at++) {
        const value = column[barRow[at]];
        if (Number.isNaN(value)) continue;
        alone[count] = groupOf[stock[at]] < 0 ? 1 : 0;
        rows[count] = barRow[at];
        values[count++] = value;
      }
      put(0, count, (i) => alone[i] === 1);
    }
    if (groups === 0) continue;
    // A counting sort brings each group's rows together.
    starts.fill(0);
    for (let at = first; at < end; at++)
      if (groupOf[stock[at]] >= 0 && !Number.isNaN(column[barRow[at]])) starts[groupOf[stock[at]]]++;
    for (let group = 0, sum = 0; group <= groups; group++) {
      const size = starts[group];
      starts[group] = sum;
      sum += size;
    }
    for (let at = first; at < end; at++) {
      const group = groupOf[stock[at]];
      const value = column[barRow[at]];
      if (group < 0 || Number.isNaN(value)) continue;
      rows[starts[group]] = barRow[at];
      values[starts[group]++] = value;
    }
    // Each start has moved on to the next group's.
    for (let group = 0; group < groups; group++) put(group > 0 ? starts[group - 1] : 0, starts[group], () => true);
  }
  return out;
}
