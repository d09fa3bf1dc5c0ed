// Owns what a comparison shows beside the paired tests: the daily series of each checkpoint's test, and the equity of its newest backtest.
import { onScopeDispose, shallowRef, watch } from 'vue';
import { AppError } from '../../../core/contract/errors.ts';
import type { Evaluation } from '../../../core/contract/entities.ts';
import type { BacktestDetail } from '../../../core/contract/views/backtests.ts';
import type { EvaluationSeries } from '../../../core/contract/views/evaluations.ts';
import { useClient } from '../../lib/client.ts';
import type { HostClient } from '../../lib/host-client.ts';

export interface Side {
  /** As asked for: a checkpoint's id, or RUN/LABEL of a baseline. */
  reference: string;
  /** null for a baseline, which has no page of its own. */
  checkpointId: string | null;
  run: string;
  phase: string;
  /** YAML of the run. */
  config: string;
  series: EvaluationSeries | null;
  /** Its newest backtest; null where it has none that can still be read. */
  backtest: BacktestDetail | null;
}

interface Subject extends Omit<Side, 'series' | 'backtest'> {
  test: string | null;
  newestBacktest: string | null;
}

const testOf = (evaluations: readonly Evaluation[]): string | null =>
  evaluations.find(({ split, folder }) => split === 'test' && folder !== null)?.id ?? null;

async function subjectOf(client: HostClient, reference: string, signal: AbortSignal): Promise<Subject> {
  const [, named, label] = /^([^/]+)\/([^/]+)$/.exec(reference) ?? [];
  if (named !== undefined) {
    const { run, evaluations } = await client.call('runs.get', { run: named }, signal);
    const test = testOf(evaluations.filter((one) => one.label === label));
    return {
      reference,
      checkpointId: null,
      run: run.name,
      phase: label,
      config: run.config,
      test,
      newestBacktest: null,
    };
  }
  const { checkpoint, run, evaluations, backtests } = await client.call(
    'checkpoints.get',
    { checkpoint: reference },
    signal,
  );
  const [newest] = [...backtests].sort((x, y) => y.createdAt - x.createdAt);
  return {
    reference,
    checkpointId: checkpoint.id,
    run: run.name,
    phase: checkpoint.phase,
    config: run.config,
    test: testOf(evaluations),
    newestBacktest: newest?.id ?? null,
  };
}

async function backtestOf(
  client: HostClient,
  backtest: string | null,
  signal: AbortSignal,
): Promise<BacktestDetail | null> {
  if (backtest === null) return null;
  try {
    return await client.call('backtests.get', { backtest }, signal);
  } catch (error) {
    if (error instanceof AppError && error.code === 'state/old-backtest') return null;
    throw error;
  }
}

/** @param references as they were compared; nothing is fetched while there are none */
export function useSides(references: () => readonly string[]) {
  const client = useClient();
  const sides = shallowRef<readonly Side[]>();
  const error = shallowRef<Error | null>(null);
  let running: AbortController | undefined;

  async function load(): Promise<void> {
    running?.abort();
    const own = new AbortController();
    running = own;
    sides.value = undefined;
    error.value = null;
    try {
      const subjects = await Promise.all(references().map((reference) => subjectOf(client, reference, own.signal)));
      const ids = subjects.flatMap(({ test }) => test ?? []);
      const [series, backtests] = await Promise.all([
        ids.length > 0 ? client.call('evaluations.series', { evaluations: ids }, own.signal) : [],
        Promise.all(subjects.map(({ newestBacktest }) => backtestOf(client, newestBacktest, own.signal))),
      ]);
      if (own.signal.aborted) return;
      sides.value = subjects.map(({ test, newestBacktest: _, ...subject }, i) => ({
        ...subject,
        series: series.find(({ id }) => id === test) ?? null,
        backtest: backtests[i],
      }));
    } catch (thrown) {
      if (!own.signal.aborted) error.value = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }
  watch(
    () => references().join(' '),
    () => void load(),
    { immediate: true },
  );
  onScopeDispose(() => running?.abort());
  return { sides, error, reload: load };
}
