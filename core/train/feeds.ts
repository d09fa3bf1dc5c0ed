// Owns the inputs of one step: a panel batch, targets in units of their scale, anchors and noise, as the compiled graph wants them.
import { Random } from '../base/random.ts';
import { floats, type HostTensor, indices } from '../runtime/executor.ts';
import { resolveShape } from '../tensor/dims.ts';
import type { NoiseInput } from '../nn/scope.ts';
import type { PanelBatch } from '../features/panel.ts';

/** Rows against which the soft rank is taken, at most. */
const MAX_ANCHORS = 256;
/** A target beyond this many scales is held there: one stock's split or takeover is no day's lesson. */
const TARGET_LIMIT = 6;

/** Streams of a phase's random numbers. */
export const STREAM = { anchors: 2, noise: 3, augment: 4, mix: 5 } as const;

/** The model's own inputs. */
export function modelFeeds(batch: PanelBatch): Record<string, HostTensor> {
  const { size, sequenceLength, x, neighbours, edgeMask, edges } = batch;
  const k = neighbours.length / size;
  return {
    x: floats(x, [sequenceLength, size, x.length / (sequenceLength * size)]),
    neighbours: indices(neighbours, [size, k]),
    edge_mask: floats(edgeMask, [size, k]),
    edges: floats(edges, [size, k, 3]),
  };
}

/**
 * Targets in units of their scale, their ranks, and which are known.
 * @param targetScale [H]
 */
export function targetFeeds(
  batch: Pick<PanelBatch, 'size' | 'targets' | 'targetsRank'>,
  targetScale: readonly number[],
): Record<string, HostTensor> {
  const { size } = batch;
  const horizons = targetScale.length;
  const target = new Float32Array(size * horizons);
  const rank = new Float32Array(size * horizons);
  const known = new Float32Array(size * horizons);
  for (let i = 0; i < target.length; i++) {
    if (Number.isNaN(batch.targets[i]) || Number.isNaN(batch.targetsRank[i])) continue;
    const scaled = batch.targets[i] / targetScale[i % horizons];
    target[i] = Math.max(-TARGET_LIMIT, Math.min(TARGET_LIMIT, scaled));
    rank[i] = batch.targetsRank[i];
    known[i] = 1;
  }
  const shape = [size, horizons];
  return { target: floats(target, shape), target_rank: floats(rank, shape), known: floats(known, shape) };
}

/** Rows to rank against: every row, or a random part of a large day. */
export function anchorFeed(size: number, random: Random): HostTensor {
  const rows = Int32Array.from({ length: size }, (_, i) => i);
  return indices(size <= MAX_ANCHORS ? rows : random.shuffle(rows).slice(0, MAX_ANCHORS));
}

/** Uniform numbers for the dropout masks. They depend on the seed, the phase and the step alone, so a resumed run draws the same. */
export function noiseFeeds(
  inputs: readonly NoiseInput[],
  size: number,
  seed: number,
  ...position: number[]
): Record<string, HostTensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape, stream }) => {
      const dims = resolveShape(shape, { N: size });
      const random = new Random(seed, STREAM.noise, ...position, stream);
      const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
      for (let i = 0; i < data.length; i++) data[i] = random.uniform();
      return [name, floats(data, dims)];
    }),
  );
}
