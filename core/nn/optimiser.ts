// Owns the update of the weights, as part of the training graph: global-norm clipping, gradient accumulation and AdamW with
// decoupled decay (Loshchilov & Hutter 2019), all on one flat vector.
import type { Graph, Tensor } from '../tensor/tensor.ts';

export interface AdamWOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Largest global norm of the gradient. */
  clipNorm: number;
}

export const ADAMW_DEFAULTS: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2, clipNorm: 1 };

/** State and scalars of the optimiser, as graph inputs; [P] is the number of weights. */
export interface OptimiserInputs {
  weights: Tensor;
  firstMoment: Tensor;
  secondMoment: Tensor;
  /** [P] 1 where weight decay applies. */
  decayMask: Tensor;
  learningRate: Tensor;
  /** 1 - beta1^t and 1 - beta2^t. */
  correction1: Tensor;
  correction2: Tensor;
}

export function optimiserInputs(graph: Graph, size: number): OptimiserInputs {
  return {
    weights: graph.input('weights', [size]),
    firstMoment: graph.input('first_moment', [size]),
    secondMoment: graph.input('second_moment', [size]),
    decayMask: graph.input('decay_mask', [size]),
    learningRate: graph.input('learning_rate', []),
    correction1: graph.input('correction_1', []),
    correction2: graph.input('correction_2', []),
  };
}

export interface OptimiserStep {
  weights: Tensor;
  firstMoment: Tensor;
  secondMoment: Tensor;
  /** Global norm before clipping. */
  norm: Tensor;
}

/** One AdamW step from a flat gradient [P]. */
export function adamW(inputs: OptimiserInputs, gradient: Tensor, options: AdamWOptions): OptimiserStep {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = options;
  const { weights, firstMoment, secondMoment, decayMask, learningRate, correction1, correction2 } = inputs;
  const norm = gradient.sumSquare().sqrt();
  const one = gradient.graph.constant(1);
  const scale = one.minimum(norm.add(1e-6).reciprocal().mul(clipNorm));
  // The clip factor goes into the scalars, so that no pass over the weights is spent on it.
  const first = firstMoment.mul(beta1).add(gradient.mul(scale.mul(1 - beta1)));
  const second = secondMoment.mul(beta2).add(gradient.square().mul(scale.square().mul(1 - beta2)));
  const denominator = second.sqrt().mul(correction2.sqrt().reciprocal()).add(epsilon);
  const update = first.div(denominator).mul(learningRate.div(correction1));
  const decayed = weights.mul(one.sub(decayMask.mul(learningRate.mul(weightDecay))));
  return { weights: decayed.sub(update), firstMoment: first, secondMoment: second, norm };
}

/** Bias corrections after `steps` updates. */
export const corrections = (
  steps: number,
  { beta1, beta2 }: Pick<AdamWOptions, 'beta1' | 'beta2'>,
): [number, number] => [1 - beta1 ** steps, 1 - beta2 ** steps];
