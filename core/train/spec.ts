// Owns what a training job is asked and what it answers.
import type { Config } from '../config/schema.ts';

export interface TrainSpec {
  /** Names the run in checkpoints and files. */
  run: string;
  /** Absolute path of the panel to train on. */
  panel: string;
  /** Absolute path of the run's folder; everything the job writes lies in it. */
  folder: string;
  /** Phases in order, each with its resolved config; in a walk forward fold by fold, each named with its fold ("fold2/phase2_gat"). */
  phases: readonly { name: string; config: Config }[];
  /** Checkpoint folder whose weights the first phase starts from. */
  parent?: string;
  /** Goes on from what the folder holds. */
  resume?: boolean;
  /** Keeps each phase's last state too, after the run has finished. */
  keepLast?: boolean;
  /** Deals each day's targets out at random, in every part of the split: a run that must find nothing. */
  shuffleTargets?: boolean;
}

/** improved: beat its parent on validation; carried_parent: did not, its parent goes on; first: had none to beat. */
export type Verdict = 'first' | 'improved' | 'carried_parent' | 'kept_anyway';

/** Ranking metrics of one part of the split, weighted over horizons as the losses are. */
export interface PartMetrics {
  rankIc: number;
  ic: number;
  rankIcir: number;
  icir: number;
  hitRate: number;
  /** Annualised Sharpe ratio of the daily long-short decile spread at the shortest horizon. */
  sharpe: number;
  /** RankIC by horizon in days: "rankIc.5". */
  [ofHorizon: `rankIc.${number}`]: number;
}

export const ALARMS = ['dead-branch', 'collapsed-spread', 'non-finite', 'stalled', 'smaller-batches'] as const;

export interface Alarm {
  code: (typeof ALARMS)[number];
  phase: string;
  step: number;
  detail: string;
}

export interface PhaseResult {
  phase: string;
  /** diverged: the loss stayed non-finite after every retry. */
  outcome: 'finished' | 'diverged' | 'stopped';
  verdict: Verdict;
  bestEpoch: number;
  epochs: number;
  steps: number;
  seconds: number;
  /** Of the best epoch; null when the phase had none. */
  validation: PartMetrics | null;
  parentRankIc: number | null;
  /** Loss parts of the best epoch's training. */
  losses: Record<string, number>;
  /** Folder of the checkpoint that goes on from here: this phase's best or its parent's. */
  checkpoint: string | null;
  /** Parameters taken from the parent, and those started afresh. */
  carried: number;
  fresh: number;
  alarms: Alarm[];
}

export interface TrainResult {
  outcome: 'finished' | 'diverged' | 'stopped';
  phases: PhaseResult[];
  /** Folder of the checkpoint that the run ends with; of a walk forward, its last fold. */
  checkpoint: string | null;
  engine: string;
  /** Folders of out-of-sample predictions, by phase; 'ridge' is the linear baseline, 'fold2/ridge' that of a fold. */
  predictions: Record<string, string>;
}
