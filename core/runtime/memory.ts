// Owns the estimate of what running a graph takes, before it is run: the peak of what lives at once.
import { type DimEnv, resolveShape } from '../tensor/dims.ts';
import { topological } from '../tensor/reference.ts';
import type { Tensor } from '../tensor/tensor.ts';

const BYTES = { f32: 4, i64: 8, bool: 1 } as const;
/** Operations whose result is another view of their input. */
const VIEWS = new Set(['reshape', 'stopGradient', 'customGradient']);

/**
 * Peak bytes of tensors alive at once when nodes run in their order and a tensor is freed after its last use. Within a factor of
 * two of what ONNX Runtime's arena takes; session and code are not counted.
 */
export function estimatePeakBytes(outputs: readonly Tensor[], env: DimEnv): number {
  const nodes = topological(outputs);
  const owner = new Map<Tensor, Tensor>();
  const lastUse = new Map<Tensor, number>();
  nodes.forEach((node, i) => {
    owner.set(node, VIEWS.has(node.op) ? owner.get(node.inputs[0])! : node);
    for (const input of node.inputs) lastUse.set(owner.get(input)!, i);
  });
  for (const output of outputs) lastUse.set(owner.get(output)!, nodes.length);
  const bytesOf = (node: Tensor): number =>
    resolveShape(node.shape, env).reduce((product, size) => product * size, 1) * BYTES[node.dtype];
  const freedAt = new Map<number, number>();
  let alive = 0;
  let peak = 0;
  nodes.forEach((node, i) => {
    if (owner.get(node) === node) {
      const bytes = bytesOf(node);
      alive += bytes;
      const end = lastUse.get(node) ?? i;
      freedAt.set(end, (freedAt.get(end) ?? 0) + bytes);
    }
    peak = Math.max(peak, alive);
    alive -= freedAt.get(i) ?? 0;
  });
  return peak;
}
