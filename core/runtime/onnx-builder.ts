// Owns the ONNX graph under construction: nodes, shared literals, and shapes computed at run time from symbolic dimensions.
import { factorOf, type Dim, multiplyDims, type Shape, symbolsOf } from '../tensor/dims.ts';
import type { DType } from '../tensor/ops.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ATTRIBUTE, type AttributeProto, ELEMENT, type NodeProto, type TensorProto } from './onnx-proto.ts';

export const elementType: Record<DType, number> = { f32: ELEMENT.float, i64: ELEMENT.int64, bool: ELEMENT.bool };

export type AttributeValue = { int: number } | { float: number } | { ints: readonly number[] } | { string: string };

export function literal(values: readonly number[], shape: readonly number[], dtype: DType, name?: string): TensorProto {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const full = values.length === size ? values : new Array<number>(size).fill(values[0]);
  const array =
    dtype === 'f32'
      ? Float32Array.from(full)
      : dtype === 'i64'
        ? BigInt64Array.from(full, BigInt)
        : Uint8Array.from(full);
  return { dims: [...shape], dataType: elementType[dtype], name, rawData: new Uint8Array(array.buffer) };
}

function attributeProto(name: string, value: AttributeValue): AttributeProto {
  if ('int' in value) return { name, type: ATTRIBUTE.int, i: value.int };
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float };
  if ('string' in value) return { name, type: ATTRIBUTE.string, s: new TextEncoder().encode(value.string) };
  return { name, type: ATTRIBUTE.ints, ints: [...value.ints] };
}

export class OnnxBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #shared = new Map<string, string>();
  readonly #symbols = new Map<string, { input: string; axis: number }>();
  #count = 0;

  /** Makes the symbols of an input's shape known, so that shapes can be computed from it. */
  bindSymbols(input: Tensor, name: string): void {
    input.shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !dim.includes('*') && !this.#symbols.has(dim))
        this.#symbols.set(dim, { input: name, axis });
    });
  }

  /** Adds a node with several outputs and returns their names. */
  addMany(
    opType: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Record<string, AttributeValue>,
    domain = '',
  ): string[] {
    const names = Array.from({ length: outputs }, () => `t${this.#count++}`);
    this.nodes.push({
      opType,
      input: [...inputs],
      output: names,
      name: `${opType}_${names[0]}`,
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      domain: domain === '' ? undefined : domain,
    });
    return names;
  }

  add(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}, domain = ''): string {
    return this.addMany(opType, inputs, 1, attributes, domain)[0];
  }

  /** As add, but an equal node made before is used again. */
  share(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    const key = `${opType}(${inputs.join()})${JSON.stringify(attributes)}`;
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = this.add(opType, inputs, attributes);
      this.#shared.set(key, name);
    }
    return name;
  }

  constant(values: readonly number[], shape: readonly number[], dtype: DType): string {
    const key = `${dtype}[${shape.join()}]${values.join()}`;
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = `c${this.initializers.length}`;
      this.initializers.push(literal(values, shape, dtype, name));
      this.#shared.set(key, name);
    }
    return name;
  }

  ints(values: readonly number[]): string {
    return this.constant(values, [values.length], 'i64');
  }

  /** One dimension as an int64 tensor of shape [1]. */
  dim(dim: Dim): string {
    if (typeof dim === 'number') return this.ints([dim]);
    const parts = symbolsOf(dim).map((symbol) => {
      const source = this.#symbols.get(symbol);
      if (!source) throw new Error(`unreachable: no input has the dimension ${symbol}`);
      return this.share('Shape', [source.input], { start: { int: source.axis }, end: { int: source.axis + 1 } });
    });
    const factor = factorOf(dim);
    if (factor !== 1) parts.push(this.ints([factor]));
    return parts.reduce((product, part) => this.share('Mul', [product, part]));
  }

  /** A shape as an int64 tensor. */
  shape(shape: Shape): string {
    if (shape.every((dim) => typeof dim === 'number')) return this.ints(shape);
    return this.share(
      'Concat',
      shape.map((dim) => this.dim(dim)),
      { axis: { int: 0 } },
    );
  }

  /** The target of a Reshape: a symbolic dimension is -1 where it is the only one, 0 where it stays in its place. */
  reshapeTarget(from: Shape, to: Shape): string {
    const symbolic = to.filter((dim) => typeof dim === 'string');
    if (symbolic.length === 0) return this.ints(to as number[]);
    const target = to.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i] ? 0 : -1));
    const open = target.filter((dim) => dim === -1).length;
    if (open > 1) return this.shape(to);
    if (open === 0) target[target.indexOf(0)] = -1;
    return this.ints(target);
  }

  reshape(name: string, from: Shape, to: Shape): string {
    return this.add('Reshape', [name, this.reshapeTarget(from, to)]);
  }

  /** The number of elements along some axes, as a float scalar. */
  count(dims: readonly Dim[]): string {
    const total = multiplyDims(1, ...dims);
    if (typeof total === 'number') return this.constant([total], [], 'f32');
    const scalar = this.share('Reshape', [this.dim(total), this.constant([], [0], 'i64')]);
    return this.share('Cast', [scalar], { to: { int: ELEMENT.float } });
  }
}
