// Owns prediction over days of a panel: by a compiled model, or by any other rule over a day's rows.
import type { Config } from '../config/schema.ts';
import type { ModelConfig, ModelShape } from '../models/atft-gat-fan.ts';
import { traceInference } from '../models/trace.ts';
import type { ParameterLayout } from '../nn/parameters.ts';
import type { HORIZONS, QUANTILES } from '../data/horizons.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import { type Engine, type Executable, floats } from '../runtime/executor.ts';
import { DaySampler } from '../splits/sampler.ts';
import type { BatchLoader } from './batch-loader.node.ts';
import type { BatchRequest } from './batch-request.node.ts';
import { modelFeeds } from './feeds.ts';

export interface PredictOptions {
  loader: BatchLoader;
  days: Int32Array;
  /** Bars of history that a stock needs to be predicted. */
  sequenceLength: number;
  /** Bars that the predictor looks at, where those are fewer. */
  barsRead?: number;
  maxBatchSize: number;
  minNodesPerDay: number;
  quantiles: readonly number[];
  /** Called after every batch; may wait, or throw to stop. */
  onBatch?: (done: number, total: number) => void | Promise<void>;
}

/** The bounds of a day's batches that a config sets. */
export const limitsOf = (train: Config['train']): Pick<PredictOptions, 'maxBatchSize' | 'minNodesPerDay'> => ({
  maxBatchSize: train.max_batch_size,
  minNodesPerDay: train.min_nodes_per_day,
});

/** Quantiles of one batch, [N, H, Q], in the units of the returns. */
export type Predictor = (batch: PanelBatch) => Promise<Float32Array> | Float32Array;

/** Predicts every eligible row of the given days, in day order. */
export async function predictDays(predict: Predictor, options: PredictOptions): Promise<PredictionSet> {
  const { loader, sequenceLength, barsRead = sequenceLength, quantiles } = options;
  const { reader } = loader;
  const sampler = samplerFor({ ...options, reader }, 0);
  const horizons = reader.manifest.horizons;
  const stock = new Int32Array(sampler.rows);
  const predicted = new Float32Array(sampler.rows * horizons.length * quantiles.length);
  const realised = new Float32Array(sampler.rows * horizons.length);
  const offsets = [0];
  let day = -1;
  let rows = 0;
  let done = 0;
  for await (const read of loader.batches(requestsFor(sampler, barsRead))) {
    predicted.set(await predict(read), rows * horizons.length * quantiles.length);
    realised.set(read.targets, rows * horizons.length);
    stock.set(read.stock, rows);
    rows += read.size;
    if (read.day === day) offsets[offsets.length - 1] = rows;
    else offsets.push(rows);
    day = read.day;
    await options.onBatch?.(++done, sampler.batches);
  }
  return {
    days: sampler.days.map((index) => reader.days[index]),
    dayOffsets: Int32Array.from(offsets),
    stock,
    codes: reader.manifest.codes,
    horizons: horizons as (typeof HORIZONS)[number][],
    quantiles: quantiles as (typeof QUANTILES)[number][],
    predicted,
    realised,
  };
}

/** Every batch of the sampler's days, in their order. */
export function* requestsFor(sampler: DaySampler, sequenceLength: number): Generator<BatchRequest> {
  for (const { day, rows } of sampler.inOrder()) yield { day, rows, sequenceLength };
}

export function samplerFor(
  options: Pick<PredictOptions, 'days' | 'sequenceLength' | 'maxBatchSize' | 'minNodesPerDay'> & {
    reader: PanelReader;
    daysAtATime?: number;
  },
  seed: number,
): DaySampler {
  const { reader, days, sequenceLength, maxBatchSize, minNodesPerDay, daysAtATime } = options;
  return new DaySampler({
    days,
    rowsOf: (day) => reader.eligibleRows(day, sequenceLength),
    seed,
    maxBatchSize,
    minNodesPerDay,
    daysAtATime,
  });
}

/** A compiled model whose weights can be exchanged between uses. */
export class ModelPredictor {
  readonly #executable: Executable;
  readonly #targetScale: readonly number[];
  readonly #quantiles: number;

  private constructor(executable: Executable, targetScale: readonly number[], quantiles: number) {
    this.#executable = executable;
    this.#targetScale = targetScale;
    this.#quantiles = quantiles;
  }

  static async create(
    engine: Engine,
    config: ModelConfig,
    shape: ModelShape,
    layout: ParameterLayout,
    targetScale: readonly number[],
  ): Promise<ModelPredictor> {
    const executable = await engine.compile(traceInference(config, shape, layout), {
      name: 'inference',
      state: [{ input: 'weights' }],
    });
    return new ModelPredictor(executable, targetScale, config.quantiles.length);
  }

  use(weights: Float32Array): Promise<void> {
    return this.#executable.setState('weights', floats(weights));
  }

  readonly predict: Predictor = async (batch) => {
    const { quantiles } = await this.#executable.run(modelFeeds(batch));
    const values = quantiles.data as Float32Array;
    const horizons = this.#targetScale.length;
    const scaled = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++)
      scaled[i] = values[i] * this.#targetScale[Math.floor(i / this.#quantiles) % horizons];
    return scaled;
  };

  dispose(): Promise<void> {
    return this.#executable.dispose();
  }
}
