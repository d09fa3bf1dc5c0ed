// Owns how engines are called in the interface; the names are the same in both languages.
import type { Settings } from '../../core/contract/views/workspace.ts';

/** All that the contract knows; the compiler sees to it that none is missing. */
export const ENGINE_NAMES: Readonly<Record<Exclude<Settings['engine'], 'auto'>, string>> = {
  'onnx-cpu': 'ONNX Runtime · CPU',
  'onnx-webgpu': 'ONNX Runtime · WebGPU',
  'onnx-cuda': 'ONNX Runtime · CUDA',
  'onnx-dml': 'ONNX Runtime · DirectML',
  'tfjs-node-gpu': 'TensorFlow.js · CUDA',
  'tfjs-wasm': 'TensorFlow.js · WebAssembly',
  'tfjs-cpu': 'TensorFlow.js · CPU',
};

const names = new Map(Object.entries(ENGINE_NAMES));

/** The name of an engine; what is not known as it is stored. */
export const engineName = (engine: string): string => names.get(engine) ?? engine;
