// Owns what each operation is in TensorFlow.js: one rule an operation. What a backend lacks (an error function on wasm, index
// arithmetic along an axis, softmax over inner axes) is composed of operations that every backend has.
import * as tf from '@tensorflow/tfjs-core';
import { broadcastShapes, type DimEnv, resolveDim, resolveShape, stridesOf } from '../tensor/dims.ts';
import type { DType, OpAttrs, OpName } from '../tensor/ops.ts';

type Rule<O extends OpName> = (inputs: readonly tf.Tensor[], attrs: OpAttrs[O], env: DimEnv) => tf.Tensor;

/** int64 is held as int32: indices and counts stay far below 2^31. */
export const TFJS_TYPE = { f32: 'float32', i64: 'int32', bool: 'bool' } as const satisfies Record<DType, tf.DataType>;

const unary =
  (f: (x: tf.Tensor) => tf.Tensor) =>
  ([x]: readonly tf.Tensor[]): tf.Tensor =>
    f(x);
const binary =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  ([a, b]: readonly tf.Tensor[]): tf.Tensor =>
    f(a, b);
const reduce =
  (f: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor) =>
  ([x]: readonly tf.Tensor[], { axes, keepDims }: OpAttrs['sum']): tf.Tensor =>
    f(x, [...axes], keepDims);

/** Another handle on the same memory, so that every node owns exactly one. */
const alias = ([x]: readonly tf.Tensor[]): tf.Tensor => x.clone();

/** Abramowitz & Stegun 7.1.26, absolute error below 1.5e-7: the wasm backend has no error function. */
function erf(x: tf.Tensor): tf.Tensor {
  const size = tf.abs(x);
  const t = tf.reciprocal(tf.add(tf.mul(size, 0.3275911), 1));
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592].reduce<tf.Tensor>(
    (sum, coefficient) => tf.mul(tf.add(sum, coefficient), t),
    tf.zerosLike(x),
  );
  return tf.mul(tf.sign(x), tf.sub(1, tf.mul(series, tf.exp(tf.neg(tf.square(size))))));
}

/** Rows before the batch become rows after it. */
function batchFirst(x: tf.Tensor, rowsFirst: boolean): tf.Tensor {
  const rank = x.rank;
  if (!rowsFirst || rank < 3) return x;
  return tf.transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i + 1), 0, rank - 1]);
}

function matmul([a, b]: readonly tf.Tensor[], flags: OpAttrs['matmul']): tf.Tensor {
  const left = batchFirst(a, flags.rowsFirstA);
  const right = batchFirst(b, flags.rowsFirstB);
  if (right.rank === 2 && left.rank > 2 && !flags.transA) {
    const width = left.shape[left.rank - 1];
    const flat: tf.Tensor = tf.matMul(tf.reshape(left, [-1, width]), right, false, flags.transB);
    return tf.reshape(flat, [...left.shape.slice(0, -1), flat.size / (left.size / width)]);
  }
  // Not every backend broadcasts batch axes in both directions.
  const batch = broadcastShapes('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2)).map(Number);
  const spread = (x: tf.Tensor): tf.Tensor => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return tf.matMul(spread(left), spread(right), flags.transA, flags.transB);
}

const shifted = (x: tf.Tensor, axis: number): tf.Tensor => tf.sub(x, tf.max(x, axis, true));
const softmax = ([x]: readonly tf.Tensor[], { axis }: OpAttrs['softmax']): tf.Tensor => {
  if (axis === x.rank - 1) return tf.softmax(x);
  const powers = tf.exp(shifted(x, axis));
  return tf.div(powers, tf.sum(powers, axis, true));
};
const logSoftmax = ([x]: readonly tf.Tensor[], { axis }: OpAttrs['logSoftmax']): tf.Tensor => {
  const from = shifted(x, axis);
  return tf.sub(from, tf.log(tf.sum(tf.exp(from), axis, true)));
};

function moments(x: tf.Tensor, epsilon: number): { centred: tf.Tensor; rstd: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return { centred, rstd: tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)) };
}

/** Indices counted from the end become positions. */
const fromStart = (index: tf.Tensor, size: number): tf.Tensor =>
  tf.where(tf.less(index, 0), tf.add(index, tf.scalar(size, 'int32')), index);

/** For an index along `axis`, the positions in the flat data of a tensor of `shape` that agrees with it on the other axes. */
function flatPositions(index: tf.Tensor, shape: readonly number[], axis: number): tf.Tensor {
  const strides = stridesOf(shape);
  let positions = tf.mul(fromStart(index, shape[axis]), tf.scalar(strides[axis], 'int32'));
  index.shape.forEach((size, i) => {
    if (i === axis || size === 1) return;
    const steps = tf.mul(tf.range(0, size, 1, 'int32'), tf.scalar(strides[i], 'int32'));
    positions = tf.add(
      positions,
      tf.reshape(
        steps,
        index.shape.map((_, other) => (other === i ? size : 1)),
      ),
    );
  });
  return tf.reshape(positions, [-1]);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function scatterRows(positions: tf.Tensor, updates: tf.Tensor, rows: number): tf.Tensor {
  return tf.scatterND(tf.reshape(positions, [-1, 1]), updates, [rows, ...updates.shape.slice(1)]);
}

export const tfjsRules: { readonly [O in OpName]: Rule<O> } = {
  input: () => {
    throw new Error('unreachable: inputs are fed');
  },
  constant: (_, { values, shape, dtype }) =>
    values.length === 1
      ? tf.fill([...shape], values[0], TFJS_TYPE[dtype])
      : tf.tensor([...values], [...shape], TFJS_TYPE[dtype]),
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div),
  pow: binary(tf.pow),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  less: binary(tf.less),
  lessEqual: binary(tf.lessEqual),
  greater: binary(tf.greater),
  greaterEqual: binary(tf.greaterEqual),
  equal: binary(tf.equal),
  and: binary(tf.logicalAnd),
  not: unary(tf.logicalNot),
  where: ([condition, a, b]) => tf.where(condition, a, b),
  neg: unary(tf.neg),
  abs: unary(tf.abs),
  sign: unary(tf.sign),
  exp: unary(tf.exp),
  log: unary(tf.log),
  sqrt: unary(tf.sqrt),
  erf: unary(erf),
  floor: unary(tf.floor),
  reciprocal: unary(tf.reciprocal),
  sigmoid: unary(tf.sigmoid),
  tanh: unary(tf.tanh),
  relu: unary(tf.relu),
  softplus: unary(tf.softplus),
  leakyRelu: ([x], { alpha }) => tf.leakyRelu(x, alpha),
  elu: ([x], { alpha }) =>
    alpha === 1 ? tf.elu(x) : tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(tf.minimum(x, 0)), alpha)),
  gelu: unary((x) => tf.mul(tf.mul(x, 0.5), tf.add(erf(tf.mul(x, Math.SQRT1_2)), 1))),
  silu: unary((x) => tf.mul(x, tf.sigmoid(x))),
  clip: ([x], { min, max }) => tf.clipByValue(x, min, max),
  cast: ([x], { to }) => (to === 'bool' ? tf.notEqual(x, tf.scalar(0, x.dtype as 'int32')) : tf.cast(x, TFJS_TYPE[to])),
  matmul,
  softmax,
  logSoftmax,
  layerNorm: ([x, scale, bias], { epsilon }) => {
    const { centred, rstd } = moments(x, epsilon);
    return tf.add(tf.mul(tf.mul(centred, rstd), scale), bias);
  },
  normMean: unary((x) => tf.mean(x, -1, true)),
  normRstd: ([x], { epsilon }) => moments(x, epsilon).rstd,
  sum: reduce(tf.sum),
  mean: reduce(tf.mean),
  max: reduce(tf.max),
  sumSquare: reduce((x, axes, keepDims) => tf.sum(tf.square(x), axes, keepDims)),
  size: ([x], { axes }) => tf.scalar(axes.reduce((product, axis) => product * x.shape[axis], 1)),
  reshape: ([x], { shape }, env) => tf.reshape(x, resolveShape(shape, env)),
  transpose: ([x], { perm }) => tf.transpose(x, [...perm]),
  concat: (inputs, { axis }) => tf.concat([...inputs], axis),
  slice: ([x], { axis, start, end }) =>
    tf.slice(
      x,
      x.shape.map((_, i) => (i === axis ? start : 0)),
      x.shape.map((size, i) => (i === axis ? end - start : size)),
    ),
  pad: ([x], { axis, before, after }) =>
    tf.pad(
      x,
      x.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])),
    ),
  broadcast: ([x], { shape }, env) => tf.broadcastTo(x, resolveShape(shape, env)),
  gather: ([data, index]) => tf.gather(data, fromStart(index, data.shape[0])),
  scatterAdd: ([index, updates], { rows }, env) => {
    const size = resolveDim(rows, env);
    const tail = updates.shape.slice(index.rank);
    const flat = tf.reshape(updates, [-1, sizeOf(tail)]);
    return tf.reshape(scatterRows(fromStart(index, size), flat, size), [size, ...tail]);
  },
  takeAlong: ([data, index], { axis }) =>
    tf.reshape(tf.gather(tf.reshape(data, [-1]), flatPositions(index, data.shape, axis)), index.shape),
  putAlong: ([index, updates], { axis, size }, env) => {
    const shape = index.shape.map((old, i) => (i === axis ? resolveDim(size, env) : old));
    return tf.reshape(scatterRows(flatPositions(index, shape, axis), tf.reshape(updates, [-1]), sizeOf(shape)), shape);
  },
  cumsum: ([x], { axis, exclusive, reverse }) => tf.cumsum(x, axis, exclusive, reverse),
  stopGradient: alias,
  customGradient: alias,
};
