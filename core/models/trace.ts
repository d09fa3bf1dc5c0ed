// Owns the tracing of a named model into its three graphs: layout of weights, training step, inference.
import { adamW, type AdamWOptions, optimiserInputs } from '../nn/optimiser.ts';
import { LOSS_PARTS, type LossPart, lossParts } from '../nn/losses.ts';
import { collectParameters, flatParameters, ParameterLayout } from '../nn/parameters.ts';
import { Noise, type NoiseInput, Scope } from '../nn/scope.ts';
import { gradients } from '../tensor/gradients.ts';
import { Graph, type Tensor } from '../tensor/tensor.ts';
import { type ModelConfig, type ModelShape, modelInputs } from './atft-gat-fan.ts';
import { models } from './registry.ts';

/** The weights that a model has, in their order. */
export function layoutOf(config: ModelConfig, shape: ModelShape): ParameterLayout {
  const graph = new Graph();
  const { source, specs } = collectParameters(graph);
  models[config.name](new Scope(graph, source), modelInputs(graph, config, shape), config, shape);
  return new ParameterLayout(specs);
}

/** Inference from the flat weights, which stay in place between days. Output: quantiles [N, H, Q]. */
export function traceInference(
  config: ModelConfig,
  shape: ModelShape,
  layout: ParameterLayout,
): Record<string, Tensor> {
  const graph = new Graph();
  const { source } = flatParameters(graph.input('weights', [layout.size]), layout);
  return {
    quantiles: models[config.name](new Scope(graph, source), modelInputs(graph, config, shape), config, shape),
  };
}

/** Inference with each weight an input of its own name, for export: the emitter turns them into the file's initialisers. */
export function traceExport(
  config: ModelConfig,
  shape: ModelShape,
  targetScale: readonly number[],
): Record<string, Tensor> {
  const graph = new Graph();
  const { source } = collectParameters(graph);
  const quantiles = models[config.name](new Scope(graph, source), modelInputs(graph, config, shape), config, shape);
  return { quantiles: quantiles.mul(graph.constant(targetScale, [targetScale.length, 1])) };
}

export interface StepOptions {
  optimiser: AdamWOptions;
  lossWeights: Record<LossPart, number>;
  horizonWeights: readonly number[];
  /** Batches per update. */
  accumulation: number;
}

export interface TracedStep {
  outputs: Record<string, Tensor>;
  noise: readonly NoiseInput[];
  /** Modules in the order of the `module_norms` output. */
  modules: readonly string[];
}

/** Top-level module of a parameter: 'gat0.gate.weight' belongs to 'gat0'. */
const moduleOf = (parameter: string): string => parameter.slice(0, parameter.indexOf('.'));

/**
 * The whole training step: forward, losses, gradients, clipping, AdamW. Inputs beside the model's own: target, target_rank,
 * known [N, H], anchors [A], the optimiser's state and scalars, the noise. Outputs: losses [1 + parts] (the weighted sum
 * first), norm, module_norms, spread, and the next state.
 */
export function traceStep(
  config: ModelConfig,
  shape: ModelShape,
  layout: ParameterLayout,
  options: StepOptions,
): TracedStep {
  const graph = new Graph();
  const state = optimiserInputs(graph, layout.size);
  const { source, tensors } = flatParameters(state.weights, layout);
  const noise = new Noise();
  const predicted = models[config.name](
    new Scope(graph, source, noise),
    modelInputs(graph, config, shape),
    config,
    shape,
  );

  const perStock = ['N', shape.horizons];
  const known = graph.input('known', perStock);
  const parts = lossParts({
    predicted,
    target: graph.input('target', perStock),
    targetRank: graph.input('target_rank', perStock),
    known,
    anchors: graph.input('anchors', ['A'], 'i64'),
    quantiles: config.quantiles,
    horizonWeights: options.horizonWeights,
  });
  const weighted = LOSS_PARTS.map((part) => parts[part].mul(options.lossWeights[part]));
  const loss = weighted.reduce((sum, part) => sum.add(part));

  const wrt = layout.parameters.map(({ name }) => ({ name, tensor: tensors.get(name)! }));
  const separate = gradients(loss, wrt);
  const flat = graph.concat(
    separate.map((gradient) => gradient.reshape([-1])),
    0,
  );
  const modules = [...new Set(layout.parameters.map(({ name }) => moduleOf(name)))];
  const moduleNorms = modules.map((module) =>
    separate
      .filter((_, i) => moduleOf(layout.parameters[i].name) === module)
      .map((gradient) => gradient.sumSquare())
      .reduce((sum, square) => sum.add(square))
      .sqrt(),
  );
  const median = predicted.at(2, Math.floor(config.quantiles.length / 2));
  const spread = median
    .sub(median.mean([0], { keepDims: true }))
    .square()
    .mean([0])
    .sqrt()
    .mean();

  return {
    noise: noise.inputs,
    modules,
    outputs: {
      losses: graph.concat(
        [loss, ...LOSS_PARTS.map((part) => parts[part])].map((part) => part.reshape([1])),
        0,
      ),
      module_norms: graph.concat(
        moduleNorms.map((norm) => norm.reshape([1])),
        0,
      ),
      spread,
      ...update(graph, state, flat, options),
    },
  };
}

/** The update of the state: of every batch, or of the mean gradient of several. */
function update(
  graph: Graph,
  state: ReturnType<typeof optimiserInputs>,
  gradient: Tensor,
  { optimiser, accumulation }: StepOptions,
): Record<string, Tensor> {
  if (accumulation === 1) {
    const next = adamW(state, gradient, optimiser);
    return {
      norm: next.norm,
      weights_next: next.weights,
      first_moment_next: next.firstMoment,
      second_moment_next: next.secondMoment,
    };
  }
  const total = graph.input('accumulated', gradient.shape).add(gradient.mul(1 / accumulation));
  // 1 at the last batch of a group, else 0.
  const due = graph.input('update_due', []).greater(0.5);
  const next = adamW(state, total, optimiser);
  return {
    norm: next.norm,
    weights_next: graph.where(due, next.weights, state.weights),
    first_moment_next: graph.where(due, next.firstMoment, state.firstMoment),
    second_moment_next: graph.where(due, next.secondMoment, state.secondMoment),
    accumulated_next: graph.where(due, 0, total),
  };
}
