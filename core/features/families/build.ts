// Owns the short way of writing a catalogue entry whose value comes from one stock's own bars.
import type { FeatureDefinition } from '../definition.ts';
import { perStock, type StockBars } from '../per-stock.ts';

/** The range of what has no upper bound. */
export const atLeast = (least: number): readonly [number, number] => [least, Number.POSITIVE_INFINITY];

export type Entry = Omit<FeatureDefinition, 'family' | 'scope' | 'compute' | 'sameForAllStocks'>;

/** A feature of the stock's bars: `kernel` fills `out`, one value per bar. */
export function fromBars(
  family: string,
  entry: Entry,
  kernel: (stock: StockBars, out: Float64Array) => void,
): FeatureDefinition {
  return { ...entry, family, scope: 'stock', compute: (context) => perStock(context, kernel) };
}

/** A feature of the stock's one-bar returns r (NaN at its first bar). */
export function fromReturns(
  family: string,
  entry: Entry,
  kernel: (returns: Float64Array, out: Float64Array, stock: StockBars) => void,
): FeatureDefinition {
  return {
    ...entry,
    family,
    scope: 'stock',
    uses: ['return_1'],
    compute: (context) => {
      const returns = context.column('return_1');
      return perStock(context, (stock, out) => kernel(returns.subarray(stock.first, stock.end), out, stock));
    },
  };
}
