// Owns the job that trains a run: its panel, its phases, and the evaluation of each out of sample.
import { join } from 'node:path';
import type { WorkerContext } from '../../contract/worker.ts';
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { nameInFold, partsOfName } from '../../contract/phase-names.ts';
import { joinPredictions, type PredictionSet } from '../../evaluate/predictions.ts';
import { readPredictions } from '../../evaluate/predictions-file.node.ts';
import { chooseEngine } from '../../runtime/engines.node.ts';
import { unlessCancelled } from '../../train/reporting.ts';
import { runTraining } from '../../train/run.node.ts';
import type { PhaseResult, TrainResult, TrainSpec } from '../../train/spec.ts';
import { type EvaluationFile, writeEvaluation } from '../evaluation-file.node.ts';
import { examinedFeaturesBody } from './examine.node.ts';
import type { FeaturesResult, FeaturesSpec } from './features.node.ts';
import { keepSentinel } from '../sentinel/file.node.ts';
import { requireNoLeaks } from '../sentinel/refusal.node.ts';
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
    const panel = await examinedFeaturesBody(features, context);
    requireNoLeaks(features.panel, train.phases[0].config);
    keepSentinel(features.panel, train.folder);
    const training = await runTraining(train, context, ({ engine, threads }) =>
      chooseEngine(engine, (level, message) => context.log(level, message), { threads }),
    );
    if (training.outcome === 'stopped') return { features: panel, training, evaluations: {} };
    const evaluations = await unlessCancelled(evaluateAll(train, training, context));
    return { features: panel, training, evaluations: evaluations ?? {} };
  });
}

/**
 * Each phase is held against the phase whose weights it started from. A walk forward is evaluated as one series a phase, and one of the
 * baseline: the test days of its folds, each predicted by its own fold, follow one another.
 * @throws cancelled
 */
async function evaluateAll(
  { folder, phases: plan }: TrainSpec,
  { phases, predictions }: TrainResult,
  context: WorkerContext,
): Promise<Record<string, string>> {
  const series = seriesOf(predictions, plan);
  const evaluations: Record<string, string> = {};
  for (const [done, [label, folds]] of series.entries()) {
    const pause = async (share: number): Promise<void> => {
      const percent = Math.round((100 * (done + share)) / series.length);
      context.progress({ stage: 'evaluate', done: percent, total: 100, detail: label });
      await context.whenRunning();
      if (context.signal.aborted) throw new AppError('cancelled', {});
    };
    await pause(0);
    const sets = folds.map((fold) => readPredictions(predictions[nameInFold(fold, label)]));
    const kind: EvaluationFile['kind'] = plan.some(({ name }) => partsOfName(name).name === label)
      ? 'phase'
      : 'baseline';
    evaluations[label] = join('evaluations', label);
    await writeEvaluation(
      join(folder, evaluations[label]),
      joinPredictions(sets),
      { label, kind, folds: foldSpans(folds, sets) },
      { minNodes: plan[0].config.train.min_nodes_per_day, seed: plan[0].config.seed },
      parentSeries(label, folds, phases, predictions),
      pause,
    );
  }
  context.progress({ stage: 'evaluate', done: 100, total: 100 });
  return evaluations;
}

/** What there are predictions of, with the folds that they are joined from; what not every fold has come to yet is left out. */
function seriesOf(
  predictions: Readonly<Record<string, string>>,
  plan: TrainSpec['phases'],
): [label: string, folds: (number | null)[]][] {
  const planned = new Set(plan.map(({ name }) => partsOfName(name).fold));
  const found = Map.groupBy(Object.keys(predictions).map(partsOfName), ({ name }) => name);
  return [...found]
    .map(([label, parts]): [string, (number | null)[]] => [label, parts.map(({ fold }) => fold)])
    .filter(([, folds]) => folds.length === planned.size);
}

function foldSpans(folds: readonly (number | null)[], sets: readonly PredictionSet[]): EvaluationFile['folds'] {
  return folds.flatMap((fold, i) => {
    const { days } = sets[i];
    return fold === null
      ? []
      : [{ fold, firstDay: fromEpochDay(days[0]), lastDay: fromEpochDay(days[days.length - 1]) }];
  });
}

/** In each fold the parent is the phase that was carried on there; undefined where a fold has none. */
function parentSeries(
  label: string,
  folds: readonly (number | null)[],
  phases: readonly PhaseResult[],
  predictions: Readonly<Record<string, string>>,
): { label: string; predictions: PredictionSet } | undefined {
  const parents = folds.map((fold) => {
    const ofFold = phases.filter(({ phase }) => partsOfName(phase).fold === fold);
    return parentOf(nameInFold(fold, label), ofFold);
  });
  const known = parents.filter((parent) => parent !== undefined && parent in predictions) as string[];
  if (known.length < folds.length) return undefined;
  const labels = new Set(known.map((parent) => partsOfName(parent).name));
  return {
    label: [...labels].join(' / '),
    predictions: joinPredictions(known.map((parent) => readPredictions(predictions[parent]))),
  };
}

/** The last phase before this one whose weights were handed on. */
export function parentOf(name: string, phases: readonly Pick<PhaseResult, 'phase' | 'verdict'>[]): string | undefined {
  const position = phases.findIndex(({ phase }) => phase === name);
  return phases.slice(0, Math.max(position, 0)).findLast(({ verdict }) => verdict !== 'carried_parent')?.phase;
}
