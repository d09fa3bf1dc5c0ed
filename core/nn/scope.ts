// Owns the context in which layers are traced: the graph, the names of parameters, and the random masks of training.
import type { Shape } from '../tensor/dims.ts';
import type { Graph, Tensor } from '../tensor/tensor.ts';
import type { Initialiser, ParameterSource } from './parameters.ts';

/** An input of uniform random numbers on [0, 1) that the host fills from the run's seed, the step and `stream`. */
export interface NoiseInput {
  name: string;
  shape: Shape;
  stream: number;
}

/**
 * Random masks come from the host, drawn from a seed and the step number. So they are the same on every engine, and a resumed
 * run draws what the uninterrupted one would have drawn.
 */
export class Noise {
  readonly inputs: NoiseInput[] = [];

  uniform(graph: Graph, shape: Shape): Tensor {
    const stream = this.inputs.length;
    const name = `noise_${stream}`;
    this.inputs.push({ name, shape, stream });
    return graph.input(name, shape);
  }
}

export class Scope {
  readonly graph: Graph;
  /** Undefined outside training: dropout is the identity. */
  readonly noise: Noise | undefined;
  readonly #path: string;
  readonly #source: ParameterSource;

  constructor(graph: Graph, source: ParameterSource, noise?: Noise, path = '') {
    this.graph = graph;
    this.#source = source;
    this.noise = noise;
    this.#path = path;
  }

  child(name: string): Scope {
    return new Scope(this.graph, this.#source, this.noise, `${this.#path}${name}.`);
  }

  parameter(name: string, shape: readonly number[], initialiser: Initialiser, decay = false): Tensor {
    return this.#source({ name: `${this.#path}${name}`, shape, initialiser, decay });
  }

  /** A weight matrix: Glorot start, weight decay. */
  matrix(name: string, rows: number, columns: number): Tensor {
    return this.parameter(name, [rows, columns], { kind: 'glorot' }, true);
  }

  vector(name: string, size: number, value = 0): Tensor {
    return this.parameter(name, [size], { kind: 'constant', value });
  }
}
