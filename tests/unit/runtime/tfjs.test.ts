import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { floats } from '../../../core/runtime/executor.ts';
import { onnxCpuEngine } from '../../../core/runtime/onnx-session.node.ts';
import { tfjsCpuEngine, tfjsWasmEngine } from '../../../core/runtime/tfjs.node.ts';
import { Graph } from '../../../core/tensor/tensor.ts';
import { startSmallTraining, trainSmall } from '../../support/small-training.ts';

const engines = [tfjsCpuEngine(), tfjsWasmEngine()];
beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each(engines)('training on $name follows ONNX Runtime step by step', async (engine) => {
  const steps = 30;
  const expected = await trainSmall(onnxCpuEngine({ threads: 1 }), steps);
  const found = await trainSmall(engine, steps);
  expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0] / 2);
  found.losses.forEach((loss, i) => {
    expect(Math.abs(loss - expected.losses[i]), `loss of step ${i}`).toBeLessThan(2e-5);
  });
  found.weights.forEach((weight, i) => {
    expect(Math.abs(weight - expected.weights[i]), `weight ${i}`).toBeLessThan(1e-4);
  });
});

test.each(engines)('$name holds no more tensors after a hundred steps than after one', async (engine) => {
  const before = tf.memory().numTensors;
  const { executable, step } = await startSmallTraining(engine);
  const counts: number[] = [];
  for (let i = 0; i < 100; i++) {
    await step(i);
    if (i % 7 !== 0) executable.accept();
    counts.push(tf.memory().numTensors);
  }
  // A step that is not accepted keeps what it would have replaced until the next one: three tensors.
  expect(Math.max(...counts)).toBeLessThanOrEqual(counts[0] + 3);
  expect(counts.at(-3)).toBe(counts[1]);
  await executable.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test.each(engines)('a step on $name that is not accepted changes nothing', async (engine) => {
  const { executable, step } = await startSmallTraining(engine);
  const start = (await executable.getState('weights')).data;
  const loss = await step(0);
  expect(await step(0)).toBe(loss);
  expect((await executable.getState('weights')).data).toEqual(start);
  executable.accept();
  executable.accept();
  expect((await executable.getState('weights')).data).not.toEqual(start);
  expect(await step(0)).toBeLessThan(loss);
  await executable.dispose();
});

test.each(engines)('$name names a missing feed and a wrong one, and leaves no tensor behind', async (engine) => {
  const g = new Graph();
  const out = g
    .input('a', ['N'])
    .exp()
    .add(g.input('b', ['N']));
  const executable = await engine.compile({ out }, { name: 'feeds' });
  const before = tf.memory().numTensors;
  await expect(executable.run({ a: floats(Float32Array.of(1)) })).rejects.toMatchObject({
    code: 'model/missing-feed',
    params: { name: 'b' },
  });
  await expect(
    executable.run({ a: floats(Float32Array.of(1)), b: floats(Float32Array.of(1, 2)) }),
  ).rejects.toMatchObject({ code: 'model/bad-feed', params: { name: 'b' } });
  expect(tf.memory().numTensors).toBe(before);
  await executable.dispose();
});

test('executables of two backends run side by side, each on its own', async () => {
  const g = new Graph();
  const out = g.input('x', [2]).exp();
  const compiled = await Promise.all(engines.map((engine) => engine.compile({ out }, { name: 'side' })));
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, i) => compiled[i % 2].run({ x: floats(Float32Array.of(0, i)) })),
  );
  results.forEach((result, i) => {
    expect(result.out.data[0]).toBe(1);
    expect(result.out.data[1]).toBeCloseTo(Math.exp(i), 4);
  });
  for (const executable of compiled) await executable.dispose();
});
