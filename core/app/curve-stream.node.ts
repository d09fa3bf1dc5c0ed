// Owns a run's curves as a client sees them grow: what is stored, down-sampled, then what comes, several points at a time.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { CurvesEvent } from '../contract/views/training.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { curveKey, FreshPoints, type LiveCurves } from './live-curves.ts';

const EVERY_MS = 250;

export interface CurveSources {
  store: WorkspaceReader;
  curves: LiveCurves;
  /** Settles when the run's job is over and everything about it is stored; undefined where none is running. */
  ended: Promise<unknown> | undefined;
}

/** @param buckets at most so many points a curve of the history */
export async function streamCurves(
  { store, curves, ended }: CurveSources,
  { runId, buckets }: { runId: string; buckets: number },
  emit: (event: CurvesEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const fresh = new FreshPoints();
  // Before the store is read: what is stored meanwhile is then in both, and told once.
  const stop = curves.watch(runId, (points) => fresh.add(points));
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    const history = await curveHistory(store, runId, buckets, signal);
    emit({ type: 'history', curves: history });
    fresh.dropTold(new Map(history.map(({ phase, name, step }) => [curveKey(phase, name), step[step.length - 1]])));
    let over = ended === undefined;
    void ended?.then(() => (over = true));
    while (!signal.aborted) {
      await Promise.race([fresh.arrived, ended, aborted]);
      const told = over;
      const points = fresh.take();
      if (points.length > 0) emit({ type: 'points', curves: points });
      if (told) return;
      await Promise.race([sleep(EVERY_MS), ended, aborted]);
    }
  } finally {
    stop();
  }
}

type History = Extract<CurvesEvent, { type: 'history' }>['curves'];

async function curveHistory(
  store: WorkspaceReader,
  runId: string,
  buckets: number,
  signal: AbortSignal,
): Promise<History> {
  const history: History = [];
  for (const { phase, name } of await store.metrics.series(runId)) {
    await nextTurn(); // a query holds the thread; other clients are answered between two
    if (signal.aborted) return [];
    const found = await store.metrics.buckets({ runId, phase, name }, buckets);
    if (found.length === 0) continue;
    const column = (of: (bucket: (typeof found)[number]) => number | null): Float64Array<ArrayBuffer> =>
      Float64Array.from(found, (bucket) => of(bucket) ?? Number.NaN);
    history.push({
      phase,
      name,
      step: column(({ lastStep }) => lastStep),
      min: column(({ min }) => min),
      mean: column(({ mean }) => mean),
      max: column(({ max }) => max),
    });
  }
  return history;
}
