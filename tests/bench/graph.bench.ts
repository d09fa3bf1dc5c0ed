// Time of one graph snapshot at the sizes of the S&P 500 and of Tokyo, 60 days of returns, on one core. Run: node tests/bench/graph.bench.ts
import { buildGraph, GRAPH_DEFAULTS, standardisedReturns } from '../../core/stockgraph/build.ts';
import { correlateTopK } from '../../core/stockgraph/correlate.ts';
import { randomBars } from '../support/random-bars.ts';
import { machine, median } from './measure.ts';

const GOALS = new Map([
  [505, 10],
  [3818, 200],
]);

export function benchGraph(runs = 11): void {
  console.log(`graph snapshot, lookback ${GRAPH_DEFAULTS.lookback}, k ${GRAPH_DEFAULTS.k}; ${machine()}`);
  for (const [stocks, goal] of GOALS) {
    const bars = randomBars({ stocks, days: 66, seed: stocks });
    const parts = Array.from({ length: runs }, () => {
      const start = performance.now();
      const { nodes, z } = standardisedReturns(bars, 62, GRAPH_DEFAULTS);
      const middle = performance.now();
      correlateTopK(z, nodes.length, GRAPH_DEFAULTS);
      return [middle - start, performance.now() - middle];
    });
    const [returns, product] = [median(parts.map(([a]) => a)), median(parts.map(([, b]) => b))];
    const { stats } = buildGraph(bars);
    console.log(
      `  ${stocks} stocks: ${(returns + product).toFixed(1)} ms (returns ${returns.toFixed(1)}, product and top-k ${product.toFixed(1)}), ` +
        `median of ${runs}, goal ${goal}; average degree ${stats.averageDegree.toFixed(1)}`,
    );
  }
}

if (import.meta.main) benchGraph();
