// Owns features of a stock's neighbours in the stock graph.
//
// The rule: peers are the neighbours in the last snapshot taken on or before the day, those with a known value on that day.
// No snapshot yet, an isolated stock, or no peer with a value: NaN, which the day's z-score later turns into the day's mean.
import { snapshotAt } from '../../stockgraph/graph.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { dayOrder } from '../day-order.ts';
import { atLeast } from './build.ts';

/** A statistic of a column over each row's peers. */
function peerStatistic(context: FeatureContext, column: Float64Array, statistic: typeof meanOf): Float64Array {
  const out = new Float64Array(column.length).fill(Number.NaN);
  const graph = context.graph;
  if (!graph) throw new TypeError('a graph feature is computed only with a graph'); // computeFeatures checks
  const order = context.shared('day order', () => dayOrder(context.bars));
  const today = new Float64Array(graph.stocks); // by code, this day's values
  for (let day = 0; day < context.bars.days.length; day++) {
    const snapshot = snapshotAt(graph, day);
    if (snapshot < 0) continue;
    today.fill(Number.NaN);
    const end = order.dayOffsets[day + 1];
    for (let at = order.dayOffsets[day]; at < end; at++) today[order.stock[at]] = column[order.barRow[at]];
    for (let at = order.dayOffsets[day]; at < end; at++) {
      const first = (snapshot * graph.stocks + order.stock[at]) * graph.k;
      out[order.barRow[at]] = statistic(graph.neighbours, first, graph.k, today);
    }
  }
  return out;
}

function meanOf(neighbours: Int32Array, first: number, k: number, today: Float64Array): number {
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
}

/** Two passes: peers are few. NaN for fewer than two. */
function varianceOf(neighbours: Int32Array, first: number, k: number, today: Float64Array): number {
  const mean = meanOf(neighbours, first, k, today);
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
}

const means = [1, 5, 20].map(
  (n): FeatureDefinition => ({
    name: `peer_return_mean_${n}`,
    family: 'peers',
    formula: `mean of return_${n} over the stock's graph neighbours`,
    window: n,
    warmup: n,
    source: 'Ali and Hirshleifer (2020), correlation peers',
    range: atLeast(-1),
    scope: 'graph',
    uses: [`return_${n}`],
    compute: (context) => peerStatistic(context, context.column(`return_${n}`), meanOf),
  }),
);

const variances = [1, 5, 20].map(
  (n): FeatureDefinition => ({
    name: `peer_return_variance_${n}`,
    family: 'peers',
    formula: `sample variance of return_${n} over the stock's graph neighbours`,
    window: n,
    warmup: n,
    source: 'Ali and Hirshleifer (2020), correlation peers',
    range: atLeast(0),
    scope: 'graph',
    uses: [`return_${n}`],
    compute: (context) => peerStatistic(context, context.column(`return_${n}`), varianceOf),
  }),
);

const relatives = [5, 20].map(
  (n): FeatureDefinition => ({
    name: `peer_relative_return_${n}`,
    family: 'peers',
    formula: `return_${n} - peer_return_mean_${n}`,
    window: n,
    warmup: n,
    source: 'Gatev, Goetzmann and Rouwenhorst (2006), in spirit',
    scope: 'graph',
    uses: [`return_${n}`, `peer_return_mean_${n}`],
    compute: (context) => {
      const peers = context.column(`peer_return_mean_${n}`);
      return context.column(`return_${n}`).map((value, row) => value - peers[row]);
    },
  }),
);

export const peerFeatures: readonly FeatureDefinition[] = [...means, ...variances, ...relatives];
