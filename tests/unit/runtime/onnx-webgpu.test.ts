import { expect, test } from 'vitest';
import { onnxCpuEngine } from '../../../core/runtime/onnx-session.node.ts';
import { onnxWebgpuEngine } from '../../../core/runtime/onnx-webgpu.node.ts';
import { startSmallTraining, trainSmall } from '../../support/small-training.ts';

// Needs a Vulkan, Direct3D 12 or Metal driver, so it is asked for: PHASOR_WEBGPU=1.
const onDevice = test.skipIf(!process.env.PHASOR_WEBGPU);

onDevice('training on WebGPU follows the processor step by step (needs PHASOR_WEBGPU)', async () => {
  const steps = 30;
  const expected = await trainSmall(onnxCpuEngine({ threads: 1 }), steps);
  const found = await trainSmall(onnxWebgpuEngine(), steps);
  found.losses.forEach((loss, i) => {
    expect(Math.abs(loss - expected.losses[i]), `loss of step ${i}`).toBeLessThan(2e-5);
  });
  found.weights.forEach((weight, i) => {
    expect(Math.abs(weight - expected.weights[i]), `weight ${i}`).toBeLessThan(1e-4);
  });
});

onDevice('a step on WebGPU that is not accepted changes nothing (needs PHASOR_WEBGPU)', async () => {
  const { executable, step } = await startSmallTraining(onnxWebgpuEngine());
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
