// Owns the linear baseline of a run: ridge regression on the last day's features, same days and same targets as the model.
import { RidgeBaseline } from '../evaluate/ridge.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import type { PanelReader } from '../features/panel.node.ts';
import type { Fold } from '../splits/folds.ts';
import { predictDays, type PredictOptions, samplerFor } from './predict.node.ts';

/** Trains on the fold's training days, picks the penalty on validation, predicts the test days (every quantile alike). */
export async function ridgePredictions(
  reader: PanelReader,
  fold: Fold,
  sequenceLength: number,
  limits: Pick<PredictOptions, 'maxBatchSize' | 'minNodesPerDay' | 'onBatch'>,
): Promise<PredictionSet> {
  const features = reader.manifest.features.length;
  const horizons = reader.manifest.horizons.length;
  const ridge = new RidgeBaseline(features, horizons);
  const common = { reader, sequenceLength, ...limits };
  const [train, valid, test] = [fold.train, fold.valid, fold.test].map((days) => samplerFor({ ...common, days }, 0));
  const total = train.batches + valid.batches + test.batches;
  let done = 0;
  const onBatch = () => limits.onBatch?.(++done, total);
  for (const { day, rows } of train.inOrder()) {
    const batch = reader.readBatch(day, 1, rows);
    ridge.accumulate(batch.x, batch.targetsRank);
    await onBatch();
  }
  async function* validation() {
    for (const { day, rows } of valid.inOrder()) {
      const batch = reader.readBatch(day, 1, rows);
      yield { x: batch.x, y: batch.targets };
      await onBatch();
    }
  }
  await ridge.choose(validation());
  const predict = async (batch: { x: Float32Array }): Promise<Float32Array> =>
    ridge.predict(lastDay(batch.x, sequenceLength));
  return predictDays(predict, { ...common, onBatch, days: fold.test, quantiles: [0.5] });
}

/** [T, N, F] -> [N, F] of the last day. */
function lastDay(x: Float32Array, days: number): Float32Array {
  return x.subarray((x.length / days) * (days - 1));
}
