// Owns the list of primitive operations and their attributes. Every rule table of the compiler (shapes, gradients, reference
// evaluation, ONNX emission, TensorFlow.js) is a `{ [O in OpName]: ... }` over this list: a missing entry does not compile.
import type { Dim, Shape } from './dims.ts';

export type DType = 'f32' | 'i64' | 'bool';

interface Axes {
  /** Ascending, non-negative. */
  axes: readonly number[];
  keepDims: boolean;
}
type None = Record<never, never>;

/** Attributes of each primitive; inputs are named in its shape rule (shape-rules.ts). */
export interface OpAttrs {
  /** A value fed at run time. */
  input: { name: string; shape: Shape; dtype: DType };
  /** A literal; `values` in row-major order, one value alone fills the shape. */
  constant: { values: readonly number[]; shape: readonly number[]; dtype: DType };

  add: None;
  sub: None;
  mul: None;
  div: None;
  pow: None;
  maximum: None;
  minimum: None;
  less: None;
  lessEqual: None;
  greater: None;
  greaterEqual: None;
  equal: None;
  and: None;
  not: None;
  where: None;

  neg: None;
  abs: None;
  sign: None;
  exp: None;
  log: None;
  sqrt: None;
  erf: None;
  floor: None;
  reciprocal: None;
  sigmoid: None;
  tanh: None;
  relu: None;
  softplus: None;
  leakyRelu: { alpha: number };
  elu: { alpha: number };
  gelu: None;
  silu: None;
  clip: { min: number; max: number };
  cast: { to: DType };

  /**
   * Batched product of the last two axes. transA/transB swap those two; batchFirstA/B say that the operand's row axis stands
   * before its batch axes: [M, ...batch, K] is read as [...batch, M, K].
   */
  matmul: { transA: boolean; transB: boolean; rowsFirstA: boolean; rowsFirstB: boolean };

  softmax: { axis: number };
  logSoftmax: { axis: number };
  /** (x, scale, bias) over the last axis. */
  layerNorm: { epsilon: number };
  /** Mean over the last axis, kept, and 1 / sqrt(variance + epsilon) over the last axis, kept. */
  normMean: { epsilon: number };
  normRstd: { epsilon: number };

  sum: Axes;
  mean: Axes;
  max: Axes;
  sumSquare: Axes;
  /** Number of elements along the axes, as a scalar. */
  size: { axes: readonly number[] };

  reshape: { shape: Shape };
  transpose: { perm: readonly number[] };
  concat: { axis: number };
  slice: { axis: number; start: number; end: number };
  /** Zeros before and after along an axis: the adjoint of slice. */
  pad: { axis: number; before: number; after: number };
  broadcast: { shape: Shape };

  /** (data, index): rows of axis 0 picked by an index of any shape. */
  gather: None;
  /** (index, updates): zeros of `rows` rows, the updates added at their rows; adjoint of gather. */
  scatterAdd: { rows: Dim };
  /** (data, index) of equal rank: one element picked along the axis for each index. */
  takeAlong: { axis: number };
  /** (index, updates): zeros with `size` along the axis, updates added; adjoint of takeAlong. */
  putAlong: { axis: number; size: Dim };
  cumsum: { axis: number; exclusive: boolean; reverse: boolean };

  /** The same value with no gradient. */
  stopGradient: None;
  /** (value, ...sources): the value, whose gradient for the sources is a hand-written rule kept by the graph. */
  customGradient: { rule: number };
}

export type OpName = keyof OpAttrs;
