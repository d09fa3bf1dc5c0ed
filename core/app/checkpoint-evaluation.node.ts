// Owns starting the evaluation of a checkpoint that has none, and storing what came of it.
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { readStoredConfig } from '../config/stored.node.ts';
import type { Checkpoint, PhaseRun } from '../contract/entities.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { JobResult } from '../contract/views.ts';
import { readEvaluation } from './evaluation-file.node.ts';
import { storableEvaluation } from './evaluations.ts';
import { storePanel } from './handlers/features.node.ts';
import type { HostContext } from './host-context.node.ts';
import { evaluationFolder, type EvaluateResult, type EvaluateSpec } from './jobs/evaluate.node.ts';
import { present, requireCheckpoint } from './lookup.node.ts';
import { panelOfRun, requirePanelToEvaluate } from './run-panel.node.ts';
import { testEvaluationOf } from './test-evaluation.node.ts';

/** @returns the job's id, also where it is at work already @throws state/not-found, state/already-evaluated, state/checkpoint-panel-gone */
export async function startEvaluation(context: HostContext, reference: string): Promise<string> {
  const { store, jobs, settings, log } = context;
  const checkpoint = await requireCheckpoint(store, reference);
  if (await testEvaluationOf(store, checkpoint))
    throw new AppError('state/already-evaluated', { checkpoint: checkpoint.id });
  const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
  const version = present(await store.datasets.version(run.datasetVersionId), 'dataset version', run.datasetVersionId);
  const config = readStoredConfig(run.config, `run ${run.name}`, log);
  const panel = panelOfRun(context, run, config, version);
  await requirePanelToEvaluate(context, { run, checkpoint, version }, panel);
  const label = labelOf(checkpoint, await store.runs.phases(run.id));
  const folder = evaluationFolder(run.folder, label, checkpoint.id);
  const { engine, threads } = settings.get();
  const spec: EvaluateSpec = {
    task: 'evaluate',
    features: panel.spec,
    checkpoint: join(store.folder, checkpoint.folder),
    folder: join(store.folder, folder),
    label,
    engine: { engine: engine === 'auto' ? config.engine : engine, threads },
  };
  return await jobs.startOnce({
    kind: 'evaluate',
    worker: 'train',
    spec,
    runId: run.id,
    finish: async ({ outcome, result }): Promise<JobResult<'evaluate'> | undefined> => {
      if (outcome !== 'finished') return undefined;
      // A run that goes on puts better weights in the place of those that were evaluated.
      const now = await store.checkpoints.get(checkpoint.id);
      if (now?.contentHash !== checkpoint.contentHash)
        throw new AppError('state/gone', { what: 'checkpoint', id: checkpoint.id });
      const { features } = result as EvaluateResult; // a worker of this build returned it
      const panel = await storePanel(context, config, version, spec.features.panel, features);
      await store.runs.update(run.id, { panelId: panel.id });
      const { evaluation } = readEvaluation(spec.folder);
      const stored = await store.evaluations.add({
        runId: run.id,
        checkpointId: checkpoint.id,
        datasetVersionId: version.id,
        label,
        split: 'test',
        ...storableEvaluation(evaluation),
        folder,
      });
      return { evaluation: stored };
    },
  });
}

/** Not that of an evaluation which the run has, or comes to when it goes on: of its phases' bests, all folds joined. */
function labelOf({ phase, kind }: Checkpoint, phases: readonly PhaseRun[]): string {
  const { name } = partsOfName(phase);
  const joined = phases.filter((one) => partsOfName(one.phase).name === name).length > 1;
  return `${joined ? phase : name}${kind === 'last' ? ' last' : ''}`;
}
