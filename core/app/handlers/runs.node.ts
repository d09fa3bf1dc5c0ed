// Owns the calls on runs: lists, details, curves, the phase ledger, what a user writes on them, deleting.
import { AppError } from '../../base/errors.ts';
import { pauseFor } from '../../base/pause.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Run } from '../../contract/entities.ts';
import type { RunDetail } from '../../contract/views.ts';
import { ledgerText } from '../../report/ledger.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { curveWindow, streamCurves } from '../curve-stream.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { phaseLedger } from '../ledger.node.ts';
import { present, requireFreeRunName, requireRun } from '../lookup.node.ts';
import { modeOf } from '../run-mode.ts';

const LIVE_EVERY_MS = 1_000;

export async function runDetail(store: WorkspaceReader, run: Run): Promise<RunDetail> {
  return {
    run,
    phases: await store.runs.phases(run.id),
    checkpoints: await store.checkpoints.list({ runId: run.id }),
    evaluations: (await store.evaluations.list({ runId: run.id })).reverse(),
  };
}

export function runReaders(store: WorkspaceReader) {
  return {
    'runs.list': async ({ limit }) => {
      const entries = await store.runs.entries({ limit });
      const tests = await store.evaluations.testsByRun(entries.at(-1)?.id);
      return entries.map(({ modeLine, ...run }) => ({
        ...run,
        mode: modeOf(modeLine),
        test: tests.get(run.id) ?? null,
      }));
    },
    'runs.get': async ({ run: reference }) => runDetail(store, await requireRun(store, reference)),
    'runs.ledger': async ({ run: reference, locale }) => {
      const run = await requireRun(store, reference);
      const rows = await phaseLedger(store, run);
      const version = await store.datasets.version(run.datasetVersionId);
      return {
        rows: rows.map(({ entry, checkpointId }) => ({
          label: entry.name,
          checkpointId,
          rankIc: entry.rankIc,
          added: entry.added?.difference ?? null,
          pValue: entry.added?.pValue ?? null,
        })),
        text: ledgerText(
          rows.map(({ entry }) => entry),
          { synthetic: version?.synthetic, locale },
        ),
      };
    },
    'runs.metrics': async ({ run: reference, phase, name, buckets }) => {
      const { id: runId } = await requireRun(store, reference);
      return await store.metrics.buckets({ runId, phase, name }, buckets);
    },
    'runs.window': async ({ run: reference, ...window }, signal) => {
      const { id: runId } = await requireRun(store, reference);
      return await curveWindow(store, { runId, ...window }, signal);
    },
  } satisfies Partial<Handlers>;
}

export function runWriters({ store, jobs, curves }: HostContext) {
  return {
    'runs.update': async ({ run: reference, ...patch }) => {
      const { id, name } = await requireRun(store, reference);
      if (patch.name !== undefined && patch.name !== name) await requireFreeRunName(store, patch.name);
      await store.runs.update(id, patch);
      return present(await store.runs.get(id), 'run', id);
    },
    'runs.delete': async ({ run: reference }) => {
      const run = await requireRun(store, reference);
      if (jobs.findByRun(run.id)) throw new AppError('state/run-active', { run: run.name });
      await store.runs.trash(run.id);
      const message = `${run.name}: moved to the trash`;
      await store.events.add({ level: 'info', kind: 'run.deleted', subjectId: run.id, message, data: {} });
      return null;
    },
    'runs.curves': async ({ run: reference, buckets }, emit, signal) => {
      const { id: runId } = await requireRun(store, reference);
      const { ended } = jobs.findByRun(runId) ?? {};
      await streamCurves({ store, curves, ended }, { runId, buckets }, emit, signal);
    },
    'runs.live': async ({ run: reference }, emit, signal) => {
      const { id } = await requireRun(store, reference);
      let dirty = true;
      const job = jobs.findByRun(id);
      const ended = job?.listen(() => (dirty = true), signal) ?? Promise.resolve();
      let over = false;
      const halt = new AbortController();
      signal.addEventListener('abort', () => halt.abort(), { once: true });
      void ended.then(() => {
        over = true;
        halt.abort();
      });
      while (!signal.aborted) {
        const last = over;
        if (dirty || last) emit(await runDetail(store, await requireRun(store, id)));
        dirty = false;
        if (last) return;
        await pauseFor(LIVE_EVERY_MS, halt.signal);
      }
    },
  } satisfies Partial<Handlers>;
}
