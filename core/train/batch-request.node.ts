// Owns what a thread is asked for: one day's batch, augmented where training asks for it. What is drawn depends on the request alone,
// so that a batch is the same whoever reads it, and when.
import { Random } from '../base/random.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import type { DayBatch } from '../splits/sampler.ts';
import { type Augmentation, augment, mixDays, type Sequences } from './augment.ts';

export interface BatchRequest extends Pick<DayBatch, 'day' | 'rows'> {
  readonly sequenceLength: number;
  /** A share of another day of the same fold. */
  readonly mix?: { readonly day: number; readonly share: number };
  /** @property stream of the random numbers, after the seed */
  readonly augmentation?: {
    readonly settings: Augmentation;
    readonly seed: number;
    readonly stream: readonly number[];
  };
}

/** @param buffer receives the batch; reader.bytesOfBatch at least. The reader's own buffer is used for the other day */
export function readRequest(reader: PanelReader, request: BatchRequest, buffer: ArrayBufferLike): PanelBatch {
  const { day, rows, sequenceLength, mix, augmentation } = request;
  const batch = reader.readBatch(day, sequenceLength, rows, buffer);
  const features = reader.manifest.features.length;
  const sequences: Sequences = { x: batch.x, stock: batch.stock, days: sequenceLength, features };
  if (mix) {
    const { x, stock } = reader.readBatch(mix.day, sequenceLength, rowsOfStocks(reader, mix.day, request, batch.stock));
    mixDays(sequences, { ...sequences, x, stock }, mix.share);
  }
  if (augmentation) {
    const { settings, seed, stream } = augmentation;
    augment(sequences, settings, new Random(seed, ...stream));
  }
  return batch;
}

/** Rows of another day that are of the given stocks. */
function rowsOfStocks(
  reader: PanelReader,
  day: number,
  { sequenceLength }: BatchRequest,
  stocks: Int32Array,
): Int32Array {
  const wanted = new Set(stocks);
  const first = reader.dayOffsets[day];
  const stockOf = reader.stocksOf(day);
  return reader.eligibleRows(day, sequenceLength).filter((row) => wanted.has(stockOf[row - first]));
}
