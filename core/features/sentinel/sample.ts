// Owns what of a panel is looked at where all of it would take too long: a seeded sample of stocks, groups of neighbours together, and the
// days after which the data is cut off.
import { Random } from '../../base/random.ts';
import type { BarTable } from '../../data/bars.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTable, type SideTables } from '../../data/side-tables.ts';

/** Values that the look-ahead probes may compute in all, of every feature in every world: some seconds of a processor's time. */
export const BUDGET_VALUES = 1e8;
/** A smaller sample than this has no cross-section. */
const LEAST_STOCKS = 24;
/** Neighbours that a sampled stock brings along, so that peers have somebody to be compared with. */
const NEIGHBOURS_EACH = 2;

/** Where cuts lie, as shares of the days: the first among the warm-ups of long windows, the last near the end. */
const CUT_RANGES = [
  [0.08, 0.2],
  [0.3, 0.5],
  [0.55, 0.75],
  [0.85, 0.97],
] as const;

/** Times that every feature is computed over the whole sample: as given, rescaled, altered twice, and without what follows each cut. */
const WORK = 4 + CUT_RANGES.reduce((sum, [low, high]) => sum + (low + high) / 2, 0);

/** @returns how many of the stocks the budget allows; all of a small panel */
export function sampleSize(
  { stocks, rows, features }: { stocks: number; rows: number; features: number },
  budget = BUDGET_VALUES,
): number {
  const allowed = (budget / WORK / Math.max(1, features) / Math.max(1, rows)) * stocks;
  return Math.min(stocks, Math.max(LEAST_STOCKS, Math.floor(allowed)));
}

/** Share of a sample that is taken from the stocks to which something happened, as long as there are any. */
const EVENTFUL_SHARE = 0.5;

export interface SampleOptions {
  readonly stocks: number;
  readonly size: number;
  /** [stocks, k] of one snapshot, -1 where there is none. */
  readonly neighbours?: { readonly k: number; readonly of: Int32Array };
  /** Stocks that moved between sectors, restated a result or split: leaks that concern few stocks show in them alone. */
  readonly eventful?: readonly number[];
  readonly seed: number;
}

/** Stocks by their index, ascending. */
export function sampleStocks({ stocks, size, neighbours, eventful = [], seed }: SampleOptions): Int32Array {
  if (size >= stocks) return Int32Array.from({ length: stocks }, (_, i) => i);
  const random = new Random(seed, 0x5a);
  const chosen = new Set<number>();
  const add = (candidates: Iterable<number>, most: number): void => {
    for (const stock of candidates) {
      if (chosen.size >= most) return;
      chosen.add(stock);
      for (let slot = 0; neighbours && slot < Math.min(NEIGHBOURS_EACH, neighbours.k); slot++) {
        const other = neighbours.of[stock * neighbours.k + slot];
        if (other >= 0 && chosen.size < most) chosen.add(other);
      }
    }
  };
  add(random.shuffle([...eventful]), Math.floor(size * EVENTFUL_SHARE));
  add(random.shuffle(Int32Array.from({ length: stocks }, (_, i) => i)), size);
  return Int32Array.from(chosen).sort();
}

/**
 * Day indexes, ascending. In each range it is a day on which most stocks lack a bar or a field of it, for what is filled from later days
 * shows only where something is missing.
 */
export function chooseCuts(bars: BarTable, seed: number): number[] {
  const random = new Random(seed, 0xc7);
  const lacking = new Int32Array(bars.days.length);
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const [first, end] = [bars.offsets[stock], bars.offsets[stock + 1]];
    for (let row = first; row < end; row++) {
      const whole = bars.open[row] + bars.high[row] + bars.low[row] + bars.close[row] + bars.volume[row];
      if (Number.isNaN(whole)) lacking[bars.dayIndex[row]]++;
      if (row > first) for (let day = bars.dayIndex[row - 1] + 1; day < bars.dayIndex[row]; day++) lacking[day]++;
    }
  }
  const last = bars.days.length - 2; // something must come after a cut
  const cuts = CUT_RANGES.map(([low, high]) => {
    const from = Math.floor(low * last);
    const to = Math.max(from, Math.floor(high * last));
    let best = from + random.int(to - from + 1);
    for (let day = from; day <= to; day++) if (lacking[day] > lacking[best]) best = day;
    return best;
  });
  return [...new Set(cuts)].filter((cut) => cut >= 0);
}

/** The bars on the days of the panel: a sample of its stocks may not have traded on all of them. */
export function onCalendar(bars: BarTable, days: Int32Array): BarTable {
  const place = new Map(Array.from(days, (day, index) => [day, index]));
  return { ...bars, days, dayIndex: bars.dayIndex.map((index) => place.get(bars.days[index]) ?? -1) };
}

/** Tables with the rows of these stocks alone; those of indices, sectors and the market are whole. */
export function tablesOf(tables: SideTables, codes: readonly string[]): SideTables {
  const wanted = new Set(codes);
  return Object.fromEntries(
    SIDE_TABLE_NAMES.flatMap((name) => {
      const table = tables[name];
      if (!table) return [];
      return [[name, SIDE_TABLES[name].of === 'stock' ? keepTableCodes(table, wanted) : table] as const];
    }),
  );
}

function keepTableCodes(table: SideTable, wanted: ReadonlySet<string>): SideTable {
  const kept = table.codes.flatMap((code, i) => (wanted.has(code) ? [i] : []));
  const offsets = new Int32Array(kept.length + 1);
  for (const [i, code] of kept.entries()) offsets[i + 1] = offsets[i] + table.offsets[code + 1] - table.offsets[code];
  const gather = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
    for (const [i, code] of kept.entries())
      to.set(from.subarray(table.offsets[code], table.offsets[code + 1]), offsets[i]);
    return to;
  };
  const rows = offsets[kept.length];
  return {
    codes: kept.map((i) => table.codes[i]),
    offsets,
    known: gather(table.known, new Int32Array(rows)),
    period: gather(table.period, new Int32Array(rows)),
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [name, gather(column, new Float64Array(rows))]),
    ),
  };
}

/** Rows of the bars by stock and day: a lookup that takes the days of one stock in any order. */
export function rowOf(bars: Pick<BarTable, 'offsets' | 'dayIndex'>, stock: number, day: number): number {
  let [low, high] = [bars.offsets[stock], bars.offsets[stock + 1]];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bars.dayIndex[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low < bars.offsets[stock + 1] && bars.dayIndex[low] === day ? low : -1;
}

/** At most `count` of them, evenly spread, the first and the last included. */
export function spread<T>(values: ArrayLike<T>, count: number): T[] {
  if (values.length <= count) return Array.from(values);
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))],
  );
}
