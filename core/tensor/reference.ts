// Owns the float64 reference: what each operation means, written for clarity. Slow; every executor is checked against it.
import { AppError } from '../base/errors.ts';
import { broadcastShapes, type DimEnv, resolveDim, resolveShape, stridesOf } from './dims.ts';
import { erf } from './erf.ts';
import type { OpAttrs, OpName } from './ops.ts';
import { matmulOperand } from './shape-rules.ts';
import type { Tensor } from './tensor.ts';

/** Values in row-major order; integers and booleans are held as numbers. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Rule<O extends OpName> = (inputs: readonly Value[], attrs: OpAttrs[O], env: DimEnv) => Value;

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const blank = (shape: readonly number[]): Value => ({ shape, data: new Float64Array(count(shape)) });
const fixed = (shape: readonly (number | string)[]): number[] => shape as number[];

/** For each element of `shape`, the offset of the operand's element that broadcasts to it. */
function broadcastOffsets(operand: readonly number[], shape: readonly number[]): Int32Array {
  const own = stridesOf(operand);
  const lead = shape.length - operand.length;
  const strides = shape.map((_, i) => (i < lead || operand[i - lead] === 1 ? 0 : own[i - lead]));
  return walk(shape, strides);
}

/** Offsets visited by an odometer over `shape` with the given strides. */
function walk(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(count(shape));
  const index = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return offsets;
}

const unary =
  (f: (x: number) => number) =>
  ([x]: readonly Value[]): Value => ({ shape: x.shape, data: x.data.map(f) });

const binary =
  (f: (a: number, b: number) => number) =>
  ([a, b]: readonly Value[]): Value => {
    const out = blank(fixed(broadcastShapes('reference', a.shape, b.shape)));
    const left = broadcastOffsets(a.shape, out.shape);
    const right = broadcastOffsets(b.shape, out.shape);
    for (let i = 0; i < out.data.length; i++) out.data[i] = f(a.data[left[i]], b.data[right[i]]);
    return out;
  };

/** Lanes along one axis: for each, the offset of its first element; and the step between elements. */
function lanes(shape: readonly number[], axis: number): { starts: Int32Array; step: number; length: number } {
  const strides = stridesOf(shape);
  const outer = shape.map((size, i) => (i === axis ? 1 : size));
  return { starts: walk(outer, strides), step: strides[axis], length: shape[axis] };
}

function alongAxis(x: Value, axis: number, f: (lane: Float64Array) => ArrayLike<number>): Value {
  const out = blank(x.shape);
  const { starts, step, length } = lanes(x.shape, axis);
  const lane = new Float64Array(length);
  for (const start of starts) {
    for (let i = 0; i < length; i++) lane[i] = x.data[start + i * step];
    const result = f(lane);
    for (let i = 0; i < length; i++) out.data[start + i * step] = result[i];
  }
  return out;
}

const reduce =
  (initial: number, f: (sum: number, x: number) => number, finish: (sum: number, n: number) => number = (sum) => sum) =>
  ([x]: readonly Value[], { axes, keepDims }: OpAttrs['sum']): Value => {
    const dropped = new Set(axes);
    const kept = x.shape.map((size, i) => (dropped.has(i) ? 1 : size));
    const out = blank(kept);
    out.data.fill(initial);
    const strides = stridesOf(kept).map((stride, i) => (dropped.has(i) ? 0 : stride));
    const offsets = walk(x.shape, strides);
    for (let i = 0; i < x.data.length; i++) out.data[offsets[i]] = f(out.data[offsets[i]], x.data[i]);
    const n = axes.reduce((product, axis) => product * x.shape[axis], 1);
    for (let i = 0; i < out.data.length; i++) out.data[i] = finish(out.data[i], n);
    return { shape: keepDims ? kept : x.shape.filter((_, i) => !dropped.has(i)), data: out.data };
  };

function permuted(x: Value, perm: readonly number[]): Value {
  const strides = stridesOf(x.shape);
  const shape = perm.map((axis) => x.shape[axis]);
  const offsets = walk(
    shape,
    perm.map((axis) => strides[axis]),
  );
  return { shape, data: Float64Array.from(offsets, (offset) => x.data[offset]) };
}

/** An operand of matmul laid out as [...batch, rows, columns]. */
function laidOut(x: Value, transposed: boolean, rowsFirst: boolean): Value {
  const axes = matmulOperand(
    x.shape.map((_, i) => i),
    transposed,
    rowsFirst,
  );
  return permuted(x, fixed(axes));
}

function matmul([a, b]: readonly Value[], flags: OpAttrs['matmul']): Value {
  const left = laidOut(a, flags.transA, flags.rowsFirstA);
  const right = laidOut(b, flags.transB, flags.rowsFirstB);
  const [rows, inner] = left.shape.slice(-2);
  const columns = right.shape[right.shape.length - 1];
  const batch = fixed(broadcastShapes('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2)));
  const out = blank([...batch, rows, columns]);
  const leftBatch = broadcastOffsets(left.shape.slice(0, -2), batch);
  const rightBatch = broadcastOffsets(right.shape.slice(0, -2), batch);
  for (let n = 0; n < leftBatch.length; n++) {
    const leftStart = leftBatch[n] * rows * inner;
    const rightStart = rightBatch[n] * inner * columns;
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < inner; k++) {
        const x = left.data[leftStart + i * inner + k];
        const row = rightStart + k * columns;
        const target = (n * rows + i) * columns;
        for (let j = 0; j < columns; j++) out.data[target + j] += x * right.data[row + j];
      }
  }
  return out;
}

const softmaxLane = (lane: Float64Array): Float64Array => {
  const top = lane.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = lane.map((x) => Math.exp(x - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
};
const logSoftmaxLane = (lane: Float64Array): Float64Array => {
  const top = lane.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const log = Math.log(lane.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return lane.map((x) => x - top - log);
};
const moments = (lane: Float64Array): { mean: number; variance: number } => {
  const mean = lane.reduce((a, b) => a + b, 0) / lane.length;
  return { mean, variance: lane.reduce((sum, x) => sum + (x - mean) ** 2, 0) / lane.length };
};
const firstOfLane = (x: Value, f: (lane: Float64Array) => number): Value => {
  const width = x.shape[x.shape.length - 1];
  const data = new Float64Array(x.data.length / width);
  for (let i = 0; i < data.length; i++) data[i] = f(x.data.subarray(i * width, (i + 1) * width));
  return { shape: [...x.shape.slice(0, -1), 1], data };
};

/** Position of a row in axis 0, negative counted from the end. */
function rowAt(index: number, rows: number, op: string): number {
  const row = index < 0 ? index + rows : index;
  if (row < 0 || row >= rows) throw new AppError('model/bad-index', { op, index, size: rows });
  return row;
}

const bool = (truth: boolean): number => (truth ? 1 : 0);
const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

export const referenceRules: { readonly [O in OpName]: Rule<O> } = {
  input: (_, { name }) => {
    throw new AppError('model/missing-feed', { name });
  },
  constant: (_, { values, shape }) => {
    const out = blank(shape);
    if (values.length === 1) out.data.fill(values[0]);
    else out.data.set(values);
    return out;
  },
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  pow: binary((a, b) => a ** b),
  maximum: binary((a, b) => Math.max(a, b)),
  minimum: binary((a, b) => Math.min(a, b)),
  less: binary((a, b) => bool(a < b)),
  lessEqual: binary((a, b) => bool(a <= b)),
  greater: binary((a, b) => bool(a > b)),
  greaterEqual: binary((a, b) => bool(a >= b)),
  equal: binary((a, b) => bool(a === b)),
  and: binary((a, b) => bool(a !== 0 && b !== 0)),
  not: unary((x) => bool(x === 0)),
  where: ([condition, a, b]) => {
    const shape = fixed(broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape)));
    const [test, yes, no] = [condition, a, b].map((x) => broadcastOffsets(x.shape, shape));
    const out = blank(shape);
    for (let i = 0; i < out.data.length; i++)
      out.data[i] = condition.data[test[i]] !== 0 ? a.data[yes[i]] : b.data[no[i]];
    return out;
  },
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  erf: unary(erf),
  floor: unary(Math.floor),
  reciprocal: unary((x) => 1 / x),
  sigmoid: unary(sigmoid),
  tanh: unary(Math.tanh),
  relu: unary((x) => Math.max(0, x)),
  softplus: unary((x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)))),
  leakyRelu: ([x], { alpha }) => unary((v) => (v > 0 ? v : alpha * v))([x]),
  elu: ([x], { alpha }) => unary((v) => (v > 0 ? v : alpha * Math.expm1(v)))([x]),
  gelu: unary((x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2))),
  silu: unary((x) => x * sigmoid(x)),
  clip: ([x], { min, max }) => unary((v) => Math.min(max, Math.max(min, v)))([x]),
  cast: ([x], { to }) =>
    to === 'i64' ? unary((v) => Math.trunc(v) + 0)([x]) : to === 'bool' ? unary((v) => bool(v !== 0))([x]) : x,
  matmul,
  softmax: ([x], { axis }) => alongAxis(x, axis, softmaxLane),
  logSoftmax: ([x], { axis }) => alongAxis(x, axis, logSoftmaxLane),
  layerNorm: ([x, scale, bias], { epsilon }) =>
    alongAxis(x, x.shape.length - 1, (lane) => {
      const { mean, variance } = moments(lane);
      return lane.map((v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * scale.data[i] + bias.data[i]);
    }),
  normMean: ([x]) => firstOfLane(x, (lane) => moments(lane).mean),
  normRstd: ([x], { epsilon }) => firstOfLane(x, (lane) => 1 / Math.sqrt(moments(lane).variance + epsilon)),
  sum: reduce(0, (sum, x) => sum + x),
  mean: reduce(
    0,
    (sum, x) => sum + x,
    (sum, n) => sum / n,
  ),
  max: reduce(Number.NEGATIVE_INFINITY, (top, x) => Math.max(top, x)),
  sumSquare: reduce(0, (sum, x) => sum + x * x),
  size: ([x], { axes }) => ({
    shape: [],
    data: Float64Array.of(axes.reduce((product, axis) => product * x.shape[axis], 1)),
  }),
  reshape: ([x], { shape }, env) => ({ shape: resolveShape(shape, env), data: x.data }),
  transpose: ([x], { perm }) => permuted(x, perm),
  concat: (inputs, { axis }) => {
    const shape = [...inputs[0].shape];
    shape[axis] = inputs.reduce((total, { shape: part }) => total + part[axis], 0);
    const out = blank(shape);
    const strides = stridesOf(shape);
    let start = 0;
    for (const part of inputs) {
      const targets = walk(part.shape, strides, start * strides[axis]);
      for (let i = 0; i < targets.length; i++) out.data[targets[i]] = part.data[i];
      start += part.shape[axis];
    }
    return out;
  },
  slice: ([x], { axis, start, end }) => {
    const shape = x.shape.map((size, i) => (i === axis ? end - start : size));
    const strides = stridesOf(x.shape);
    const offsets = walk(shape, strides, start * strides[axis]);
    return { shape, data: Float64Array.from(offsets, (offset) => x.data[offset]) };
  },
  pad: ([x], { axis, before, after }) => {
    const shape = x.shape.map((size, i) => (i === axis ? before + size + after : size));
    const out = blank(shape);
    const strides = stridesOf(shape);
    const targets = walk(x.shape, strides, before * strides[axis]);
    for (let i = 0; i < targets.length; i++) out.data[targets[i]] = x.data[i];
    return out;
  },
  broadcast: ([x], { shape }, env) => {
    const target = resolveShape(shape, env);
    return { shape: target, data: Float64Array.from(broadcastOffsets(x.shape, target), (offset) => x.data[offset]) };
  },
  gather: ([data, index]) => {
    const width = count(data.shape.slice(1));
    const out = blank([...index.shape, ...data.shape.slice(1)]);
    index.data.forEach((at, i) => {
      const row = rowAt(at, data.shape[0], 'gather');
      out.data.set(data.data.subarray(row * width, (row + 1) * width), i * width);
    });
    return out;
  },
  scatterAdd: ([index, updates], { rows }, env) => {
    const tail = updates.shape.slice(index.shape.length);
    const width = count(tail);
    const out = blank([resolveDim(rows, env), ...tail]);
    index.data.forEach((at, i) => {
      const row = rowAt(at, out.shape[0], 'scatterAdd');
      for (let j = 0; j < width; j++) out.data[row * width + j] += updates.data[i * width + j];
    });
    return out;
  },
  takeAlong: ([data, index], { axis }) => {
    const strides = stridesOf(data.shape);
    const step = strides[axis];
    const base = walk(
      index.shape,
      strides.map((stride, i) => (i === axis ? 0 : stride)),
    );
    return {
      shape: index.shape,
      data: Float64Array.from(
        base,
        (at, i) => data.data[at + rowAt(index.data[i], data.shape[axis], 'takeAlong') * step],
      ),
    };
  },
  putAlong: ([index, updates], { axis, size }, env) => {
    const out = blank(index.shape.map((old, i) => (i === axis ? resolveDim(size, env) : old)));
    const strides = stridesOf(out.shape);
    const base = walk(
      index.shape,
      strides.map((stride, i) => (i === axis ? 0 : stride)),
    );
    base.forEach((at, i) => {
      out.data[at + rowAt(index.data[i], out.shape[axis], 'putAlong') * strides[axis]] += updates.data[i];
    });
    return out;
  },
  cumsum: ([x], { axis, exclusive, reverse }) =>
    alongAxis(x, axis, (lane) => {
      const out = new Float64Array(lane.length);
      let sum = 0;
      for (let step = 0; step < lane.length; step++) {
        const i = reverse ? lane.length - 1 - step : step;
        if (!exclusive) sum += lane[i];
        out[i] = sum;
        if (exclusive) sum += lane[i];
      }
      return out;
    }),
  stopGradient: ([x]) => x,
  customGradient: ([x]) => x,
};

function evaluateNode<O extends OpName>(node: Tensor, op: O, inputs: readonly Value[], env: DimEnv): Value {
  const rule: Rule<O> = referenceRules[op];
  return rule(inputs, node.attrs as OpAttrs[O], env);
}

/** Binds the symbols of the inputs' shapes to the sizes that were fed. @throws model/bad-feed where they disagree */
export function bindDims(inputs: readonly Tensor[], shapes: ReadonlyMap<Tensor, readonly number[]>): DimEnv {
  const env: Record<string, number> = {};
  for (const input of inputs) {
    const found = shapes.get(input) ?? [];
    input.shape.forEach((dim, i) => {
      if (typeof dim === 'string' && !dim.includes('*')) env[dim] ??= found[i];
    });
    const expected = resolveShape(input.shape, env);
    if (expected.length !== found.length || expected.some((size, i) => size !== found[i])) {
      const name = input.is('input') ? input.attrs.name : input.op;
      throw new AppError('model/bad-feed', {
        name,
        found: `[${found.join(', ')}]`,
        expected: `[${expected.join(', ')}]`,
      });
    }
  }
  return env;
}

/** Evaluates tensors in float64. @param feeds a value for every input that they depend on */
export function evaluate(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, Value>): Value[] {
  const env = bindDims([...feeds.keys()], new Map([...feeds].map(([tensor, value]) => [tensor, value.shape])));
  const known = new Map<Tensor, Value>(feeds);
  for (const node of topological(outputs))
    if (!known.has(node))
      known.set(
        node,
        evaluateNode(
          node,
          node.op,
          node.inputs.map((input) => known.get(input)!),
          env,
        ),
      );
  return outputs.map((output) => known.get(output)!);
}

/** Every node that the outputs depend on, inputs before users. */
export function topological(outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>(outputs);
  const stack = [...seen];
  while (stack.length > 0)
    for (const input of stack.pop()!.inputs)
      if (!seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
  return [...seen].sort((a, b) => a.id - b.id);
}
