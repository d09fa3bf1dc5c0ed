// Owns the job that trains a run: its panel, its phases, and the evaluation of each out of sample.
import { join } from 'node:path';
import type { WorkerContext } from '../../contract/worker.ts';
import { AppError } from '../../base/errors.ts';
import { readPredictions } from '../../evaluate/predictions-file.node.ts';
import { chooseEngine } from '../../runtime/engines.node.ts';
import { unlessCancelled } from '../../train/phase.node.ts';
import { runTraining } from '../../train/run.node.ts';
import type { PhaseResult, TrainResult, TrainSpec } from '../../train/spec.ts';
import { type EvaluationFile, writeEvaluation } from '../evaluation-file.node.ts';
import { featuresBody, type FeaturesResult, type FeaturesSpec } from './features.node.ts';
import { asSoleWorker } from './sole-worker.node.ts';

export interface TrainJobSpec {
  task: 'train';
  features: FeaturesSpec;
  train: TrainSpec;
}

export interface TrainJobResult {
  features: FeaturesResult;
  training: TrainResult;
  /** Evaluation folders by label, relative to the run's folder; empty unless the training finished. */
  evaluations: Record<string, string>;
}

export function trainBody({ features, train }: TrainJobSpec, context: WorkerContext): Promise<TrainJobResult> {
  return asSoleWorker(train.folder, async () => {
    const panel = await featuresBody(features, context);
    const training = await runTraining(train, context, ({ engine, threads }) =>
      chooseEngine(engine, (level, message) => context.log(level, message), { threads }),
    );
    if (training.outcome === 'stopped') return { features: panel, training, evaluations: {} };
    const evaluations = await unlessCancelled(evaluateAll(train, training, context));
    return { features: panel, training, evaluations: evaluations ?? {} };
  });
}

/** Each phase is held against the phase whose weights it started from. @throws cancelled */
async function evaluateAll(
  { folder, phases: plan }: TrainSpec,
  { phases, predictions }: TrainResult,
  context: WorkerContext,
): Promise<Record<string, string>> {
  const labels = Object.keys(predictions);
  const evaluations: Record<string, string> = {};
  for (const [done, label] of labels.entries()) {
    const pause = async (share: number): Promise<void> => {
      const percent = Math.round((100 * (done + share)) / labels.length);
      context.progress({ stage: 'evaluate', done: percent, total: 100, detail: label });
      await context.whenRunning();
      if (context.signal.aborted) throw new AppError('cancelled', {});
    };
    await pause(0);
    const parent = parentOf(label, phases);
    const kind: EvaluationFile['kind'] = phases.some(({ phase }) => phase === label) ? 'phase' : 'baseline';
    evaluations[label] = join('evaluations', label);
    await writeEvaluation(
      join(folder, evaluations[label]),
      readPredictions(predictions[label]),
      { label, kind },
      { minNodes: plan[0].config.train.min_nodes_per_day, seed: plan[0].config.seed },
      parent !== undefined && parent in predictions
        ? { label: parent, predictions: readPredictions(predictions[parent]) }
        : undefined,
      pause,
    );
  }
  context.progress({ stage: 'evaluate', done: 100, total: 100 });
  return evaluations;
}

/** The last phase before this one whose weights were handed on. */
export function parentOf(label: string, phases: readonly Pick<PhaseResult, 'phase' | 'verdict'>[]): string | undefined {
  const position = phases.findIndex(({ phase }) => phase === label);
  return phases.slice(0, Math.max(position, 0)).findLast(({ verdict }) => verdict !== 'carried_parent')?.phase;
}
