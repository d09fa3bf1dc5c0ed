// Owns interpretable multi-head attention over the days of a sequence (Lim et al. 2021, sec. 4.4).
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';
import { dropout, linear } from './basic.ts';

/**
 * The last day asks every day of its own stock; heads share their values, so that the mean of their weights says which days
 * counted.
 * @param h [T, N, H]
 * @returns context [N, H] and the mean weights [N, T]
 */
export function attendToDays(
  scope: Scope,
  h: Tensor,
  heads: number,
  rate: number,
): { context: Tensor; weights: Tensor } {
  const [days, stocks, hidden] = h.shape;
  const size = Number(hidden) / heads;
  const query = linear(scope.child('query'), h.at(0, Number(days) - 1), Number(hidden)).reshape([
    stocks,
    heads,
    size,
    1,
  ]);
  const key = linear(scope.child('key'), h, Number(hidden)).reshape([days, stocks, heads, size]);
  const value = linear(scope.child('value'), h, size);
  const scores = key.matmul(query, { rowsFirstA: true }).mul(1 / Math.sqrt(size));
  const weights = scores.softmax(2).mean([1]);
  const kept = dropout(scope, weights, rate);
  const mixed = kept.matmul(value, { transA: true, rowsFirstB: true }).reshape([stocks, size]);
  return { context: linear(scope.child('output'), mixed, Number(hidden)), weights: weights.reshape([stocks, days]) };
}
