// Owns the calls on backtests: setting one up, running it, looking at it, asking for other costs, deleting it.
import { join } from 'node:path';
import { BACKTEST_DEFAULTS } from '../../backtest/backtest.ts';
import { COST_DEFAULTS } from '../../backtest/costs.ts';
import { RULE_DEFAULTS, type Rule } from '../../backtest/rules.ts';
import { AppError } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import { MOST } from '../../contract/calls/common.ts';
import type { Evaluation } from '../../contract/entities.ts';
import { newId } from '../../contract/id.ts';
import type { BacktestListing } from '../../contract/views/backtests.ts';
import type { BacktestEntry } from '../../store/evaluations.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { readBacktest } from '../backtest-file.node.ts';
import { requireSubject } from '../backtest-subject.node.ts';
import { dayOf, detailOf, scenarioOf, tradesOf } from '../backtest-views.node.ts';
import type { HostContext } from '../host-context.node.ts';
import type { BacktestJobResult, BacktestSpec } from '../jobs/backtest.node.ts';
import { present, requireBacktest, requireCheckpoint } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { modeOf } from '../run-mode.ts';
import { Scenarios } from '../scenarios.node.ts';

/** Without the keys that were left out, so that defaults beneath show through. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

export function backtestReaders(store: WorkspaceReader) {
  const scenarios = new Scenarios();
  const open = async (reference: string) => {
    const backtest = await requireBacktest(store, reference);
    const folder = join(store.folder, backtest.folder);
    return { backtest, folder, file: readBacktest(folder) };
  };

  return {
    'backtests.setup': async ({ checkpoint: reference }) => {
      const { checkpoint, version, evaluation } = await requireSubject(store, reference);
      const horizons = horizonsOf(evaluation);
      return {
        checkpointId: checkpoint.id,
        firstDay: evaluation.firstDay,
        lastDay: evaluation.lastDay,
        horizons,
        trials: await store.datasets.trials(version.datasetId),
        rules: Object.values(RULE_DEFAULTS).map(
          (rule): Rule => ({ ...rule, horizon: nearest(horizons, rule.horizon) }),
        ),
        costs: COST_DEFAULTS,
        capital: BACKTEST_DEFAULTS.capital,
        fill: BACKTEST_DEFAULTS.fill,
      };
    },
    'backtests.candidates': () => store.evaluations.testedCheckpoints(),
    'backtests.list': async ({ checkpoint: reference }) => {
      const checkpoint = reference === undefined ? undefined : await requireCheckpoint(store, reference);
      return (await store.backtests.entries({ checkpointId: checkpoint?.id, limit: MOST })).map(listing);
    },
    'backtests.get': async ({ backtest: reference }) => {
      const { backtest, file } = await open(reference);
      const [entry] = await store.backtests.entries({ id: backtest.id });
      return { backtest: listing(present(entry, 'backtest', backtest.id)), ...detailOf(file) };
    },
    'backtests.trades': async ({ backtest: reference }) => {
      const { folder, file } = await open(reference);
      return tradesOf(folder, file);
    },
    'backtests.day': async ({ backtest: reference, day }) => {
      const { folder, file } = await open(reference);
      return dayOf(folder, file, day);
    },
    'backtests.scenario': async ({ backtest: reference, costs }, signal) => {
      const started = performance.now();
      const { folder } = await requireBacktest(store, reference);
      const result = await scenarios.run({ folder: join(store.folder, folder), costs: given(costs) }, signal);
      return { ...scenarioOf(result), milliseconds: performance.now() - started };
    },
  } satisfies Partial<Handlers>;
}

export function backtestWriters({ store, jobs, clock }: HostContext) {
  return {
    'backtests.run': async ({ checkpoint: reference, rule, costs, from, to, ...rest }) => {
      const { checkpoint, version, evaluation } = await requireSubject(store, reference);
      const chosen: Rule =
        rule.kind === 'long-short'
          ? { ...RULE_DEFAULTS['long-short'], ...given(rule) }
          : { ...RULE_DEFAULTS['top-k'], ...given(rule) };
      requirePredicted(evaluation, chosen.horizon);
      requireDates(evaluation, from, to);
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
          rule: chosen,
          costs: { ...COST_DEFAULTS, ...given(costs) },
          dates: given({ from, to }),
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
          const { fill, capital, firstDay, lastDay } = done;
          const backtest = await store.backtests.add(
            {
              checkpointId: checkpoint.id,
              datasetVersionId: version.id,
              rule: { ...done.rule },
              costs: { ...done.costs },
              statistics: done.statistics,
              trials,
              firstDay,
              lastDay,
              folder,
              reportPath: null,
            },
            id,
          );
          return { backtest, fill, capital, firstDay, lastDay };
        },
      });
      return { jobId };
    },
    'backtests.delete': async ({ backtest: reference }) => {
      const { id } = await requireBacktest(store, reference);
      await store.backtests.trash(id);
      return null;
    },
  } satisfies Partial<Handlers>;
}

const horizonsOf = ({ horizons }: Evaluation): number[] => horizons.map(({ horizon }) => horizon);

const nearest = (horizons: readonly number[], wanted: number): number =>
  horizons.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), horizons[0]);

/** @throws input/horizon-not-predicted */
function requirePredicted(evaluation: Evaluation, horizon: number): void {
  const horizons = horizonsOf(evaluation);
  if (!horizons.includes(horizon))
    throw new AppError('input/horizon-not-predicted', { horizon, known: horizons.join(', ') });
}

/** @throws input/dates-reversed, input/outside-predictions */
function requireDates({ firstDay: first, lastDay: last }: Evaluation, from?: string, to?: string): void {
  if (from !== undefined && to !== undefined && from > to) throw new AppError('input/dates-reversed', { from, to });
  if ((to ?? last) < first || (from ?? first) > last)
    throw new AppError('input/outside-predictions', { from: from ?? first, to: to ?? last, first, last });
}

const listing = ({ modeLine, ...entry }: BacktestEntry): BacktestListing => ({ ...entry, mode: modeOf(modeLine) });
