// Owns the port through which compiled graphs run, whatever executes them.
import type { EngineName } from '../base/engines.ts';
import { AppError } from '../base/errors.ts';
import type { Shape } from '../tensor/dims.ts';
import type { DType } from '../tensor/ops.ts';
import type { Tensor } from '../tensor/tensor.ts';

export { ENGINES, type EngineName } from '../base/engines.ts';

/** A tensor in the host's memory, row-major. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

/** An input that keeps its value between runs; `next`, where given, names the output that replaces it when accepted. */
export interface StateBinding {
  input: string;
  next?: string;
}

export interface CompileOptions {
  /** Appears in profiles and error messages. */
  name: string;
  state?: readonly StateBinding[];
  threads?: number;
}

export interface Executable {
  readonly engine: EngineName;
  /** Sets an input that stays in place from run to run. */
  setState(input: string, value: HostTensor): Promise<void>;
  getState(input: string): Promise<HostTensor>;
  /**
   * Runs once. The outputs that replace state are held back until accept(): not accepting them is a roll-back.
   * Returned tensors are the caller's until the next run.
   */
  run(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>>;
  /** Takes what the last run held back; nothing when it was taken already. */
  accept(): void;
  dispose(): Promise<void>;
}

export interface Engine {
  readonly name: EngineName;
  compile(outputs: Readonly<Record<string, Tensor>>, options: CompileOptions): Promise<Executable>;
}

export const floats = (data: Float32Array, shape: readonly number[] = [data.length]): HostTensor => ({
  dtype: 'f32',
  shape,
  data,
});
export const scalar = (value: number): HostTensor => ({ dtype: 'f32', shape: [], data: Float32Array.of(value) });
/** Non-negative 32-bit indices as an int64 tensor. */
export function indices(data: Int32Array, shape: readonly number[] = [data.length]): HostTensor {
  const wide = new BigInt64Array(data.length);
  // Written as little-endian halves: making a BigInt for each would cost more than the step's own bookkeeping.
  const halves = new Int32Array(wide.buffer);
  for (let i = 0; i < data.length; i++) halves[2 * i] = data[i];
  return { dtype: 'i64', shape, data: wide };
}

/** Binds symbols to what is fed. @throws model/bad-feed where a size disagrees with the declared shape */
export function checkFeed(name: string, declared: Shape, found: readonly number[], env: Record<string, number>): void {
  const fits =
    declared.length === found.length &&
    declared.every((dim, i) => {
      if (typeof dim === 'number') return dim === found[i];
      if (dim.includes('*')) return true;
      env[dim] ??= found[i];
      return env[dim] === found[i];
    });
  if (!fits)
    throw new AppError('model/bad-feed', {
      name,
      found: `[${found.join(', ')}]`,
      expected: `[${declared.join(', ')}]`,
    });
}
