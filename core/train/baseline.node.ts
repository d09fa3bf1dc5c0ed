// Owns the linear baseline of a run: ridge regression on the last day's features, same days and same targets as the model.
import { RidgeBaseline } from '../evaluate/ridge.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import type { Fold } from '../splits/folds.ts';
import type { BatchLoader } from './batch-loader.node.ts';
import { predictDays, type PredictOptions, requestsFor, samplerFor } from './predict.node.ts';

/** Trains on the fold's training days, picks the penalty on validation, predicts the test days (every quantile alike). */
export async function ridgePredictions(
  loader: BatchLoader,
  fold: Fold,
  sequenceLength: number,
  limits: Pick<PredictOptions, 'maxBatchSize' | 'minNodesPerDay' | 'onBatch'>,
): Promise<PredictionSet> {
  const { reader } = loader;
  const ridge = new RidgeBaseline(reader.manifest.features.length, reader.manifest.horizons.length);
  const common = { sequenceLength, ...limits };
  const [train, valid, test] = [fold.train, fold.valid, fold.test].map((days) =>
    samplerFor({ ...common, reader, days }, 0),
  );
  const total = train.batches + valid.batches + test.batches;
  let done = 0;
  const onBatch = () => limits.onBatch?.(++done, total);
  for await (const batch of loader.batches(requestsFor(train, 1))) {
    ridge.accumulate(batch.x, batch.targetsRank);
    await onBatch();
  }
  async function* validation() {
    for await (const batch of loader.batches(requestsFor(valid, 1))) {
      yield { x: batch.x, y: batch.targets };
      await onBatch();
    }
  }
  await ridge.choose(validation());
  const predict = (batch: { x: Float32Array }): Float32Array => ridge.predict(batch.x);
  return predictDays(predict, { ...common, loader, barsRead: 1, onBatch, days: fold.test, quantiles: [0.5] });
}
