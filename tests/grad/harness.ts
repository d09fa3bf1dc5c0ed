// Owns the checks that every operation passes: gradients against central differences in float64 along random directions, and
// the outputs of an executor against the float64 reference.
import { expect } from 'vitest';
import { Random } from '../../core/base/random.ts';
import type { HostTensor } from '../../core/runtime/executor.ts';
import { type DimEnv, resolveShape, type Shape } from '../../core/tensor/dims.ts';
import { gradients } from '../../core/tensor/gradients.ts';
import type { DType } from '../../core/tensor/ops.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

export interface InputSpec {
  shape: Shape;
  dtype: DType;
  /** Draws one element, given its position and what symbols stand for. */
  draw(random: Random, position: number, env: DimEnv): number;
}

export interface Case {
  what: string;
  inputs: readonly InputSpec[];
  build(inputs: readonly Tensor[], graph: Graph): Tensor;
  /** The shape that inference must find. */
  shape: Shape;
  dtype?: DType;
  /** 'none': the result does not vary with its inputs, and asking for a gradient is an error. */
  gradient?: 'none';
  /** Inputs whose gradient the case leaves out, by position. */
  fixed?: readonly number[];
  /** Expected values, for inputs that are not random. */
  values?: readonly number[];
  /** Allowed deviation of a float32 executor, relative to the largest value of the output. */
  tolerance?: number;
}

/** What the symbols of the cases stand for, run after run of one compiled graph. */
export const BINDINGS: readonly DimEnv[] = [{ N: 3 }, { N: 1 }];

export interface Prepared {
  inputs: Tensor[];
  /** Weights of the result in the scalar that is differentiated; absent without a gradient. */
  cotangent: Tensor | undefined;
  loss: Tensor | undefined;
  differentiated: number[];
  /** `y`, and `grad0`, `grad1`, ... for the inputs that have gradients. */
  outputs: Record<string, Tensor>;
}

export function prepare(item: Case): Prepared {
  const graph = new Graph();
  const inputs = item.inputs.map(({ shape, dtype }, i) => graph.input(`x${i}`, shape, dtype));
  const y = item.build(inputs, graph);
  const outputs: Record<string, Tensor> = { y };
  if (item.gradient === 'none' || y.dtype !== 'f32')
    return { inputs, cotangent: undefined, loss: undefined, differentiated: [], outputs };
  const cotangent = graph.input('cotangent', y.shape);
  const loss = y.mul(cotangent).sum();
  const differentiated = inputs.flatMap((input, i) => (input.dtype === 'f32' && !item.fixed?.includes(i) ? [i] : []));
  const found = gradients(
    loss,
    differentiated.map((i) => ({ name: `x${i}`, tensor: inputs[i] })),
  );
  differentiated.forEach((i, at) => {
    outputs[`grad${i}`] = found[at];
  });
  return { inputs, cotangent, loss, differentiated, outputs };
}

const drawValue = ({ shape, draw }: InputSpec, env: DimEnv, random: Random): Value => {
  const sizes = resolveShape(shape, env);
  const count = sizes.reduce((product, size) => product * size, 1);
  // Rounded to float32, so that every executor starts from the very same numbers.
  return { shape: sizes, data: Float64Array.from({ length: count }, (_, i) => Math.fround(draw(random, i, env))) };
};

export function drawFeeds(item: Case, { inputs, cotangent }: Prepared, env: DimEnv, seed = 7): Map<Tensor, Value> {
  const random = new Random(seed);
  const feeds = new Map(inputs.map((input, i) => [input, drawValue(item.inputs[i], env, random)]));
  if (cotangent)
    feeds.set(cotangent, drawValue({ shape: cotangent.shape, dtype: 'f32', draw: (r) => r.normal() }, env, random));
  return feeds;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Shape rule, finite values of the inferred shape, and gradients of the right shape that agree with differences. */
export function checkReference(item: Case, env: DimEnv): void {
  const prepared = prepare(item);
  const { inputs, loss, differentiated, outputs } = prepared;
  expect(outputs.y.shape).toEqual(item.shape);
  expect(outputs.y.dtype).toBe(item.dtype ?? 'f32');
  const feeds = drawFeeds(item, prepared, env);
  const names = Object.keys(outputs);
  const found = evaluate(Object.values(outputs), feeds);
  found.forEach((value, i) => {
    expect(value.shape, names[i]).toEqual(resolveShape(outputs[names[i]].shape, env));
    expect(value.data.every(Number.isFinite), `${names[i]} is finite`).toBe(true);
  });
  if (item.values) expect([...found[0].data]).toEqual(item.values);
  if (!loss) return;
  const step = 1e-6;
  for (let direction = 0; direction < 2; direction++) {
    const random = new Random(99, direction);
    const along = new Map(
      differentiated.map((i) => [i, feeds.get(inputs[i])!.data.map(() => random.normal())] as const),
    );
    const lossAt = (distance: number): number => {
      const moved = new Map(feeds);
      for (const [i, way] of along) {
        const { shape, data } = feeds.get(inputs[i])!;
        moved.set(inputs[i], { shape, data: data.map((x, at) => x + distance * way[at]) });
      }
      return evaluate([loss], moved)[0].data[0];
    };
    const numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
    const symbolic = differentiated.reduce(
      (sum, i) => sum + dot(found[names.indexOf(`grad${i}`)].data, along.get(i)!),
      0,
    );
    expect(Math.abs(symbolic - numeric), `gradient ${symbolic}, differences ${numeric}`).toBeLessThan(
      1e-7 * (1 + Math.abs(numeric)),
    );
  }
}

export function toHost({ shape, data }: Value, dtype: DType): HostTensor {
  if (dtype === 'i64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype, shape, data: dtype === 'bool' ? Uint8Array.from(data) : Float32Array.from(data) };
}

/** Runs compiled outputs on feeds by name. */
export type Runner = (feeds: Record<string, HostTensor>) => Promise<Record<string, HostTensor>>;

/** Compares every output with the float64 reference, relative to the output's largest value. */
export async function checkParity(item: Case, prepared: Prepared, env: DimEnv, run: Runner): Promise<void> {
  const feeds = drawFeeds(item, prepared, env);
  const fed = Object.fromEntries(
    [...feeds].map(([tensor, value]) => [tensor.is('input') ? tensor.attrs.name : '', toHost(value, tensor.dtype)]),
  );
  const found = await run(fed);
  expectClose(prepared.outputs, evaluate(Object.values(prepared.outputs), feeds), found, item.tolerance);
}

export function expectClose(
  outputs: Readonly<Record<string, Tensor>>,
  expected: readonly Value[],
  found: Readonly<Record<string, HostTensor>>,
  tolerance = 2e-6,
): void {
  Object.entries(outputs).forEach(([name, tensor], at) => {
    const { shape, data } = expected[at];
    const result = found[name];
    expect(result.dtype, name).toBe(tensor.dtype);
    expect([...result.shape], name).toEqual(shape);
    const size = data.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
    data.forEach((x, i) => {
      const deviation = Math.abs(Number(result.data[i]) - x);
      const allowed = tensor.dtype === 'f32' ? tolerance * (size + 1e-3) : 0;
      expect(deviation, `${name}[${i}]: ${result.data[i]}, reference ${x}`).toBeLessThanOrEqual(allowed);
    });
  });
}
