// Owns how far a run has come: which phase its worker names, and how many of the planned epochs are behind it.
import type { Checkpoint, PhaseRun } from '../../../core/contract/entities.ts';
import type { Progress } from '../../../core/contract/worker.ts';

export type PhasePart = 'preparation' | 'train' | 'validation' | 'checkpoint' | 'test' | 'evaluation';

/** What a worker is doing in a phase. */
export interface PhaseStage {
  phase: string;
  part: PhasePart;
  /** From 1; null outside epochs. */
  epoch: number | null;
}

const EPOCH = /^(\S*phase\d+_\w+) epoch (\d+)(?:\/\d+)?(?: (validation|checkpoint).*)?$/;
const AROUND = /^(\S*phase\d+_\w+) (preparation|test|evaluation)$/;

/** null for stages that belong to no phase: features, the choice of the engine, baselines. */
export function stageOf(text: string): PhaseStage | null {
  const [, phase, epoch, during = 'train'] = EPOCH.exec(text) ?? [];
  if (phase !== undefined) return { phase, part: during as PhasePart, epoch: Number(epoch) };
  const [, other, part] = AROUND.exec(text) ?? [];
  return other === undefined ? null : { phase: other, part: part as PhasePart, epoch: null };
}

/** Of the phase's config, as stored; 1 where it says none. */
export function plannedEpochs({ config }: Pick<PhaseRun, 'config'>): number {
  return Number(/^\s+max_epochs:\s*(\d+)/m.exec(config)?.[1] ?? 1);
}

export interface RunProgress {
  /** Epochs, those of a phase that ended early counted whole. */
  done: number;
  total: number;
  /** Place of the phase that is being trained; -1 before and after. */
  at: number;
  stage: PhaseStage | null;
  /** Epochs of that phase that are done, and of how many. */
  phaseDone: number;
  phaseTotal: number;
}

/** An epoch's training is most of it; its validation the rest. */
const TRAINING_SHARE = 0.85;

export function runProgress(
  phases: readonly PhaseRun[],
  progress: Pick<Progress, 'stage' | 'done' | 'total'> | null,
): RunProgress {
  const stage = progress && stageOf(progress.stage);
  const at = phases.findIndex(({ phase }) => phase === stage?.phase);
  const epochs = phases.map(plannedEpochs);
  const phaseDone = at >= 0 && stage && progress ? epochsDone(stage, progress, epochs[at]) : 0;
  // The last phase still counts as running while the whole run is evaluated.
  const isOver = ({ status }: PhaseRun, i: number): boolean =>
    status === 'finished' || (at >= 0 ? i < at : status === 'running' && progress !== null);
  const done = phases.reduce((sum, phase, i) => sum + (i !== at && isOver(phase, i) ? epochs[i] : 0), phaseDone);
  const total = epochs.reduce((sum, count) => sum + count, 0);
  return { done, total, at, stage, phaseDone, phaseTotal: at >= 0 ? epochs[at] : 0 };
}

function epochsDone(
  { part, epoch }: PhaseStage,
  { done, total }: { done: number; total: number },
  epochs: number,
): number {
  if (epoch === null) return part === 'preparation' ? 0 : epochs;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const within = part === 'train' ? share * TRAINING_SHARE : TRAINING_SHARE + share * (1 - TRAINING_SHARE);
  return Math.min(epochs, epoch - 1 + (part === 'checkpoint' ? 1 : within));
}

/** "fold2/" of a walk forward, "" where there is one split. */
const foldOf = ({ phase }: PhaseRun): string => phase.slice(0, phase.lastIndexOf('/') + 1);

export interface PhaseStanding {
  /** Validation RankIC of its best epoch; null while it has none. */
  rankIc: number | null;
  /** From 1. */
  bestEpoch: number | null;
  epochs: number;
  /** null while the phase runs, and for the first, which has no parent. */
  verdict: PhaseRun['verdict'];
  over: boolean;
}

/**
 * Where each phase stands. Verdicts are stored when the whole run has ended; until then they are read off the best checkpoints, by the
 * same rule: a phase that beats what was carried so far is carried on. Every fold of a walk forward (fold2/phase1_x) begins anew.
 */
export function phaseStandings(
  phases: readonly PhaseRun[],
  checkpoints: readonly Checkpoint[],
  at: number,
): PhaseStanding[] {
  let carried: number | null = null;
  return phases.map((phase, i) => {
    if (i > 0 && foldOf(phase) !== foldOf(phases[i - 1])) carried = null;
    const best = checkpoints.find(({ phaseRunId, kind }) => phaseRunId === phase.id && kind === 'best');
    const rankIc = phase.metrics?.rank_ic ?? best?.metrics.rank_ic ?? null;
    const over = phase.status === 'finished' || i < at;
    let verdict = phase.verdict;
    if (over && verdict === null && carried !== null && rankIc !== null) {
      const keeps = /^\s+carry_parent:\s*false/m.test(phase.config);
      verdict = rankIc > carried ? 'improved' : keeps ? 'kept_anyway' : 'carried_parent';
    }
    if (over && rankIc !== null && verdict !== 'carried_parent') carried = rankIc;
    return {
      rankIc,
      bestEpoch: phase.bestEpoch !== null ? phase.bestEpoch + 1 : (best?.epoch ?? null),
      epochs: phase.epochs,
      verdict,
      over,
    };
  });
}
