// Time of one graph snapshot at the sizes of the S&P 500 and of Tokyo, 60 days of returns, on one core.
import { buildGraph, GRAPH_DEFAULTS, standardisedReturns } from '../../core/stockgraph/build.ts';
import { correlateTopK } from '../../core/stockgraph/correlate.ts';
import { randomBars } from '../support/random-bars.ts';
import { type BenchOptions, count, median, table } from './measure.ts';

/** Stocks, and the goal in ms. */
const SIZES = [
  [505, 10],
  [3818, 200],
];

export async function benchGraph({ rounds }: BenchOptions): Promise<string> {
  const rows = SIZES.map(([stocks, goal]) => {
    const bars = randomBars({ stocks, days: 66, seed: stocks });
    const snapshot = () => {
      const start = performance.now();
      const { nodes, z } = standardisedReturns(bars, 62, GRAPH_DEFAULTS);
      const middle = performance.now();
      correlateTopK(z, nodes.length, GRAPH_DEFAULTS);
      return [middle - start, performance.now() - middle];
    };
    snapshot(); // warms the compiler
    const parts = Array.from({ length: rounds }, snapshot);
    const [returns, product, whole] = [
      median(parts.map(([a]) => a)),
      median(parts.map(([, b]) => b)),
      median(parts.map(([a, b]) => a + b)),
    ];
    const { stats } = buildGraph(bars);
    const row = [count(stocks), ...[whole, goal, returns, product].map((ms) => `${ms.toFixed(1)} ms`)];
    console.log(`  ${row.join('  ')}`);
    return [...row, stats.averageDegree.toFixed(1)];
  });
  const { lookback, k } = GRAPH_DEFAULTS;
  return [
    `One snapshot: ${lookback} days of returns of generated stocks, the ${k} nearest by absolute correlation, one thread; medians of ${rounds}.`,
    table(['stocks', 'snapshot', 'goal', 'returns', 'product and nearest', 'mean degree'], rows),
  ].join('\n\n');
}
