// Owns the expression graph: immutable typed nodes, made by one function that shares equal sub-expressions, and the fluent
// methods in which models are written.
import { AppError } from '../base/errors.ts';
import { countOf, type Dim, divideDims, normaliseAxis, type Shape, shapeText } from './dims.ts';
import type { DType, OpAttrs, OpName } from './ops.ts';
import { shapeRules, type TypedShape } from './shape-rules.ts';
import { simplify } from './simplify.ts';

export type Operand = Tensor | number;
/** Given the gradient of a value, the gradients of its sources, in their order. */
export type GradientRule = (gradient: Tensor) => readonly Tensor[];

interface AxesOptions {
  keepDims?: boolean;
}

/** JSON writes infinities as null and -0 as 0, which would share nodes that differ. */
const exactNumbers = (_: string, value: unknown): unknown =>
  Object.is(value, -0) ? '-0' : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** Equal keys, equal values: a sum or product does not ask for the order of its two operands. */
function keyOf<O extends OpName>(op: O, inputs: readonly Tensor[], attrs: OpAttrs[O]): string {
  const ids = inputs.map((input) => input.id);
  if (op === 'add' || op === 'mul') ids.sort((a, b) => a - b);
  return `${op}|${ids.join(',')}|${JSON.stringify(attrs, exactNumbers)}`;
}

/** Makes and shares nodes. Equal operations on equal inputs are one node, so common sub-expressions cost nothing. */
export class Graph {
  readonly #shared = new Map<string, Tensor>();
  readonly #inputs = new Map<string, Tensor>();
  readonly gradientRules: GradientRule[] = [];
  #nextId = 0;

  /** @throws model/* when the inputs do not fit the operation */
  node<O extends OpName>(op: O, inputs: readonly Tensor[], attrs: OpAttrs[O]): Tensor {
    const key = keyOf(op, inputs, attrs);
    const known = this.#shared.get(key);
    if (known) return known;
    const typed = shapeRules[op](inputs, attrs, op);
    const made = simplify(this, op, inputs, attrs, typed) ?? new Tensor(this, this.#nextId++, op, inputs, attrs, typed);
    this.#shared.set(key, made);
    return made;
  }

  /** The node, where it has been made. */
  find<O extends OpName>(op: O, inputs: readonly Tensor[], attrs: OpAttrs[O]): Tensor | undefined {
    return this.#shared.get(keyOf(op, inputs, attrs));
  }

  /** A value fed at run time. Symbols in its shape are bound by what is fed. */
  input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
    const made = this.node('input', [], { name, shape, dtype });
    const known = this.#inputs.get(name);
    if (known && known !== made) throw new AppError('model/duplicate-input', { name });
    this.#inputs.set(name, made);
    return made;
  }

  /** A literal; a number makes a scalar, one value alone fills `shape`. */
  constant(values: number | readonly number[], shape: readonly number[] = [], dtype: DType = 'f32'): Tensor {
    return this.node('constant', [], { values: typeof values === 'number' ? [values] : values, shape, dtype });
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    return this.node('concat', parts, { axis: normaliseAxis('concat', axis, parts[0].rank) });
  }

  /** Parts of equal shape, stacked along a new leading axis. */
  stack(parts: readonly Tensor[]): Tensor {
    return this.concat(
      parts.map((part) => part.reshape([1, ...part.shape])),
      0,
    );
  }

  where(condition: Tensor, a: Operand, b: Operand): Tensor {
    return this.node('where', [condition, this.lift(a), this.lift(b)], {});
  }

  /**
   * `value` with a hand-written gradient: `rule` maps the gradient of `value` to those of `sources`. Nothing flows into
   * `value` itself.
   */
  withGradient(value: Tensor, sources: readonly Tensor[], rule: GradientRule): Tensor {
    this.gradientRules.push(rule);
    return this.node('customGradient', [value, ...sources], { rule: this.gradientRules.length - 1 });
  }

  lift(value: Operand): Tensor {
    return typeof value === 'number' ? this.constant(value) : value;
  }
}

/** Runs `build` and cuts every gradient through what it returns. */
export function noGrad(build: () => Tensor): Tensor {
  return build().stopGradient();
}

export class Tensor {
  readonly graph: Graph;
  /** Ascends in the order of creation, which is a topological order. */
  readonly id: number;
  readonly op: OpName;
  readonly inputs: readonly Tensor[];
  readonly attrs: OpAttrs[OpName];
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(
    graph: Graph,
    id: number,
    op: OpName,
    inputs: readonly Tensor[],
    attrs: OpAttrs[OpName],
    typed: TypedShape,
  ) {
    this.graph = graph;
    this.id = id;
    this.op = op;
    this.inputs = inputs;
    this.attrs = attrs;
    this.shape = typed.shape;
    this.dtype = typed.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Narrows to one operation, so that its attributes are typed. */
  is<O extends OpName>(op: O): this is Tensor & { op: O; attrs: OpAttrs[O] } {
    return this.op === op;
  }

  #binary(op: 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum', other: Operand): Tensor {
    return this.graph.node(op, [this, this.graph.lift(other)], {});
  }
  add(other: Operand): Tensor {
    return this.#binary('add', other);
  }
  sub(other: Operand): Tensor {
    return this.#binary('sub', other);
  }
  mul(other: Operand): Tensor {
    return this.#binary('mul', other);
  }
  div(other: Operand): Tensor {
    return this.#binary('div', other);
  }
  pow(other: Operand): Tensor {
    return this.#binary('pow', other);
  }
  maximum(other: Operand): Tensor {
    return this.#binary('maximum', other);
  }
  minimum(other: Operand): Tensor {
    return this.#binary('minimum', other);
  }

  #compare(op: 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal', other: Operand): Tensor {
    return this.graph.node(op, [this, this.graph.lift(other)], {});
  }
  less(other: Operand): Tensor {
    return this.#compare('less', other);
  }
  lessEqual(other: Operand): Tensor {
    return this.#compare('lessEqual', other);
  }
  greater(other: Operand): Tensor {
    return this.#compare('greater', other);
  }
  greaterEqual(other: Operand): Tensor {
    return this.#compare('greaterEqual', other);
  }
  equal(other: Operand): Tensor {
    return this.#compare('equal', other);
  }
  and(other: Tensor): Tensor {
    return this.graph.node('and', [this, other], {});
  }
  not(): Tensor {
    return this.graph.node('not', [this], {});
  }

  #unary(
    op:
      | 'neg'
      | 'abs'
      | 'sign'
      | 'exp'
      | 'log'
      | 'sqrt'
      | 'erf'
      | 'floor'
      | 'reciprocal'
      | 'sigmoid'
      | 'tanh'
      | 'relu'
      | 'softplus'
      | 'gelu'
      | 'silu'
      | 'stopGradient',
  ): Tensor {
    return this.graph.node(op, [this], {});
  }
  neg(): Tensor {
    return this.#unary('neg');
  }
  abs(): Tensor {
    return this.#unary('abs');
  }
  sign(): Tensor {
    return this.#unary('sign');
  }
  exp(): Tensor {
    return this.#unary('exp');
  }
  log(): Tensor {
    return this.#unary('log');
  }
  sqrt(): Tensor {
    return this.#unary('sqrt');
  }
  erf(): Tensor {
    return this.#unary('erf');
  }
  floor(): Tensor {
    return this.#unary('floor');
  }
  reciprocal(): Tensor {
    return this.#unary('reciprocal');
  }
  sigmoid(): Tensor {
    return this.#unary('sigmoid');
  }
  tanh(): Tensor {
    return this.#unary('tanh');
  }
  relu(): Tensor {
    return this.#unary('relu');
  }
  softplus(): Tensor {
    return this.#unary('softplus');
  }
  gelu(): Tensor {
    return this.#unary('gelu');
  }
  silu(): Tensor {
    return this.#unary('silu');
  }
  stopGradient(): Tensor {
    return this.#unary('stopGradient');
  }
  square(): Tensor {
    return this.mul(this);
  }
  leakyRelu(alpha: number): Tensor {
    return this.graph.node('leakyRelu', [this], { alpha });
  }
  elu(alpha = 1): Tensor {
    return this.graph.node('elu', [this], { alpha });
  }
  clip(min: number, max: number): Tensor {
    return this.graph.node('clip', [this], { min, max });
  }
  cast(to: DType): Tensor {
    return this.graph.node('cast', [this], { to });
  }

  /** See OpAttrs.matmul for the flags. */
  matmul(other: Tensor, flags: Partial<OpAttrs['matmul']> = {}): Tensor {
    const { transA = false, transB = false, rowsFirstA = false, rowsFirstB = false } = flags;
    return this.graph.node('matmul', [this, other], { transA, transB, rowsFirstA, rowsFirstB });
  }

  softmax(axis = -1): Tensor {
    return this.graph.node('softmax', [this], { axis: normaliseAxis('softmax', axis, this.rank) });
  }
  logSoftmax(axis = -1): Tensor {
    return this.graph.node('logSoftmax', [this], { axis: normaliseAxis('logSoftmax', axis, this.rank) });
  }
  layerNorm(scale: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
    return this.graph.node('layerNorm', [this, scale, bias], { epsilon });
  }

  #reduce(op: 'sum' | 'mean' | 'max' | 'sumSquare', axes: readonly number[] | undefined, options: AxesOptions): Tensor {
    const all = axes ?? this.shape.map((_, i) => i);
    const sorted = all.map((axis) => normaliseAxis(op, axis, this.rank)).sort((a, b) => a - b);
    return this.graph.node(op, [this], { axes: sorted, keepDims: options.keepDims ?? false });
  }
  /** Reductions over the given axes, all of them when none are given. */
  sum(axes?: readonly number[], options: AxesOptions = {}): Tensor {
    return this.#reduce('sum', axes, options);
  }
  mean(axes?: readonly number[], options: AxesOptions = {}): Tensor {
    return this.#reduce('mean', axes, options);
  }
  max(axes?: readonly number[], options: AxesOptions = {}): Tensor {
    return this.#reduce('max', axes, options);
  }
  sumSquare(axes?: readonly number[], options: AxesOptions = {}): Tensor {
    return this.#reduce('sumSquare', axes, options);
  }
  size(axes: readonly number[]): Tensor {
    return this.graph.node('size', [this], { axes });
  }

  /** One dimension may be -1: what is left. */
  reshape(shape: Shape): Tensor {
    const open = shape.indexOf(-1);
    return this.graph.node('reshape', [this], { shape: open < 0 ? shape : fillOpenDim(this.shape, shape, open) });
  }
  transpose(perm: readonly number[]): Tensor {
    return this.graph.node('transpose', [this], { perm });
  }
  slice(axis: number, start: number, end: number): Tensor {
    return this.graph.node('slice', [this], { axis: normaliseAxis('slice', axis, this.rank), start, end });
  }
  pad(axis: number, before: number, after: number): Tensor {
    return this.graph.node('pad', [this], { axis: normaliseAxis('pad', axis, this.rank), before, after });
  }
  broadcast(shape: Shape): Tensor {
    return this.graph.node('broadcast', [this], { shape });
  }
  /** One index along an axis, the axis dropped. */
  at(axis: number, index: number): Tensor {
    const where = normaliseAxis('slice', axis, this.rank);
    return this.slice(where, index, index + 1).reshape(this.shape.filter((_, i) => i !== where));
  }
  /** Cut along an axis into parts of the given sizes. */
  split(axis: number, sizes: readonly number[]): Tensor[] {
    let start = 0;
    return sizes.map((size) => this.slice(axis, start, (start += size)));
  }

  gather(index: Tensor): Tensor {
    return this.graph.node('gather', [this, index], {});
  }
  takeAlong(index: Tensor, axis: number): Tensor {
    return this.graph.node('takeAlong', [this, index], { axis: normaliseAxis('takeAlong', axis, this.rank) });
  }
  cumsum(axis: number, { exclusive = false, reverse = false } = {}): Tensor {
    return this.graph.node('cumsum', [this], { axis: normaliseAxis('cumsum', axis, this.rank), exclusive, reverse });
  }
}

function fillOpenDim(from: Shape, to: Shape, open: number): Dim[] {
  const rest = divideDims(countOf(from), countOf(to.filter((_, i) => i !== open)));
  if (rest === undefined)
    throw new AppError('model/shape-mismatch', { op: 'reshape', shapes: `${shapeText(from)} ${shapeText(to)}` });
  return to.map((dim, i) => (i === open ? rest : dim));
}
