// Owns the memory that batches are read into: how the arrays of one lie in one buffer, so that a thread can fill a buffer that another one
// reads, and the scratch on the way there.

export interface BatchDimensions {
  /** N */
  readonly size: number;
  /** T */
  readonly sequenceLength: number;
  /** F */
  readonly features: number;
  /** H */
  readonly horizons: number;
  /** K */
  readonly slots: number;
}

const WORD = 4;

/** Bytes of a PanelBatch without its rows: x, stocks, two targets, neighbours with mask and three numbers an edge. */
export function batchBytes({ size, sequenceLength, features, horizons, slots }: BatchDimensions): number {
  return WORD * size * (sequenceLength * features + 1 + 2 * horizons + 5 * slots);
}

/** Cuts one array after the other out of a buffer. */
export class BatchArena {
  readonly #buffer: ArrayBufferLike;
  #at = 0;

  constructor(buffer: ArrayBufferLike) {
    this.#buffer = buffer;
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.#buffer, this.#take(length), length);
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.#buffer, this.#take(length), length);
  }

  #take(length: number): number {
    const from = this.#at;
    this.#at += length * WORD;
    return from;
  }
}

/** Named buffers that only grow; a view of the asked length is handed out. */
export class BufferPool {
  readonly #int32 = new Map<string, Int32Array>();
  readonly #float32 = new Map<string, Float32Array>();

  int32(name: string, length: number): Int32Array {
    let held = this.#int32.get(name);
    if (!held || held.length < length) this.#int32.set(name, (held = new Int32Array(Math.ceil(length * 1.25))));
    return held.subarray(0, length);
  }

  float32(name: string, length: number): Float32Array {
    let held = this.#float32.get(name);
    if (!held || held.length < length) this.#float32.set(name, (held = new Float32Array(Math.ceil(length * 1.25))));
    return held.subarray(0, length);
  }
}
