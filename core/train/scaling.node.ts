// Owns the statistics that are fitted on the training fold: of the market-wide columns, and of the targets' size.
import type { PanelReader } from '../features/panel.node.ts';
import type { Config } from '../config/schema.ts';
import { fitRobustScaler } from '../splits/scaler.ts';

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
}

/** Standard deviation over median absolute deviation of a normal distribution. */
const NORMAL_RATIO = 1.4826;

/** Times that the fold is read: three for the columns, three for the targets. */
const PASSES = 6;

/**
 * @param train day indexes of the training fold; no other day is read
 * @param onDay called after every day of every pass
 */
export function fitScaling(
  reader: PanelReader,
  train: Int32Array,
  { features }: Pick<Config, 'features'>,
  onDay?: (done: number, total: number) => void,
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
  const fitted = fitRobustScaler({
    features: reader.featureNames,
    columns: reader.foldColumns,
    blocks,
    minDays: features.scaler.min_days,
    minRows: features.scaler.min_rows,
  });
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
  };
}
