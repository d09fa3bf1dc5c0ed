// The thread that takes snapshots of the stock graph; see graph-threads.node.ts.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../base/thread.node.ts';
import { type GraphParameters, type Prices, type SnapshotStats, takeSnapshot } from './build.ts';
import type { GraphSnapshots } from './graph.ts';

export interface GraphThreadData {
  readonly bars: Prices;
  readonly parameters: GraphParameters;
  /** In memory of all threads: each writes the snapshots that it takes. */
  readonly graph: GraphSnapshots;
}

const { bars, parameters, graph } = workerData as GraphThreadData;

serveThread((snapshot: number): SnapshotStats => takeSnapshot(bars, parameters, graph, snapshot));
