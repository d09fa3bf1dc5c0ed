// Owns the names of the engines that can execute a compiled graph, for configs and executors alike.
export const ENGINES = [
  'onnx-cpu',
  'onnx-webgpu',
  'onnx-cuda',
  'onnx-dml',
  'tfjs-node-gpu',
  'tfjs-wasm',
  'tfjs-cpu',
] as const;
export type EngineName = (typeof ENGINES)[number];
