// Owns what the probes read of a panel folder: single days as they are stored, the graph of some stocks, and the first row of every day.
import type { GraphSnapshots } from '../../stockgraph/graph.ts';
import type { PanelReader } from '../panel.node.ts';
import { type ArraySource, openPanelArray } from '../store/parts.node.ts';
import { graphOfStocks } from './graph-alignment.ts';
import type { StoredDay } from './stored.ts';

/** A day with all its stocks. Its arrays are its own. */
export function readStoredDay(reader: PanelReader, day: number): StoredDay {
  const [features] = reader.featureBlocks([day]);
  const [targets] = reader.targetBlocks([day]);
  return {
    day,
    stocks: reader.stocksOf(day).slice(),
    width: reader.manifest.features.length,
    features: features.values.slice(),
    targets: targets.values.slice(),
    scaling: reader.manifest.features.map(({ scaling }) => scaling),
  };
}

/** [days, columns]; a day without rows has NaN. */
export function readFirstRows(reader: PanelReader): Float32Array {
  const { rows, days, features } = reader.manifest;
  const width = features.length;
  const out = new Float32Array(days * width).fill(Number.NaN);
  using(openPanelArray(reader.folder, reader.manifest, 'features.npy', '<f4', [rows, width]), (file) => {
    for (let day = 0; day < days; day++)
      if (reader.dayOffsets[day] < reader.dayOffsets[day + 1])
        file.read(reader.dayOffsets[day], out.subarray(day * width, (day + 1) * width));
  });
  return out;
}

/** Neighbours of every stock in the snapshot in the middle: [stocks, k], undefined where there is none. */
export function readMiddleNeighbours(reader: PanelReader): Int32Array | undefined {
  const { graph, codes } = reader.manifest;
  if (graph.snapshots === 0) return undefined;
  const out = new Int32Array(codes.length * graph.k);
  const shape = [graph.snapshots, codes.length, graph.k];
  using(openPanelArray(reader.folder, reader.manifest, 'graph/neighbours.npy', '<i4', shape), (file) => {
    file.read(graph.snapshots >> 1, out);
  });
  return out;
}

/** @param stocks ascending */
export function readGraphOf(reader: PanelReader, stocks: Int32Array): GraphSnapshots {
  const { folder, manifest } = reader;
  const { graph, codes } = manifest;
  const shape = [graph.snapshots, codes.length, graph.k];
  const days = new Int32Array(graph.snapshots);
  using(openPanelArray(folder, manifest, 'graph/dayIndex.npy', '<i4', [graph.snapshots]), (file) => {
    if (graph.snapshots > 0) file.read(0, days);
  });
  const neighbours = new Int32Array(codes.length * graph.k);
  const correlation = new Float32Array(codes.length * graph.k);
  return using(openPanelArray(folder, manifest, 'graph/neighbours.npy', '<i4', shape), (first) =>
    using(openPanelArray(folder, manifest, 'graph/correlation.npy', '<f4', shape), (second) => {
      function* snapshots() {
        for (const [snapshot, day] of days.entries()) {
          first.read(snapshot, neighbours);
          second.read(snapshot, correlation);
          yield { day, neighbours, correlation };
        }
      }
      return graphOfStocks({ stocks: codes.length, k: graph.k }, snapshots(), stocks);
    }),
  );
}

/** Days whose rows do not ascend by stock. */
export function disorderedDays(reader: PanelReader): number[] {
  const wrong: number[] = [];
  for (let day = 0; day < reader.manifest.days; day++) {
    const stocks = reader.stocksOf(day);
    for (let i = 1; i < stocks.length; i++)
      if (stocks[i] <= stocks[i - 1]) {
        wrong.push(day);
        break;
      }
  }
  return wrong;
}

/** Stocks with a row on one of the last days. */
export function remainingStocks(reader: PanelReader, lastDays: number): number {
  const seen = new Set<number>();
  for (let day = Math.max(0, reader.manifest.days - lastDays); day < reader.manifest.days; day++)
    for (const stock of reader.stocksOf(day)) seen.add(stock);
  return seen.size;
}

function using<T>(file: ArraySource, act: (file: ArraySource) => T): T {
  try {
    return act(file);
  } finally {
    file.close();
  }
}
