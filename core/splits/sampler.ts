// Owns the order in which training sees days: one batch is one day's cross-section, or a chunk of it, never two days.
import { Random } from '../base/random.ts';

export interface SamplerOptions {
  /** Days of one part of a fold. */
  readonly days: Int32Array;
  /** Panel rows of a day that may be used. Called again for each batch, so that rows of one day are held at a time. */
  readonly rowsOf: (day: number) => Int32Array;
  readonly seed: number;
  /** A larger day is split into chunks of nearly equal size, dealt at random; each chunk keeps the edges among its own rows. */
  readonly maxBatchSize?: number;
  /** Days with fewer rows are left out: too few for a cross-section. */
  readonly minNodesPerDay?: number;
}

export const MAX_BATCH_SIZE = 2048;
export const MIN_NODES_PER_DAY = 20;

export interface DayBatch {
  readonly day: number;
  /** Panel rows, ascending. */
  readonly rows: Int32Array;
}

/** Seeded day batches; equal options and epoch give equal batches in equal order. */
export class DaySampler {
  /** Batches of an epoch. */
  readonly batches: number;
  /** Days that are used. */
  readonly days: Int32Array;
  /** Days left out for having too few rows. */
  readonly skippedDays: number;
  readonly #options: SamplerOptions;
  readonly #maxBatchSize: number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#maxBatchSize = options.maxBatchSize ?? MAX_BATCH_SIZE;
    let batches = 0;
    this.days = options.days.filter((day) => {
      const rows = options.rowsOf(day).length;
      if (rows === 0 || rows < (options.minNodesPerDay ?? MIN_NODES_PER_DAY)) return false;
      batches += Math.ceil(rows / this.#maxBatchSize);
      return true;
    });
    this.batches = batches;
    this.skippedDays = options.days.length - this.days.length;
  }

  /** All batches of an epoch, days shuffled; chunks of one day follow each other. */
  *epoch(epoch: number): Generator<DayBatch> {
    const { seed } = this.#options;
    for (const day of new Random(seed, epoch).shuffle(this.days.slice())) yield* this.#chunks(day, seed, epoch);
  }

  /** The same batches with days ascending and chunks that do not depend on an epoch, for evaluation. */
  *inOrder(): Generator<DayBatch> {
    for (const day of this.days) yield* this.#chunks(day, 0, 0);
  }

  *#chunks(day: number, seed: number, epoch: number): Generator<DayBatch> {
    const rows = this.#options.rowsOf(day);
    const chunks = Math.ceil(rows.length / this.#maxBatchSize);
    if (chunks <= 1) {
      yield { day, rows };
      return;
    }
    const dealt = new Random(seed, epoch, day + 1).shuffle(rows.slice());
    for (let c = 0; c < chunks; c++) {
      const from = Math.floor((c * dealt.length) / chunks);
      const to = Math.floor(((c + 1) * dealt.length) / chunks);
      yield { day, rows: dealt.slice(from, to).sort() };
    }
  }
}
