// Owns the calls on reports: writing a tear sheet, and which ones there are.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { requireFilePath } from '../../base/output-path.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Backtest, Checkpoint, DatasetVersion } from '../../contract/entities.ts';
import type { FindingCode } from '../../data/findings.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { requireSubject } from '../backtest-subject.node.ts';
import type { HostContext } from '../host-context.node.ts';
import type { ReportSpec } from '../jobs/backtest.node.ts';
import { phaseLedger } from '../ledger.node.ts';
import { present, requireBacktest } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { shortModeOf } from '../run-mode.ts';
import { leaksOfRun } from '../sentinel/refusal.node.ts';

export function reportReaders(store: WorkspaceReader) {
  return {
    'reports.list': () => {
      const folder = join(store.folder, workspacePaths.reports);
      if (!statSync(folder, { throwIfNoEntry: false })) return []; // it is made with the first report
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(html|pdf)$/.test(entry.name))
        .flatMap(({ name }) => {
          const stat = statSync(join(folder, name), { throwIfNoEntry: false }); // it may be gone by now
          const path = `${workspacePaths.reports}/${name}`;
          return stat ? [{ path, bytes: stat.size, createdAt: Math.round(stat.mtimeMs) }] : [];
        })
        .sort((a, b) => b.createdAt - a.createdAt);
    },
  } satisfies Partial<Handlers>;
}

export function reportWriters({ store, jobs, clock }: HostContext) {
  return {
    'reports.write': async ({ checkpoint: reference, backtest: asked, path: chosen, locale }) => {
      if (chosen !== undefined) requireFilePath(chosen);
      const { checkpoint, run, version, evaluation } = await requireSubject(store, reference);
      const dataset = present(await store.datasets.get(version.datasetId), 'dataset', version.datasetId);
      const phase = present(await store.runs.phase(checkpoint.phaseRunId), 'phase run', checkpoint.phaseRunId);
      const panel = present(await store.panels.get(run.panelId ?? ''), 'panel', run.panelId ?? run.id);
      const backtest = await shownBacktest(store, checkpoint, asked);
      // Of a backtest that was asked for there may be several reports beside each other.
      const path = workspacePaths.report(
        `${run.name}-${checkpoint.phase}`,
        asked && backtest ? backtest.id : checkpoint.id,
      );
      const spec: ReportSpec = {
        task: 'report',
        path: chosen ?? join(store.folder, path),
        evaluation: join(store.folder, evaluation.folder),
        backtest: backtest && join(store.folder, backtest.folder),
        panel: join(store.folder, panel.folder),
        sheet: {
          locale,
          title: `${run.name} · ${evaluation.label}`,
          dataset: {
            name: dataset.name,
            synthetic: version.synthetic,
            ...(await survivorshipOf(store, version)),
          },
          shortMode: shortModeOf(run.config),
          leaks: leaksOfRun(join(store.folder, run.folder), locale),
          model: `atft_gat_fan, ${evaluation.label}`,
          created: new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' '),
          ledger: (await phaseLedger(store, run)).map(({ entry }) => entry),
          config: phase.config,
          lineage: [
            ['checkpoint', checkpoint.id],
            ['checkpoint hash', checkpoint.contentHash],
            ['run', run.id],
            ['data', run.lineage.data],
            ['panel', panel.hash],
            ['config', phase.configHash],
            ['phasor', run.lineage.code],
          ],
        },
      };
      const jobId = await jobs.start({
        kind: 'report',
        worker: 'backtest',
        spec,
        runId: run.id,
        finish: async ({ outcome, result }) => {
          if (outcome === 'finished' && backtest) await store.backtests.setReport(backtest.id, spec.path);
          return result;
        },
      });
      return { jobId };
    },
  } satisfies Partial<Handlers>;
}

/** The one asked for, or else the newest of the checkpoint, if it has any. @throws input/other-checkpoint */
async function shownBacktest(
  store: WorkspaceReader,
  { id: checkpointId }: Checkpoint,
  asked: string | undefined,
): Promise<Backtest | undefined> {
  if (asked === undefined) return (await store.backtests.list({ checkpointId, limit: 1 }))[0];
  const backtest = await requireBacktest(store, asked);
  if (backtest.checkpointId !== checkpointId)
    throw new AppError('input/other-checkpoint', { backtest: backtest.id, checkpoint: checkpointId });
  return backtest;
}

/** What the checks of the import know of stocks that left. */
async function survivorshipOf(
  store: WorkspaceReader,
  { id, synthetic, stocks }: DatasetVersion,
): Promise<Pick<ReportSpec['sheet']['dataset'], 'survivorship' | 'delisted'>> {
  if (synthetic) return { survivorship: 'free' };
  const findings = await store.datasets.findings(id);
  const count = (wanted: FindingCode): number => findings.find(({ kind }) => kind === wanted)?.count ?? 0;
  if (count('survivors-only') > 0) return { survivorship: 'biased' };
  const ended = count('early-end');
  return ended > 0 ? { survivorship: 'some', delisted: { ended, codes: stocks } } : { survivorship: 'unknown' };
}
