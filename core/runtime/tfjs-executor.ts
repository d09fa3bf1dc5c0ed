// Owns execution by TensorFlow.js: the graph is walked node by node, a tensor is freed as soon as its last user has run, and
// state stays in the backend's memory.
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors.ts';
import type { DimEnv } from '../tensor/dims.ts';
import type { OpAttrs, OpName } from '../tensor/ops.ts';
import { topological } from '../tensor/reference.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type CompileOptions,
  checkFeed,
  type Engine,
  type EngineName,
  type Executable,
  type HostTensor,
} from './executor.ts';
import { TFJS_TYPE, tfjsRules } from './tfjs-rules.ts';

const toTfjs = ({ dtype, shape, data }: HostTensor): tf.Tensor => {
  // A copy: the cpu backend would otherwise keep reading the caller's array.
  const values = data instanceof BigInt64Array ? Int32Array.from(data, Number) : data.slice();
  return tf.tensor(values, [...shape], TFJS_TYPE[dtype]);
};

async function toHost(tensor: tf.Tensor, { dtype }: Tensor): Promise<HostTensor> {
  const data = await tensor.data();
  const shape = tensor.shape;
  if (dtype === 'i64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype, shape, data: dtype === 'bool' ? Uint8Array.from(data) : Float32Array.from(data) };
}

function apply<O extends OpName>(op: O, node: Tensor, inputs: readonly tf.Tensor[], env: DimEnv): tf.Tensor {
  return tf.tidy(() => tfjsRules[op](inputs, node.attrs as OpAttrs[O], env));
}

interface Step {
  node: Tensor;
  /** Nodes that nothing needs once this one has run. */
  finished: Tensor[];
}

/** Order of execution, with the point at which each intermediate result can go. */
function schedule(nodes: readonly Tensor[], kept: ReadonlySet<Tensor>): Step[] {
  const lastUser = new Map<Tensor, Tensor>();
  for (const node of nodes) for (const input of node.inputs) lastUser.set(input, node);
  const steps = new Map<Tensor, Step>();
  for (const node of nodes) if (!kept.has(node)) steps.set(node, { node, finished: [] });
  for (const [tensor, user] of lastUser) if (!kept.has(tensor)) steps.get(user)?.finished.push(tensor);
  return [...steps.values()];
}

interface Slot {
  current?: tf.Tensor;
  /** What the last run would replace it with. */
  pending?: tf.Tensor;
  next?: string;
}

class TfjsExecutable implements Executable {
  readonly engine: EngineName;
  readonly #backend: string;
  readonly #outputs: Readonly<Record<string, Tensor>>;
  readonly #inputs: (Tensor & { attrs: OpAttrs['input'] })[] = [];
  readonly #constants = new Map<Tensor, tf.Tensor>();
  readonly #steps: Step[];
  readonly #state = new Map<string, Slot>();

  /** The backend must be the current one. */
  constructor(
    engine: EngineName,
    backend: string,
    outputs: Readonly<Record<string, Tensor>>,
    { state = [] }: CompileOptions,
  ) {
    this.engine = engine;
    this.#backend = backend;
    this.#outputs = outputs;
    const nodes = topological(Object.values(outputs));
    const kept = new Set<Tensor>();
    for (const node of nodes) {
      if (node.is('input')) this.#inputs.push(node);
      else if (node.is('constant')) this.#constants.set(node, apply('constant', node, [], {}));
      else continue;
      kept.add(node);
    }
    this.#steps = schedule(nodes, kept);
    const wanted = new Set(Object.values(outputs));
    for (const step of this.#steps) step.finished = step.finished.filter((tensor) => !wanted.has(tensor));
    for (const { input, next } of state) this.#state.set(input, { next });
  }

  #slot(input: string): Slot {
    const slot = this.#state.get(input);
    if (!slot) throw new AppError('model/missing-feed', { name: input });
    return slot;
  }

  async setState(input: string, value: HostTensor): Promise<void> {
    const slot = this.#slot(input);
    await onBackend(this.#backend, () => {
      slot.current?.dispose();
      slot.pending?.dispose();
      slot.pending = undefined;
      slot.current = toTfjs(value);
    });
  }

  async getState(input: string): Promise<HostTensor> {
    const { current } = this.#slot(input);
    const node = this.#inputs.find(({ attrs }) => attrs.name === input);
    if (!current || !node) throw new AppError('model/missing-feed', { name: input });
    return toHost(current, node);
  }

  async run(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>> {
    const results = await onBackend(this.#backend, () => this.#compute(feeds));
    const pending = new Map([...this.#state.values()].map((slot) => [slot.next, slot]));
    const plain: [string, tf.Tensor][] = [];
    for (const [name, tensor] of results) {
      const slot = pending.get(name);
      if (!slot) plain.push([name, tensor]);
      else {
        slot.pending?.dispose();
        slot.pending = tensor;
      }
    }
    const host: Record<string, HostTensor> = {};
    for (const [name, tensor] of plain) {
      host[name] = await toHost(tensor, this.#outputs[name]);
      tensor.dispose();
    }
    return host;
  }

  /** Every output in a handle of its own; nothing else that was made is left. Runs without a pause, so no other backend can slip in. */
  #compute(feeds: Readonly<Record<string, HostTensor>>): [string, tf.Tensor][] {
    const known = new Map<Tensor, tf.Tensor>(this.#constants);
    const owned = new Set<tf.Tensor>();
    try {
      const env: Record<string, number> = {};
      for (const node of this.#inputs) {
        const { name } = node.attrs;
        const value = this.#state.get(name)?.current ?? (feeds[name] && toTfjs(feeds[name]));
        if (!value) throw new AppError('model/missing-feed', { name });
        if (!this.#state.has(name)) owned.add(value);
        checkFeed(name, node.shape, value.shape, env);
        known.set(node, value);
      }
      for (const { node, finished } of this.#steps) {
        const inputs = node.inputs.map((input) => known.get(input)!);
        const result = apply(node.op, node, inputs, env);
        known.set(node, result);
        owned.add(result);
        for (const tensor of finished) {
          const value = known.get(tensor)!;
          value.dispose();
          owned.delete(value);
          known.delete(tensor);
        }
      }
      return Object.entries(this.#outputs).map(([name, tensor]) => [name, known.get(tensor)!.clone()]);
    } finally {
      for (const tensor of owned) tensor.dispose();
    }
  }

  accept(): void {
    for (const slot of this.#state.values())
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
    for (const constant of this.#constants.values()) constant.dispose();
    this.#state.clear();
    this.#constants.clear();
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** TensorFlow.js keeps one current backend for the whole process, so work takes turns, each without a pause in between. */
export function onBackend<T>(name: string, work: () => T): Promise<T> {
  const result = turn.then(async () => {
    if (tf.getBackend() !== name && !(await tf.setBackend(name)))
      throw new Error(`TensorFlow.js could not start its ${name} backend`);
    return work();
  });
  turn = result.catch(() => undefined);
  return result;
}

/** @param backend name under which TensorFlow.js knows it; registered already */
export function tfjsEngine(name: EngineName, backend: string): Engine {
  return {
    name,
    async compile(outputs, options) {
      return onBackend(backend, () => new TfjsExecutable(name, backend, outputs, options));
    },
  };
}
