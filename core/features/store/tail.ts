// Owns the end of a table that the values of its last days depend on: what a feature needs of each stock's past, and no more.
import type { BarTable } from '../../data/bars.ts';
import { type GraphSnapshots, snapshotAt } from '../../stockgraph/graph.ts';
import { featureColumns } from '../compute.ts';
import type { FeatureDefinition } from '../definition.ts';
import { withValuesBefore } from '../indicators/grid.ts';
import type { SideTables } from '../../data/side-tables.ts';

/** Bars that a feature looks back, at most; null: back to the stock's first. */
export type Memory = number | null;

/**
 * The rows that features with this memory need for their values on day `firstDay` and later: of every stock that has a bar there the
 * `memory` bars before. Where features look at other stocks too, those of all stocks on all days that these bars reach back to, and the
 * `memory` bars before those. Codes stay, so that indexes mean the same.
 * @param firstDay index into bars.days
 */
export function tailOf(bars: BarTable, firstDay: number, memory: Memory, looksAround: boolean): BarTable {
  if (memory === null) return bars;
  const stocks = bars.codes.length;
  const starts = new Int32Array(stocks);
  const reach = (stock: number, day: number): number => {
    const [first, end] = [bars.offsets[stock], bars.offsets[stock + 1]];
    const at = firstRowFrom(bars.dayIndex, first, end, day);
    return at === end ? end : Math.max(first, at - memory);
  };
  let minDay = Math.max(0, firstDay - memory);
  for (let stock = 0; stock < stocks; stock++) {
    starts[stock] = reach(stock, firstDay);
    if (starts[stock] < bars.offsets[stock + 1]) minDay = Math.min(minDay, bars.dayIndex[starts[stock]]);
  }
  if (looksAround) for (let stock = 0; stock < stocks; stock++) starts[stock] = reach(stock, minDay);
  for (let stock = 0; stock < stocks; stock++)
    if (starts[stock] < bars.offsets[stock + 1]) minDay = Math.min(minDay, bars.dayIndex[starts[stock]]);
  return rowsFrom(bars, starts, minDay);
}

function rowsFrom(bars: BarTable, starts: Int32Array, firstDay: number): BarTable {
  const offsets = new Int32Array(starts.length + 1);
  for (let stock = 0; stock < starts.length; stock++)
    offsets[stock + 1] = offsets[stock] + bars.offsets[stock + 1] - starts[stock];
  const rows = offsets[starts.length];
  const dayIndex = new Int32Array(rows);
  const take = (column: Float64Array): Float64Array => {
    const out = new Float64Array(rows);
    for (let stock = 0; stock < starts.length; stock++)
      out.set(column.subarray(starts[stock], bars.offsets[stock + 1]), offsets[stock]);
    return out;
  };
  for (let stock = 0; stock < starts.length; stock++)
    for (let i = starts[stock], to = offsets[stock]; i < bars.offsets[stock + 1]; i++, to++)
      dayIndex[to] = bars.dayIndex[i] - firstDay;
  return {
    codes: bars.codes,
    sectors: bars.sectors,
    days: bars.days.subarray(firstDay),
    offsets,
    dayIndex,
    open: take(bars.open),
    high: take(bars.high),
    low: take(bars.low),
    close: take(bars.close),
    volume: take(bars.volume),
    ...(bars.factor && { factor: take(bars.factor) }),
    before: { rows: starts.map((start, stock) => start - bars.offsets[stock]), days: firstDay },
  };
}

/** The snapshots that serve the days of a tail, counted in its days; one that was taken before them has a negative index. */
export function snapshotsOf(graph: GraphSnapshots, bars: BarTable): GraphSnapshots {
  const before = bars.before?.days ?? 0;
  const first = Math.max(0, snapshotAt(graph, before));
  const from = first * graph.stocks * graph.k;
  return {
    ...graph,
    dayIndex: graph.dayIndex.subarray(first).map((day) => day - before),
    neighbours: graph.neighbours.subarray(from),
    correlation: graph.correlation.subarray(from),
  };
}

/** As featureColumns, over a tail. @param graph of the whole table */
export function* tailColumns(
  bars: BarTable,
  names: readonly string[],
  graph: GraphSnapshots | undefined,
  definitions: readonly FeatureDefinition[],
  tables?: SideTables,
): Generator<[name: string, column: Float64Array]> {
  const columns = featureColumns(bars, names, graph && snapshotsOf(graph, bars), definitions, tables)[
    Symbol.iterator
  ]();
  for (;;) {
    const next = withValuesBefore(bars.before?.days ?? 0, () => columns.next());
    if (next.done) return;
    yield next.value;
  }
}

/** Whether its values depend on other stocks' bars, too. */
export const looksAround = ({ scope }: FeatureDefinition): boolean => scope === 'cross-section' || scope === 'graph';

function firstRowFrom(dayIndex: Int32Array, first: number, end: number, day: number): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dayIndex[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
