// Owns execution by ONNX Runtime with tensors in the host's memory (CPU, CUDA, DirectML): session options, state buffers that
// are swapped rather than copied, and feeds.
import * as ort from 'onnxruntime-node';
import { AppError } from '../base/errors.ts';
import type { DType } from '../tensor/ops.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type CompileOptions,
  checkFeed,
  type Engine,
  type EngineName,
  type Executable,
  type HostTensor,
} from './executor.ts';
import { type EmitOptions, emitOnnx, inputsOf } from './onnx-emit.ts';

const ORT_TYPE = { f32: 'float32', i64: 'int64', bool: 'bool' } as const satisfies Record<DType, string>;
const HOST_TYPE: Record<string, DType> = { float32: 'f32', int64: 'i64', bool: 'bool' };

export const toOrt = ({ dtype, data, shape }: HostTensor): ort.Tensor =>
  new ort.Tensor(ORT_TYPE[dtype], data as never, shape);
export const toHost = (tensor: ort.Tensor): HostTensor => ({
  dtype: HOST_TYPE[tensor.type],
  shape: tensor.dims,
  data: tensor.data as HostTensor['data'],
});

export interface OnnxCpuOptions {
  threads: number;
  /** 'basic' keeps float64 and reference checks free of re-associating fusions. */
  optimisation?: 'basic' | 'all';
}

/**
 * Session options for a desktop: no spinning, which costs two to three times as soon as another program uses a core; no memory
 * pattern, which doubles peak memory when sizes vary from day to day.
 */
export function cpuSessionOptions({
  threads,
  optimisation = 'all',
}: OnnxCpuOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: optimisation,
    executionMode: 'sequential',
    enableCpuMemArena: true,
    enableMemPattern: false,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

class OnnxExecutable implements Executable {
  readonly engine: EngineName;
  readonly #session: ort.InferenceSession;
  readonly #shapes: ReadonlyMap<string, Tensor['shape']>;
  readonly #state = new Map<string, { current?: ort.Tensor; spare?: ort.Tensor; next?: string }>();
  readonly #plainOutputs: string[];
  /** Whether a run has left results that accept() would take. */
  #waiting = false;

  constructor(
    engine: EngineName,
    session: ort.InferenceSession,
    outputs: Readonly<Record<string, Tensor>>,
    options: CompileOptions,
  ) {
    this.engine = engine;
    this.#session = session;
    this.#shapes = new Map(inputsOf(Object.values(outputs)).map((input) => [input.attrs.name, input.shape]));
    for (const { input, next } of options.state ?? []) this.#state.set(input, { next });
    const replaced = new Set([...this.#state.values()].map(({ next }) => next));
    this.#plainOutputs = Object.keys(outputs).filter((name) => !replaced.has(name));
  }

  async setState(input: string, value: HostTensor): Promise<void> {
    const slot = this.#slot(input);
    slot.current = toOrt({ ...value, data: value.data.slice() });
    if (slot.next !== undefined) slot.spare = toOrt({ ...value, data: value.data.slice() });
  }

  async getState(input: string): Promise<HostTensor> {
    const { current } = this.#slot(input);
    if (!current) throw new AppError('model/missing-feed', { name: input });
    const host = toHost(current);
    return { ...host, data: host.data.slice() };
  }

  #slot(input: string): { current?: ort.Tensor; spare?: ort.Tensor; next?: string } {
    const slot = this.#state.get(input);
    if (!slot) throw new AppError('model/missing-feed', { name: input });
    return slot;
  }

  async run(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>> {
    const env: Record<string, number> = {};
    const fed: Record<string, ort.Tensor> = {};
    for (const [name, shape] of this.#shapes) {
      const slot = this.#state.get(name);
      const tensor = slot ? slot.current : feeds[name] && toOrt(feeds[name]);
      if (!tensor) throw new AppError('model/missing-feed', { name });
      checkFeed(name, shape, tensor.dims, env);
      fed[name] = tensor;
    }
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const name of this.#plainOutputs) fetches[name] = null;
    for (const { next, spare } of this.#state.values()) if (next !== undefined && spare) fetches[next] = spare;
    const results = await this.#session.run(fed, fetches);
    this.#waiting = true;
    return Object.fromEntries(this.#plainOutputs.map((name) => [name, toHost(results[name])]));
  }

  accept(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    for (const slot of this.#state.values())
      if (slot.next !== undefined) [slot.current, slot.spare] = [slot.spare, slot.current];
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function hostEngine(
  name: EngineName,
  providers: ort.InferenceSession.SessionOptions['executionProviders'],
  dialect: EmitOptions['dialect'],
  defaults: OnnxCpuOptions,
): Engine {
  return {
    name,
    async compile(outputs, options) {
      const model = emitOnnx(outputs, { name: options.name, dialect });
      const session = await ort.InferenceSession.create(model, {
        ...cpuSessionOptions({ ...defaults, threads: options.threads ?? defaults.threads }),
        executionProviders: providers,
      });
      return new OnnxExecutable(name, session, outputs, options);
    },
  };
}

/** ONNX Runtime on the CPU. */
export const onnxCpuEngine = (defaults: OnnxCpuOptions): Engine => hostEngine('onnx-cpu', ['cpu'], 'ort', defaults);

/** ONNX Runtime on an NVIDIA card. Its provider keeps no tensor of ours on the card, so state travels with every run. */
export const onnxCudaEngine = (defaults: OnnxCpuOptions): Engine => hostEngine('onnx-cuda', ['cuda'], 'ort', defaults);

/** ONNX Runtime on DirectML (Windows); state travels with every run, as with CUDA. */
export const onnxDmlEngine = (defaults: OnnxCpuOptions): Engine =>
  hostEngine('onnx-dml', ['dml'], 'portable', defaults);
