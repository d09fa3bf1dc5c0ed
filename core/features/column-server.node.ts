// Owns a thread's side of computing columns: the product's catalogue over bars that all threads see; see column-threads.node.ts.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../base/thread.node.ts';
import type { BarTable } from '../data/bars.ts';
import type { SideTables } from '../data/side-tables.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';
import { catalogue } from './catalogue.ts';
import { featureColumns } from './compute.ts';
import { type DayOrder, useDayOrder } from './day-order.ts';

export interface ColumnThreadData {
  readonly bars: BarTable;
  readonly order: DayOrder;
  readonly graph?: GraphSnapshots;
  readonly tables?: SideTables;
  /** Of whoever uses the columns. */
  readonly settings: unknown;
}

/**
 * For the file that a thread begins with. A request is the names of a stretch, of which the first is computed at once; or null for the next.
 * @param use told the settings, gives what is done with each column; it must not keep the values
 */
export function serveColumns<A>(use: (data: ColumnThreadData) => (name: string, values: Float64Array) => A): void {
  const data = workerData as ColumnThreadData;
  const { bars, graph, tables } = data;
  useDayOrder(bars, data.order);
  const take = use(data);
  let columns: Iterator<[name: string, column: Float64Array]>;
  serveThread((names: readonly string[] | null): A => {
    // What the stretch before still held goes with it.
    if (names) columns = featureColumns(bars, names, graph, catalogue, tables)[Symbol.iterator]();
    const next = columns.next();
    if (next.done) throw new TypeError('more columns were asked for than the stretch has');
    return take(...next.value);
  });
}
