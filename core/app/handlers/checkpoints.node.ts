// Owns the calls on checkpoints and their evaluations.
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { requireFolderPath } from '../../base/output-path.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { packCheckpoint } from '../checkpoint-archive.node.ts';
import { startEvaluation } from '../checkpoint-evaluation.node.ts';
import { importCheckpoint } from '../checkpoint-import.node.ts';
import { compareCheckpoints } from '../compare.node.ts';
import { evaluationSeries } from '../evaluation-series.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { datasetNames, present, requireCheckpoint, requireRun } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { testEvaluationOf } from '../test-evaluation.node.ts';

export function checkpointReaders(store: WorkspaceReader) {
  return {
    'checkpoints.list': async ({ run: reference, limit }) => {
      const run = reference === undefined ? undefined : await requireRun(store, reference);
      return await store.checkpoints.entries({ runId: run?.id, limit });
    },
    'checkpoints.get': async ({ checkpoint: reference }) => {
      const checkpoint = await requireCheckpoint(store, reference);
      const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
      const evaluations = await store.evaluations.list({ checkpointId: checkpoint.id });
      // Of a walk forward every fold shows the series that it is joined to.
      const test = await testEvaluationOf(store, checkpoint);
      return {
        checkpoint,
        run,
        dataset: await datasetNames(store)(run.datasetVersionId),
        evaluations: test && !evaluations.some(({ id }) => id === test.id) ? [test, ...evaluations] : evaluations,
        backtests: await store.backtests.list({ checkpointId: checkpoint.id }),
      };
    },
    'checkpoints.export': async ({ checkpoint: reference, folder }) => {
      const checkpoint = await requireCheckpoint(store, reference);
      requireFolderPath(folder);
      mkdirSync(folder, { recursive: true });
      cpSync(join(store.folder, checkpoint.folder), folder, { recursive: true });
      return { folder, files: readdirSync(folder).sort() };
    },
    'checkpoints.compare': ({ checkpoints }, signal) => compareCheckpoints(store, checkpoints, signal),
    'evaluations.get': async ({ checkpoint: reference }) => {
      const { id } = await requireCheckpoint(store, reference);
      return await store.evaluations.list({ checkpointId: id });
    },
    'evaluations.series': ({ evaluations }) => evaluationSeries(store, evaluations),
  } satisfies Partial<Handlers>;
}

export function checkpointWriters(context: HostContext) {
  const { store } = context;
  return {
    'checkpoints.pack': async ({ checkpoint: reference }) => {
      const { id, runId, phase, folder } = await requireCheckpoint(store, reference);
      const run = present(await store.runs.get(runId), 'run', runId);
      const path = workspacePaths.packedCheckpoint(`${run.name}-${phase}`, id);
      const name = basename(path, '.zip');
      return { path, bytes: await packCheckpoint(join(store.folder, folder), join(store.folder, path), name) };
    },
    'checkpoints.import': ({ path, dataset }) => importCheckpoint(context, path, dataset),
    'checkpoints.evaluate': async ({ checkpoint }) => ({ jobId: await startEvaluation(context, checkpoint) }),
    'checkpoints.promote': async ({ checkpoint: reference }) => {
      const { id } = await requireCheckpoint(store, reference);
      await store.checkpoints.promote(id);
      await store.events.add({
        level: 'info',
        kind: 'checkpoint.promoted',
        subjectId: id,
        message: 'promoted',
        data: {},
      });
      return present(await store.checkpoints.get(id), 'checkpoint', id);
    },
  } satisfies Partial<Handlers>;
}
