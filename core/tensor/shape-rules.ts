// Owns shape and type inference: one entry an operation, checked when a node is made.
import { AppError } from '../base/errors.ts';
import { addDims, broadcastShapes, countOf, type Dim, sameShape, type Shape, shapeText } from './dims.ts';
import type { DType, OpAttrs, OpName } from './ops.ts';

export interface TypedShape {
  shape: Shape;
  dtype: DType;
}
type Rule<O extends OpName> = (inputs: readonly TypedShape[], attrs: OpAttrs[O], op: O) => TypedShape;

function mismatch(op: string, ...shapes: Shape[]): never {
  throw new AppError('model/shape-mismatch', { op, shapes: shapes.map(shapeText).join(' ') });
}

function need(op: string, tensor: TypedShape, dtype: DType): void {
  if (tensor.dtype !== dtype) throw new AppError('model/dtype-mismatch', { op, expected: dtype, found: tensor.dtype });
}

const binary = <O extends OpName>([a, b]: readonly TypedShape[], _attrs: unknown, op: O): TypedShape => {
  if (a.dtype !== b.dtype) throw new AppError('model/dtype-mismatch', { op, expected: a.dtype, found: b.dtype });
  return { shape: broadcastShapes(op, a.shape, b.shape), dtype: a.dtype };
};
const realBinary = <O extends OpName>(inputs: readonly TypedShape[], attrs: unknown, op: O): TypedShape => {
  need(op, inputs[0], 'f32');
  return binary(inputs, attrs, op);
};
const compare = <O extends OpName>(inputs: readonly TypedShape[], attrs: unknown, op: O): TypedShape => ({
  shape: binary(inputs, attrs, op).shape,
  dtype: 'bool',
});
const unary = <O extends OpName>([x]: readonly TypedShape[], _attrs: unknown, op: O): TypedShape => {
  need(op, x, 'f32');
  return x;
};
const reduce = <O extends OpName>(
  [x]: readonly TypedShape[],
  { axes, keepDims }: OpAttrs['sum'],
  op: O,
): TypedShape => {
  need(op, x, 'f32');
  const dropped = new Set(axes);
  const shape = keepDims
    ? x.shape.map((dim, i) => (dropped.has(i) ? 1 : dim))
    : x.shape.filter((_, i) => !dropped.has(i));
  return { shape, dtype: 'f32' };
};
const withAxis = (shape: Shape, axis: number, dim: Dim): Dim[] => shape.map((old, i) => (i === axis ? dim : old));

/** The operand of a matmul as [...batch, rows, columns], transposes applied. */
export function matmulOperand(shape: Shape, transposed: boolean, rowsFirst: boolean): Dim[] {
  const rank = shape.length;
  const ordered = rowsFirst ? [...shape.slice(1, rank - 1), shape[0], shape[rank - 1]] : [...shape];
  if (transposed) ordered.push(...ordered.splice(rank - 2, 2).reverse());
  return ordered;
}

export const shapeRules: { readonly [O in OpName]: Rule<O> } = {
  input: (_, { shape, dtype }) => ({ shape, dtype }),
  constant: (_, { shape, dtype }) => ({ shape, dtype }),
  add: binary,
  sub: binary,
  mul: binary,
  // On integers the executors would truncate.
  div: realBinary,
  pow: realBinary,
  maximum: binary,
  minimum: binary,
  less: compare,
  lessEqual: compare,
  greater: compare,
  greaterEqual: compare,
  equal: compare,
  and: (inputs, attrs, op) => {
    for (const input of inputs) need(op, input, 'bool');
    return binary(inputs, attrs, op);
  },
  not: ([x], _, op) => {
    need(op, x, 'bool');
    return x;
  },
  where: ([condition, a, b], attrs, op) => {
    need(op, condition, 'bool');
    const { shape, dtype } = binary([a, b], attrs, op);
    return { shape: broadcastShapes(op, condition.shape, shape), dtype };
  },
  neg: unary,
  abs: unary,
  sign: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  erf: unary,
  floor: unary,
  reciprocal: unary,
  sigmoid: unary,
  tanh: unary,
  relu: unary,
  softplus: unary,
  leakyRelu: unary,
  elu: unary,
  gelu: unary,
  silu: unary,
  clip: unary,
  cast: ([x], { to }) => ({ shape: x.shape, dtype: to }),
  matmul: ([a, b], { transA, transB, rowsFirstA, rowsFirstB }, op) => {
    need(op, a, 'f32');
    need(op, b, 'f32');
    const [rankA, rankB] = [a.shape.length, b.shape.length];
    // A row axis that stands first cannot take batch axes before it, so such an operand has every batch axis itself.
    if (rankA < 2 || rankB < 2 || (rowsFirstA && rankA < rankB) || (rowsFirstB && rankB < rankA))
      mismatch(op, a.shape, b.shape);
    const left = matmulOperand(a.shape, transA, rowsFirstA);
    const right = matmulOperand(b.shape, transB, rowsFirstB);
    const [columns] = right.splice(-1);
    const [inner] = right.splice(-1);
    const [shared] = left.splice(-1);
    const [rows] = left.splice(-1);
    if (inner !== shared) mismatch(op, a.shape, b.shape);
    return { shape: [...broadcastShapes(op, left, right), rows, columns], dtype: 'f32' };
  },
  softmax: unary,
  logSoftmax: unary,
  layerNorm: ([x, scale, bias], _, op) => {
    const width = [x.shape.at(-1) ?? 1];
    if (!sameShape(scale.shape, width) || !sameShape(bias.shape, width)) mismatch(op, x.shape, scale.shape, bias.shape);
    return x;
  },
  normMean: ([x]) => ({ shape: withAxis(x.shape, x.shape.length - 1, 1), dtype: 'f32' }),
  normRstd: ([x]) => ({ shape: withAxis(x.shape, x.shape.length - 1, 1), dtype: 'f32' }),
  sum: reduce,
  mean: reduce,
  max: reduce,
  sumSquare: reduce,
  size: () => ({ shape: [], dtype: 'f32' }),
  reshape: ([x], { shape }, op) => {
    if (countOf(shape) !== countOf(x.shape)) mismatch(op, x.shape, shape);
    return { shape, dtype: x.dtype };
  },
  transpose: ([x], { perm }, op) => {
    const sorted = [...perm].sort((a, b) => a - b);
    if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) mismatch(op, x.shape, perm);
    return { shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype };
  },
  concat: (inputs, { axis }, op) => {
    const [first] = inputs;
    let total: Dim = 0;
    for (const { shape, dtype } of inputs) {
      if (dtype !== first.dtype)
        throw new AppError('model/dtype-mismatch', { op, expected: first.dtype, found: dtype });
      if (shape.length !== first.shape.length || shape.some((dim, i) => i !== axis && dim !== first.shape[i]))
        mismatch(op, first.shape, shape);
      total = addDims(total, shape[axis]);
    }
    return { shape: withAxis(first.shape, axis, total), dtype: first.dtype };
  },
  slice: ([x], { axis, start, end }, op) => {
    const size = x.shape[axis];
    if (typeof size !== 'number' || start < 0 || end > size || start >= end) mismatch(op, x.shape, [start, end]);
    return { shape: withAxis(x.shape, axis, end - start), dtype: x.dtype };
  },
  pad: ([x], { axis, before, after }, op) => {
    need(op, x, 'f32');
    const size = x.shape[axis];
    if (typeof size !== 'number' || before < 0 || after < 0) mismatch(op, x.shape, [before, after]);
    return { shape: withAxis(x.shape, axis, size + before + after), dtype: x.dtype };
  },
  broadcast: ([x], { shape }, op) => {
    if (!sameShape(broadcastShapes(op, x.shape, shape), shape)) mismatch(op, x.shape, shape);
    return { shape, dtype: x.dtype };
  },
  gather: ([data, index], _, op) => {
    need(op, index, 'i64');
    return { shape: [...index.shape, ...data.shape.slice(1)], dtype: data.dtype };
  },
  scatterAdd: ([index, updates], { rows }, op) => {
    need(op, index, 'i64');
    if (!sameShape(updates.shape.slice(0, index.shape.length), index.shape)) mismatch(op, index.shape, updates.shape);
    return { shape: [rows, ...updates.shape.slice(index.shape.length)], dtype: 'f32' };
  },
  takeAlong: ([data, index], { axis }, op) => {
    need(op, index, 'i64');
    if (!sameShape(withAxis(data.shape, axis, 1), withAxis(index.shape, axis, 1)))
      mismatch(op, data.shape, index.shape);
    return { shape: index.shape, dtype: data.dtype };
  },
  putAlong: ([index, updates], { axis, size }, op) => {
    need(op, index, 'i64');
    if (!sameShape(index.shape, updates.shape)) mismatch(op, index.shape, updates.shape);
    return { shape: withAxis(updates.shape, axis, size), dtype: 'f32' };
  },
  cumsum: unary,
  stopGradient: ([x]) => x,
  customGradient: ([value]) => value,
};
