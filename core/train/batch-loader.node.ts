// Owns reading batches ahead of the step that takes them, on threads that fill memory shared with this one, in the order asked for.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { codeUrl } from '../base/code-url.ts';
import { AppError, deserializeError } from '../base/errors.ts';
import type { Config } from '../config/schema.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import { type BatchRequest, readRequest } from './batch-request.node.ts';
import type { BatchThreadAnswer, BatchThreadRequest } from './batch-thread.node.ts';

const ENTRY = codeUrl('./batch-thread.node', import.meta.url);
/** Of a batch; a smaller one is read in a few milliseconds, which a thread would not win back. */
const WORTH_A_THREAD_BYTES = 16 * 2 ** 20;
const MOST_CHOSEN = 2;

/**
 * Reads batches of one panel. There is a buffer for each thread and one for the caller, so that a thread never waits for another, and the
 * caller only where reading is slower than what is done with the batches. Without threads batches are read when they are asked for. What
 * comes is the same, bit for bit, with any number of threads.
 */
export class BatchLoader {
  readonly reader: PanelReader;
  readonly #idle: BatchThread[];
  readonly #threads: readonly BatchThread[];
  readonly #buffers: SharedArrayBuffer[];
  #busy = false;

  /**
   * With as many threads as a run's batches are worth: none for small ones, else one or two, but never the core that the step needs.
   * @param asked a number of threads, whatever the batches; null leaves it open
   */
  static open(
    reader: PanelReader,
    { model, train }: Pick<Config, 'model' | 'train'>,
    asked: number | null = null,
  ): BatchLoader {
    let largest = 0;
    for (let day = 0; day < reader.days.length; day++)
      largest = Math.max(largest, reader.dayOffsets[day + 1] - reader.dayOffsets[day]);
    const bytes = reader.bytesOfBatch(model.sequence_length, Math.min(largest, train.max_batch_size));
    const chosen = bytes < WORTH_A_THREAD_BYTES ? 0 : Math.max(1, Math.min(MOST_CHOSEN, availableParallelism() - 2));
    return new BatchLoader(reader, asked ?? chosen);
  }

  /** @param reader serves requests itself where there are no threads; they open the panel once more, and follow its terms */
  constructor(reader: PanelReader, threads = 0) {
    this.reader = reader;
    this.#threads = Array.from({ length: threads }, () => new BatchThread(reader.folder));
    this.#idle = [...this.#threads];
    this.#buffers = Array.from({ length: threads + 1 }, () => new SharedArrayBuffer(0));
  }

  /**
   * One at a time: whoever begins another must have come to the end of this one, or left it.
   * @param requests drawn from a few batches ahead
   * @returns the batches in the order of the requests, each valid until the next is asked for
   * @throws what reading throws, at the batch that it concerns; worker/crashed, worker/out-of-memory
   */
  async *batches(requests: Iterable<BatchRequest>): AsyncGenerator<PanelBatch, void, void> {
    if (this.#busy) throw new TypeError('the loader is still reading for another caller');
    this.#busy = true;
    const source = requests[Symbol.iterator]();
    const free = this.#buffers.map((_, i) => i);
    const ahead: { batch: Promise<PanelBatch>; buffer: number }[] = [];
    const fill = (): void => {
      while (ahead.length < Math.max(1, this.#threads.length) && free.length > 0) {
        const next = source.next();
        if (next.done) return;
        const buffer = free.pop()!;
        ahead.push({ batch: this.#read(next.value, buffer), buffer });
      }
    };
    try {
      for (;;) {
        fill();
        const first = ahead.shift();
        if (!first) return;
        const batch = await first.batch;
        fill(); // before the caller takes its time
        yield batch;
        free.push(first.buffer);
      }
    } finally {
      source.return?.();
      // A caller that leaves early leaves threads at work; their buffers are free when they are done.
      await Promise.allSettled(ahead.map(({ batch }) => batch));
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #read(request: BatchRequest, slot: number): Promise<PanelBatch> {
    const read = this.#begin(request, slot);
    read.catch(() => {}); // told where the batch is due, which may be later
    return read;
  }

  async #begin(request: BatchRequest, slot: number): Promise<PanelBatch> {
    const { reader } = this;
    const bytes = reader.bytesOfBatch(request.sequenceLength, request.rows.length);
    if (this.#buffers[slot].byteLength < bytes) this.#buffers[slot] = new SharedArrayBuffer(Math.ceil(bytes * 1.1));
    const buffer = this.#buffers[slot];
    const thread = this.#idle.pop();
    if (!thread) return readRequest(reader, request, buffer);
    try {
      return await thread.read({ request, terms: reader.terms, buffer });
    } finally {
      this.#idle.push(thread);
    }
  }
}

/** Answers one request at a time. */
class BatchThread {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<PanelBatch> | undefined;
  #ended: AppError | undefined;

  constructor(folder: string) {
    this.#worker = new Worker(ENTRY, { name: 'batches', workerData: { folder } });
    this.#worker.unref(); // holds the process only while somebody waits
    this.#worker.on('message', (answer: BatchThreadAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('exit')));
  }

  read(request: BatchThreadRequest): Promise<PanelBatch> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#waiting = Promise.withResolvers<PanelBatch>();
    this.#worker.ref();
    this.#worker.postMessage(request);
    return this.#waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: BatchThreadAnswer): void {
    this.#worker.unref();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ('error' in answer) waiting?.reject(deserializeError(answer.error));
    else waiting?.resolve(answer.batch);
  }

  #fail(cause: Error): void {
    const spent = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const kind = 'batch';
    this.#ended ??= spent
      ? new AppError('worker/out-of-memory', { kind }, cause)
      : new AppError('worker/crashed', { kind, reason: cause.message }, cause);
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}
