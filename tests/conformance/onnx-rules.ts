// Owns what each ONNX operator is in our op set, where it is in it or is a line of it. Axes, shapes and bounds must be known.
import { broadcastShapes } from '../../core/tensor/dims.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { dtypeOf, Unsupported } from './onnx-archive.ts';
import type { NodeContext } from './onnx-node.ts';

type Rule = (node: NodeContext) => Tensor | Tensor[];

const sizes = (x: Tensor): number[] => x.shape.map(Number);
const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const map =
  (f: (x: Tensor) => Tensor): Rule =>
  (node) =>
    f(node.x(0));
const pair =
  (f: (a: Tensor, b: Tensor) => Tensor): Rule =>
  (node) =>
    f(node.x(0), node.x(1));
const many =
  (f: (a: Tensor, b: Tensor) => Tensor): Rule =>
  (node) =>
    node.inputs.map((_, i) => node.x(i)).reduce(f);
const or = (a: Tensor, b: Tensor): Tensor => a.not().and(b.not()).not();

/** Axes from the second input, or the attribute of older versions. */
const axesOf = (node: NodeContext): number[] | undefined => node.values(1) ?? node.attributes.ints('axes');

const reduction =
  (f: (x: Tensor, axes: number[], options: { keepDims: boolean }) => Tensor): Rule =>
  (node) => {
    const x = node.x(0);
    const given = axesOf(node) ?? [];
    const noop = node.attributes.int('noop_with_empty_axes', 0) === 1;
    const axes = given.length > 0 || noop ? given : x.shape.map((_, i) => i);
    return f(x, axes, { keepDims: node.attributes.int('keepdims', 1) === 1 });
  };

function matmul(a: Tensor, b: Tensor): Tensor {
  const left = a.rank === 1 ? a.reshape([1, ...a.shape]) : a;
  const right = b.rank === 1 ? b.reshape([...b.shape, 1]) : b;
  const out = left.matmul(right);
  const shape = [...out.shape];
  if (b.rank === 1) shape.splice(-1);
  if (a.rank === 1) shape.splice(b.rank === 1 ? -1 : -2, 1);
  return out.reshape(shape);
}

const gemm: Rule = (node) => {
  const { attributes } = node;
  const transA = attributes.int('transA', 0) === 1;
  const transB = attributes.int('transB', 0) === 1;
  const out = node.x(0).matmul(node.x(1), { transA, transB }).mul(attributes.float('alpha', 1));
  const beta = attributes.float('beta', 1);
  return node.inputs[2] ? out.add(node.inputs[2].mul(beta)) : out;
};

const layerNorm: Rule = (node) => {
  const x = node.x(0);
  const axis = axisOf(node.attributes.int('axis', -1), x.rank);
  const epsilon = node.attributes.float('epsilon', 1e-5);
  node.attributes.int('stash_type', 1);
  const lead = sizes(x).slice(0, axis);
  const width = product(sizes(x).slice(axis));
  const flat = x.reshape([...lead, width]);
  const scale = node.x(1).broadcast(x.shape.slice(axis)).reshape([width]);
  const bias = node.inputs[2]?.reshape([width]) ?? node.graph.constant(0, [width]);
  const statistics = [...lead, ...x.shape.slice(axis).map(() => 1)];
  return [
    flat.layerNorm(scale, bias, epsilon).reshape(x.shape),
    node.graph.node('normMean', [flat], { epsilon }).reshape(statistics),
    node.graph.node('normRstd', [flat], { epsilon }).reshape(statistics),
  ];
};

const slice: Rule = (node) => {
  let x = node.x(0);
  const starts = node.values(1) ?? [];
  const ends = node.values(2) ?? [];
  const axes = node.values(3) ?? starts.map((_, i) => i);
  const steps = node.values(4) ?? starts.map(() => 1);
  if (steps.some((step) => step !== 1)) throw new Unsupported('a step of Slice other than 1');
  axes.forEach((given, i) => {
    const axis = axisOf(given, x.rank);
    const size = Number(x.shape[axis]);
    const bound = (at: number): number => Math.max(0, Math.min(size, at < 0 ? at + size : at));
    if (bound(starts[i]) >= bound(ends[i])) throw new Unsupported('empty slices');
    x = x.slice(axis, bound(starts[i]), bound(ends[i]));
  });
  return x;
};

const pad: Rule = (node) => {
  if (node.attributes.text('mode', 'constant') !== 'constant')
    throw new Unsupported('a mode of Pad other than constant');
  const value = node.values(2)?.[0] ?? 0;
  const pads = node.values(1) ?? [];
  const axes = node.values(3) ?? node.x(0).shape.map((_, i) => i);
  const padded = (x: Tensor): Tensor =>
    axes.reduce((wide, axis, i) => wide.pad(axisOf(axis, x.rank), pads[i], pads[axes.length + i]), x);
  const x = node.x(0);
  if (value === 0) return padded(x);
  return node.graph.where(padded(node.graph.constant(1).broadcast(x.shape)).greater(0), padded(x), value);
};

const gather: Rule = (node) => {
  const [data, index] = [node.x(0), node.x(1)];
  const axis = axisOf(node.attributes.int('axis', 0), data.rank);
  const others = data.shape.map((_, i) => i).filter((i) => i !== axis);
  const picked = data.transpose([axis, ...others]).gather(index);
  const before = others.slice(0, axis).map((_, i) => index.rank + i);
  const chosen = index.shape.map((_, i) => i);
  const after = others.slice(axis).map((_, i) => index.rank + axis + i);
  return picked.transpose([...before, ...chosen, ...after]);
};

const scatterElements: Rule = (node) => {
  const [data, index, updates] = [node.x(0), node.x(1), node.x(2)];
  const axis = axisOf(node.attributes.int('axis', 0), data.rank);
  if (index.shape.some((size, i) => i !== axis && size !== data.shape[i]))
    throw new Unsupported('an index smaller than the data on other axes');
  const put = (values: Tensor): Tensor =>
    node.graph.node('putAlong', [index, values], { axis, size: data.shape[axis] });
  const reduction = node.attributes.text('reduction', 'none');
  if (reduction === 'add') return data.add(put(updates));
  if (reduction !== 'none') throw new Unsupported(`reduction ${reduction}`);
  return node.graph.where(put(node.graph.constant(1).broadcast(index.shape)).greater(0), put(updates), data);
};

const reshape: Rule = (node) => {
  const x = node.x(0);
  const zero = node.attributes.int('allowzero', 0) === 1;
  const target = (node.values(1) ?? []).map((dim, i) => (dim === 0 && !zero ? Number(x.shape[i]) : dim));
  if (target.includes(0)) throw new Unsupported('shapes without elements');
  return x.reshape(target);
};

const squeeze: Rule = (node) => {
  const x = node.x(0);
  const axes = axesOf(node)?.map((axis) => axisOf(axis, x.rank));
  return x.reshape(x.shape.filter((size, i) => (axes ? !axes.includes(i) : size !== 1)));
};

const unsqueeze: Rule = (node) => {
  const x = node.x(0);
  const axes = axesOf(node) ?? [];
  const rank = x.rank + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = [...x.shape];
  return x.reshape(Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!)));
};

const split: Rule = (node) => {
  const x = node.x(0);
  const axis = axisOf(node.attributes.int('axis', 0), x.rank);
  const size = Number(x.shape[axis]);
  const parts = node.attributes.int('num_outputs', node.outputs);
  const chunk = Math.ceil(size / parts);
  const even = Array.from({ length: parts }, (_, i) => Math.min(chunk, size - i * chunk));
  const lengths = node.values(1) ?? even;
  if (lengths.includes(0)) throw new Unsupported('empty slices');
  return x.split(axis, lengths);
};

const tile: Rule = (node) =>
  (node.values(1) ?? []).reduce<Tensor>(
    (x, times, axis) => node.graph.concat(new Array<Tensor>(times).fill(x), axis),
    node.x(0),
  );

const constant: Rule = ({ attributes, graph }) => {
  const tensor = attributes.tensor('value');
  if (tensor) return graph.constant([...tensor.data], tensor.shape, tensor.dtype);
  const [float, floats, ints] = [
    attributes.float('value_float', Number.NaN),
    attributes.floats('value_floats'),
    attributes.ints('value_ints'),
  ];
  if (floats) return graph.constant(floats, [floats.length]);
  if (ints) return graph.constant(ints, [ints.length], 'i64');
  if (!Number.isNaN(float)) return graph.constant(float);
  return graph.constant(attributes.int('value_int', 0), [], 'i64');
};

const clip: Rule = (node) =>
  node.x(0).clip(node.values(1)?.[0] ?? Number.NEGATIVE_INFINITY, node.values(2)?.[0] ?? Number.POSITIVE_INFINITY);

/** Dropout that does not train: the values as they are, and a mask of ones. */
const dropout: Rule = (node) => {
  node.attributes.int('seed', 0);
  if (node.values(2)?.[0]) throw new Unsupported('random masks');
  return [node.x(0), node.graph.constant(1, sizes(node.x(0)), 'bool')];
};

const shapeOf: Rule = (node) => {
  const shape = sizes(node.x(0));
  const part = shape.slice(node.attributes.int('start', 0), node.attributes.int('end', shape.length));
  return node.graph.constant(part, [part.length], 'i64');
};

/** The remainder with the sign of the divisor, or with `fmod` that of the dividend. */
const modulo: Rule = (node) => {
  const [a, b] = [node.x(0), node.x(1)];
  const quotient = a.cast('f32').div(b.cast('f32'));
  const whole = node.attributes.int('fmod', 0) === 1 ? quotient.cast('i64') : quotient.floor();
  return a.sub(whole.cast(a.dtype).mul(b));
};

const trilu: Rule = (node) => {
  const x = node.x(0);
  const [rows, columns] = sizes(x).slice(-2);
  const upper = node.attributes.int('upper', 1) === 1;
  const k = node.values(1)?.[0] ?? 0;
  if (rows * columns === 0) throw new Unsupported('shapes without elements');
  const keeps = (i: number): boolean => {
    const diagonal = (i % columns) - Math.floor(i / columns);
    return upper ? diagonal >= k : diagonal <= k;
  };
  const mask = Array.from({ length: rows * columns }, (_, i) => Number(keeps(i)));
  return node.graph.where(node.graph.constant(mask, [rows, columns], 'bool'), x, node.graph.constant(0, [], x.dtype));
};

const spatial = (x: Tensor): number[] => x.shape.map((_, i) => i).slice(2);
/** Per channel, along axis 1. */
const channel = (values: Tensor, x: Tensor): Tensor => values.reshape([-1, ...spatial(x).map(() => 1)]);

const batchNormalization: Rule = (node) => {
  const x = node.x(0);
  if (node.attributes.int('training_mode', 0) === 1) throw new Unsupported('training of BatchNormalization');
  node.attributes.float('momentum', 0.9);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => channel(node.x(i), x));
  return x
    .sub(mean)
    .div(variance.add(node.attributes.float('epsilon', 1e-5)).sqrt())
    .mul(scale)
    .add(bias);
};

const rmsNormalization: Rule = (node) => {
  const x = node.x(0);
  const axis = axisOf(node.attributes.int('axis', -1), x.rank);
  node.attributes.int('stash_type', 1);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const square = x.square().mean(axes, { keepDims: true });
  return x.div(square.add(node.attributes.float('epsilon', 1e-5)).sqrt()).mul(node.x(1));
};

const minimum = (x: Tensor, axes: number[], options: { keepDims: boolean }): Tensor => x.neg().max(axes, options).neg();

export const onnxRules: Readonly<Record<string, Rule | undefined>> = {
  Abs: map((x) => x.abs()),
  Add: pair((a, b) => a.add(b)),
  And: pair((a, b) => a.and(b)),
  BatchNormalization: batchNormalization,
  Cast: (node) => {
    node.attributes.int('saturate', 1);
    node.attributes.text('round_mode', 'up');
    return node.x(0).cast(dtypeOf(node.attributes.int('to', 0)));
  },
  CastLike: (node) => {
    node.attributes.int('saturate', 1);
    node.attributes.text('round_mode', 'up');
    return node.x(0).cast(node.x(1).dtype);
  },
  Celu: (node) => {
    const alpha = node.attributes.float('alpha', 1);
    return node.x(0).maximum(0).add(node.x(0).div(alpha).exp().sub(1).mul(alpha).minimum(0));
  },
  Clip: clip,
  Concat: (node) =>
    node.graph.concat(
      node.inputs.map((_, i) => node.x(i)),
      node.attributes.int('axis', 0),
    ),
  Constant: constant,
  ConstantOfShape: (node) => {
    const { data, dtype } = node.attributes.tensor('value') ?? { data: [0], dtype: 'f32' as const };
    return node.graph.constant(data[0], node.values(0), dtype);
  },
  CumSum: (node) =>
    node.x(0).cumsum(node.values(1)?.[0] ?? 0, {
      exclusive: node.attributes.int('exclusive', 0) === 1,
      reverse: node.attributes.int('reverse', 0) === 1,
    }),
  Div: pair((a, b) => (a.dtype === 'i64' ? a.cast('f32').div(b.cast('f32')).cast('i64') : a.div(b))),
  Dropout: dropout,
  Elu: (node) => node.x(0).elu(node.attributes.float('alpha', 1)),
  Equal: pair((a, b) => a.equal(b)),
  Erf: map((x) => x.erf()),
  Exp: map((x) => x.exp()),
  Expand: (node) => node.x(0).broadcast(broadcastShapes('Expand', node.x(0).shape, node.values(1) ?? [])),
  Flatten: (node) => {
    const shape = sizes(node.x(0));
    const axis = axisOf(node.attributes.int('axis', 1), shape.length);
    return node.x(0).reshape([product(shape.slice(0, axis)), product(shape.slice(axis))]);
  },
  Floor: map((x) => x.floor()),
  Gather: gather,
  GatherElements: (node) => node.x(0).takeAlong(node.x(1), node.attributes.int('axis', 0)),
  Gelu: (node) => {
    if (node.attributes.text('approximate', 'none') !== 'none') throw new Unsupported('an approximate Gelu');
    return node.x(0).gelu();
  },
  Gemm: gemm,
  GlobalAveragePool: map((x) => x.mean(spatial(x), { keepDims: true })),
  GlobalMaxPool: map((x) => x.max(spatial(x), { keepDims: true })),
  Greater: pair((a, b) => a.greater(b)),
  GreaterOrEqual: pair((a, b) => a.greaterEqual(b)),
  HardSigmoid: (node) =>
    node.x(0).mul(node.attributes.float('alpha', 0.2)).add(node.attributes.float('beta', 0.5)).clip(0, 1),
  HardSwish: map((x) => x.mul(x.div(6).add(0.5).clip(0, 1))),
  Identity: map((x) => x),
  LayerNormalization: layerNorm,
  LeakyRelu: (node) => node.x(0).leakyRelu(node.attributes.float('alpha', 0.01)),
  Less: pair((a, b) => a.less(b)),
  LessOrEqual: pair((a, b) => a.lessEqual(b)),
  Log: map((x) => x.log()),
  LogSoftmax: (node) => node.x(0).logSoftmax(node.attributes.int('axis', -1)),
  MatMul: pair(matmul),
  Max: many((a, b) => a.maximum(b)),
  Mean: (node) =>
    node.inputs
      .map((_, i) => node.x(i))
      .reduce((a, b) => a.add(b))
      .div(node.inputs.length),
  MeanVarianceNormalization: (node) => {
    const centred = node.x(0).sub(node.x(0).mean(node.attributes.ints('axes') ?? [0, 2, 3], { keepDims: true }));
    const variance = centred.square().mean(node.attributes.ints('axes') ?? [0, 2, 3], { keepDims: true });
    return centred.div(variance.sqrt().add(1e-9));
  },
  Min: many((a, b) => a.minimum(b)),
  Mish: map((x) => x.mul(x.softplus().tanh())),
  Mod: modulo,
  Mul: pair((a, b) => a.mul(b)),
  Neg: map((x) => (x.dtype === 'i64' ? x.graph.constant(0, [], 'i64').sub(x) : x.neg())),
  Not: map((x) => x.not()),
  Or: pair(or),
  PRelu: pair((x, slope) => x.graph.where(x.greater(0), x, x.mul(slope))),
  Pad: pad,
  Pow: pair((a, b) => a.pow(b.cast('f32'))),
  RMSNormalization: rmsNormalization,
  Range: (node) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => node.values(i)?.[0] ?? 0);
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    return node.graph.constant(
      Array.from({ length }, (_, i) => start + i * delta),
      [length],
      node.x(0).dtype,
    );
  },
  Reciprocal: map((x) => x.reciprocal()),
  ReduceL1: reduction((x, axes, options) => x.abs().sum(axes, options)),
  ReduceL2: reduction((x, axes, options) => x.sumSquare(axes, options).sqrt()),
  ReduceLogSum: reduction((x, axes, options) => x.sum(axes, options).log()),
  ReduceLogSumExp: reduction((x, axes, options) => x.exp().sum(axes, options).log()),
  ReduceMax: reduction((x, axes, options) => x.max(axes, options)),
  ReduceMean: reduction((x, axes, options) => x.mean(axes, options)),
  ReduceMin: reduction(minimum),
  ReduceSum: reduction((x, axes, options) => x.sum(axes, options)),
  ReduceSumSquare: reduction((x, axes, options) => x.sumSquare(axes, options)),
  Relu: map((x) => x.relu()),
  Reshape: reshape,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  Selu: (node) =>
    node.x(0).elu(node.attributes.float('alpha', 1.67326319)).mul(node.attributes.float('gamma', 1.05070102)),
  Shape: shapeOf,
  Shrink: (node) => {
    const [x, bias, lambda] = [node.x(0), node.attributes.float('bias', 0), node.attributes.float('lambd', 0.5)];
    return node.graph.where(x.less(-lambda), x.add(bias), node.graph.where(x.greater(lambda), x.sub(bias), 0));
  },
  Sigmoid: map((x) => x.sigmoid()),
  Sign: map((x) => x.sign()),
  Size: (node) => node.graph.constant(product(sizes(node.x(0))), [], 'i64'),
  Slice: slice,
  Softmax: (node) => node.x(0).softmax(node.attributes.int('axis', -1)),
  Softplus: map((x) => x.softplus()),
  Softsign: map((x) => x.div(x.abs().add(1))),
  Split: split,
  Sqrt: map((x) => x.sqrt()),
  Squeeze: squeeze,
  Sub: pair((a, b) => a.sub(b)),
  Sum: many((a, b) => a.add(b)),
  Swish: (node) => node.x(0).mul(node.x(0).mul(node.attributes.float('alpha', 1)).sigmoid()),
  Tanh: map((x) => x.tanh()),
  ThresholdedRelu: (node) => node.graph.where(node.x(0).greater(node.attributes.float('alpha', 1)), node.x(0), 0),
  Tile: tile,
  Transpose: (node) =>
    node.x(0).transpose(node.attributes.ints('perm') ?? node.x(0).shape.map((_, i) => node.x(0).rank - 1 - i)),
  Trilu: trilu,
  Unsqueeze: unsqueeze,
  Where: (node) => node.graph.where(node.x(0), node.x(1), node.x(2)),
  Xor: pair((a, b) => a.equal(b).not()),
};
