// Owns the folder of an evaluation: the predictions, and evaluation.json with everything that was computed from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { asPart, runWithPauses, type Steps } from '../base/steps.ts';
import { type PairedComparison, pairedSteps } from '../evaluate/compare.ts';
import { type Evaluation, type EvaluationOptions, evaluationSteps } from '../evaluate/evaluate.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { readPredictions, writePredictions } from '../evaluate/predictions-file.node.ts';

const SCHEMA = 1;
const FILE = 'evaluation.json';

export interface EvaluationFile {
  schema: typeof SCHEMA;
  /** "phase2_gat", "ridge" */
  label: string;
  kind: 'phase' | 'baseline';
  /** Of a walk forward: the folds that the series is joined from, in order, each with its test days. Absent or empty otherwise. */
  folds?: { fold: number; firstDay: string; lastDay: string }[];
  /** Label of what it is held against, several where the folds differ; null where it has no parent. */
  parent: string | null;
  /** RankIC over the parent's, paired by day. */
  added: PairedComparison | null;
  evaluation: Evaluation;
}

export const predictionsFolder = (folder: string): string => join(folder, 'predictions');

/**
 * Evaluates, compares with the parent's predictions and writes the folder; evaluation.json last, so that a folder with it is whole.
 * @param pause hears the share that is done, several times a second; may rest or, by throwing, stop
 */
export async function writeEvaluation(
  folder: string,
  predictions: PredictionSet,
  about: Pick<EvaluationFile, 'label' | 'kind' | 'folds'>,
  options: Partial<EvaluationOptions>,
  parent?: { label: string; predictions: PredictionSet },
  pause: (share: number) => void | Promise<void> = () => {},
): Promise<EvaluationFile> {
  function* figures(): Steps<Pick<EvaluationFile, 'added' | 'evaluation'>> {
    const added = parent
      ? yield* asPart(pairedSteps(predictions, parent.predictions, 'rankIc', options), 0, 0.3)
      : null;
    return { added, evaluation: yield* asPart(evaluationSteps(predictions, options), parent ? 0.3 : 0, 1) };
  }
  const file: EvaluationFile = {
    schema: SCHEMA,
    ...about,
    parent: parent?.label ?? null,
    ...(await runWithPauses(figures(), pause)),
  };
  await writePredictions(predictionsFolder(folder), predictions);
  writeFileAtomic(join(folder, FILE), `${JSON.stringify(file)}\n`);
  return file;
}

/** @throws data/damaged-predictions when the folder holds no evaluation of this schema */
export function readEvaluation(folder: string): EvaluationFile {
  try {
    const file = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as EvaluationFile;
    if (file.schema === SCHEMA) return file;
  } catch (cause) {
    throw new AppError('data/damaged-predictions', { folder }, cause);
  }
  throw new AppError('data/damaged-predictions', { folder });
}

/** @throws data/damaged-predictions, data/damaged-array, input/file-not-found */
export function readEvaluatedPredictions(folder: string): PredictionSet {
  return readPredictions(predictionsFolder(folder));
}
