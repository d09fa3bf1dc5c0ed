// Owns statistics of a column over each stock's neighbours in the stock graph.
//
// The rule: peers are the neighbours in the last snapshot taken on or before the day, those with a known value on that day.
// No snapshot yet, an isolated stock, or no peer with a value: NaN, which the day's z-score later turns into the day's mean.
import { snapshotAt } from '../stockgraph/graph.ts';
import { dayOrder } from './day-order.ts';
import type { FeatureContext } from './definition.ts';

/**
 * @param neighbours,correlation of all snapshots; a stock's own slots are first .. first + k, -1 where there is none
 * @param today by code, the day's values
 */
export type PeerStatistic = (
  neighbours: Int32Array,
  correlation: Float32Array,
  first: number,
  k: number,
  today: Float64Array,
) => number;

/** A statistic of a column over each row's peers. */
export function peerStatistic(context: FeatureContext, column: Float64Array, statistic: PeerStatistic): Float64Array {
  const out = new Float64Array(column.length).fill(Number.NaN);
  const graph = context.graph;
  if (!graph) throw new TypeError('a graph feature is computed only with a graph'); // computeFeatures checks
  const { stocks, k, neighbours, correlation } = graph;
  const order = dayOrder(context.bars);
  const today = new Float64Array(stocks);
  for (let day = 0; day < context.bars.days.length; day++) {
    const snapshot = snapshotAt(graph, day);
    if (snapshot < 0) continue;
    today.fill(Number.NaN);
    const end = order.dayOffsets[day + 1];
    for (let at = order.dayOffsets[day]; at < end; at++) today[order.stock[at]] = column[order.barRow[at]];
    for (let at = order.dayOffsets[day]; at < end; at++) {
      const first = (snapshot * stocks + order.stock[at]) * k;
      out[order.barRow[at]] = statistic(neighbours, correlation, first, k, today);
    }
  }
  return out;
}

export const meanOfPeers: PeerStatistic = (neighbours, _, first, k, today) => {
  let sum = 0;
  let count = 0;
  for (let slot = first; slot < first + k; slot++) {
    if (neighbours[slot] < 0) continue;
    const value = today[neighbours[slot]];
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
};

/** Sample variance, in two passes: peers are few. NaN for fewer than two. */
export const varianceOfPeers: PeerStatistic = (neighbours, correlation, first, k, today) => {
  const mean = meanOfPeers(neighbours, correlation, first, k, today);
  let sum = 0;
  let count = 0;
  for (let slot = first; slot < first + k; slot++) {
    if (neighbours[slot] < 0) continue;
    const difference = today[neighbours[slot]] - mean;
    if (Number.isNaN(difference)) continue;
    sum += difference * difference;
    count++;
  }
  return count > 1 ? sum / (count - 1) : Number.NaN;
};

/** Mean weighted by signed correlation: a peer that moves against the stock counts with its move turned round. */
export const weightedMeanOfPeers: PeerStatistic = (neighbours, correlation, first, k, today) => {
  let sum = 0;
  let weight = 0;
  for (let slot = first; slot < first + k; slot++) {
    if (neighbours[slot] < 0) continue;
    const value = today[neighbours[slot]];
    if (Number.isNaN(value)) continue;
    sum += correlation[slot] * value;
    weight += Math.abs(correlation[slot]);
  }
  return weight > 0 ? sum / weight : Number.NaN;
};

/** Mean absolute correlation with the peers that have a value. */
export const correlationWithPeers: PeerStatistic = (neighbours, correlation, first, k, today) => {
  let sum = 0;
  let count = 0;
  for (let slot = first; slot < first + k; slot++) {
    if (neighbours[slot] < 0 || Number.isNaN(today[neighbours[slot]])) continue;
    sum += Math.abs(correlation[slot]);
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
};

/** How many peers have a value; 0 for an isolated stock. */
export const countOfPeers: PeerStatistic = (neighbours, _, first, k, today) => {
  let count = 0;
  for (let slot = first; slot < first + k; slot++)
    if (neighbours[slot] >= 0 && !Number.isNaN(today[neighbours[slot]])) count++;
  return count;
};
