// Owns what a backtest or a report is about: a checkpoint that was evaluated out of sample, with its run and its data.
import type { Checkpoint, DatasetVersion, Evaluation, Run } from '../contract/entities.ts';
import { AppError } from '../base/errors.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { present, requireCheckpoint } from './lookup.node.ts';
import { testEvaluationOf } from './test-evaluation.node.ts';

export interface Subject {
  checkpoint: Checkpoint;
  run: Run;
  version: DatasetVersion;
  evaluation: Evaluation & { folder: string };
}

/** @throws state/not-found, state/not-evaluated */
export async function requireSubject(store: WorkspaceReader, reference: string): Promise<Subject> {
  const checkpoint = await requireCheckpoint(store, reference);
  const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
  const version = present(await store.datasets.version(run.datasetVersionId), 'dataset version', run.datasetVersionId);
  const evaluation = await testEvaluationOf(store, checkpoint);
  if (!evaluation?.folder) throw new AppError('state/not-evaluated', { checkpoint: checkpoint.id });
  return { checkpoint, run, version, evaluation: { ...evaluation, folder: evaluation.folder } };
}
