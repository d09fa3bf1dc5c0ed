// Owns reading sequences: the last bars of each stock of a day, out of rows that stand by day.
import type { BufferPool } from './batch-arena.ts';
import type { ArraySource } from './store/parts.node.ts';

export interface SequenceSource {
  readonly files: { readonly features: ArraySource; readonly prev: ArraySource };
  /** Day d owns rows dayOffsets[d] .. dayOffsets[d + 1]. */
  readonly dayOffsets: Int32Array;
  readonly pool: BufferPool;
}

/**
 * The last T trading days are read one after the other, latest first, and each row of a day moves to its place: a stock's last bar of them
 * to the last step, the one before to the step before. Stocks side by side on both sides move as a block. Only bars older than those days
 * (of a stock that missed some) are read one by one.
 * @param rows [N] rows of the day
 * @param x receives [T, N, F], oldest bar first
 * @throws RangeError for a row with fewer than T bars
 */
export function readSequences(
  { files, dayOffsets, pool }: SequenceSource,
  day: number,
  sequenceLength: number,
  rows: Int32Array,
  x: Float32Array,
): void {
  const size = rows.length;
  const width = x.length / Math.max(1, sequenceLength * size);
  const firstDay = Math.max(0, day - sequenceLength + 1);
  const first = dayOffsets[firstDay];
  const prev = pool.int32('prev', dayOffsets[day + 1] - first);
  files.prev.read(first, prev);
  const at = pool.int32('at', size);
  at.set(rows);
  const step = pool.int32('step', size).fill(sequenceLength - 1);
  for (let d = day; d >= firstDay; d--) {
    const dayFirst = dayOffsets[d];
    const values = pool.float32('day', (dayOffsets[d + 1] - dayFirst) * width);
    files.features.read(dayFirst, values);
    for (let n = 0; n < size; ) {
      const row = at[n];
      const to = step[n];
      if (row < dayFirst || to < 0) {
        n++;
        continue;
      }
      let run = 1;
      while (n + run < size && at[n + run] === row + run && step[n + run] === to) run++;
      const from = (row - dayFirst) * width;
      x.set(values.subarray(from, from + run * width), (to * size + n) * width);
      for (const end = n + run; n < end; n++) {
        at[n] = prev[at[n] - first];
        step[n]--;
      }
    }
  }
  const one = new Int32Array(1);
  for (let n = 0; n < size; n++)
    for (; step[n] >= 0; step[n]--) {
      if (at[n] < 0) throw new RangeError(`row ${rows[n]} has fewer than ${sequenceLength} bars`);
      const to = (step[n] * size + n) * width;
      files.features.read(at[n], x.subarray(to, to + width));
      files.prev.read(at[n], one);
      at[n] = one[0];
    }
}
