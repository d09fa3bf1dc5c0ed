// Owns the calls that come after training: backtests and reports.
import { join } from 'node:path';
import { COST_DEFAULTS } from '../../backtest/costs.ts';
import { RULE_DEFAULTS } from '../../backtest/rules.ts';
import { AppError } from '../../base/errors.ts';
import { requireFilePath } from '../../base/output-path.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Checkpoint, DatasetVersion, Evaluation, Run } from '../../contract/entities.ts';
import type { FindingCode } from '../../data/findings.ts';
import { newId } from '../../contract/id.ts';
import type { HostContext } from '../host-context.node.ts';
import type { BacktestJobResult, BacktestSpec, ReportSpec } from '../jobs/backtest.node.ts';
import { phaseLedger } from '../ledger.node.ts';
import { present, requireCheckpoint } from '../lookup.node.ts';
import { shortModeOf } from '../run-mode.ts';
import { workspacePaths } from '../paths.ts';

/** Without the keys that were left out, so that defaults beneath show through. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

interface Subject {
  checkpoint: Checkpoint;
  run: Run;
  version: DatasetVersion;
  evaluation: Evaluation & { folder: string };
}

export function backtestHandlers({ store, jobs, clock }: HostContext) {
  /** A checkpoint that was evaluated out of sample. @throws state/not-evaluated */
  async function requireSubject(reference: string): Promise<Subject> {
    const checkpoint = await requireCheckpoint(store, reference);
    const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
    const version = present(
      await store.datasets.version(run.datasetVersionId),
      'dataset version',
      run.datasetVersionId,
    );
    const [evaluation] = await store.evaluations.list({ checkpointId: checkpoint.id, split: 'test', limit: 1 });
    if (!evaluation?.folder) throw new AppError('state/not-evaluated', { checkpoint: checkpoint.id });
    return { checkpoint, run, version, evaluation: { ...evaluation, folder: evaluation.folder } };
  }

  async function survivorshipOf({ id, synthetic }: DatasetVersion): Promise<'free' | 'biased' | 'unknown'> {
    if (synthetic) return 'free';
    const findings = await store.datasets.findings(id);
    return findings.some(({ kind }) => kind === ('survivors-only' satisfies FindingCode)) ? 'biased' : 'unknown';
  }

  return {
    'backtests.run': async ({ checkpoint: reference, rule, costs, ...rest }) => {
      const { checkpoint, version, evaluation } = await requireSubject(reference);
      const id = newId(clock);
      const folder = workspacePaths.backtest(id);
      const trials = (await store.datasets.trials(version.datasetId)) + 1;
      const spec: BacktestSpec = {
        task: 'backtest',
        dataset: join(store.folder, version.folder),
        evaluation: join(store.folder, evaluation.folder),
        folder: join(store.folder, folder),
        options: {
          ...given(rest),
          rule:
            rule.kind === 'long-short'
              ? { ...RULE_DEFAULTS['long-short'], ...given(rule) }
              : { ...RULE_DEFAULTS['top-k'], ...given(rule) },
          costs: { ...COST_DEFAULTS, ...given(costs) },
          trials: { count: trials },
        },
      };
      const jobId = await jobs.start({
        kind: 'backtest',
        worker: 'backtest',
        spec,
        finish: async ({ outcome, result }) => {
          if (outcome !== 'finished') return undefined;
          const done = result as BacktestJobResult; // a worker of this build returned it
          const backtest = await store.backtests.add(
            {
              checkpointId: checkpoint.id,
              datasetVersionId: version.id,
              rule: { ...done.rule },
              costs: { ...done.costs },
              statistics: done.statistics,
              trials,
              folder,
              reportPath: null,
            },
            id,
          );
          const { fill, capital, firstDay, lastDay } = done;
          return { backtest, fill, capital, firstDay, lastDay };
        },
      });
      return { jobId };
    },

    'reports.write': async ({ checkpoint: reference, path: chosen, locale }) => {
      if (chosen !== undefined) requireFilePath(chosen);
      const { checkpoint, run, version, evaluation } = await requireSubject(reference);
      const dataset = present(await store.datasets.get(version.datasetId), 'dataset', version.datasetId);
      const phase = present(await store.runs.phase(checkpoint.phaseRunId), 'phase run', checkpoint.phaseRunId);
      const panel = present(await store.panels.get(run.panelId ?? ''), 'panel', run.panelId ?? run.id);
      const [backtest] = await store.backtests.list({ checkpointId: checkpoint.id, limit: 1 });
      const path = workspacePaths.report(`${run.name}-${checkpoint.phase}`, checkpoint.id);
      const spec: ReportSpec = {
        task: 'report',
        path: chosen ?? join(store.folder, path),
        evaluation: join(store.folder, evaluation.folder),
        backtest: backtest && join(store.folder, backtest.folder),
        panel: join(store.folder, panel.folder),
        sheet: {
          locale,
          title: `${run.name} · ${checkpoint.phase}`,
          dataset: { name: dataset.name, synthetic: version.synthetic, survivorship: await survivorshipOf(version) },
          shortMode: shortModeOf(run.config),
          model: `atft_gat_fan, ${checkpoint.phase}`,
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
