// Owns the small layers: linear, layer norm, dropout, gated linear unit, gated residual network.
import type { Shape } from '../../tensor/dims.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';

export interface LinearOptions {
  bias?: boolean;
  /** Starting value of the bias. */
  biasStart?: number;
}

/** x [..., in] -> [..., units]. */
export function linear(
  scope: Scope,
  x: Tensor,
  units: number,
  { bias = true, biasStart = 0 }: LinearOptions = {},
): Tensor {
  const product = x.matmul(scope.matrix('weight', Number(x.shape[x.rank - 1]), units));
  return bias ? product.add(scope.vector('bias', units, biasStart)) : product;
}

export function layerNorm(scope: Scope, x: Tensor): Tensor {
  const width = Number(x.shape[x.rank - 1]);
  return x.layerNorm(scope.vector('scale', width, 1), scope.vector('bias', width));
}

/**
 * Inverted dropout. `maskShape` broadcasts against x: one mask for all days of a sequence, as recurrent dropout wants
 * (Gal & Ghahramani 2016), also costs less to draw.
 */
export function dropout(scope: Scope, x: Tensor, rate: number, maskShape: Shape = x.shape): Tensor {
  if (!scope.noise || rate === 0) return x;
  const kept = scope.noise.uniform(scope.graph, maskShape).greaterEqual(rate).cast('f32');
  return x.mul(kept.mul(1 / (1 - rate)));
}

/** Gated linear unit: half of a projection, gated by the other half (Dauphin et al. 2017). */
export function gatedLinear(scope: Scope, x: Tensor, units: number): Tensor {
  return linear(scope.child('value'), x, units).mul(linear(scope.child('gate'), x, units).sigmoid());
}

/**
 * Gated residual network (Lim et al. 2021, eq. 2-4): LayerNorm(skip + GLU(W1 ELU(W2 x))). The skip is projected where the
 * width changes.
 */
export function gatedResidual(scope: Scope, x: Tensor, hidden: number, units: number, rate: number): Tensor {
  const inner = linear(scope.child('hidden'), x, hidden).elu();
  const dropped = dropout(scope, inner, rate, lastDaysMask(inner));
  const skip = x.shape[x.rank - 1] === units ? x : linear(scope.child('skip'), x, units, { bias: false });
  return layerNorm(scope.child('norm'), skip.add(gatedLinear(scope.child('gated'), dropped, units)));
}

/** The mask shape of a [T, N, H] sequence or a [N, H] cross-section: one for all days. */
export function lastDaysMask(x: Tensor): Shape {
  return x.shape.slice(-2);
}
