// Owns graph attention over a day's stock graph: GATv2 (Brody, Alon & Yahav 2022) behind a residual gate.
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';
import { dropout, layerNorm, linear } from './basic.ts';

/** A day's graph: for each of N stocks, k neighbours among the N rows of the batch. */
export interface Neighbourhood {
  /** [N, k] row of each neighbour; any valid row where `mask` is 0. */
  index: Tensor;
  /** [N, k] 1 where there is a neighbour. */
  mask: Tensor;
  /** [N, k, E] edge attributes. */
  edges: Tensor;
}

export interface GraphAttentionOptions {
  heads: number;
  /** Bias of the residual gate before its sigmoid: well below 0 starts the branch near identity. */
  gateStart: number;
  dropout: number;
}

/** @param h [N, H] @returns [N, H] */
export function graphAttention(scope: Scope, h: Tensor, around: Neighbourhood, options: GraphAttentionOptions): Tensor {
  const { graph } = scope;
  const [stocks, width] = h.shape;
  const hidden = Number(width);
  const { heads } = options;
  const size = hidden / heads;
  const [, k] = around.index.shape;

  const source = linear(scope.child('source'), h, hidden);
  const target = linear(scope.child('target'), h, hidden, { bias: false });
  const neighbours = target.gather(around.index);
  const edges = linear(scope.child('edge'), around.edges, hidden, { bias: false });
  const joined = neighbours
    .add(edges)
    .add(source.reshape([stocks, 1, hidden]))
    .leakyRelu(0.2);

  // One score a head as one product: each head's vector stands in its own rows of an otherwise empty matrix.
  const vectors = scope.parameter('attention', [hidden, 1], { kind: 'glorot' }, true);
  const ownHead = graph.constant(
    Array.from({ length: hidden * heads }, (_, i) => (Math.floor(Math.floor(i / heads) / size) === i % heads ? 1 : 0)),
    [hidden, heads],
  );
  const scores = joined.matmul(vectors.mul(ownHead));
  const mask = around.mask.reshape([stocks, k, 1]);
  const weights = scores.add(mask.sub(1).mul(1e9)).softmax(1).mul(mask);
  const kept = dropout(scope, weights, options.dropout);
  const mixed = neighbours
    .reshape([stocks, k, heads, size])
    .mul(kept.reshape([stocks, k, heads, 1]))
    .sum([1])
    .reshape([stocks, hidden]);
  const heard = layerNorm(scope.child('norm'), mixed).elu();
  const gate = linear(scope.child('gate'), graph.concat([h, heard], 1), hidden, {
    biasStart: options.gateStart,
  }).sigmoid();
  // A stock without neighbours hears nothing and stays as it is.
  const hears = around.mask.max([1], { keepDims: true });
  return h.add(gate.mul(heard.sub(h)).mul(hears));
}
