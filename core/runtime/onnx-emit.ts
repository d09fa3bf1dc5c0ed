// Owns the translation of a traced graph into an ONNX model: one emission rule an operation, and the few fusions that ONNX
// Runtime does not find by itself.
import { type Dim, multiplyDims, type Shape } from '../tensor/dims.ts';
import type { OpAttrs, OpName } from '../tensor/ops.ts';
import { topological } from '../tensor/reference.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { innerBlocks } from './inner-blocks.ts';
import { type AttributeValue, elementType, OnnxBuilder } from './onnx-builder.ts';
import { encodeModel, type ValueInfoProto } from './onnx-proto.ts';

export interface EmitOptions {
  name: string;
  description?: string;
  /**
   * 'portable' uses only standard ONNX operators; 'ort' also ONNX Runtime's fused ones; 'webgpu' only the standard ones that
   * its WebGPU provider runs on the device, and no more buffers at a node than WebGPU guarantees.
   */
  dialect: 'portable' | 'ort' | 'webgpu';
  /** One line of documentation for each input and output, by name. */
  docs?: Readonly<Record<string, string>>;
  metadata?: Readonly<Record<string, string>>;
  /** Inputs whose values are fixed: written into the file as initialisers. */
  fixed?: ReadonlyMap<string, Float32Array>;
}

/** Most tensors that one node joins or splits into: WebGPU guarantees a shader eight buffers. */
const FAN_LIMIT = { portable: Number.POSITIVE_INFINITY, ort: Number.POSITIVE_INFINITY, webgpu: 7 } as const;

class Emission {
  readonly out = new OnnxBuilder();
  readonly names = new Map<Tensor, string>();
  readonly options: EmitOptions;
  readonly #uses = new Map<Tensor, number>();
  /** Layer norms by input and epsilon: their statistics come from the same node. */
  readonly norms = new Map<string, { mean: string; rstd: string }>();
  readonly #fused = new Set<Tensor>();
  readonly #splits = new Map<string, readonly Tensor[]>();

  constructor(nodes: readonly Tensor[], outputs: readonly Tensor[], options: EmitOptions) {
    this.options = options;
    const use = (tensor: Tensor): void => void this.#uses.set(tensor, (this.#uses.get(tensor) ?? 0) + 1);
    for (const output of outputs) use(output);
    for (const node of nodes) for (const input of node.inputs) use(input);
    this.#findSplits(nodes);
    for (const node of nodes) {
      const product = this.gemmOf(node);
      if (product) this.#fused.add(product);
    }
  }

  name(tensor: Tensor): string {
    const name = this.names.get(tensor);
    if (name === undefined) throw new Error(`unreachable: ${tensor.op} is used before it is emitted`);
    return name;
  }

  /** The parts that sibling slices cut a tensor into, where they tile it: one Split does them all. */
  splitOf(node: Tensor & { attrs: OpAttrs['slice'] }): readonly Tensor[] | undefined {
    return this.#splits.get(`${node.inputs[0].id}:${node.attrs.axis}`);
  }

  #findSplits(nodes: readonly Tensor[]): void {
    const groups = new Map<string, (Tensor & { attrs: OpAttrs['slice'] })[]>();
    for (const node of nodes) {
      if (!node.is('slice')) continue;
      const key = `${node.inputs[0].id}:${node.attrs.axis}`;
      const group = groups.get(key);
      if (group) group.push(node);
      else groups.set(key, [node]);
    }
    for (const [key, group] of groups) {
      const parts = group.sort((a, b) => a.attrs.start - b.attrs.start);
      const { axis } = parts[0].attrs;
      const ends = [0, ...parts.map((part) => part.attrs.end)];
      const tiles =
        parts.every((part, i) => part.attrs.start === ends[i]) && ends.at(-1) === parts[0].inputs[0].shape[axis];
      if (tiles && parts.length > 1 && parts.length <= FAN_LIMIT[this.options.dialect]) this.#splits.set(key, parts);
    }
  }

  isFused(node: Tensor): boolean {
    return this.#fused.has(node);
  }

  /** The product that an addition can absorb as Gemm's C: used nowhere else, and its other operand needs no broadcast over rows and batch. */
  gemmOf(node: Tensor): (Tensor & { attrs: OpAttrs['matmul'] }) | undefined {
    if (!node.is('add')) return undefined;
    for (const [product, other] of [node.inputs, [...node.inputs].reverse()]) {
      if (!product.is('matmul') || this.#uses.get(product) !== 1 || !isFlatProduct(product)) continue;
      const { shape } = product;
      const isBias = other.rank === 1 && other.shape[0] === shape[shape.length - 1];
      const isFull = other.rank === 2 && shape.length === 2 && other.shape.every((dim, i) => dim === shape[i]);
      if ((isBias || isFull) && other !== product) return product;
    }
    return undefined;
  }
}

/** A product of two matrices, or of a batch of rows with one matrix: what Gemm computes once the rows are flattened. */
function isFlatProduct(node: Tensor & { attrs: OpAttrs['matmul'] }): boolean {
  const { transA, rowsFirstA, rowsFirstB } = node.attrs;
  const [a, b] = node.inputs;
  return b.rank === 2 && !rowsFirstA && !rowsFirstB && (a.rank === 2 || !transA);
}

type Rule<O extends OpName> = (emission: Emission, node: Tensor, attrs: OpAttrs[O]) => string;

const plain =
  (opType: string, attributes: Record<string, AttributeValue> = {}): Rule<OpName> =>
  (e, node) =>
    e.out.add(
      opType,
      node.inputs.map((input) => e.name(input)),
      attributes,
    );
const reduction =
  (opType: string): ((e: Emission, node: Tensor, attrs: OpAttrs['sum']) => string) =>
  (e, node, { axes, keepDims }) =>
    e.out.add(opType, [e.name(node.inputs[0]), e.out.ints(axes)], { keepdims: { int: keepDims ? 1 : 0 } });
const alias: Rule<OpName> = (e, node) => e.name(node.inputs[0]);
const flag = (on: boolean): AttributeValue => ({ int: on ? 1 : 0 });

function gemm(e: Emission, product: Tensor & { attrs: OpAttrs['matmul'] }, addend?: string): string {
  const [a, b] = product.inputs;
  const flatShape: Shape = [multiplyDims(...a.shape.slice(0, -1)), a.shape[a.rank - 1]];
  const rows = a.rank === 2 ? e.name(a) : e.out.reshape(e.name(a), a.shape, flatShape);
  const { transA, transB } = product.attrs;
  const multiply = (left: string, right: string, added: string | undefined): string =>
    e.out.add('Gemm', added === undefined ? [left, right] : [left, right, added], {
      transA: flag(transA),
      transB: flag(transB),
    });
  const columns = product.shape[product.rank - 1];
  const blocks = e.options.dialect === 'ort' && !transA ? innerBlocks(flatShape[0], flatShape[1], columns) : [];
  const split = (x: string, axis: number): string[] =>
    e.out.addMany('Split', [x, e.out.ints(blocks)], blocks.length, { axis: { int: axis } });
  let flat: string;
  if (blocks.length === 0) flat = multiply(rows, e.name(b), addend);
  else {
    const [lefts, rights] = [split(rows, 1), split(e.name(b), transB ? 1 : 0)];
    flat = multiply(lefts[0], rights[0], addend);
    for (let i = 1; i < blocks.length; i++) flat = multiply(lefts[i], rights[i], flat);
  }
  return a.rank === 2 ? flat : e.out.reshape(flat, [flatShape[0], columns], product.shape);
}

function emitMatmul(e: Emission, node: Tensor, attrs: OpAttrs['matmul']): string {
  if (isFlatProduct(node as Tensor & { attrs: OpAttrs['matmul'] }))
    return gemm(e, node as Tensor & { attrs: OpAttrs['matmul'] });
  const [a, b] = node.inputs;
  if (e.options.dialect === 'ort' && a.rank === b.rank)
    return e.out.add(
      'FusedMatMul',
      [e.name(a), e.name(b)],
      {
        transA: flag(attrs.transA),
        transB: flag(attrs.transB),
        transBatchA: flag(attrs.rowsFirstA),
        transBatchB: flag(attrs.rowsFirstB),
      },
      'com.microsoft',
    );
  const laidOut = (x: Tensor, transposed: boolean, rowsFirst: boolean): string => {
    const rank = x.rank;
    const axes = x.shape.map((_, i) => i);
    const perm = rowsFirst ? [...axes.slice(1, rank - 1), 0, rank - 1] : axes;
    if (transposed) perm.push(...perm.splice(rank - 2, 2).reverse());
    return perm.every((axis, i) => axis === i)
      ? e.name(x)
      : e.out.share('Transpose', [e.name(x)], { perm: { ints: perm } });
  };
  return e.out.add('MatMul', [laidOut(a, attrs.transA, attrs.rowsFirstA), laidOut(b, attrs.transB, attrs.rowsFirstB)]);
}

/** Concat of as many parts at a time as the dialect allows. */
function emitConcat(e: Emission, parts: readonly string[], axis: number): string {
  const limit = FAN_LIMIT[e.options.dialect];
  if (parts.length <= limit) return parts.length === 1 ? parts[0] : e.out.add('Concat', parts, { axis: { int: axis } });
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += limit) groups.push(emitConcat(e, parts.slice(i, i + limit), axis));
  return emitConcat(e, groups, axis);
}

/** WebGPU's provider has no Sign. */
function emitSign(e: Emission, node: Tensor): string {
  if (e.options.dialect !== 'webgpu') return plain('Sign')(e, node, {});
  const x = e.name(node.inputs[0]);
  const zero = e.out.constant([0], [], 'f32');
  const [above, below] = ['Greater', 'Less'].map((op) =>
    e.out.add('Cast', [e.out.add(op, [x, zero])], { to: { int: elementType.f32 } }),
  );
  return e.out.add('Sub', [above, below]);
}

/**
 * ONNX Runtime's Elu rounds the ends of each thread's share otherwise than the rest, so its result depends on the number of
 * threads. Its Exp does not, and elu(x) = max(x, exp(min(x, 0)) - 1) takes half the time besides.
 */
function emitElu(e: Emission, node: Tensor, attrs: OpAttrs['elu']): string {
  if (e.options.dialect !== 'ort' || attrs.alpha !== 1)
    return plain('Elu', { alpha: { float: attrs.alpha } })(e, node, {});
  const x = e.name(node.inputs[0]);
  const falling = e.out.add('Exp', [e.out.add('Min', [x, e.out.constant([0], [], 'f32')])]);
  return e.out.add('Max', [x, e.out.add('Sub', [falling, e.out.constant([1], [], 'f32')])]);
}

/** WebGPU's provider has no LogSoftmax. */
function emitLogSoftmax(e: Emission, node: Tensor, { axis }: OpAttrs['logSoftmax']): string {
  if (e.options.dialect !== 'webgpu') return plain('LogSoftmax', { axis: { int: axis } })(e, node, {});
  const x = e.name(node.inputs[0]);
  const axes = e.out.ints([axis]);
  const shifted = e.out.add('Sub', [x, e.out.add('ReduceMax', [x, axes])]);
  return e.out.add('Sub', [shifted, e.out.add('Log', [e.out.add('ReduceSum', [e.out.add('Exp', [shifted]), axes])])]);
}

const normKey = (x: Tensor, epsilon: number): string => `${x.id}:${epsilon}`;

function emitLayerNorm(e: Emission, node: Tensor, { epsilon }: OpAttrs['layerNorm']): string {
  const [y, mean, rstd] = e.out.addMany(
    'LayerNormalization',
    node.inputs.map((input) => e.name(input)),
    3,
    { axis: { int: -1 }, epsilon: { float: epsilon } },
  );
  e.norms.set(normKey(node.inputs[0], epsilon), { mean, rstd });
  return y;
}

function emitNormMean(e: Emission, node: Tensor, { epsilon }: OpAttrs['normMean']): string {
  const [x] = node.inputs;
  const known = e.norms.get(normKey(x, epsilon));
  return known?.mean ?? e.out.share('ReduceMean', [e.name(x), e.out.ints([x.rank - 1])], { keepdims: { int: 1 } });
}

function emitNormRstd(e: Emission, node: Tensor, attrs: OpAttrs['normRstd']): string {
  const [x] = node.inputs;
  const known = e.norms.get(normKey(x, attrs.epsilon));
  if (known) return known.rstd;
  const centred = e.out.add('Sub', [e.name(x), emitNormMean(e, node, attrs)]);
  const squared = e.out.add('Mul', [centred, centred]);
  const variance = e.out.add('ReduceMean', [squared, e.out.ints([x.rank - 1])], { keepdims: { int: 1 } });
  const shifted = e.out.add('Add', [variance, e.out.constant([attrs.epsilon], [], 'f32')]);
  return e.out.add('Reciprocal', [e.out.add('Sqrt', [shifted])]);
}

/** ScatterElements adds race-free, unlike ScatterND, whose sums are wrong with several threads on the CPU. */
function scatterElements(e: Emission, index: string, updates: string, shape: Shape, axis: number): string {
  const zeros = e.out.share('Expand', [e.out.constant([0], [], 'f32'), e.out.shape(shape)]);
  return e.out.add('ScatterElements', [zeros, index, updates], { axis: { int: axis }, reduction: { string: 'add' } });
}

function emitScatterAdd(e: Emission, node: Tensor, { rows }: OpAttrs['scatterAdd']): string {
  const [index, updates] = node.inputs;
  const items: Dim = multiplyDims(1, ...index.shape);
  const width: Dim = multiplyDims(1, ...updates.shape.slice(index.rank));
  const column = e.out.share('Reshape', [e.name(index), e.out.ints([-1, 1])]);
  const wide = e.out.share('Expand', [column, e.out.shape([items, width])]);
  const flat = e.out.reshape(e.name(updates), updates.shape, [items, width]);
  const sums = scatterElements(e, wide, flat, [rows, width], 0);
  return node.rank === 2 ? sums : e.out.reshape(sums, [rows, width], node.shape);
}

/** A sum over all leading axes is a product with a row of ones: several times as fast as ReduceSum on the CPU. */
function emitSum(e: Emission, node: Tensor, attrs: OpAttrs['sum']): string {
  const [x] = node.inputs;
  const leading = attrs.axes.length === x.rank - 1 && attrs.axes.every((axis, i) => axis === i);
  if (!leading || x.rank < 2) return reduction('ReduceSum')(e, node, attrs);
  const rows = multiplyDims(...x.shape.slice(0, -1));
  const flat = x.rank === 2 ? e.name(x) : e.out.reshape(e.name(x), x.shape, [rows, x.shape[x.rank - 1]]);
  const ones = e.out.share('Expand', [e.out.constant([1], [], 'f32'), e.out.shape([1, rows])]);
  return e.out.reshape(e.out.add('MatMul', [ones, flat]), [1, x.shape[x.rank - 1]], node.shape);
}

function emitSlice(e: Emission, node: Tensor, { axis, start, end }: OpAttrs['slice']): string {
  const source = e.name(node.inputs[0]);
  const parts = e.splitOf(node as Tensor & { attrs: OpAttrs['slice'] });
  if (!parts) return e.out.add('Slice', [source, e.out.ints([start]), e.out.ints([end]), e.out.ints([axis])]);
  const sizes = e.out.ints(parts.map((part) => Number(part.shape[axis])));
  const names = e.out.addMany('Split', [source, sizes], parts.length, { axis: { int: axis } });
  parts.forEach((part, i) => {
    e.names.set(part, names[i]);
  });
  return e.name(node);
}

const emissionRules: { readonly [O in OpName]: Rule<O> } = {
  input: (_, __, { name }) => name,
  constant: (e, _, { values, shape, dtype }) => e.out.constant(values, shape, dtype),
  add: (e, node) => {
    const product = e.gemmOf(node);
    if (!product) return plain('Add')(e, node, {});
    const other = node.inputs[0] === product ? node.inputs[1] : node.inputs[0];
    return gemm(e, product, e.name(other));
  },
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  pow: plain('Pow'),
  maximum: plain('Max'),
  minimum: plain('Min'),
  less: plain('Less'),
  lessEqual: plain('LessOrEqual'),
  greater: plain('Greater'),
  greaterEqual: plain('GreaterOrEqual'),
  equal: plain('Equal'),
  and: plain('And'),
  not: plain('Not'),
  where: plain('Where'),
  neg: plain('Neg'),
  abs: plain('Abs'),
  sign: emitSign,
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  erf: plain('Erf'),
  floor: plain('Floor'),
  reciprocal: plain('Reciprocal'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  relu: plain('Relu'),
  softplus: plain('Softplus'),
  leakyRelu: (e, node, { alpha }) => plain('LeakyRelu', { alpha: { float: alpha } })(e, node, {}),
  elu: emitElu,
  gelu: plain('Gelu'),
  silu: (e, node) => {
    const x = e.name(node.inputs[0]);
    return e.out.add('Mul', [x, e.out.share('Sigmoid', [x])]);
  },
  clip: (e, node, { min, max }) =>
    e.out.add('Clip', [e.name(node.inputs[0]), e.out.constant([min], [], 'f32'), e.out.constant([max], [], 'f32')]),
  cast: (e, node, { to }) => plain('Cast', { to: { int: elementType[to] } })(e, node, {}),
  matmul: emitMatmul,
  softmax: (e, node, { axis }) => plain('Softmax', { axis: { int: axis } })(e, node, {}),
  logSoftmax: emitLogSoftmax,
  layerNorm: emitLayerNorm,
  normMean: emitNormMean,
  normRstd: emitNormRstd,
  sum: emitSum,
  mean: reduction('ReduceMean'),
  max: reduction('ReduceMax'),
  sumSquare: reduction('ReduceSumSquare'),
  size: (e, node, { axes }) => e.out.count(axes.map((axis) => node.inputs[0].shape[axis])),
  reshape: (e, node, { shape }) => e.out.reshape(e.name(node.inputs[0]), node.inputs[0].shape, shape),
  transpose: (e, node, { perm }) => plain('Transpose', { perm: { ints: perm } })(e, node, {}),
  concat: (e, node, { axis }) =>
    emitConcat(
      e,
      node.inputs.map((input) => e.name(input)),
      axis,
    ),
  slice: emitSlice,
  pad: (e, node, { axis, before, after }) =>
    e.out.add('Pad', [
      e.name(node.inputs[0]),
      e.out.ints([before, after]),
      e.out.constant([0], [], 'f32'),
      e.out.ints([axis]),
    ]),
  broadcast: (e, node, { shape }) => e.out.add('Expand', [e.name(node.inputs[0]), e.out.shape(shape)]),
  gather: plain('Gather', { axis: { int: 0 } }),
  scatterAdd: emitScatterAdd,
  takeAlong: (e, node, { axis }) => plain('GatherElements', { axis: { int: axis } })(e, node, {}),
  putAlong: (e, node, { axis }) => {
    const [index, updates] = node.inputs;
    return scatterElements(e, e.name(index), e.name(updates), node.shape, axis);
  },
  cumsum: (e, node, { axis, exclusive, reverse }) =>
    e.out.add('CumSum', [e.name(node.inputs[0]), e.out.constant([axis], [], 'i64')], {
      exclusive: flag(exclusive),
      reverse: flag(reverse),
    }),
  stopGradient: alias,
  customGradient: alias,
};

function emitNode<O extends OpName>(emission: Emission, node: Tensor, op: O): string {
  const rule: Rule<O> = emissionRules[op];
  return rule(emission, node, node.attrs as OpAttrs[O]);
}

function valueInfo(name: string, { shape, dtype }: Tensor, doc: string | undefined): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, docString: doc, type: { tensorType: { elemType: elementType[dtype], shape: { dim } } } };
}

/** Inputs that some outputs depend on, in the order in which they were made. */
export function inputsOf(outputs: readonly Tensor[]): (Tensor & { attrs: OpAttrs['input'] })[] {
  return topological(outputs).filter((node): node is Tensor & { op: 'input'; attrs: OpAttrs['input'] } =>
    node.is('input'),
  );
}

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Writes the graph that computes `outputs` as ONNX, opset 20. Symbolic dimensions stay symbolic. */
export function emitOnnx(outputs: Readonly<Record<string, Tensor>>, options: EmitOptions): Uint8Array {
  const results = Object.values(outputs);
  const nodes = topological(results);
  const emission = new Emission(nodes, results, options);
  const { out, names } = emission;
  for (const node of nodes) if (node.is('input')) out.bindSymbols(node, node.attrs.name);
  // A node may have been named already by a sibling that it shares an ONNX node with.
  for (const node of nodes)
    if (!names.has(node) && !emission.isFused(node)) names.set(node, emitNode(emission, node, node.op));
  for (const [name, tensor] of Object.entries(outputs))
    out.nodes.push({ opType: 'Identity', input: [emission.name(tensor)], output: [name] });
  const inputs = inputsOf(results);
  const free = inputs.filter((node) => !options.fixed?.has(node.attrs.name));
  const fixed = inputs.flatMap((node) => {
    const { name, shape } = node.attrs;
    const values = options.fixed?.get(name);
    return values ? [{ name, dims: [...shape] as number[], dataType: elementType.f32, rawData: bytesOf(values) }] : [];
  });
  return encodeModel({
    irVersion: 10,
    producerName: 'Phasor',
    opsetImport: [
      { domain: '', version: 20 },
      ...(options.dialect === 'ort' ? [{ domain: 'com.microsoft', version: 1 }] : []),
    ],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name,
      docString: options.description,
      node: out.nodes,
      initializer: [...fixed, ...out.initializers],
      input: free.map((node) => valueInfo(node.attrs.name, node, options.docs?.[node.attrs.name])),
      output: Object.entries(outputs).map(([name, tensor]) => valueInfo(name, tensor, options.docs?.[name])),
    },
  });
}
