// Owns the statistics that are fitted on the training fold: of the market-wide columns, and of the targets' size.
import type { PanelReader } from '../features/panel.node.ts';
import type { Config } from '../config/schema.ts';
import { fitRobustScaler } from '../splits/scaler.ts';

export interface FittedScaling {
  /** [F] shift and scale of each column; 0 and 1 for those scaled within their day. */
  center: number[];
  scale: number[];
  /** [H] mean absolute forward return of the fold, as a standard deviation of a normal would have it. */
  targetScale: number[];
  /** What the statistics were taken over. */
  days: number;
  rows: number;
}

/** sqrt(pi / 2): standard deviation over mean absolute deviation of a normal distribution. */
const NORMAL_RATIO = Math.sqrt(Math.PI / 2);

/** Times that the fold is read: three for the scaler, once for the targets. */
const PASSES = 4;

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
  function* blocks() {
    for (const block of reader.featureBlocks(train)) {
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
  const horizons = reader.manifest.horizons.length;
  const sums = new Float64Array(horizons);
  const counts = new Float64Array(horizons);
  for (const day of train) {
    const { targets } = reader.readBatch(day, 1);
    for (let i = 0; i < targets.length; i++) {
      if (Number.isNaN(targets[i])) continue;
      sums[i % horizons] += Math.abs(targets[i]);
      counts[i % horizons]++;
    }
    read();
  }
  return {
    center: [...fitted.center],
    scale: [...fitted.scale],
    targetScale: Array.from(sums, (sum, h) => (counts[h] > 0 && sum > 0 ? (NORMAL_RATIO * sum) / counts[h] : 1)),
    days: fitted.days,
    rows: fitted.rows,
  };
}
