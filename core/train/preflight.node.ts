// Owns the checks before work starts: whether a step fits the memory, how much of a panel a machine keeps at hand, and a checkpoint the disk.
import { statfsSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import type { PanelManifest } from '../features/panel.ts';
import { estimatePeakBytes } from '../runtime/memory.ts';
import { STRETCH_DAYS } from '../splits/sampler.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface BatchPlan {
  maxBatchSize: number;
  accumulation: number;
  /** Estimated peak of a step of that size. */
  bytes: number;
  /** Times that the batch was halved to fit. */
  halved: number;
}

/**
 * The largest batch, halved until its step fits into `budget` bytes; each halving doubles the accumulation, so that an update
 * still sees a whole day.
 * @param stocks the largest day of the panel
 * @param trace the outputs of the step with a given accumulation
 * @throws resource/step-too-large when not even `least` stocks fit
 */
export function planBatches(options: {
  maxBatchSize: number;
  accumulation: number;
  stocks: number;
  least: number;
  budget: number;
  trace: (accumulation: number) => readonly Tensor[];
}): BatchPlan {
  const { stocks, least, budget } = options;
  let { maxBatchSize, accumulation } = options;
  for (let halved = 0; ; halved++) {
    const size = Math.min(maxBatchSize, stocks);
    const bytes = estimatePeakBytes(options.trace(accumulation), { N: size, A: Math.min(size, 256) });
    if (bytes <= budget) return { maxBatchSize, accumulation, bytes, halved };
    if (size / 2 < least)
      throw new AppError('resource/step-too-large', { needed: readable(bytes), free: readable(budget), stocks: size });
    maxBatchSize = Math.ceil(size / 2);
    accumulation *= 2;
  }
}

/**
 * Of a panel, what an epoch goes through before it moves on: small machines keep that much of a file in memory of their own accord. It is
 * no setting and does not ask the machine, since the order of days is part of what a run is.
 */
const AT_HAND_BYTES = 2 * 2 ** 30;

/** Days that an epoch goes through at a time; see DaySampler.epoch. Every day of a panel that is no larger. */
export function daysAtATime(
  { manifest }: { manifest: Pick<PanelManifest, 'rows' | 'days' | 'features'> },
  sequenceLength: number,
  bytes = AT_HAND_BYTES,
): number {
  const bytesOfDay = (manifest.rows * manifest.features.length * Float32Array.BYTES_PER_ELEMENT) / manifest.days;
  if (bytesOfDay * manifest.days <= bytes) return manifest.days;
  // A stretch is read with the bars that its first days look back on.
  const stretches = Math.floor(bytes / bytesOfDay / (STRETCH_DAYS + sequenceLength - 1));
  return Math.max(1, stretches) * STRETCH_DAYS;
}

/** Bytes that a step may take: a share of what is free, within a container's bounds too. */
export const memoryBudget = (fraction: number): number => process.availableMemory() * fraction;

/** @throws resource/disk-full when fewer than `megabytes` are free where `folder` lies */
export function requireDisk(folder: string, megabytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < megabytes * 1e6)
    throw new AppError('resource/disk-full', { path: folder, needed: readable(megabytes * 1e6), free: readable(free) });
}

function readable(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
