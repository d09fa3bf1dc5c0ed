// Owns execution by ONNX Runtime on WebGPU: state stays in the device's memory from step to step, feeds and plain outputs are
// copied in and out.
import * as ort from 'onnxruntime-node';
import { AppError } from '../base/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type CompileOptions, checkFeed, type Engine, type Executable, type HostTensor } from './executor.ts';
import { emitOnnx, inputsOf } from './onnx-emit.ts';
import { ELEMENT, encodeModel } from './onnx-proto.ts';
import { toHost, toOrt } from './onnx-session.node.ts';

const ON_DEVICE = 'gpu-buffer';
type Location = 'cpu' | typeof ON_DEVICE;

const sessionOptions = (preferredOutputLocation: Record<string, Location>): ort.InferenceSession.SessionOptions => ({
  executionProviders: ['webgpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  enableMemPattern: false,
  preferredOutputLocation,
  logSeverityLevel: 3,
});

/**
 * Copies float tensors to and from the device: sessions of one Identity, since reading a device tensor directly
 * (Tensor.getData) aborts the process in onnxruntime-node 1.30.
 */
class Transfer {
  readonly #up: ort.InferenceSession;
  readonly #down: ort.InferenceSession;

  private constructor(up: ort.InferenceSession, down: ort.InferenceSession) {
    this.#up = up;
    this.#down = down;
  }

  static async open(): Promise<Transfer> {
    const anyShape = { tensorType: { elemType: ELEMENT.float } };
    const model = encodeModel({
      irVersion: 10,
      opsetImport: [{ domain: '', version: 20 }],
      graph: {
        name: 'copy',
        node: [{ opType: 'Identity', input: ['from'], output: ['to'] }],
        input: [{ name: 'from', type: anyShape }],
        output: [{ name: 'to', type: anyShape }],
      },
    });
    return new Transfer(
      await ort.InferenceSession.create(model, sessionOptions({ to: ON_DEVICE })),
      await ort.InferenceSession.create(model, sessionOptions({ to: 'cpu' })),
    );
  }

  /** Only floats live on the device; other types are fed with every run. */
  async toDevice(value: HostTensor): Promise<ort.Tensor> {
    const tensor = toOrt({ ...value, data: value.data.slice() });
    return value.dtype === 'f32' ? (await this.#up.run({ from: tensor })).to : tensor;
  }

  async toHost(tensor: ort.Tensor): Promise<HostTensor> {
    const host = toHost(tensor.location === 'cpu' ? tensor : (await this.#down.run({ from: tensor })).to);
    return { ...host, data: host.data.slice() };
  }

  async release(): Promise<void> {
    await this.#up.release();
    await this.#down.release();
  }
}

interface Slot {
  current?: ort.Tensor;
  /** What the last run would replace it with. */
  pending?: ort.Tensor;
  next?: string;
}

class WebgpuExecutable implements Executable {
  readonly engine = 'onnx-webgpu';
  readonly #session: ort.InferenceSession;
  readonly #transfer: Transfer;
  readonly #shapes: ReadonlyMap<string, Tensor['shape']>;
  readonly #state = new Map<string, Slot>();
  /** The slot that each replacing output belongs to. */
  readonly #replacing: ReadonlyMap<string, Slot>;

  constructor(
    session: ort.InferenceSession,
    transfer: Transfer,
    outputs: Readonly<Record<string, Tensor>>,
    { state = [] }: CompileOptions,
  ) {
    this.#session = session;
    this.#transfer = transfer;
    this.#shapes = new Map(inputsOf(Object.values(outputs)).map((input) => [input.attrs.name, input.shape]));
    for (const { input, next } of state) this.#state.set(input, { next });
    this.#replacing = new Map(
      [...this.#state.values()].flatMap((slot) => (slot.next === undefined ? [] : [[slot.next, slot] as const])),
    );
  }

  #slot(input: string): Slot {
    const slot = this.#state.get(input);
    if (!slot) throw new AppError('model/missing-feed', { name: input });
    return slot;
  }

  async setState(input: string, value: HostTensor): Promise<void> {
    const slot = this.#slot(input);
    const replaced = [slot.current, slot.pending];
    slot.current = await this.#transfer.toDevice(value);
    slot.pending = undefined;
    for (const tensor of replaced) tensor?.dispose();
  }

  async getState(input: string): Promise<HostTensor> {
    const { current } = this.#slot(input);
    if (!current) throw new AppError('model/missing-feed', { name: input });
    return this.#transfer.toHost(current);
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
    const results = await this.#session.run(fed);
    const plain: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(results)) {
      const slot = this.#replacing.get(name);
      if (slot) {
        slot.pending?.dispose();
        slot.pending = tensor;
      } else plain[name] = toHost(tensor);
    }
    return plain;
  }

  accept(): void {
    for (const slot of this.#replacing.values())
      if (slot.pending) {
        slot.current?.dispose();
        slot.current = slot.pending;
        slot.pending = undefined;
      }
  }

  async dispose(): Promise<void> {
    for (const { current, pending } of this.#state.values()) {
      current?.dispose();
      pending?.dispose();
    }
    this.#state.clear();
    await this.#session.release();
    await this.#transfer.release();
  }
}

/** ONNX Runtime on any graphics card with a Vulkan, Direct3D 12 or Metal driver. Compiling throws where there is none. */
export function onnxWebgpuEngine(): Engine {
  return {
    name: 'onnx-webgpu',
    async compile(outputs, options) {
      const replacing = new Set(options.state?.map(({ next }) => next));
      const location = Object.entries(outputs).map(([name, { dtype }]): [string, Location] => [
        name,
        replacing.has(name) && dtype === 'f32' ? ON_DEVICE : 'cpu',
      ]);
      const session = await ort.InferenceSession.create(
        emitOnnx(outputs, { name: options.name, dialect: 'webgpu' }),
        sessionOptions(Object.fromEntries(location)),
      );
      return new WebgpuExecutable(session, await Transfer.open(), outputs, options);
    },
  };
}
