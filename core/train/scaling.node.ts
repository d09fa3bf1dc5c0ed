// Owns the statistics that are fitted on the training fold: of the market-wide columns, and of the targets' size.
import type { PanelReader } from '../features/panel.node.ts';
import type { Config } from '../config/schema.ts';
import { fitRobustScaler, NOTHING_LEFT } from '../splits/scaler.ts';

export interface FittedScaling {
  /** [F] shift and scale of each column; 0 and 1 for those scaled within their day. */
  center: number[];
  scale: number[];
  /** [H] median absolute forward return of the fold, as a standard deviation of a normal would have it: no single bad price moves it. */
  targetScale: number[];
  /** What the statistics were taken over: how many days and rows were read, and the first and the last day of them, as day indexes. */
  days: number;
  rows: number;
  firstDay: number;
  lastDay: number;
  /** Columns that had no value in the training days, of this fold or an earlier one: they are 0 throughout. Absent where there are none. */
  unused?: string[];
}

/** Standard deviation over median absolute deviation of a normal distribution. */
const NORMAL_RATIO = 1.4826;

/** Times that the fold is read: three for the columns, three for the targets. */
const PASSES = 6;

/**
 * Market-wide columns without a value on all days of one of the parts: an index or a flow that begins later. There is nothing to scale them by.
 * @returns column numbers, ascending
 */
function columnsWithoutValue(reader: PanelReader, parts: readonly Int32Array[]): number[] {
  const without = new Set<number>();
  for (const days of parts) {
    const waiting = new Set(reader.foldColumns);
    for (const { rowCount, values } of reader.sharedBlocks(days)) {
      for (const column of waiting) if (rowCount > 0 && !Number.isNaN(values[column])) waiting.delete(column);
      if (waiting.size === 0) break;
    }
    for (const column of waiting) without.add(column);
  }
  return [...without].sort((a, b) => a - b);
}

/**
 * A market-wide column that has no value to be fitted on is left out: it is 0 on every day, so that weights which never saw it cannot speak of it.
 * @param train day indexes of the training fold; no other day is read
 * @param onDay called after every day of every pass
 * @param earlier training days of the folds before: what one of them left out is left out of all that follow, which then stand side by side
 */
export function fitScaling(
  reader: PanelReader,
  train: Int32Array,
  { features }: Pick<Config, 'features'>,
  onDay?: (done: number, total: number) => void,
  earlier: readonly Int32Array[] = [],
): FittedScaling {
  let done = 0;
  const read = (): void => onDay?.(++done, PASSES * train.length);
  const seen = { firstDay: Number.POSITIVE_INFINITY, lastDay: Number.NEGATIVE_INFINITY };
  function* blocks() {
    for (const block of reader.sharedBlocks(train)) {
      seen.firstDay = Math.min(seen.firstDay, block.day);
      seen.lastDay = Math.max(seen.lastDay, block.day);
      yield block;
      read();
    }
  }
  const without = columnsWithoutValue(reader, [...earlier, train]);
  const fitted = fitRobustScaler({
    features: reader.featureNames,
    columns: reader.foldColumns.filter((column) => !without.includes(column)),
    blocks,
    minDays: features.scaler.min_days,
    minRows: features.scaler.min_rows,
  });
  for (const column of without) fitted.scale[column] = NOTHING_LEFT;
  function* sizes() {
    for (const block of reader.targetBlocks(train)) {
      for (let i = 0; i < block.values.length; i++) block.values[i] = Math.abs(block.values[i]);
      yield block;
      read();
    }
  }
  const { targets } = reader.manifest;
  const size = fitRobustScaler({
    features: targets,
    columns: targets.map((_, h) => h),
    blocks: sizes,
    minDays: 1,
    minRows: 1,
  });
  return {
    center: [...fitted.center],
    scale: [...fitted.scale],
    // A fold whose typical return is 0 (prices that do not move) has no size to scale by.
    targetScale: Array.from(size.center, (median) => (median > 0 ? NORMAL_RATIO * median : 1)),
    days: fitted.days,
    rows: fitted.rows,
    ...seen,
    ...(without.length > 0 && { unused: without.map((column) => reader.featureNames[column]) }),
  };
}
