// Owns what a comparison shows beside the paired tests: the daily series of each checkpoint's test, and the equity of its newest backtest.
import { onScopeDispose, shallowRef, watch } from 'vue';
import { AppError } from '../../../core/contract/errors.ts';
import type { BacktestDetail } from '../../../core/contract/views/backtests.ts';
import type { EvaluationSeries } from '../../../core/contract/views/evaluations.ts';
import { useClient } from '../../lib/client.ts';
import type { HostClient } from '../../lib/host-client.ts';

export interface Side {
  /** As compared: a checkpoint's id, or RUN/LABEL of a baseline. */
  reference: string;
  series: EvaluationSeries | null;
  /** Its newest backtest; null where it has none that can still be read. */
  backtest: BacktestDetail | null;
}

async function testOf(client: HostClient, reference: string, signal: AbortSignal): Promise<string | null> {
  const [, run, label] = /^([^/]+)\/([^/]+)$/.exec(reference) ?? [];
  const evaluations =
    run === undefined
      ? await client.call('evaluations.get', { checkpoint: reference }, signal)
      : (await client.call('runs.get', { run }, signal)).evaluations.filter((one) => one.label === label);
  const test = evaluations.find(({ split }) => split === 'test');
  return test?.folder ? test.id : null;
}

async function newestBacktest(
  client: HostClient,
  checkpoint: string,
  signal: AbortSignal,
): Promise<BacktestDetail | null> {
  if (checkpoint.includes('/')) return null;
  const [newest] = (await client.call('backtests.list', { checkpoint }, signal)).sort(
    (a, b) => b.createdAt - a.createdAt,
  );
  if (!newest) return null;
  try {
    return await client.call('backtests.get', { backtest: newest.id }, signal);
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
      const found = await Promise.all(
        references().map(async (reference) => {
          const [id, backtest] = await Promise.all([
            testOf(client, reference, own.signal),
            newestBacktest(client, reference, own.signal),
          ]);
          return { reference, id, backtest };
        }),
      );
      const ids = found.flatMap(({ id }) => (id === null ? [] : [id]));
      const series = ids.length > 0 ? await client.call('evaluations.series', { evaluations: ids }, own.signal) : [];
      if (own.signal.aborted) return;
      sides.value = found.map(({ reference, id, backtest }) => ({
        reference,
        backtest,
        series: series.find((one) => one.id === id) ?? null,
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
