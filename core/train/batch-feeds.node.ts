// Owns what a training step is fed: a day's batch out of the panel, augmented where the phase asks for it, its targets, anchors and noise.
import { Random } from '../base/random.ts';
import type { Config } from '../config/schema.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { NoiseInput } from '../nn/scope.ts';
import type { HostTensor } from '../runtime/executor.ts';
import type { DayBatch, DaySampler } from '../splits/sampler.ts';
import type { BatchRequest } from './batch-request.node.ts';
import { anchorFeed, modelFeeds, noiseFeeds, STREAM, targetFeeds } from './feeds.ts';

export interface BatchSource {
  config: Config;
  /** Of the training days: nothing else is mixed in. */
  sampler: DaySampler;
  /** [H] */
  targetScale: readonly number[];
  noise: readonly NoiseInput[];
  /** Of the phase; what is drawn depends on it and on the position alone. */
  seed: number;
}

/** What to read for each batch of an epoch, from its `first` on. */
export function* epochRequests(source: BatchSource, epoch: number, first: number): Generator<BatchRequest> {
  let place = 0;
  for (const batch of source.sampler.epoch(epoch)) {
    if (place >= first) yield batchRequest(source, batch, epoch, place);
    place++;
  }
}

/** @param position of the batch: epoch, place in the epoch */
function batchRequest({ config, seed }: BatchSource, batch: DayBatch, ...position: number[]): BatchRequest {
  const { day, rows, among } = batch;
  const { augmentation } = config.train;
  const request = { day, rows, sequenceLength: config.model.sequence_length };
  if (!augmentation.enabled) return request;
  const random = new Random(seed, STREAM.mix, ...position);
  const mix = { day: among[random.int(among.length)], share: augmentation.day_mix * random.uniform() };
  return {
    ...request,
    mix: augmentation.day_mix > 0 ? mix : undefined,
    augmentation: { settings: augmentation, seed, stream: [STREAM.augment, ...position] },
  };
}

/**
 * Feeds of the training step, by input. Views of the batch and of arrays of their own.
 * @param position of the batch: epoch, place in the epoch
 */
export function batchFeeds({ targetScale, noise, seed }: BatchSource, batch: PanelBatch, ...position: number[]) {
  const feeds: Record<string, HostTensor> = {
    ...modelFeeds(batch),
    ...targetFeeds(batch, targetScale),
    anchors: anchorFeed(batch.size, new Random(seed, STREAM.anchors, ...position)),
    ...noiseFeeds(noise, batch.size, seed, ...position),
  };
  return feeds;
}
