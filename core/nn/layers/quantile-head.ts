// Owns the heads that turn a stock's state into quantiles of its forward return over each horizon.
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';
import { linear } from './basic.ts';

/**
 * Quantiles never cross: the middle one is free, the others stand off from it by positive steps.
 * @param z [N, H] @returns [N, horizons, quantiles]
 */
export function quantileHead(scope: Scope, z: Tensor, horizons: number, quantiles: number): Tensor {
  const { graph } = scope;
  const [stocks, hidden] = z.shape;
  const inner = linear(scope.child('hidden'), z, Number(hidden)).silu();
  const raw = linear(scope.child('output'), inner, horizons * quantiles).reshape([stocks, horizons, quantiles]);
  const middle = Math.floor(quantiles / 2);
  const columns = new Array<Tensor>(quantiles);
  columns[middle] = raw.slice(2, middle, middle + 1);
  for (let i = middle + 1; i < quantiles; i++) columns[i] = columns[i - 1].add(raw.slice(2, i, i + 1).softplus());
  for (let i = middle - 1; i >= 0; i--) columns[i] = columns[i + 1].sub(raw.slice(2, i, i + 1).softplus());
  return graph.concat(columns, 2);
}
