// Owns the stock graph of a panel to which days are added: the base's snapshots, and those that the new days call for.
import type { BarTable } from '../../data/bars.ts';
import { buildGraph, snapshotDays } from '../../stockgraph/build.ts';
import { type GraphSnapshots, snapshotAt } from '../../stockgraph/graph.ts';
import type { PanelManifest } from '../panel.ts';
import { type Base, type Continued, openPanelArray, requireUnchanged } from './parts.node.ts';
import { tailOf } from './tail.ts';

export interface ExtendedGraph {
  /** Index into the days of every snapshot. */
  readonly dayIndex: Int32Array;
  /** What the new panel stores of neighbours and correlations. */
  readonly arrays: readonly Continued[];
  /** The snapshots that serve the days from `day` on. */
  readonly from: (day: number) => GraphSnapshots;
  readonly described: PanelManifest['graph'];
}

/**
 * @param place index of each of the base's codes among those of `bars`; undefined where they are the same
 * @returns undefined where the base's snapshots were taken on other days than these bars call for
 */
export function extendGraph(base: Base, bars: BarTable, place: Int32Array | undefined): ExtendedGraph | undefined {
  const { manifest } = base;
  const { lookback, k, snapshots } = manifest.graph;
  const dayIndex = snapshotDays(bars.days, lookback);
  if (dayIndex.filter((day) => day < manifest.days).length !== snapshots) return undefined;
  const built = newSnapshots(bars, manifest, dayIndex.subarray(snapshots));
  const stocks = bars.codes.length;
  const old = (first: number): { neighbours: Int32Array; correlation: Float32Array } =>
    placed(readSnapshots(base, first), manifest.codes.length, stocks, k, place);
  const array = (name: 'neighbours' | 'correlation', dtype: '<i4' | '<f4'): Continued => ({
    name: `graph/${name}.npy`,
    dtype,
    row: [stocks, k],
    ...(place ? { kept: 0, added: joined(old(0)[name], built[name]) } : { kept: snapshots, added: built[name] }),
  });
  const added = dayIndex.length - snapshots;
  const mean = (before: number, now: number): number =>
    dayIndex.length === 0 ? 0 : (before * snapshots + now * added) / dayIndex.length;
  return {
    dayIndex,
    arrays: [array('neighbours', '<i4'), array('correlation', '<f4')],
    from: (day) => {
      const first = Math.min(snapshots, Math.max(0, snapshotAt({ dayIndex }, day)));
      const { neighbours, correlation } = old(first);
      return {
        stocks,
        k,
        dayIndex: dayIndex.subarray(first),
        neighbours: joined(neighbours, built.neighbours),
        correlation: joined(correlation, built.correlation),
      };
    },
    described: {
      ...manifest.graph,
      snapshots: dayIndex.length,
      averageDegree: mean(manifest.graph.averageDegree, built.averageDegree),
      isolated: mean(manifest.graph.isolated, built.isolated),
      buildMs: manifest.graph.buildMs + built.buildMs,
    },
  };
}

type Arrays = Pick<GraphSnapshots, 'neighbours' | 'correlation'>;

/** Snapshots on these days, from the bars that they look back at. */
function newSnapshots(bars: BarTable, { graph }: PanelManifest, days: Int32Array) {
  const none = { neighbours: new Int32Array(0), correlation: new Float32Array(0) };
  if (days.length === 0) return { ...none, averageDegree: 0, isolated: 0, buildMs: 0 };
  const { lookback, k, threshold, minOverlap } = graph;
  // Begins where the first of them begins to look, so that it holds no snapshot before.
  const tail = tailOf(bars, days[0] - lookback, 0, false);
  const { graph: taken, stats } = buildGraph(tail, { lookback, k, threshold, minOverlap });
  return { ...stats, neighbours: taken.neighbours, correlation: taken.correlation };
}

/** The base's snapshots from `first` on. */
function readSnapshots({ folder, manifest }: Base, first: number): Arrays {
  const { snapshots, k } = manifest.graph;
  const shape = [snapshots, manifest.codes.length, k];
  const base: Base = { folder, manifest };
  const length = (snapshots - first) * manifest.codes.length * k;
  const read = <T extends Int32Array | Float32Array>(name: string, dtype: '<i4' | '<f4', values: T): T => {
    requireUnchanged(base, `graph/${name}.npy`, first);
    const file = openPanelArray(folder, manifest, `graph/${name}.npy`, dtype, shape);
    try {
      file.read(first, values);
    } finally {
      file.close();
    }
    return values;
  };
  return {
    neighbours: read('neighbours', '<i4', new Int32Array(length)),
    correlation: read('correlation', '<f4', new Float32Array(length)),
  };
}

/** The same snapshots over today's codes. */
function placed(arrays: Arrays, oldStocks: number, stocks: number, k: number, place: Int32Array | undefined): Arrays {
  if (!place) return arrays;
  const count = arrays.neighbours.length / (oldStocks * k);
  const neighbours = new Int32Array(count * stocks * k).fill(-1);
  const correlation = new Float32Array(count * stocks * k);
  for (let snapshot = 0; snapshot < count; snapshot++)
    for (let stock = 0; stock < oldStocks; stock++) {
      const from = (snapshot * oldStocks + stock) * k;
      const to = (snapshot * stocks + place[stock]) * k;
      for (let slot = 0; slot < k; slot++) {
        const other = arrays.neighbours[from + slot];
        neighbours[to + slot] = other < 0 ? other : place[other];
        correlation[to + slot] = arrays.correlation[from + slot];
      }
    }
  return { neighbours, correlation };
}

function joined<T extends Int32Array | Float32Array>(before: T, after: T): T {
  const out = new (before.constructor as new (length: number) => T)(before.length + after.length);
  out.set(before);
  out.set(after, before.length);
  return out;
}
