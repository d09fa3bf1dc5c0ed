// Owns what of a computed column goes into a panel: its values in day order, scored within their day or as they are, and how many are missing.
import { type ZScoreOptions, zScoreByDay } from './cross-section.ts';
import type { DayOrder } from './day-order.ts';

export interface ColumnScorer {
  readonly order: Pick<DayOrder, 'dayOffsets' | 'barRow'>;
  /** Of the bar table, by stock. */
  readonly offsets: Int32Array;
  readonly minHistory: number;
  readonly zScore?: ZScoreOptions;
}

/**
 * @param values one a bar row
 * @param scaling 'day' for columns that differ between stocks; 'fold' leaves those that all stocks share as they are
 * @param out one a panel row, written whole
 * @returns rows past `minHistory` bars of their stock that have no value
 */
export function scoreColumn(
  { order, offsets, minHistory, zScore }: ColumnScorer,
  values: Float64Array,
  scaling: 'day' | 'fold',
  out: Float32Array,
): number {
  if (scaling === 'fold') inDayOrder(values, order, out);
  else zScoreByDay(values, order, zScore, out);
  let missing = 0;
  for (let stock = 0; stock + 1 < offsets.length; stock++)
    for (let i = offsets[stock] + minHistory; i < offsets[stock + 1]; i++) if (Number.isNaN(values[i])) missing++;
  return missing;
}

export function inDayOrder(
  values: Float64Array,
  { barRow }: Pick<DayOrder, 'barRow'>,
  out: Float32Array = new Float32Array(barRow.length),
): Float32Array {
  for (let row = 0; row < out.length; row++) out[row] = values[barRow[row]];
  return out;
}
