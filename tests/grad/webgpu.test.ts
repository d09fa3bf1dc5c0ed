import { test } from 'vitest';
import { onnxWebgpuEngine } from '../../core/runtime/onnx-webgpu.node.ts';
import { allCases } from './all-cases.ts';
import { BINDINGS, checkParity, prepare } from './harness.ts';

// Needs a Vulkan, Direct3D 12 or Metal driver, so it is asked for: PHASOR_WEBGPU=1. A software driver takes minutes.
test.skipIf(!process.env.PHASOR_WEBGPU).each(allCases)(
  '%s equals the reference on WebGPU (needs PHASOR_WEBGPU)',
  async (_, item) => {
    const prepared = prepare(item);
    const executable = await onnxWebgpuEngine().compile(prepared.outputs, { name: 'case' });
    const tolerant = { ...item, tolerance: Math.max(item.tolerance ?? 0, 2e-5) };
    for (const env of BINDINGS) await checkParity(tolerant, prepared, env, (feeds) => executable.run(feeds));
    await executable.dispose();
  },
);
