// Owns variable selection: which features the model listens to, decided anew for every stock and day (Lim et al. 2021, sec. 4.2).
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';
import { gatedResidual } from './basic.ts';

export interface Selection {
  /** [T, N, F] features times their weights; weights of 1 / F leave the features as they were. */
  selected: Tensor;
  /** [T, N, F] softmax weights over the features. */
  weights: Tensor;
}

/** @param x [T, N, F] */
export function selectVariables(scope: Scope, x: Tensor, hidden: number, rate: number): Selection {
  const features = Number(x.shape[x.rank - 1]);
  const weights = gatedResidual(scope.child('weights'), x, hidden, features, rate).softmax(-1);
  return { selected: x.mul(weights).mul(features), weights };
}
