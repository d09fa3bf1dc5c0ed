// Owns the market on which every feature's values and memory are recorded: liquid stocks, one that trades on half of the days, one that
// trades on a tenth, late listings and early ends, missing fields.
import type { BarTable } from '../../core/data/bars.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';
import { Random } from '../../core/base/random.ts';
import { filterBars } from '../support/random-bars.ts';
import { randomGraph, randomMarket } from '../property/feature-markets.ts';

const SHARE_TRADED = [1, 1, 1, 1, 1, 0.5, 0.1];

export function featureMarket(seed: number, days: number): { bars: BarTable; graph: GraphSnapshots } {
  const shape = { seed, stocks: 14, days, absent: 0.02, missing: 0.001, flat: 0.01, partial: true };
  const market = randomMarket(shape);
  const random = new Random(seed, 11);
  const stockOf = (row: number): number => market.offsets.findLastIndex((offset) => offset <= row);
  const bars = filterBars(market, (row) => random.uniform() < SHARE_TRADED[stockOf(row) % SHARE_TRADED.length]);
  return { bars, graph: randomGraph(bars, 3, seed) };
}

/** How much a spike exceeds its neighbours. */
const SPIKE = 1e9;

/** A few stocks that trade every day for ten years, with single bars of absurd prices and of absurd volumes. */
export function spikeMarket(seed: number): { bars: BarTable; graph: GraphSnapshots } {
  const bars = randomMarket({ seed, stocks: 4, days: 2600, absent: 0, missing: 0, flat: 0, partial: false });
  const random = new Random(seed, 13);
  for (let row = 0; row < bars.close.length; row++) {
    if (random.uniform() < 0.01) for (const price of [bars.open, bars.high, bars.low, bars.close]) price[row] *= SPIKE;
    if (random.uniform() < 0.01) bars.volume[row] *= SPIKE;
  }
  return { bars, graph: randomGraph(bars, 2, seed) };
}
