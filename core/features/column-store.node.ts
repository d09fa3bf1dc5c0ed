// Owns where the columns of a panel go as they are computed: scored and written at once, or by a thread beside the one that computes.
import { codeUrl } from '../base/code-url.ts';
import { sharedArray } from '../base/shared-memory.ts';
import { Thread } from '../base/thread.node.ts';
import { type ColumnScorer, scoreColumn } from './column-scores.ts';
import { ColumnWriter, type ScratchShape } from './column-scratch.node.ts';
import type { ColumnThreadData, ColumnThreadRequest } from './column-thread.node.ts';

const ENTRY = codeUrl('./column-thread.node', import.meta.url);

export interface ColumnStore {
  /** Takes a copy of the values, one a bar row. Waits while the columns before are in the way. */
  take(place: number, values: Float64Array, scaling: 'day' | 'fold'): Promise<void>;
  /** When every column is written. @returns missing values of each, by place */
  finish(): Promise<readonly number[]>;
  /** Ends it, finished or not. */
  close(): Promise<void>;
}

export function openColumnStore(scorer: ColumnScorer, scratch: ScratchShape, onThread: boolean): ColumnStore {
  return onThread ? new ThreadStore(scorer, scratch) : new PlainStore(scorer, scratch);
}

class PlainStore implements ColumnStore {
  readonly #scorer: ColumnScorer;
  readonly #writer: ColumnWriter;
  readonly #scored: Float32Array;
  readonly #missing: number[] = [];

  constructor(scorer: ColumnScorer, scratch: ScratchShape) {
    this.#scorer = scorer;
    this.#writer = new ColumnWriter(scratch);
    this.#scored = new Float32Array(scratch.rows);
  }

  async take(place: number, values: Float64Array, scaling: 'day' | 'fold'): Promise<void> {
    this.#missing[place] = scoreColumn(this.#scorer, values, scaling, this.#scored);
    this.#writer.write(place, this.#scored);
  }

  async finish(): Promise<readonly number[]> {
    return this.#missing;
  }

  async close(): Promise<void> {
    this.#writer.close();
  }
}

/** While one column is at the thread, the next can be put beside it. */
const SLOTS = 2;

class ThreadStore implements ColumnStore {
  readonly #thread: Thread<ColumnThreadRequest, number>;
  readonly #slots: { values: Float64Array; busy: Promise<void> }[];
  readonly #missing: number[] = [];
  #taken = 0;

  constructor(scorer: ColumnScorer, scratch: ScratchShape) {
    const data: ColumnThreadData = { scorer, scratch };
    this.#thread = new Thread(ENTRY, 'features', data);
    this.#slots = Array.from({ length: SLOTS }, () => ({
      values: sharedArray(Float64Array, scratch.rows),
      busy: Promise.resolve(),
    }));
  }

  async take(place: number, values: Float64Array, scaling: 'day' | 'fold'): Promise<void> {
    const slot = this.#slots[this.#taken++ % SLOTS];
    await slot.busy;
    slot.values.set(values);
    slot.busy = this.#thread.ask({ place, values: slot.values, scaling }).then((missing) => {
      this.#missing[place] = missing;
    });
    slot.busy.catch(() => {}); // told to whoever takes the slot next, or finishes
  }

  async finish(): Promise<readonly number[]> {
    await Promise.all(this.#slots.map(({ busy }) => busy));
    await this.#thread.ask(null);
    return this.#missing;
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}
