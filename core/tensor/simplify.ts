// Owns the rewrites applied as a node is made: each returns an existing or simpler node of the same value, or undefined.
import { sameShape } from './dims.ts';
import type { OpAttrs, OpName } from './ops.ts';
import type { TypedShape } from './shape-rules.ts';
import type { Graph, Tensor } from './tensor.ts';

type Rewrite<O extends OpName> = (
  inputs: readonly Tensor[],
  attrs: OpAttrs[O],
  typed: TypedShape,
  graph: Graph,
) => Tensor | undefined;

const isFilled = (tensor: Tensor, value: number): boolean =>
  tensor.is('constant') && tensor.attrs.values.length === 1 && tensor.attrs.values[0] === value;

/** A broadcast feeding an elementwise operation is dropped where the other operand already has the full shape. */
function withoutBroadcast<O extends 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum'>(op: O): Rewrite<O> {
  return ([a, b], _attrs, typed, graph) => {
    if (a.is('broadcast') && sameShape(b.shape, typed.shape)) return graph.node(op, [a.inputs[0], b], {});
    if (b.is('broadcast') && sameShape(a.shape, typed.shape)) return graph.node(op, [a, b.inputs[0]], {});
    return undefined;
  };
}

/** Drops `value` as the neutral element on the right (and the left, when the operation commutes). */
function neutral<O extends 'add' | 'sub' | 'mul' | 'div'>(op: O, value: number, commutes: boolean): Rewrite<O> {
  const strip = withoutBroadcast(op);
  return (inputs, attrs, typed, graph) => {
    const [a, b] = inputs;
    if (isFilled(b, value) && sameShape(a.shape, typed.shape)) return a;
    if (commutes && isFilled(a, value) && sameShape(b.shape, typed.shape)) return b;
    return strip(inputs, attrs as never, typed, graph);
  };
}

/**
 * (y A + a) B = y (A B) + a B: taken where y is narrower than what A makes of it, so that the product over many rows has the
 * shorter inner dimension. Both sides keep their own weights and gradients.
 */
const reassociated: Rewrite<'matmul'> = ([x, b], { transA, transB, rowsFirstA, rowsFirstB }) => {
  if (transA || transB || rowsFirstA || rowsFirstB || b.rank !== 2) return undefined;
  const [product, bias] = x.is('add') ? x.inputs : [x, undefined];
  if (!product.is('matmul') || bias?.rank !== 1) return undefined;
  const [y, a] = product.inputs;
  if (a.rank !== 2 || Object.values(product.attrs).some(Boolean) || y.rank < 3) return undefined;
  const [narrow, wide] = a.shape;
  if (typeof narrow !== 'number' || typeof wide !== 'number' || 2 * narrow > wide) return undefined;
  return y.matmul(a.matmul(b)).add(
    bias
      .reshape([1, wide])
      .matmul(b)
      .reshape([Number(b.shape[1])]),
  );
};

/** (c x) B = x (c B): a weight matrix is scaled in less time than the rows that it meets. */
const scaledWeights: Rewrite<'matmul'> = ([x, b], attrs, _typed, graph) => {
  if (b.rank !== 2 || x.rank < 3 || !x.is('mul')) return undefined;
  const factor = x.inputs.find((input) => input.is('constant') && input.rank === 0);
  const rows = x.inputs.find((input) => input !== factor);
  return factor && rows && graph.node('matmul', [rows, b.mul(factor)], attrs);
};

const rewrites: { readonly [O in OpName]?: Rewrite<O> } = {
  add: neutral('add', 0, true),
  sub: neutral('sub', 0, false),
  mul: neutral('mul', 1, true),
  div: neutral('div', 1, false),
  maximum: withoutBroadcast('maximum'),
  minimum: withoutBroadcast('minimum'),
  neg: ([x]) => (x.is('neg') ? x.inputs[0] : undefined),
  cast: ([x], { to }) => (x.dtype === to ? x : undefined),
  // The sum is the smaller one to turn.
  sum: ([x], attrs, _typed, graph) =>
    attrs.axes.length === 0 ? x : x.is('neg') ? graph.node('sum', x.inputs, attrs).neg() : undefined,
  mean: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  max: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  sumSquare: ([x], { axes }) => (axes.length === 0 ? x.mul(x) : undefined),
  matmul: (inputs, attrs, typed, graph) =>
    scaledWeights(inputs, attrs, typed, graph) ?? reassociated(inputs, attrs, typed, graph),
  reshape: ([x], { shape }) =>
    sameShape(x.shape, shape) ? x : x.is('reshape') ? x.inputs[0].reshape(shape) : undefined,
  transpose: ([x], { perm }) => {
    if (perm.every((axis, i) => axis === i)) return x;
    if (!x.is('transpose')) return undefined;
    const inner = x.attrs.perm;
    return x.inputs[0].transpose(perm.map((axis) => inner[axis]));
  },
  broadcast: ([x], { shape }) => (sameShape(x.shape, shape) ? x : undefined),
  concat: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  slice: ([x], { axis, start, end }) => {
    if (start === 0 && end === x.shape[axis]) return x;
    if (!x.is('concat') || x.attrs.axis !== axis) return undefined;
    let at = 0;
    for (const part of x.inputs) {
      const size = part.shape[axis];
      if (typeof size !== 'number') return undefined;
      if (start >= at && end <= at + size) return part.slice(axis, start - at, end - at);
      at += size;
    }
    return undefined;
  },
  pad: ([x], { before, after }) => (before === 0 && after === 0 ? x : undefined),
};

export function simplify<O extends OpName>(
  graph: Graph,
  op: O,
  inputs: readonly Tensor[],
  attrs: OpAttrs[O],
  typed: TypedShape,
): Tensor | undefined {
  return rewrites[op]?.(inputs, attrs, typed, graph);
}
