import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { tfjsCpuEngine, tfjsWasmEngine } from '../../core/runtime/tfjs.node.ts';
import { allCases } from './all-cases.ts';
import { BINDINGS, checkParity, prepare } from './harness.ts';

// Counting tensors needs a backend that is up.
beforeAll(async () => {
  await tf.setBackend('cpu');
});

for (const engine of [tfjsCpuEngine(), tfjsWasmEngine()])
  test.each(allCases)(`%s equals the reference on ${engine.name} and leaves no tensor behind`, async (_, item) => {
    const before = tf.memory().numTensors;
    const prepared = prepare(item);
    const executable = await engine.compile(prepared.outputs, { name: 'case' });
    for (const env of BINDINGS) await checkParity(item, prepared, env, (feeds) => executable.run(feeds));
    await executable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
