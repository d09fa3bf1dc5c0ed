// Owns computing columns on several threads: each computes those of a stretch of the order, does with them what its file says, and answers.
import { availableParallelism } from 'node:os';
import { AppError } from '../base/errors.ts';
import { sharedWithin } from '../base/shared-memory.ts';
import { Thread } from '../base/thread.node.ts';
import type { BarTable } from '../data/bars.ts';
import type { SideTables } from '../data/side-tables.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';
import { catalogue, type FeatureDefinition } from './catalogue.ts';
import { ColumnRuns } from './column-runs.ts';
import type { ColumnThreadData } from './column-server.node.ts';
import { sparingOrder } from './compute.ts';
import { dayOrder } from './day-order.ts';

/** Fewer are computed sooner than threads have started. */
const WORTH_THREADS_ROWS = 500_000;
const MOST_THREADS = 8;
/** What a thread holds for each row at most: the column that it is at, seven that others wait for, and what it is turned to. */
const ROW_BYTES = 80;
/** For the columns of all threads together, and more only where eight times as much is free. */
const COLUMN_BYTES = 1.5 * 2 ** 30;

/** Threads that computing columns of so many rows is worth, as far as there is memory for them. */
export function columnThreads(rows: number): number {
  if (rows < WORTH_THREADS_ROWS) return 1;
  const memory = Math.max(COLUMN_BYTES, process.availableMemory() / 8);
  return Math.max(1, Math.min(availableParallelism(), MOST_THREADS, Math.floor(memory / (ROW_BYTES * rows))));
}

/** Whether threads can compute them: definitions are functions, which cannot be handed over, so a thread has the product's catalogue alone. */
export function inCatalogue(names: readonly string[], definitions: readonly FeatureDefinition[]): boolean {
  if (definitions === catalogue) return true;
  const [own, asked] = [catalogue, definitions].map((each) => new Map(each.map((one) => [one.name, one])));
  const same = (name: string): boolean =>
    asked.has(name) && asked.get(name) === own.get(name) && (own.get(name)!.uses ?? []).every(same);
  return names.every(same);
}

export interface ThreadedColumns<A> {
  /** What a thread begins with: a file that calls serveColumns. */
  readonly entry: URL;
  /** Given to it, cloned; memory that is shared stays so. */
  readonly settings: unknown;
  readonly names: readonly string[];
  /** Best in shared memory, as loaded: else they are copied to it. */
  readonly bars: BarTable;
  readonly graph?: GraphSnapshots;
  readonly tables?: SideTables;
  readonly threads: number;
  /** What the thread answered of each column, in whatever order they are done. */
  readonly onColumn: (name: string, answer: A) => void;
  readonly signal?: AbortSignal;
}

/**
 * Computes columns of the catalogue, each on one thread, by the same functions over the same bits as featureColumns: which thread, and beside
 * which others, changes nothing in them.
 *
 * Nobody can wait for ever: a thread waits for requests of this one alone, and has all it needs in memory or computes it itself, so that each
 * request is answered, or its thread ends, which answers it too; and this one waits for answers alone. No thread holds what another waits for.
 * @throws cancelled; what a kernel throws; worker/crashed, worker/out-of-memory. No thread is left then.
 */
export async function columnsOnThreads<A>(request: ThreadedColumns<A>): Promise<void> {
  const { entry, settings, names, bars, graph, tables, threads, onColumn, signal } = request;
  const order = sharedWithin(dayOrder(bars));
  const data: ColumnThreadData = { ...sharedWithin({ bars, graph, tables }), order, settings };
  const uses = new Map(catalogue.map((definition) => [definition.name, definition.uses ?? []]));
  const runs = new ColumnRuns(sparingOrder(names), (name) => uses.get(name)!, threads);
  const pool: Thread<readonly string[] | null, A>[] = [];
  const work = async (thread: Thread<readonly string[] | null, A>, at: number): Promise<void> => {
    for (let next = runs.next(at); next; next = runs.next(at)) {
      if (signal?.aborted) throw new AppError('cancelled', {});
      onColumn(next.name, await thread.ask(next.run ?? null));
    }
  };
  try {
    while (pool.length < Math.min(threads, names.length)) pool.push(new Thread(entry, 'features', data));
    await Promise.all(pool.map(work));
  } finally {
    await Promise.all(pool.map((thread) => thread.close()));
  }
}
