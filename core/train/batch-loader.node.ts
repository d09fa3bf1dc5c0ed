// Owns reading batches ahead of the step that takes them, on threads that fill memory shared with this one, in the order asked for.
import { availableParallelism } from 'node:os';
import { codeUrl } from '../base/code-url.ts';
import { Thread } from '../base/thread.node.ts';
import type { Config } from '../config/schema.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import { type BatchRequest, readRequest } from './batch-request.node.ts';
import type { BatchThreadRequest } from './batch-thread.node.ts';

type BatchThread = Thread<BatchThreadRequest, PanelBatch>;

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
    this.#threads = Array.from({ length: threads }, () => new Thread(ENTRY, 'batch', { folder: reader.folder }));
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
      return await thread.ask({ request, terms: reader.terms, buffer });
    } finally {
      this.#idle.push(thread);
    }
  }
}
