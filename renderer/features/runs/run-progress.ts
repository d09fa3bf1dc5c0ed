// Owns how far a run has come: what its worker's words mean, and how many of the planned epochs are behind it.
import type { PhaseRun } from '../../../core/contract/entities.ts';
import type { Progress } from '../../../core/contract/worker.ts';

export const STAGES = [
  'load bars',
  'graph',
  'features',
  'rows',
  'verify panel',
  'engine',
  'fit scaling',
  'parent validation',
  'parent validation metrics',
  'ridge baseline',
  'test',
  'evaluation',
  'evaluate',
] as const;
export type StageName = (typeof STAGES)[number];

/** What a worker's stage says: a phase's epoch, in training or validation; or one of the stages around them. */
export type Stage =
  | { kind: 'epoch'; phase: string; epoch: number; part: 'train' | 'validation' }
  | { kind: 'stage'; phase: string | null; name: StageName }
  | { kind: 'other'; text: string };

const EPOCH = /^(\S*phase\d+_\w+) epoch (\d+)(?:\/\d+)?( validation(?: metrics)?)?$/;
const AROUND = /^(?:(\S*phase\d+_\w+) |fold\d+\/)?(.+)$/;

export function stageOf(text: string): Stage {
  const epoch = EPOCH.exec(text);
  if (epoch) {
    const [, phase, number, validation] = epoch;
    return { kind: 'epoch', phase, epoch: Number(number), part: validation ? 'validation' : 'train' };
  }
  const [, phase = null, rest] = AROUND.exec(text) ?? [];
  const name = STAGES.find((stage) => stage === rest);
  return name ? { kind: 'stage', phase, name } : { kind: 'other', text };
}

/** Of the phase's config, as stored; 1 where it says none. */
export function plannedEpochs({ config }: Pick<PhaseRun, 'config'>): number {
  return Number(/^\s+max_epochs:\s*(\d+)/m.exec(config)?.[1] ?? 1);
}

export interface RunProgress {
  /** Epochs, those of a phase that ended early counted whole. */
  done: number;
  total: number;
  /** The phase that is being trained; null before, between and after. */
  phase: string | null;
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
  const stage = progress ? stageOf(progress.stage) : null;
  const current = stage?.kind === 'epoch' || stage?.kind === 'stage' ? stage.phase : null;
  const at = phases.findIndex(({ phase }) => phase === current);
  let done = 0;
  let total = 0;
  let phaseDone = 0;
  phases.forEach((phase, i) => {
    const epochs = plannedEpochs(phase);
    total += epochs;
    if (phase.status === 'finished' || (at >= 0 && i < at)) done += epochs;
    else if (i === at && stage && progress) {
      phaseDone = Math.min(epochs, epochsDone(stage, progress, epochs));
      done += phaseDone;
    }
  });
  return {
    done,
    total,
    phase: at >= 0 ? phases[at].phase : null,
    phaseDone,
    phaseTotal: at >= 0 ? plannedEpochs(phases[at]) : 0,
  };
}

function epochsDone(stage: Stage, { done, total }: { done: number; total: number }, epochs: number): number {
  if (stage.kind === 'stage') return stage.name === 'test' || stage.name === 'evaluation' ? epochs : 0;
  if (stage.kind !== 'epoch') return 0;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const within = stage.part === 'train' ? share * TRAINING_SHARE : TRAINING_SHARE + share * (1 - TRAINING_SHARE);
  return stage.epoch - 1 + within;
}
