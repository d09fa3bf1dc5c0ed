// Owns making an engine by its name. Packages of engines that are not asked for are never loaded.
import { availableParallelism } from 'node:os';
import type { Engine, EngineName } from './executor.ts';
import { onnxCpuEngine, onnxCudaEngine, onnxDmlEngine } from './onnx-session.node.ts';

const openers: { readonly [E in EngineName]: (threads: number) => Engine | Promise<Engine> } = {
  'onnx-cpu': (threads) => onnxCpuEngine({ threads }),
  'onnx-cuda': (threads) => onnxCudaEngine({ threads }),
  'onnx-dml': (threads) => onnxDmlEngine({ threads }),
  'onnx-webgpu': async () => (await import('./onnx-webgpu.node.ts')).onnxWebgpuEngine(),
  'tfjs-node-gpu': async () => (await import('./tfjs.node.ts')).tfjsNodeGpuEngine(),
  'tfjs-wasm': async () => (await import('./tfjs.node.ts')).tfjsWasmEngine(),
  'tfjs-cpu': async () => (await import('./tfjs.node.ts')).tfjsCpuEngine(),
};

/** Engines on graphics cards, in the order in which engine=auto asks. */
export const ACCELERATED: readonly EngineName[] = ['onnx-cuda', 'onnx-webgpu', 'onnx-dml', 'tfjs-node-gpu'];

export const defaultThreads = (): number => Math.max(1, availableParallelism() - 1);

/** Does not check that the engine works here: chooseEngine does. @param threads of engines that run on the processor */
export const openEngine = async (name: EngineName, threads: number): Promise<Engine> => openers[name](threads);
