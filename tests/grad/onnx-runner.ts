// Owns running traced outputs through ONNX Runtime on the CPU in either dialect of the emission.
import * as ort from 'onnxruntime-node';
import type { HostTensor } from '../../core/runtime/executor.ts';
import { type EmitOptions, emitOnnx, inputsOf } from '../../core/runtime/onnx-emit.ts';
import { cpuSessionOptions } from '../../core/runtime/onnx-session.node.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import type { Runner } from './harness.ts';

const TYPES = { f32: 'float32', i64: 'int64', bool: 'bool' } as const;

export async function onnxRunner(
  outputs: Readonly<Record<string, Tensor>>,
  options: Omit<EmitOptions, 'name'>,
  threads = 1,
): Promise<Runner & { release(): Promise<void> }> {
  const session = await ort.InferenceSession.create(
    emitOnnx(outputs, { name: 'case', ...options }),
    cpuSessionOptions({ threads }),
  );
  const wanted = new Set(inputsOf(Object.values(outputs)).map((input) => input.attrs.name));
  const run: Runner = async (feeds) => {
    const fed = Object.entries(feeds)
      .filter(([name]) => wanted.has(name))
      .map(([name, { dtype, data, shape }]) => [name, new ort.Tensor(TYPES[dtype], data as never, shape)]);
    const results = await session.run(Object.fromEntries(fed));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dtype }]) => [
        name,
        { dtype, shape: results[name].dims, data: results[name].data } as HostTensor,
      ]),
    );
  };
  return Object.assign(run, { release: () => session.release() });
}
