// Owns the table of cases that every executor is held against: at least one line for each operation. An operation without a
// case does not compile.
import type { Shape } from '../../core/tensor/dims.ts';
import type { DType, OpAttrs, OpName } from '../../core/tensor/ops.ts';
import type { Graph, Tensor } from '../../core/tensor/tensor.ts';
import type { Case, InputSpec } from './harness.ts';

type Draw = InputSpec['draw'];
export const normal: Draw = (random) => random.normal();
/** Between 0.5 and 2.5. */
export const positive: Draw = (random) => 0.5 + 2 * random.uniform();
/** At least 0.2 away from zero, where some operations have a kink. */
export const offZero: Draw = (random) => (random.uniform() < 0.5 ? -1 : 1) * (0.2 + random.uniform());
const given =
  (...values: readonly number[]): Draw =>
  (_, position) =>
    values[position % values.length];

export const f = (shape: Shape, draw: Draw = normal): InputSpec => ({ shape, dtype: 'f32', draw });
const flags = (shape: Shape): InputSpec => ({ shape, dtype: 'bool', draw: (random) => random.int(2) });
/** Row numbers below `size`, some of them counted from the end and some met twice. */
const rows = (shape: Shape, size: number | 'N'): InputSpec => ({
  shape,
  dtype: 'i64',
  draw: (random, _, env) => {
    const limit = size === 'N' ? env.N : size;
    return random.int(2 * limit) - limit;
  },
});
const ints = (shape: Shape, ...values: readonly number[]): InputSpec => ({
  shape,
  dtype: 'i64',
  draw: given(...values),
});

type Unary = (x: Tensor) => Tensor;
const unary = (f1: Unary, draw: Draw = normal, more: Partial<Case> = {}): Case[] => [
  { what: 'a matrix', inputs: [f([2, 3], draw)], build: ([x]) => f1(x), shape: [2, 3], ...more },
  { what: 'a scalar', inputs: [f([], draw)], build: ([x]) => f1(x), shape: [], ...more },
  { what: 'a symbolic axis', inputs: [f(['N', 2], draw)], build: ([x]) => f1(x), shape: ['N', 2], ...more },
];
type Binary = (a: Tensor, b: Tensor) => Tensor;
const pairs: [string, Shape, Shape, Shape][] = [
  ['equal shapes', ['N', 2], ['N', 2], ['N', 2]],
  ['a row over rows', [2, 3], [3], [2, 3]],
  ['both ways', [2, 1, 3], [4, 1], [2, 4, 3]],
  ['a scalar first', [], ['N', 2], ['N', 2]],
  ['size one kept', [1, 1], [1], [1, 1]],
  ['a column over a symbolic axis', ['N', 1], [1, 3], ['N', 3]],
];
const binary = (f2: Binary, drawA: Draw = normal, drawB: Draw = drawA, more: Partial<Case> = {}): Case[] =>
  pairs.map(([what, a, b, shape]) => ({
    what,
    inputs: [f(a, drawA), f(b, drawB)],
    build: ([x, y]) => f2(x, y),
    shape,
    ...more,
  }));
const compare = (f2: Binary): Case[] => [
  ...binary(f2, normal, normal, { dtype: 'bool' }),
  {
    what: 'ties',
    inputs: [f([4], given(1, 2, 3, 2)), f([], given(2))],
    build: ([a, b]) => f2(a, b),
    shape: [4],
    dtype: 'bool',
  },
  {
    what: 'integers',
    inputs: [ints([3], -1, 5, 2), ints([3], 5, 5, -2)],
    build: ([a, b]) => f2(a, b),
    shape: [3],
    dtype: 'bool',
  },
];
const line = (
  what: string,
  inputs: readonly InputSpec[],
  shape: Shape,
  build: Case['build'],
  more: Partial<Case> = {},
): Case => ({
  what,
  inputs,
  build,
  shape,
  ...more,
});

type Reduction = 'sum' | 'mean' | 'max' | 'sumSquare';
const reduction = (op: Reduction): Case[] => [
  line('everything', [f([2, 3])], [], ([x]) => x[op]()),
  line('the last axis', [f([2, 3])], [2], ([x]) => x[op]([-1])),
  line('the first axis, kept', [f([2, 3])], [1, 3], ([x]) => x[op]([0], { keepDims: true })),
  line('two axes of four', [f([2, 3, 1, 2])], [3, 1], ([x]) => x[op]([3, 0])),
  line('an axis of size one', [f([3, 1])], [3], ([x]) => x[op]([1])),
  line('a symbolic axis', [f(['N', 2])], [2], ([x]) => x[op]([0])),
  line('beside a symbolic axis', [f(['N', 2])], ['N', 1], ([x]) => x[op]([1], { keepDims: true })),
  line('no axis', [f([2, 3])], [2, 3], ([x]) => x[op]([])),
  line('a scalar', [f([])], [], ([x]) => x[op]()),
];

const product =
  (attrs: Partial<OpAttrs['matmul']> = {}): Case['build'] =>
  ([a, b]) =>
    a.matmul(b, attrs);
const matmuls: Case[] = [
  line('matrices', [f([2, 3]), f([3, 4])], [2, 4], product()),
  line('one row, one column', [f([1, 3]), f([3, 1])], [1, 1], product()),
  line('symbolic rows', [f(['N', 3]), f([3, 2])], ['N', 2], product()),
  line('symbolic inner axis', [f(['N', 3]), f(['N', 2])], [3, 2], product({ transA: true })),
  line('symbolic both ways', [f(['N', 3]), f(['N', 3])], ['N', 'N'], product({ transB: true })),
  line('both transposed', [f([3, 2]), f([4, 3])], [2, 4], product({ transA: true, transB: true })),
  line('a batch with one matrix', [f([5, 'N', 3]), f([3, 2])], [5, 'N', 2], product()),
  line('a batch with one transposed matrix', [f([2, 4, 3]), f([2, 3])], [2, 4, 2], product({ transB: true })),
  line('a transposed batch with one matrix', [f([2, 3, 4]), f([3, 2])], [2, 4, 2], product({ transA: true })),
  line('one matrix with a batch', [f([2, 3]), f([4, 3, 2])], [4, 2, 2], product()),
  line('two batches', [f([2, 'N', 3]), f([2, 3, 4])], [2, 'N', 4], product()),
  line(
    'two batches, both transposed',
    [f([2, 3, 4]), f([2, 5, 3])],
    [2, 4, 5],
    product({ transA: true, transB: true }),
  ),
  line('batches broadcast both ways', [f([2, 1, 2, 3]), f([4, 3, 2])], [2, 4, 2, 2], product()),
  line('rows before the batch, left', [f([4, 2, 3]), f([2, 3, 5])], [2, 4, 5], product({ rowsFirstA: true })),
  line('rows before the batch, right', [f([2, 4, 3]), f([3, 2, 5])], [2, 4, 5], product({ rowsFirstB: true })),
  line(
    'rows before the batch, both, right transposed',
    [f(['N', 2, 3]), f(['N', 2, 3])],
    [2, 'N', 'N'],
    product({ rowsFirstA: true, rowsFirstB: true, transB: true }),
  ),
  line(
    'rows before the batch, both, left transposed',
    [f(['N', 2, 3]), f(['N', 2, 4])],
    [2, 3, 4],
    product({ rowsFirstA: true, rowsFirstB: true, transA: true }),
  ),
  line('rows before two batch axes', [f([4, 2, 5, 3]), f([2, 5, 3, 2])], [2, 5, 4, 2], product({ rowsFirstA: true })),
  line('rows before the batch with one matrix', [f([4, 2, 3]), f([3, 5])], [2, 4, 5], product({ rowsFirstA: true })),
  line('one matrix with rows before the batch', [f([4, 3]), f([3, 2, 5])], [2, 4, 5], product({ rowsFirstB: true })),
  line('rows before a batch of one', [f([4, 1, 3]), f([2, 3, 5])], [2, 4, 5], product({ rowsFirstA: true })),
];

const none = { gradient: 'none' } as const;
const softmaxes = (f1: (x: Tensor, axis: number) => Tensor): Case[] => [
  line('the last axis', [f([2, 3])], [2, 3], ([x]) => f1(x, -1)),
  line('the first axis', [f([2, 3])], [2, 3], ([x]) => f1(x, 0)),
  line('a middle axis', [f([2, 3, 2])], [2, 3, 2], ([x]) => f1(x, 1)),
  line('a symbolic axis', [f(['N', 2])], ['N', 2], ([x]) => f1(x, 0)),
  line('large values', [f([3], given(1000, 1001, 999))], [3], ([x]) => f1(x, 0)),
  line('an axis of size one', [f([3, 1])], [3, 1], ([x]) => f1(x, 1)),
];
const scatter = (graph: Graph, index: Tensor, updates: Tensor, size: number | string): Tensor =>
  graph.node('scatterAdd', [index, updates], { rows: size });
const put = (graph: Graph, index: Tensor, updates: Tensor, axis: number, size: number | string): Tensor =>
  graph.node('putAlong', [index, updates], { axis, size });
const cast =
  (to: DType): Case['build'] =>
  ([x]) =>
    x.cast(to);

export const cases: { readonly [O in OpName]: readonly Case[] } = {
  input: [line('passes through', [f(['N', 2])], ['N', 2], ([x]) => x.mul(1))],
  constant: [
    line('values', [f([3])], [3], ([x], g) => x.mul(g.constant([1, -2, 0.5], [3]))),
    line('one value fills the shape', [f([1])], [2, 3], ([x], g) => x.add(g.constant(4, [2, 3]))),
    line('integers', [f([3])], [2], ([x], g) => x.gather(g.constant([2, 0], [2], 'i64'))),
    line('truths', [f([2])], [2], ([x], g) => g.where(g.constant([1, 0], [2], 'bool'), x, x.mul(3))),
    line('infinities stay apart', [f([2])], [2], ([x], g) =>
      x.minimum(g.constant(Infinity)).maximum(g.constant(-Infinity)),
    ),
  ],

  add: [...binary((a, b) => a.add(b)), line('to itself', [f([2])], [2], ([x]) => x.add(x))],
  sub: [...binary((a, b) => a.sub(b)), line('from itself', [f([2])], [2], ([x]) => x.sub(x).add(x))],
  mul: [...binary((a, b) => a.mul(b)), line('by itself', [f([2])], [2], ([x]) => x.mul(x))],
  div: [
    ...binary((a, b) => a.div(b), normal, offZero),
    line('by itself', [f([2], offZero)], [2], ([x]) => x.div(x).mul(x)),
  ],
  pow: [
    ...binary((a, b) => a.pow(b), positive, normal),
    line('a literal exponent, negative base', [f([3], given(-2, -1, 3))], [3], ([x]) => x.pow(3)),
    line('an exponent of one half', [f([3], positive)], [3], ([x]) => x.pow(0.5)),
    line('raised to itself', [f([3], positive)], [3], ([x]) => x.pow(x)),
  ],
  maximum: [...binary((a, b) => a.maximum(b)), line('a literal', [f([4], offZero)], [4], ([x]) => x.maximum(0))],
  minimum: [...binary((a, b) => a.minimum(b)), line('a literal', [f([4], offZero)], [4], ([x]) => x.minimum(0))],
  less: compare((a, b) => a.less(b)),
  lessEqual: compare((a, b) => a.lessEqual(b)),
  greater: compare((a, b) => a.greater(b)),
  greaterEqual: compare((a, b) => a.greaterEqual(b)),
  equal: compare((a, b) => a.equal(b)),
  and: [line('broadcast', [flags([2, 1]), flags([3])], [2, 3], ([a, b]) => a.and(b), { dtype: 'bool' })],
  not: [line('flags', [flags(['N', 2])], ['N', 2], ([a]) => a.not(), { dtype: 'bool' })],
  where: [
    line('equal shapes', [flags(['N', 3]), f(['N', 3]), f(['N', 3])], ['N', 3], ([c, a, b], g) => g.where(c, a, b)),
    line('all three broadcast', [flags([2, 1]), f([3]), f([4, 1, 1])], [4, 2, 3], ([c, a, b], g) => g.where(c, a, b)),
    line('a literal', [flags([3]), f([3])], [3], ([c, a], g) => g.where(c, a, -1)),
    line('a condition wider than both', [flags([2, 3]), f([]), f([1])], [2, 3], ([c, a, b], g) => g.where(c, a, b)),
    line('integers', [flags([3]), ints([3], 1, 2, 3), ints([], -7)], [3], ([c, a, b], g) => g.where(c, a, b), {
      dtype: 'i64',
    }),
  ],

  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs(), offZero),
  sign: unary((x) => x.sign(), offZero, none),
  exp: unary((x) => x.exp()),
  log: unary((x) => x.log(), positive),
  sqrt: unary((x) => x.sqrt(), positive),
  erf: unary((x) => x.erf()),
  floor: unary((x) => x.floor(), offZero, none),
  reciprocal: unary((x) => x.reciprocal(), offZero),
  sigmoid: [
    ...unary((x) => x.sigmoid()),
    line('far out', [f([4], given(-80, -20, 20, 80))], [4], ([x]) => x.sigmoid()),
  ],
  tanh: [...unary((x) => x.tanh()), line('far out', [f([4], given(-40, -2, 2, 40))], [4], ([x]) => x.tanh())],
  relu: unary((x) => x.relu(), offZero),
  softplus: [
    ...unary((x) => x.softplus()),
    line('far out', [f([4], given(-80, -20, 20, 80))], [4], ([x]) => x.softplus()),
  ],
  leakyRelu: unary((x) => x.leakyRelu(0.2), offZero),
  elu: [
    ...unary((x) => x.elu(), offZero),
    line('another alpha', [f([4], offZero)], [4], ([x]) => x.elu(0.5)),
    line('far out', [f([2], given(-60, 60))], [2], ([x]) => x.elu()),
  ],
  gelu: [...unary((x) => x.gelu()), line('far out', [f([4], given(-9, -4, 4, 9))], [4], ([x]) => x.gelu())],
  silu: [...unary((x) => x.silu()), line('far out', [f([4], given(-60, -9, 9, 60))], [4], ([x]) => x.silu())],
  clip: [
    line('both sides', [f([4], given(-3, -0.5, 0.5, 3))], [4], ([x]) => x.clip(-1, 1)),
    line('open above', [f([3], given(-3, 0.5, 3))], [3], ([x]) => x.clip(0, Infinity)),
    line('open below', [f([3], given(-3, 0.5, 3))], [3], ([x]) => x.clip(-Infinity, 0)),
  ],
  cast: [
    line('truths to floats', [flags(['N', 2])], ['N', 2], cast('f32'), none),
    line('integers to floats', [ints([3], -2, 0, 7)], [3], cast('f32'), { ...none, values: [-2, 0, 7] }),
    line('floats to integers, towards zero', [f([4], given(-1.7, -0.2, 0.9, 2.5))], [4], cast('i64'), {
      dtype: 'i64',
      values: [-1, 0, 0, 2],
    }),
    line('floats to truths', [f([3], given(-0.5, 0, 2))], [3], cast('bool'), { dtype: 'bool', values: [1, 0, 1] }),
    line('integers to truths', [ints([3], -2, 0, 7)], [3], cast('bool'), { dtype: 'bool', values: [1, 0, 1] }),
    line('truths to integers', [flags([3])], [3], cast('i64'), { dtype: 'i64' }),
    line('floats to floats', [f([2])], [2], ([x]) => x.cast('f32').mul(2)),
  ],

  matmul: matmuls,
  softmax: softmaxes((x, axis) => x.softmax(axis)),
  logSoftmax: softmaxes((x, axis) => x.logSoftmax(axis)),
  layerNorm: [
    line('rows', [f(['N', 4]), f([4]), f([4])], ['N', 4], ([x, s, b]) => x.layerNorm(s, b), { tolerance: 5e-6 }),
    line('three axes', [f([2, 3, 5]), f([5]), f([5])], [2, 3, 5], ([x, s, b]) => x.layerNorm(s, b, 1e-3), {
      tolerance: 5e-6,
    }),
    line('a vector', [f([6]), f([6]), f([6])], [6], ([x, s, b]) => x.layerNorm(s, b), { tolerance: 5e-6 }),
    line(
      'two widths of epsilon',
      [f([2, 4]), f([4]), f([4])],
      [2, 4],
      ([x, s, b]) => x.layerNorm(s, b).mul(x.layerNorm(s, b, 0.5)),
      { tolerance: 5e-6 },
    ),
  ],
  normMean: [line('rows', [f(['N', 4])], ['N', 1], ([x], g) => g.node('normMean', [x], { epsilon: 1e-5 }), none)],
  normRstd: [
    line('rows', [f(['N', 4])], ['N', 1], ([x], g) => g.node('normRstd', [x], { epsilon: 1e-5 }), none),
    line(
      'rows beside their layer norm',
      [f([2, 4]), f([4]), f([4])],
      [2, 4],
      ([x, s, b], g) => x.layerNorm(s, b).mul(g.node('normRstd', [x], { epsilon: 1e-5 })),
      { ...none, tolerance: 5e-6 },
    ),
  ],

  sum: reduction('sum'),
  mean: reduction('mean'),
  max: [
    ...reduction('max'),
    line('below zero', [f([2, 2], given(-1, -2, -4, -3))], [2], ([x]) => x.max([1]), { values: [-1, -3] }),
  ],
  sumSquare: reduction('sumSquare'),
  size: [
    line('numbers', [f([2, 3])], [], ([x]) => x.size([0, 1]), { ...none, values: [6] }),
    line('a symbolic axis', [f(['N', 4])], [], ([x]) => x.size([0]), none),
    line('a symbolic product', [f(['N', 4])], ['N', 4], ([x]) => x.div(x.size([0, 1]))),
  ],

  reshape: [
    line('merged', [f(['N', 2, 3])], ['N', 6], ([x]) => x.reshape(['N', 6])),
    line('into a symbolic product', [f(['N', 2, 3])], ['2*N', 3], ([x]) => x.reshape([-1, 3])),
    line('and back', [f(['N', 2, 3])], ['N', 2, 3], ([x]) => x.reshape([-1, 3]).mul(2).reshape(['N', 2, 3])),
    line('a symbol moved', [f(['N', 6])], [2, 'N', 3], ([x]) => x.reshape([2, 'N', 3])),
    line('a symbol twice', [f(['N', 'N', 2])], ['N', 'N', 1, 2], ([x]) => x.reshape(['N', 'N', 1, 2])),
    line('two symbols moved', [f(['N', 'N', 2])], [2, 'N', 'N'], ([x]) => x.reshape([2, 'N', 'N'])),
    line('to a scalar', [f([1, 1])], [], ([x]) => x.reshape([])),
    line('from a scalar', [f([])], [1, 1], ([x]) => x.reshape([1, 1])),
    line('integers', [ints([4], 1, 2, 3, 4)], [2, 2], ([x]) => x.reshape([2, 2]), { dtype: 'i64' }),
  ],
  transpose: [
    line('a matrix', [f(['N', 3])], [3, 'N'], ([x]) => x.transpose([1, 0])),
    line('three axes in a circle', [f([2, 3, 4])], [4, 2, 3], ([x]) => x.transpose([2, 0, 1])),
    line('four axes', [f([2, 'N', 2, 3])], [2, 2, 'N', 3], ([x]) => x.transpose([0, 2, 1, 3])),
    line('flags', [flags([2, 3])], [3, 2], ([x]) => x.transpose([1, 0]), { dtype: 'bool' }),
  ],
  concat: [
    line('two along the last axis', [f(['N', 2]), f(['N', 3])], ['N', 5], ([a, b], g) => g.concat([a, b], -1)),
    line('three along the first', [f([1, 2]), f([2, 2]), f([1, 2])], [4, 2], (parts, g) => g.concat(parts, 0)),
    line('a part twice', [f([2, 1])], [2, 3], ([x], g) => g.concat([x, x, x], 1)),
    line('a stack', [f(['N', 2]), f(['N', 2])], [2, 'N', 2], (parts, g) => g.stack(parts)),
    line(
      'twelve parts',
      Array.from({ length: 12 }, () => f([2, 1])),
      [2, 12],
      (parts, g) => g.concat(parts, 1),
    ),
    line('integers', [ints([2], 1, 2), ints([1], 3)], [3], (parts, g) => g.concat(parts, 0), { dtype: 'i64' }),
  ],
  slice: [
    line('the middle', [f(['N', 5])], ['N', 2], ([x]) => x.slice(1, 1, 3)),
    line('one of the first axis', [f([3, 2])], [2], ([x]) => x.at(0, 1)),
    line('parts that fill the axis', [f([2, 6])], [2, 2], ([x]) => {
      const [a, b, c] = x.split(1, [2, 2, 2]);
      return a.mul(b).add(c);
    }),
    line('parts with gaps', [f([2, 7])], [2, 2], ([x]) => x.slice(1, 1, 3).mul(x.slice(1, 4, 6))),
    line('parts that overlap', [f([5])], [3], ([x]) =>
      x
        .slice(0, 0, 3)
        .mul(x.slice(0, 1, 4))
        .add(x.slice(0, 2, 5)),
    ),
    line('parts along two axes', [f([4, 4])], [2, 4], ([x]) =>
      x.slice(0, 0, 2).add(x.slice(1, 1, 3).transpose([1, 0])),
    ),
    line('parts and the whole', [f([4])], [4], ([x], g) => x.mul(g.concat([x.slice(0, 2, 4), x.slice(0, 0, 2)], 0))),
    line('of a concat', [f([2, 2]), f([2, 3])], [2, 2], (parts, g) => g.concat(parts, 1).slice(1, 3, 5), {
      fixed: [0],
    }),
    line('across a concat', [f([2, 2]), f([2, 3])], [2, 3], (parts, g) => g.concat(parts, 1).slice(1, 1, 4)),
  ],
  pad: [
    line('both sides', [f(['N', 2])], ['N', 5], ([x]) => x.pad(1, 1, 2)),
    line('before only', [f([2, 2])], [3, 2], ([x]) => x.pad(0, 1, 0)),
    line('two of one value', [f([2])], [5], ([x]) => x.pad(0, 0, 3).add(x.pad(0, 3, 0))),
  ],
  broadcast: [
    line('a scalar', [f([])], [2, 3], ([x]) => x.broadcast([2, 3])),
    line('a row over a symbolic axis', [f(['N', 2]), f([2])], ['N', 2], ([x, row]) => row.broadcast(x.shape).mul(x)),
    line('a column', [f(['N', 1])], ['N', 4], ([x]) => x.broadcast(['N', 4])),
    line('a symbolic axis in front', [f(['N']), f([2, 1])], [2, 'N'], ([n, x]) => x.broadcast([2, 'N']).mul(n)),
    line('a symbolic product', [f(['N', 2]), f([1])], ['2*N'], ([x, one]) =>
      x.reshape([-1]).mul(one.broadcast(['2*N'])),
    ),
  ],

  gather: [
    line('duplicates and negatives', [f([3, 2]), ints([5], 0, 2, -1, 0, -3)], [5, 2], ([x, i]) => x.gather(i)),
    line('from a vector', [f([4]), rows(['N'], 4)], ['N'], ([x, i]) => x.gather(i)),
    line('an index of two axes, symbolic rows', [f(['N', 2]), rows(['N', 3], 'N')], ['N', 3, 2], ([x, i]) =>
      x.gather(i),
    ),
    line('a scalar index', [f([3, 2]), ints([], 1)], [2], ([x, i]) => x.gather(i)),
    line('of three axes', [f([3, 2, 2]), rows([4], 3)], [4, 2, 2], ([x, i]) => x.gather(i)),
    line('integers', [ints([3], 10, 20, 30), ints([2], -1, 0)], [2], ([x, i]) => x.gather(i), {
      dtype: 'i64',
      values: [30, 10],
    }),
  ],
  scatterAdd: [
    line(
      'duplicates, negatives and rows that stay zero',
      [ints([4], 0, 2, -2, 0), f([4, 1], given(1, 10, 100, 1000))],
      [4, 1],
      ([i, x], g) => scatter(g, i, x, 4),
      { values: [1001, 0, 110, 0] },
    ),
    line('rows', [rows([5], 3), f([5, 2])], [3, 2], ([i, x], g) => scatter(g, i, x, 3)),
    line('numbers', [rows([5], 3), f([5])], [3], ([i, x], g) => scatter(g, i, x, 3)),
    line('an index of two axes, symbolic rows', [rows(['N', 3], 'N'), f(['N', 3, 2])], ['N', 2], ([i, x], g) =>
      scatter(g, i, x, 'N'),
    ),
    line('three axes', [rows([4], 3), f([4, 2, 2])], [3, 2, 2], ([i, x], g) => scatter(g, i, x, 3)),
    line('a scalar index', [ints([], 1), f([2])], [3, 2], ([i, x], g) => scatter(g, i, x, 3)),
  ],
  takeAlong: [
    line('the last axis', [f([2, 4]), rows([2, 3], 4)], [2, 3], ([x, i]) => x.takeAlong(i, 1)),
    line('the first axis, duplicates', [f([3, 2]), ints([4, 2], 0, 2, -1, 0, 0, 1, 2, 2)], [4, 2], ([x, i]) =>
      x.takeAlong(i, 0),
    ),
    line('a symbolic axis', [f(['N', 2]), rows(['N', 2], 'N')], ['N', 2], ([x, i]) => x.takeAlong(i, 0)),
    line('a middle axis', [f([2, 3, 2]), rows([2, 1, 2], 3)], [2, 1, 2], ([x, i]) => x.takeAlong(i, 1)),
  ],
  putAlong: [
    line(
      'duplicates and negatives',
      [ints([1, 4], 0, 2, -1, 0), f([1, 4], given(1, 10, 100, 1000))],
      [1, 3],
      ([i, x], g) => put(g, i, x, 1, 3),
      { values: [1001, 0, 110] },
    ),
    line('the first axis', [rows([4, 2], 3), f([4, 2])], [3, 2], ([i, x], g) => put(g, i, x, 0, 3)),
    line('a symbolic size', [rows(['N', 2], 'N'), f(['N', 2])], ['N', 2], ([i, x], g) => put(g, i, x, 0, 'N')),
    line('a middle axis', [rows([2, 4, 2], 3), f([2, 4, 2])], [2, 3, 2], ([i, x], g) => put(g, i, x, 1, 3)),
  ],
  cumsum: [
    line('the last axis', [f([2, 4])], [2, 4], ([x]) => x.cumsum(-1)),
    line('a symbolic axis', [f(['N', 2])], ['N', 2], ([x]) => x.cumsum(0)),
    line('exclusive', [f([4], given(1, 2, 3, 4))], [4], ([x]) => x.cumsum(0, { exclusive: true }), {
      values: [0, 1, 3, 6],
    }),
    line('from the end', [f([4], given(1, 2, 3, 4))], [4], ([x]) => x.cumsum(0, { reverse: true }), {
      values: [10, 9, 7, 4],
    }),
    line(
      'exclusive, from the end',
      [f([4], given(1, 2, 3, 4))],
      [4],
      ([x]) => x.cumsum(0, { exclusive: true, reverse: true }),
      { values: [9, 7, 4, 0] },
    ),
  ],

  stopGradient: [line('the whole value', [f([3])], [3], ([x]) => x.stopGradient(), none)],
  customGradient: [
    line('the true rule, written by hand', [f([3]), f([3])], [3], ([a, b], g) =>
      g.withGradient(a.mul(b).stopGradient(), [a, b], (gradient) => [gradient.mul(b), gradient.mul(a)]),
    ),
  ],
};
