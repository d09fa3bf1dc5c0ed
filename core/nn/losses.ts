// Owns the losses of a day's cross-section. Every one is averaged over horizons by their weights, takes rows whose target is
// known, and is finite for a constant prediction.
import type { Tensor } from '../tensor/tensor.ts';

export interface LossInputs {
  /** [N, H, Q] predicted quantiles. */
  predicted: Tensor;
  /** [N, H] targets; any finite value where unknown. */
  target: Tensor;
  /** [N, H] the targets' ranks within the day. */
  targetRank: Tensor;
  /** [N, H] 1 where the target is known. */
  known: Tensor;
  /** [A] rows against which ranks are taken. */
  anchors: Tensor;
  quantiles: readonly number[];
  horizonWeights: readonly number[];
}

export const LOSS_PARTS = ['pinball', 'mse', 'rank_ic', 'ic', 'sharpe'] as const;
export type LossPart = (typeof LOSS_PARTS)[number];

const EPSILON = 1e-6;
/** Width of the comparison in the soft rank, in standard deviations of the day's predictions. */
const RANK_TEMPERATURE = 0.25;

/** Mean over known rows: [N, H] -> [1, H]. */
function knownMean(x: Tensor, known: Tensor): Tensor {
  const count = known.sum([0], { keepDims: true }).maximum(1);
  return x.mul(known).sum([0], { keepDims: true }).div(count);
}

/** Known rows less their mean, unknown ones 0. */
const centred = (x: Tensor, known: Tensor): Tensor => x.sub(knownMean(x, known)).mul(known);

/** Pearson correlation of each horizon, [1, H]. */
function correlation(a: Tensor, b: Tensor, known: Tensor): Tensor {
  const x = centred(a, known);
  const y = centred(b, known);
  const along = x.mul(y).sum([0], { keepDims: true });
  const scale = x
    .sumSquare([0], { keepDims: true })
    .add(EPSILON)
    .mul(y.sumSquare([0], { keepDims: true }).add(EPSILON));
  return along.div(scale.sqrt());
}

/**
 * Share of the anchors that each prediction exceeds, softly: a differentiable rank in [0, 1]. With the day's own rows as
 * anchors it is the usual pairwise soft rank; a random part of them estimates it without bias at a lower cost.
 * @param x [N, H] @returns [N, H]
 */
function softRank(x: Tensor, known: Tensor, anchors: Tensor): Tensor {
  const middle = centred(x, known);
  const deviation = knownMean(middle.square(), known).add(EPSILON).sqrt();
  const standard = middle.div(deviation.mul(RANK_TEMPERATURE));
  const [rows, horizons] = x.shape;
  const [count] = anchors.shape;
  // Horizons first: the comparisons of a horizon lie side by side, an order that broadcasting and sums are quick in.
  const byHorizon = (values: Tensor): Tensor => values.transpose([1, 0]);
  const others = byHorizon(standard.gather(anchors)).reshape([horizons, 1, count]);
  return byHorizon(byHorizon(standard).reshape([horizons, rows, 1]).sub(others).sigmoid().mean([2]));
}

/** Each part of the loss as a scalar, for one day. */
export function lossParts(inputs: LossInputs): Record<LossPart, Tensor> {
  const { predicted, target, targetRank, known, anchors, quantiles, horizonWeights } = inputs;
  const { graph } = predicted;
  const [rows, horizons] = target.shape;
  const total = horizonWeights.reduce((sum, weight) => sum + weight, 0);
  const shares = graph.constant(
    horizonWeights.map((weight) => weight / total),
    [1, horizonWeights.length],
  );
  const overHorizons = (perHorizon: Tensor): Tensor => perHorizon.mul(shares).sum();
  const median = predicted.at(2, Math.floor(quantiles.length / 2));

  const error = target.reshape([rows, horizons, 1]).sub(predicted);
  const levels = graph.constant(quantiles, [quantiles.length]);
  const tilted = error
    .mul(levels)
    .maximum(error.mul(levels.sub(1)))
    .mean([2]);

  const relative = centred(median, known);
  const book = relative
    .div(relative.abs().sum([0], { keepDims: true }).add(EPSILON))
    .mul(target)
    .mul(known);
  const gain = knownMean(book, known);
  const risk = knownMean(centred(book, known).square(), known).add(1e-8).sqrt();
  const one = graph.constant(1);
  return {
    pinball: overHorizons(knownMean(tilted, known)),
    mse: overHorizons(knownMean(relative.sub(centred(target, known)).square(), known)),
    rank_ic: one.sub(overHorizons(correlation(softRank(median, known, anchors), targetRank, known))),
    ic: one.sub(overHorizons(correlation(median, target, known))),
    sharpe: overHorizons(gain.div(risk)).neg(),
  };
}
