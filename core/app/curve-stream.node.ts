// Owns a run's curves as a client sees them grow: what is stored, down-sampled, then what comes, several points at a time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pauseFor } from '../base/pause.node.ts';
import type { MetricBucket } from '../contract/entities.ts';
import type { CurveColumns, CurvesEvent } from '../contract/views/training.ts';
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
  let over = ended === undefined;
  const halt = new AbortController();
  const end = (): void => {
    halt.abort();
    fresh.wake();
  };
  void ended?.then(() => {
    over = true;
    end();
  });
  signal.addEventListener('abort', end, { once: true });
  try {
    const history = await curveHistory(store, runId, buckets, signal);
    emit({ type: 'history', curves: history });
    fresh.dropTold(new Map(history.map(({ phase, name, step }) => [curveKey(phase, name), step[step.length - 1]])));
    while (!signal.aborted) {
      if (!over) await fresh.arrived;
      const told = over;
      const points = fresh.take();
      if (points.length > 0) emit({ type: 'points', curves: points });
      if (told) return;
      await pauseFor(EVERY_MS, halt.signal);
    }
  } finally {
    stop();
  }
}

async function curveHistory(
  store: WorkspaceReader,
  runId: string,
  buckets: number,
  signal: AbortSignal,
): Promise<CurveColumns[]> {
  const history: CurveColumns[] = [];
  for (const { phase, name } of await store.metrics.series(runId)) {
    await nextTurn(); // a query holds the thread; other clients are answered between two
    if (signal.aborted) return [];
    const found = await store.metrics.buckets({ runId, phase, name }, buckets);
    if (found.length > 0) history.push(columns(phase, name, found));
  }
  return history;
}

export interface CurveSpan {
  phase: string;
  /** Steps, both included. */
  from: number;
  to: number;
}

/** Curves between steps, at most `buckets` points each over all spans together; those without a point there are left out. */
export async function curveWindow(
  { metrics }: Pick<WorkspaceReader, 'metrics'>,
  {
    runId,
    names,
    spans,
    buckets,
  }: { runId: string; names: readonly string[]; spans: readonly CurveSpan[]; buckets: number },
  signal: AbortSignal,
): Promise<CurveColumns[]> {
  const steps = ({ from, to }: CurveSpan): number => Math.max(0, to - from + 1);
  const all = spans.reduce((sum, span) => sum + steps(span), 0);
  const curves: CurveColumns[] = [];
  for (const span of spans)
    for (const name of names) {
      await nextTurn();
      if (signal.aborted) return [];
      const share = Math.max(1, Math.floor((buckets * steps(span)) / all));
      const found = await metrics.buckets({ runId, name, ...span }, share);
      if (found.length > 0) curves.push(columns(span.phase, name, found));
    }
  return curves;
}

function columns(phase: string, name: string, buckets: readonly MetricBucket[]): CurveColumns {
  const column = (of: (bucket: MetricBucket) => number | null): Float64Array<ArrayBuffer> =>
    Float64Array.from(buckets, (bucket) => of(bucket) ?? Number.NaN);
  return {
    phase,
    name,
    step: column(({ lastStep }) => lastStep),
    min: column(({ min }) => min),
    mean: column(({ mean }) => mean),
    max: column(({ max }) => max),
  };
}
