import { test } from 'vitest';
import { allCases } from './all-cases.ts';
import { BINDINGS, checkParity, prepare } from './harness.ts';
import { onnxRunner } from './onnx-runner.ts';

for (const dialect of ['ort', 'portable', 'webgpu'] as const)
  test.each(allCases)(`%s equals the reference in ONNX Runtime (${dialect})`, async (_, item) => {
    const prepared = prepare(item);
    const run = await onnxRunner(prepared.outputs, { dialect });
    for (const env of BINDINGS) await checkParity(item, prepared, env, run);
    await run.release();
  });
