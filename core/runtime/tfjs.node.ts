// Owns the TensorFlow.js backends of this machine: cpu and wasm, which are always there, and the native one, which is an
// optional package.
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { AppError } from '../base/errors.ts';
import type { Engine } from './executor.ts';
import { onBackend, tfjsEngine } from './tfjs-executor.ts';

const require = createRequire(import.meta.url);
setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + sep);
// Without it the cpu backend prints an advertisement on its first use.
tf.enableProdMode();

export const tfjsCpuEngine = (): Engine => tfjsEngine('tfjs-cpu', 'cpu');
export const tfjsWasmEngine = (): Engine => tfjsEngine('tfjs-wasm', 'wasm');

/** Absent unless the user added it (npm run gpu:tfjs), hence a name that is not resolved when type-checking. */
const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node-gpu';

/** @throws resource/engine-not-installed, or resource/engine-unusable when the native library does not load or finds no card */
export async function tfjsNodeGpuEngine(): Promise<Engine> {
  const unusable = (reason: string, cause?: unknown): AppError =>
    new AppError('resource/engine-unusable', { engine: 'tfjs-node-gpu', reason }, cause);
  // Version 4.22 calls two helpers that Node 23 took out.
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  try {
    await import(NATIVE_PACKAGE);
  } catch (error) {
    // npm installs the package without its native library where install scripts are forbidden.
    if (/can not be found|Cannot find package/.test(firstLine(error)))
      throw new AppError(
        'resource/engine-not-installed',
        { engine: 'tfjs-node-gpu', command: 'npm run gpu:tfjs' },
        error,
      );
    throw unusable(firstLine(error), error);
  }
  const native = (await onBackend('tensorflow', () => tf.backend())) as { isUsingGpuDevice?: boolean };
  if (!native.isUsingGpuDevice) throw unusable('its native library loads, but finds no NVIDIA card with CUDA');
  return tfjsEngine('tfjs-node-gpu', 'tensorflow');
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];
