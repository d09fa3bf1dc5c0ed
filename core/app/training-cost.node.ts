// Owns what a run is going to cost, before it is started: weights and memory by tracing its steps, time from earlier runs.
import type { Config } from '../config/schema.ts';
import { layoutOf, traceStep } from '../models/trace.ts';
import { ADAMW_DEFAULTS } from '../nn/optimiser.ts';
import { FEATURE_SETS } from '../features/sets.ts';
import { estimatePeakBytes } from '../runtime/memory.ts';
import type { MeasuredPhase } from '../store/runs.ts';

/**
 * A step takes about so long for each stock, day of its sequence, and (parameter + OVERHEAD): fitted to the training step's benchmark
 * at hidden 64 and 256 on two cores. Only until a run on this machine has been measured.
 */
const RULE_OF_THUMB_SECONDS = 1.2e-11;
const OVERHEAD = 280_000;
/** Validation, checkpoints and the end of a phase, as a share of its training. */
const BESIDE_STEPS = 0.3;
/** Building a panel, a value. */
const PANEL_SECONDS_PER_VALUE = 1e-7;
const FLOAT_BYTES = 4;
/** Plans whose traces are remembered. */
const REMEMBERED = 200;

export interface StepCost {
  parameters: number;
  /** Estimated peak of a step at `stocks`. */
  bytes: number;
}

/** Tracing takes tens of milliseconds, and a form asks again with every key that is pressed. */
export class StepCosts {
  readonly #known = new Map<string, StepCost>();

  /** @param stocks in the largest batch @param features columns of the panel */
  of({ model, train, data, features: { graph } }: Config, stocks: number, features: number): StepCost {
    const shape = { features, horizons: data.horizons.length, neighbours: graph.k };
    const size = Math.min(train.max_batch_size, stocks);
    const key = JSON.stringify([model, shape, train.accumulation > 1, train.loss, size]);
    const known = this.#known.get(key);
    if (known) return known;
    const layout = layoutOf(model, shape);
    const options = {
      optimiser: { ...ADAMW_DEFAULTS, weightDecay: train.weight_decay, clipNorm: train.clip_norm },
      lossWeights: train.loss,
      horizonWeights: train.horizon_weights,
      accumulation: train.accumulation,
    };
    const outputs = Object.values(traceStep(model, shape, layout, options).outputs);
    const cost = {
      parameters: layout.size,
      bytes: estimatePeakBytes(outputs, { N: size, A: Math.min(size, 256) }),
    };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, cost);
    return cost;
  }
}

/** How much a phase computes: steps x stocks x days of a sequence x what a step does for each. */
export function workOf(
  config: Pick<Config, 'model' | 'train'>,
  batches: number,
  stocks: number,
  parameters: number,
): number {
  const perBatch = Math.min(stocks, config.train.max_batch_size) * config.model.sequence_length;
  return batches * perBatch * (parameters + OVERHEAD);
}

/** Features of a panel that the config asks for. */
export const featureCount = ({ features }: Pick<Config, 'features'>): number =>
  typeof features.names === 'string' ? FEATURE_SETS[features.names].length : features.names.length;

/** Seconds a unit of work, as a phase that has ended took; null where it does not tell. @param config its own */
export function measuredRate({ metrics, rows, days }: MeasuredPhase, config: Config, costs: StepCosts): number | null {
  const { steps, seconds } = metrics;
  if (!steps || !seconds || days === 0) return null;
  const stocks = rows / days;
  const { parameters } = costs.of(config, Math.ceil(stocks), featureCount(config));
  return seconds / workOf(config, steps * config.train.accumulation, stocks, parameters);
}

/** @param threads that the engine will have */
export const assumedRate = (threads: number): number =>
  RULE_OF_THUMB_SECONDS * (1 + BESIDE_STEPS) * (threads < 2 ? 1.5 : 1);

export const panelSeconds = (rows: number, features: number): number => rows * features * PANEL_SECONDS_PER_VALUE;
export const panelBytes = (rows: number, features: number): number => rows * features * FLOAT_BYTES;

/** Weights, two moments and the exported model, in the best and the last checkpoint, and the model once more beside them. */
export const checkpointBytes = (parameters: number): number => parameters * FLOAT_BYTES * 9;

/** Predictions of test days, kept once by the run and once by their evaluation. */
export function predictionBytes({ data, model }: Config, days: number, stocks: number): number {
  return 2 * days * stocks * data.horizons.length * (model.quantiles.length + 1) * FLOAT_BYTES;
}
