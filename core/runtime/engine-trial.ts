// Owns the trial that an engine must pass before it is offered: one training step of a 2x2 product, held against the float64
// reference, and the time of a larger product, by which a software adapter shows.
import { AppError } from '../base/errors.ts';
import { gradients } from '../tensor/gradients.ts';
import { evaluate } from '../tensor/reference.ts';
import { Graph, type Tensor } from '../tensor/tensor.ts';
import { type Engine, floats } from './executor.ts';

const TOLERANCE = 1e-4;

/** Trains w of (x w - y)^2 one step. @throws resource/engine-wrong when loss or weights differ from the reference */
export async function tryStep(engine: Engine): Promise<void> {
  const graph = new Graph();
  const [x, y] = [graph.input('x', ['N', 2]), graph.input('y', ['N', 2])];
  const w = graph.input('w', [2, 2]);
  const loss = x.matmul(w).sub(y).square().mean();
  const [gradient] = gradients(loss, [{ name: 'w', tensor: w }]);
  const outputs = { loss, next: w.sub(gradient.mul(0.5)) };
  const values: [Tensor, Float32Array][] = [
    [x, Float32Array.of(1, 2, 3, 4)],
    [y, Float32Array.of(-1, 0.5, 2, 1)],
    [w, Float32Array.of(0.5, -0.25, 0.125, 1)],
  ];
  const expected = evaluate(
    Object.values(outputs),
    new Map(values.map(([tensor, data]) => [tensor, { shape: [2, 2], data: Float64Array.from(data) }])),
  );
  const executable = await engine.compile(outputs, { name: 'trial', state: [{ input: 'w', next: 'next' }] });
  const [fedX, fedY, startW] = values.map(([, data]) => floats(data, [2, 2]));
  await executable.setState('w', startW);
  const results = await executable.run({ x: fedX, y: fedY });
  executable.accept();
  const trained = await executable.getState('w');
  await executable.dispose();
  const found = [...results.loss.data, ...trained.data].map(Number);
  const wanted = [...expected[0].data, ...expected[1].data];
  const wrong = wanted.findIndex((value, i) => !(Math.abs(value - found[i]) <= TOLERANCE));
  if (wrong >= 0)
    throw new AppError('resource/engine-wrong', {
      engine: engine.name,
      found: found[wrong],
      expected: wanted[wrong],
    });
}

/** Milliseconds of a product of two square matrices that stay where the engine keeps its state; the best of three. */
async function timeProduct(engine: Engine, size: number): Promise<number> {
  const graph = new Graph();
  const [a, b] = [graph.input('a', [size, size]), graph.input('b', [size, size])];
  const executable = await engine.compile(
    { top: a.matmul(b).max() },
    { name: 'product', state: [{ input: 'a' }, { input: 'b' }] },
  );
  const matrix = floats(
    Float32Array.from({ length: size * size }, (_, i) => (i % 7) - 3),
    [size, size],
  );
  await executable.setState('a', matrix);
  await executable.setState('b', matrix);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const start = performance.now();
    await executable.run({});
    // The first run also compiles kernels.
    if (run > 0) best = Math.min(best, performance.now() - start);
  }
  await executable.dispose();
  return best;
}

/**
 * How many times as fast as the processor an engine multiplies matrices. A small product sorts out software adapters; what
 * comes within reach of the processor there is judged by a large one, in which the way to a card and back hardly counts.
 */
export async function speedAgainst(processor: Engine, engine: Engine): Promise<number> {
  const ratio = async (size: number): Promise<number> =>
    (await timeProduct(processor, size)) / (await timeProduct(engine, size));
  const small = await ratio(512);
  return small < 0.05 ? small : ratio(2048);
}
