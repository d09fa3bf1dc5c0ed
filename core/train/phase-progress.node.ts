// Owns how far a phase has come: what is counted while it runs, and how a checkpoint gives it back.
import { LOSS_PARTS } from '../nn/losses.ts';
import type { CheckpointManifest } from './checkpoint.node.ts';
import type { Alarm, PartMetrics } from './spec.ts';

/** JSON-able but for NaN and infinity, which a checkpoint holds as null. */
export interface PhaseProgress {
  /** Epochs finished. */
  epoch: number;
  /** Batches of the epoch under way. */
  batch: number;
  bestRankIc: number;
  bestEpoch: number;
  bestMetrics: PartMetrics | null;
  bestLosses: Record<string, number>;
  learningRateScale: number;
  retries: number;
  /** Sums of the loss and its parts over those batches. */
  lossSums: number[];
  alarms: Alarm[];
}

export const freshProgress = (): PhaseProgress => ({
  epoch: 0,
  batch: 0,
  bestRankIc: Number.NEGATIVE_INFINITY,
  bestEpoch: -1,
  bestMetrics: null,
  bestLosses: {},
  learningRateScale: 1,
  retries: 0,
  lossSums: new Array(LOSS_PARTS.length + 1).fill(0),
  alarms: [],
});

export function resumedProgress({ epoch, batch, progress }: CheckpointManifest): PhaseProgress {
  // JSON has no NaN: what was undefined came back as null.
  const figures = (stored: Readonly<Record<string, number | null>>): Record<string, number> =>
    Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, value ?? Number.NaN]));
  return {
    ...progress,
    epoch,
    batch,
    bestRankIc: progress.bestRankIc ?? Number.NEGATIVE_INFINITY,
    bestMetrics: progress.bestEpoch < 0 ? null : (figures(progress.bestMetrics) as unknown as PartMetrics),
    bestLosses: figures(progress.bestLosses),
  };
}
