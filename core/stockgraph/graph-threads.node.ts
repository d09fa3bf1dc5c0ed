// Owns building the stock graph on several threads: snapshots do not depend on one another, so each thread takes the next one left.
import { availableParallelism } from 'node:os';
import { codeUrl } from '../base/code-url.ts';
import { systemClock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { shared, sharedArray } from '../base/shared-memory.ts';
import { Thread } from '../base/thread.node.ts';
import type { BarTable } from '../data/bars.ts';
import { type BuiltGraph, emptyGraph, type GraphParameters, type SnapshotStats, statsOf } from './build.ts';
import type { GraphThreadData } from './graph-thread.node.ts';

const ENTRY = codeUrl('./graph-thread.node', import.meta.url);
/** Multiplications of a whole graph; fewer take a second or two, and threads take part of one to start. */
const WORTH_THREADS = 5e9;
const MOST_THREADS = 8;

/** Threads that a graph of that size is worth: 1 where it is quickly done. */
export function graphThreads(stocks: number, snapshots: number, { lookback }: GraphParameters): number {
  const worth = (stocks * stocks * lookback * snapshots) / 2 > WORTH_THREADS;
  return worth ? Math.min(MOST_THREADS, availableParallelism()) : 1;
}

/**
 * The graph that GraphBuilder builds, bit for bit.
 * @param onProgress snapshots taken
 * @throws cancelled; worker/crashed, worker/out-of-memory
 */
export async function buildGraphOnThreads(
  bars: BarTable,
  parameters: GraphParameters,
  threads: number,
  { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<BuiltGraph> {
  const started = systemClock.now();
  const graph = emptyGraph(bars, parameters, sharedArray);
  const total = graph.dayIndex.length;
  const data: GraphThreadData = {
    bars: { offsets: shared(bars.offsets), dayIndex: shared(bars.dayIndex), close: shared(bars.close) },
    parameters,
    graph,
  };
  const pool = Array.from({ length: threads }, () => new Thread<number, SnapshotStats>(ENTRY, 'graph', data));
  const taken: SnapshotStats[] = new Array(total);
  let [next, done] = [0, 0];
  const work = async (thread: Thread<number, SnapshotStats>): Promise<void> => {
    while (next < total) {
      if (signal?.aborted) throw new AppError('cancelled', {});
      const snapshot = next++;
      taken[snapshot] = await thread.ask(snapshot);
      onProgress?.(++done, total);
    }
  };
  try {
    await Promise.all(pool.map(work));
  } finally {
    await Promise.all(pool.map((thread) => thread.close()));
  }
  return { graph, stats: statsOf(taken, systemClock.now() - started) };
}
