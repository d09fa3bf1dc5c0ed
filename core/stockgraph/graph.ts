// Owns the form of the stock graph: nearest neighbours by absolute correlation, one snapshot per refresh, and which one serves a day.

/** Raised whenever the same bars and parameters would give another graph; part of every cache key. */
export const GRAPH_VERSION = 1;

/** Snapshots in day order. A snapshot uses returns of its own day and earlier days only. */
export interface GraphSnapshots {
  /** Number of codes in the bar table; node i is code i. */
  readonly stocks: number;
  /** Neighbour slots of a node. */
  readonly k: number;
  /** Ascending indexes into bars.days at whose close each snapshot was taken. */
  readonly dayIndex: Int32Array;
  /** [snapshots, stocks, k], strongest first, ties by stock index; -1 pads. */
  readonly neighbours: Int32Array;
  /** [snapshots, stocks, k], signed Pearson correlation of daily returns; 0 pads. */
  readonly correlation: Float32Array;
}

/**
 * The snapshot that a reader at the close of `dayIndex` may see.
 * @returns the index of the last snapshot with snapshot day <= dayIndex, or -1 when none has been taken yet
 */
export function snapshotAt(graph: Pick<GraphSnapshots, 'dayIndex'>, dayIndex: number): number {
  let low = 0;
  let high = graph.dayIndex.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (graph.dayIndex[middle] <= dayIndex) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
