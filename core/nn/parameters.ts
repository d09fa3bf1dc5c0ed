// Owns the trainable parameters of a model: their names, shapes and starting values, and their places in one flat vector.
import { Random } from '../base/random.ts';
import type { Graph, Tensor } from '../tensor/tensor.ts';

/** How a parameter starts. 'glorot' is uniform with variance 2 / (fan in + fan out) (Glorot & Bengio 2010). */
export type Initialiser =
  | { kind: 'glorot'; gain?: number }
  | { kind: 'normal'; deviation: number }
  | { kind: 'constant'; value: number };

export interface ParameterSpec {
  name: string;
  shape: readonly number[];
  initialiser: Initialiser;
  /** Whether decoupled weight decay applies: to matrices, not to biases, scales and mixing weights. */
  decay: boolean;
}

export interface PlacedParameter extends ParameterSpec {
  /** First element in the flat vector. */
  offset: number;
  size: number;
}

/** Every parameter of a model, in the order in which the model asked for them, laid end to end. */
export class ParameterLayout {
  readonly parameters: readonly PlacedParameter[];
  readonly size: number;

  constructor(specs: readonly ParameterSpec[]) {
    let offset = 0;
    this.parameters = specs.map((spec) => {
      const size = spec.shape.reduce((product, dim) => product * dim, 1);
      const placed = { ...spec, offset, size };
      offset += size;
      return placed;
    });
    this.size = offset;
  }

  /** Starting values. A parameter's depend on the seed and its own name alone, so adding one changes no other. */
  initialise(seed: number): Float32Array {
    const values = new Float32Array(this.size);
    for (const { name, shape, initialiser, offset, size } of this.parameters) {
      const random = new Random(seed, streamKey(name));
      const fanOut = shape[shape.length - 1] ?? 1;
      const fanIn = shape[shape.length - 2] ?? fanOut;
      for (let i = offset; i < offset + size; i++) {
        if (initialiser.kind === 'constant') values[i] = initialiser.value;
        else if (initialiser.kind === 'normal') values[i] = random.normal() * initialiser.deviation;
        else values[i] = (random.uniform() * 2 - 1) * Math.sqrt(6 / (fanIn + fanOut)) * (initialiser.gain ?? 1);
      }
    }
    return values;
  }

  /** 1 where weight decay applies, else 0. */
  decayMask(): Float32Array {
    const mask = new Float32Array(this.size);
    for (const { decay, offset, size } of this.parameters) if (decay) mask.fill(1, offset, offset + size);
    return mask;
  }

  /**
   * Carries values over from another layout by name; what is new, or has another shape, keeps its starting value.
   * @returns the names carried and the names started afresh
   */
  carryOver(into: Float32Array, from: ParameterLayout, values: Float32Array): { carried: string[]; fresh: string[] } {
    const known = new Map(from.parameters.map((parameter) => [parameter.name, parameter]));
    const carried: string[] = [];
    const fresh: string[] = [];
    for (const { name, shape, offset, size } of this.parameters) {
      const source = known.get(name);
      if (source && source.shape.length === shape.length && source.shape.every((dim, i) => dim === shape[i])) {
        into.set(values.subarray(source.offset, source.offset + size), offset);
        carried.push(name);
      } else fresh.push(name);
    }
    return { carried, fresh };
  }
}

/** FNV-1a, so that a name picks its own random stream. */
export function streamKey(name: string): number {
  let key = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) key = Math.imul(key ^ name.charCodeAt(i), 0x01000193);
  return key | 0;
}

/** Where a model gets a parameter's tensor while it is traced. */
export type ParameterSource = (spec: ParameterSpec) => Tensor;

/** Records what a model asks for; the tensors are stand-ins. */
export function collectParameters(graph: Graph): { source: ParameterSource; specs: ParameterSpec[] } {
  const specs: ParameterSpec[] = [];
  return {
    specs,
    source: (spec) => {
      specs.push(spec);
      return graph.input(spec.name, spec.shape);
    },
  };
}

/** Parameters as slices of one flat vector: what training uses. */
export function flatParameters(
  flat: Tensor,
  layout: ParameterLayout,
): { source: ParameterSource; tensors: Map<string, Tensor> } {
  const placed = new Map(layout.parameters.map((parameter) => [parameter.name, parameter]));
  const tensors = new Map<string, Tensor>();
  return {
    tensors,
    source: ({ name }) => {
      const { offset, size, shape } = placed.get(name)!;
      const tensor = flat.slice(0, offset, offset + size).reshape(shape);
      tensors.set(name, tensor);
      return tensor;
    },
  };
}
