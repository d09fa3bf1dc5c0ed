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
  /** Days that an epoch goes through before it moves on to others; all of them where left out. See DaySampler.epoch. */
  readonly daysAtATime?: number;
}

export const MAX_BATCH_SIZE = 2048;
export const MIN_NODES_PER_DAY = 20;

export interface DayBatch {
  readonly day: number;
  /** Panel rows, ascending. */
  readonly rows: Int32Array;
  /** The days that the epoch is going through. */
  readonly among: Int32Array;
}

/** Consecutive days that stay together: what is read for one, the bars before it, is mostly read for the next. */
export const STRETCH_DAYS = 32;

/** Seeded day batches; equal options and epoch give equal batches in equal order. */
export class DaySampler {
  /** Batches of an epoch. */
  readonly batches: number;
  /** Rows of an epoch. */
  readonly rows: number;
  /** Days that are used. */
  readonly days: Int32Array;
  /** Days left out for having too few rows. */
  readonly skippedDays: number;
  readonly #options: SamplerOptions;
  readonly #maxBatchSize: number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#maxBatchSize = options.maxBatchSize ?? MAX_BATCH_SIZE;
    let [batches, total] = [0, 0];
    this.days = options.days.filter((day) => {
      const rows = options.rowsOf(day).length;
      if (rows === 0 || rows < (options.minNodesPerDay ?? MIN_NODES_PER_DAY)) return false;
      batches += Math.ceil(rows / this.#maxBatchSize);
      total += rows;
      return true;
    });
    this.batches = batches;
    this.rows = total;
    this.skippedDays = options.days.length - this.days.length;
  }

  /**
   * All batches of an epoch, days shuffled; chunks of one day follow each other. Where only so many days are gone through at a time, the
   * days are cut into stretches, and those are dealt out: some stretches from anywhere in time, their days shuffled together, then some
   * others. An epoch then reads each bar little more than once, however long the history, and not once for each day that looks back on it.
   */
  *epoch(epoch: number): Generator<DayBatch> {
    const { seed, daysAtATime = this.days.length } = this.#options;
    const random = new Random(seed, epoch);
    for (const among of daysAtATime < this.days.length ? this.#dealt(daysAtATime, random) : [this.days])
      for (const day of random.shuffle(among.slice())) yield* this.#chunks(day, among, seed, epoch);
  }

  /** The same batches with days ascending and chunks that do not depend on an epoch, for evaluation. */
  *inOrder(): Generator<DayBatch> {
    for (const day of this.days) yield* this.#chunks(day, this.days, 0, 0);
  }

  *#dealt(daysAtATime: number, random: Random): Generator<Int32Array> {
    const stretches = random.shuffle(Array.from({ length: Math.ceil(this.days.length / STRETCH_DAYS) }, (_, i) => i));
    const together = Math.max(1, Math.floor(daysAtATime / STRETCH_DAYS));
    for (let first = 0; first < stretches.length; first += together)
      yield Int32Array.from(
        stretches
          .slice(first, first + together)
          .flatMap((i) => [...this.days.subarray(i * STRETCH_DAYS, (i + 1) * STRETCH_DAYS)]),
      );
  }

  *#chunks(day: number, among: Int32Array, seed: number, epoch: number): Generator<DayBatch> {
    const rows = this.#options.rowsOf(day);
    const chunks = Math.ceil(rows.length / this.#maxBatchSize);
    if (chunks <= 1) {
      yield { day, rows, among };
      return;
    }
    const dealt = new Random(seed, epoch, day + 1).shuffle(rows.slice());
    for (let c = 0; c < chunks; c++) {
      const from = Math.floor((c * dealt.length) / chunks);
      const to = Math.floor(((c + 1) * dealt.length) / chunks);
      yield { day, rows: dealt.slice(from, to).sort(), among };
    }
  }
}
