// Owns how the arrays of one batch lie in one buffer, so that a thread can fill a buffer that another one reads.

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
