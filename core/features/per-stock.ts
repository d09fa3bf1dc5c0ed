// Owns running a kernel over each stock's contiguous slice of the table: views, no copies, no allocation per row.
import type { BarTable } from '../data/bars.ts';
import type { FeatureContext } from './definition.ts';
import { withValuesBefore } from './indicators/grid.ts';
import { withTemporaries } from './indicators/temporary.ts';

/** One stock's bars as views into the table's columns. */
export interface StockBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Rows first .. end of the table. */
  readonly first: number;
  readonly end: number;
  /** Bars of the stock that the table lacks before `first`. */
  readonly before: number;
}

function sliceStocks(bars: BarTable): StockBars[] {
  const stocks: StockBars[] = [];
  for (let code = 0; code < bars.codes.length; code++) {
    const first = bars.offsets[code];
    const end = bars.offsets[code + 1];
    if (first === end) continue;
    stocks.push({
      open: bars.open.subarray(first, end),
      high: bars.high.subarray(first, end),
      low: bars.low.subarray(first, end),
      close: bars.close.subarray(first, end),
      volume: bars.volume.subarray(first, end),
      first,
      end,
      before: bars.before?.rows[code] ?? 0,
    });
  }
  return stocks;
}

/** A column of the table, filled stock by stock: `kernel` writes every element of `out`, which is as long as the stock. */
export function perStock(context: FeatureContext, kernel: (stock: StockBars, out: Float64Array) => void): Float64Array {
  const column = new Float64Array(context.bars.close.length);
  for (const stock of context.shared('stocks', () => sliceStocks(context.bars)))
    withTemporaries(() => withValuesBefore(stock.before, () => kernel(stock, column.subarray(stock.first, stock.end))));
  return column;
}
