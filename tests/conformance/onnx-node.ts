// Owns one node of an ONNX model while it is being imported: its attributes, inputs, and what the inputs hold.
import { ATTRIBUTE, type AttributeProto, type NodeProto } from '../../core/runtime/onnx-proto.ts';
import type { DType } from '../../core/tensor/ops.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import type { Graph, Tensor } from '../../core/tensor/tensor.ts';
import { typedValue, Unsupported } from './onnx-archive.ts';

export class Attributes {
  readonly #byName: ReadonlyMap<string, AttributeProto>;
  readonly #read = new Set<string>();

  constructor(node: NodeProto) {
    this.#byName = new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? '', attribute]));
  }

  #get(name: string): AttributeProto | undefined {
    this.#read.add(name);
    return this.#byName.get(name);
  }
  int(name: string, fallback: number): number {
    const attribute = this.#get(name);
    return attribute ? (attribute.i ?? 0) : fallback;
  }
  float(name: string, fallback: number): number {
    const attribute = this.#get(name);
    return attribute ? (attribute.f ?? 0) : fallback;
  }
  ints(name: string): number[] | undefined {
    const attribute = this.#get(name);
    return attribute && (attribute.ints ?? []);
  }
  floats(name: string): number[] | undefined {
    return this.#get(name)?.floats;
  }
  text(name: string, fallback: string): string {
    const attribute = this.#get(name);
    return attribute ? new TextDecoder().decode(attribute.s) : fallback;
  }
  tensor(name: string): (Value & { dtype: DType }) | undefined {
    const attribute = this.#get(name);
    return attribute?.type === ATTRIBUTE.tensor && attribute.t ? typedValue(attribute.t) : undefined;
  }
  /** An attribute that no rule looked at may change the meaning. */
  refuseUnread(): void {
    for (const name of this.#byName.keys()) if (!this.#read.has(name)) throw new Unsupported(`attribute ${name}`);
  }
}

/** One node being imported. */
export class NodeContext {
  readonly graph: Graph;
  readonly attributes: Attributes;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: number;
  readonly #feeds: ReadonlyMap<Tensor, Value>;

  constructor(
    graph: Graph,
    node: NodeProto,
    inputs: readonly (Tensor | undefined)[],
    feeds: ReadonlyMap<Tensor, Value>,
  ) {
    this.graph = graph;
    this.attributes = new Attributes(node);
    this.inputs = inputs;
    this.outputs = node.output?.length ?? 0;
    this.#feeds = feeds;
  }

  /** A required input. */
  x(position: number): Tensor {
    const tensor = this.inputs[position];
    if (!tensor) throw new Unsupported(`input ${position} left out`);
    return tensor;
  }

  /** What an input holds: shapes and axes are fed in the cases, but attributes of our operations. */
  values(position: number): number[] | undefined {
    const tensor = this.inputs[position];
    return tensor && [...evaluate([tensor], this.#feeds)[0].data];
  }
}
