// Owns the float64 evaluation of one layer: its parameters drawn at random or given, its inputs plain arrays.
import { Random } from '../../core/base/random.ts';
import { collectParameters, type ParameterSpec } from '../../core/nn/parameters.ts';
import { Noise, Scope } from '../../core/nn/scope.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

export const value = (shape: readonly number[], data: ArrayLike<number>): Value => ({
  shape,
  data: Float64Array.from(data),
});

/** Normal numbers of the given shape. */
export function normal(random: Random, ...shape: number[]): Value {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return value(
    shape,
    Float64Array.from({ length: size }, () => random.normal()),
  );
}

export interface Evaluated {
  outputs: Value[];
  /** Values of the parameters by name. */
  parameters: ReadonlyMap<string, Value>;
  specs: readonly ParameterSpec[];
}

/**
 * @param build makes the outputs from the scope and the tensors of `inputs`
 * @param given values of parameters by name; the others are drawn
 */
export function evaluateLayer<Name extends string>(
  build: (scope: Scope, inputs: Record<Name, Tensor>) => readonly Tensor[],
  inputs: Record<Name, Value & { integer?: boolean }>,
  given: Readonly<Record<string, ArrayLike<number> | number>> = {},
  { seed = 1, training = false }: { seed?: number; training?: boolean } = {},
): Evaluated {
  const graph = new Graph();
  const { source, specs } = collectParameters(graph);
  const random = new Random(seed);
  const tensors = Object.fromEntries(
    Object.entries<Value & { integer?: boolean }>(inputs).map(([name, { shape, integer }]) => [
      name,
      graph.input(name, shape, integer ? 'i64' : 'f32'),
    ]),
  ) as Record<Name, Tensor>;
  const noise = new Noise();
  const outputs = build(new Scope(graph, source, training ? noise : undefined), tensors);
  const parameters = new Map(
    specs.map(({ name, shape }) => {
      const drawn = normal(random, ...shape);
      const fixed = given[name];
      if (typeof fixed === 'number') drawn.data.fill(fixed);
      else if (fixed !== undefined) drawn.data.set(fixed);
      return [name, drawn];
    }),
  );
  const feeds = new Map<Tensor, Value>();
  for (const name of Object.keys(inputs) as Name[]) feeds.set(tensors[name], inputs[name]);
  for (const { name, shape } of specs) feeds.set(graph.input(name, shape), parameters.get(name)!);
  for (const { name, shape } of noise.inputs) {
    const { shape: dims, data } = normal(random, ...shape.map(Number));
    feeds.set(
      graph.input(name, shape),
      value(
        dims,
        data.map(() => random.uniform()),
      ),
    );
  }
  return { outputs: evaluate(outputs, feeds), parameters, specs };
}
