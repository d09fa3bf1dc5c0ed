// Owns how each operation passes a gradient to its inputs: one entry an operation. A rule may return gradients of the
// broadcast shape; gradients.ts sums them back. 'none' marks operations whose value does not vary with their inputs
// where it has a derivative.
import { AppError } from '../base/errors.ts';
import type { OpAttrs, OpName } from './ops.ts';
import type { Tensor } from './tensor.ts';

/** @param g gradient of the loss with respect to `y`, of y's shape */
type Rule<O extends OpName> =
  | 'none'
  | ((g: Tensor, y: Tensor, inputs: readonly Tensor[], attrs: OpAttrs[O]) => readonly (Tensor | undefined)[]);

/** Gives a reduced tensor its dropped axes back, as ones, so that it broadcasts against the reduction's input. */
function keepAxes(g: Tensor, x: Tensor, { axes, keepDims }: OpAttrs['sum']): Tensor {
  if (keepDims) return g;
  const dropped = new Set(axes);
  return g.reshape(x.shape.map((dim, i) => (dropped.has(i) ? 1 : dim)));
}

const inverse = (perm: readonly number[]): number[] => perm.map((_, i) => perm.indexOf(i));
/** Moves the row axis behind the batch axes' front: [...batch, M, K] -> [M, ...batch, K]. */
const rowsToFront = (x: Tensor): Tensor => {
  const rank = x.rank;
  return x.transpose([rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1]);
};

const gradientOfMatmul: Rule<'matmul'> = (g, _y, [a, b], { transA, transB, rowsFirstA, rowsFirstB }) => {
  // [..., M, K] @ [K, N]: one flat product sums over the batch as it goes.
  if (b.rank === 2 && !transA && !rowsFirstA && !rowsFirstB) {
    const flatG = g.reshape([-1, g.shape[g.rank - 1]]);
    const flatA = a.reshape([-1, a.shape[a.rank - 1]]);
    const gradA = g.matmul(b, { transB: !transB });
    return [gradA, transB ? flatG.matmul(flatA, { transA: true }) : flatA.matmul(flatG, { transA: true })];
  }
  let gradA = transA
    ? b.matmul(g, { transA: transB, rowsFirstA: rowsFirstB, transB: true })
    : g.matmul(b, { transB: !transB, rowsFirstB });
  let gradB = transB
    ? g.matmul(a, { transA: true, transB: transA, rowsFirstB: rowsFirstA })
    : a.matmul(g, { transA: !transA, rowsFirstA });
  if (rowsFirstA) gradA = rowsToFront(gradA);
  if (rowsFirstB) gradB = rowsToFront(gradB);
  return [gradA, gradB];
};

/**
 * Of a value v = a y behind a gate y = sigmoid(x): dx = (g a) y (1 - y) = (g y)(a - v). Both terms are at hand, g y as the gradient of a.
 * @param g gradient of y @returns undefined where y is no gate
 */
function gradientOfGate(g: Tensor, y: Tensor): Tensor | undefined {
  if (!g.is('mul')) return undefined;
  const [sent, a] = g.inputs;
  const v = y.graph.find('mul', [a, y], {});
  return v && sent.mul(y).mul(a.sub(v));
}

/** The value varies with its inputs, but only the gradient of a gradient would ask how. */
const refused = (_g: Tensor, y: Tensor): never => {
  throw new AppError('model/not-differentiable', { op: y.op });
};

export const gradientRules: { readonly [O in OpName]: Rule<O> } = {
  input: 'none',
  constant: 'none',
  add: (g) => [g, g],
  sub: (g) => [g, g.neg()],
  mul: (g, _, [a, b]) => (a === b ? [g.mul(a).mul(2), undefined] : [g.mul(b), g.mul(a)]),
  div: (g, y, [, b]) => {
    const scaled = g.div(b);
    return [scaled, scaled.mul(y).neg()];
  },
  pow: (g, y, [a, b]) => {
    const gradA = g.mul(b).mul(a.pow(b.sub(1)));
    // An exponent that is a literal needs no gradient, and log(a) would be NaN for a < 0.
    return [gradA, b.is('constant') ? undefined : g.mul(y).mul(a.log())];
  },
  // Ties give the whole gradient to the first operand.
  maximum: (g, _, [a, b]) => {
    const first = a.greaterEqual(b).cast('f32');
    const toFirst = g.mul(first);
    return [toFirst, g.sub(toFirst)];
  },
  minimum: (g, _, [a, b]) => {
    const first = a.lessEqual(b).cast('f32');
    const toFirst = g.mul(first);
    return [toFirst, g.sub(toFirst)];
  },
  less: 'none',
  lessEqual: 'none',
  greater: 'none',
  greaterEqual: 'none',
  equal: 'none',
  and: 'none',
  not: 'none',
  where: (g, _, [condition]) => [undefined, g.graph.where(condition, g, 0), g.graph.where(condition, 0, g)],
  neg: (g) => [g.neg()],
  abs: (g, _, [x]) => [g.mul(x.sign())],
  sign: 'none',
  exp: (g, y) => [g.mul(y)],
  log: (g, _, [x]) => [g.div(x)],
  sqrt: (g, y) => [g.div(y).mul(0.5)],
  erf: (g, _, [x]) => [g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))],
  floor: 'none',
  reciprocal: (g, y) => [g.mul(y.square()).neg()],
  sigmoid: (g, y) => [gradientOfGate(g, y) ?? g.mul(y).mul(y.graph.constant(1).sub(y))],
  tanh: (g, y) => [g.sub(g.mul(y.square()))],
  relu: (g, _, [x]) => [g.graph.where(x.greater(0), g, 0)],
  softplus: (g, _, [x]) => [g.mul(x.sigmoid())],
  leakyRelu: (g, _, [x], { alpha }) => [g.graph.where(x.greater(0), g, g.mul(alpha))],
  // d/dx alpha (exp x - 1) = y + alpha below zero.
  elu: (g, y, [x], { alpha }) => [
    g.mul(alpha === 1 ? y.minimum(0).add(1) : g.graph.where(x.greater(0), 1, y.add(alpha))),
  ],
  gelu: (g, _, [x]) => {
    const normalCdf = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
    const density = x
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return [g.mul(normalCdf.add(x.mul(density)))];
  },
  silu: (g, y, [x]) => {
    const gate = x.sigmoid();
    return [g.mul(gate.add(y.mul(gate.graph.constant(1).sub(gate))))];
  },
  clip: (g, _, [x], { min, max }) => [g.mul(x.greaterEqual(min).and(x.lessEqual(max)).cast('f32'))],
  cast: (g, _, [x]) => [x.dtype === 'f32' ? g : undefined],
  matmul: gradientOfMatmul,
  softmax: (g, y, _, { axis }) => {
    const weighted = g.mul(y);
    return [weighted.sub(y.mul(weighted.sum([axis], { keepDims: true })))];
  },
  logSoftmax: (g, y, _, { axis }) => [g.sub(y.exp().mul(g.sum([axis], { keepDims: true })))],
  layerNorm: (g, _y, [x, scale], { epsilon }) => {
    const last = [x.rank - 1];
    const rstd = x.graph.node('normRstd', [x], { epsilon });
    const normal = x.sub(x.graph.node('normMean', [x], { epsilon })).mul(rstd);
    const scaled = g.mul(scale);
    const along = normal.mul(scaled.mul(normal).mean(last, { keepDims: true }));
    const gradX = scaled
      .sub(scaled.mean(last, { keepDims: true }))
      .sub(along)
      .mul(rstd);
    return [gradX, g.mul(normal), g];
  },
  normMean: refused,
  normRstd: refused,
  sum: (g, _, [x], attrs) => [keepAxes(g, x, attrs).broadcast(x.shape)],
  mean: (g, _, [x], attrs) => [keepAxes(g, x, attrs).div(x.size(attrs.axes)).broadcast(x.shape)],
  // Ties share the gradient equally, so that the rule is symmetric in its inputs.
  max: (g, y, [x], attrs) => {
    const chosen = x.equal(keepAxes(y, x, attrs)).cast('f32');
    const shared = keepAxes(g, x, attrs).div(chosen.sum(attrs.axes, { keepDims: true }));
    return [chosen.mul(shared)];
  },
  sumSquare: (g, _, [x], attrs) => [x.mul(keepAxes(g, x, attrs).mul(2))],
  size: 'none',
  reshape: (g, _, [x]) => [g.reshape(x.shape)],
  transpose: (g, _, __, { perm }) => [g.transpose(inverse(perm))],
  concat: (g, _, inputs, { axis }) => {
    let start = 0;
    return inputs.map((input) => {
      const size = input.shape[axis];
      if (typeof size !== 'number') throw new AppError('model/not-differentiable', { op: 'concat' });
      return g.slice(axis, start, (start += size));
    });
  },
  slice: (g, _, [x], { axis, start, end }) => [g.pad(axis, start, Number(x.shape[axis]) - end)],
  pad: (g, y, _, { axis, before, after }) => [g.slice(axis, before, Number(y.shape[axis]) - after)],
  broadcast: (g) => [g],
  gather: (g, _, [data, index]) => [g.graph.node('scatterAdd', [index, g], { rows: data.shape[0] }), undefined],
  scatterAdd: (g, _, [index]) => [undefined, g.gather(index)],
  takeAlong: (g, _, [data, index], { axis }) => [
    g.graph.node('putAlong', [index, g], { axis, size: data.shape[axis] }),
    undefined,
  ],
  putAlong: (g, _, [index], { axis }) => [undefined, g.takeAlong(index, axis)],
  cumsum: (g, _, __, { axis, exclusive, reverse }) => [g.cumsum(axis, { exclusive, reverse: !reverse })],
  stopGradient: 'none',
  customGradient: (g, y, _, { rule }) => [undefined, ...y.graph.gradientRules[rule](g)],
};
