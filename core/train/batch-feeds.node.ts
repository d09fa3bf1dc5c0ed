// Owns what a training step is fed: a day's batch out of the panel, augmented where the phase asks for it, its targets, anchors and noise.
import { Random } from '../base/random.ts';
import type { Config } from '../config/schema.ts';
import type { PanelReader } from '../features/panel.node.ts';
import type { NoiseInput } from '../nn/scope.ts';
import type { HostTensor } from '../runtime/executor.ts';
import type { DayBatch, DaySampler } from '../splits/sampler.ts';
import { augment, mixDays, type Sequences } from './augment.ts';
import { anchorFeed, modelFeeds, noiseFeeds, STREAM, targetFeeds } from './feeds.ts';

export interface BatchSource {
  config: Config;
  reader: PanelReader;
  /** A second reader of the same panel, for mixing days. */
  otherReader: PanelReader;
  /** Of the training days: nothing else is mixed in. */
  sampler: DaySampler;
  /** [H] */
  targetScale: readonly number[];
  noise: readonly NoiseInput[];
  /** Of the phase; what is drawn depends on it and on the position alone. */
  seed: number;
}

/**
 * Feeds of the training step, by input. The arrays are valid until the next call.
 * @param position of the batch: epoch, place in the epoch
 */
export function batchFeeds(source: BatchSource, { day, rows }: DayBatch, ...position: number[]) {
  const { reader, otherReader, sampler, targetScale, noise, seed } = source;
  const { model, train } = source.config;
  const batch = reader.readBatch(day, model.sequence_length, rows);
  const sequences: Sequences = {
    x: batch.x,
    stock: batch.stock,
    days: model.sequence_length,
    features: reader.manifest.features.length,
  };
  if (train.augmentation.enabled) {
    if (train.augmentation.day_mix > 0) {
      const random = new Random(seed, STREAM.mix, ...position);
      const other = sampler.days[random.int(sampler.days.length)];
      const { x, stock } = otherReader.readBatch(other, model.sequence_length);
      mixDays(sequences, { ...sequences, x, stock }, train.augmentation.day_mix * random.uniform());
    }
    augment(sequences, train.augmentation, new Random(seed, STREAM.augment, ...position));
  }
  const feeds: Record<string, HostTensor> = {
    ...modelFeeds(batch),
    ...targetFeeds(batch, targetScale),
    anchors: anchorFeed(batch.size, new Random(seed, STREAM.anchors, ...position)),
    ...noiseFeeds(noise, batch.size, seed, ...position),
  };
  return feeds;
}
