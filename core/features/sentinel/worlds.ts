// Owns other versions of the same data, which an honest feature cannot tell apart: without what came after a day, with that altered, and
// with prices and volumes in the units that later splits would have given them.
import { Random } from '../../base/random.ts';
import type { BarTable } from '../../data/bars.ts';
import { SIDE_TABLE_NAMES, type SideTable, type SideTables } from '../../data/side-tables.ts';
import type { GraphSnapshots } from '../../stockgraph/graph.ts';
import { graphOfStocks } from './graph-alignment.ts';
import { sectorsKnownAt } from './listing.ts';

/** What features are computed from. */
export interface FeatureData {
  readonly bars: BarTable;
  readonly graph?: GraphSnapshots;
  readonly tables?: SideTables;
}

/** Parts of the data that can be set back to a day by themselves, to tell through which of them a feature looks ahead. */
export const DATA_PARTS = ['rows', 'tables', 'listing'] as const;
export type DataPart = (typeof DATA_PARTS)[number];

export interface World extends FeatureData {
  readonly change: 'removed' | 'altered' | 'rescaled';
  /** Day index; no row up to it may have other values than before. */
  readonly cut: number;
  /** Day index of each stock in its place, where stocks have their own. */
  readonly cuts?: Int32Array;
  /** Features that can be asked of this world; all where absent. */
  readonly names?: ReadonlySet<string>;
  /** Rows up to the cut: of the data as given, and of this world. */
  readonly rows: Int32Array;
  readonly ownRows: Int32Array;
}

/**
 * The data as they stood at the close of the cut: no later bars, table rows or snapshots, no codes that only they have, and sectors as the
 * listing then had them.
 */
export function removedAfter(data: FeatureData, cut: number, parts: readonly DataPart[] = DATA_PARTS): World {
  const { bars, graph, tables } = data;
  const day = bars.days[cut];
  const rows = rowsUntil(bars, cut);
  const sectors = parts.includes('listing') ? sectorsKnownAt(bars, tables?.listing, day) : bars.sectors;
  const whole = !parts.includes('rows');
  const listed = whole ? Int32Array.from(bars.codes.keys()) : codesUntil(bars, cut);
  return {
    change: 'removed',
    cut,
    rows,
    ownRows: whole ? rows : Int32Array.from(rows.keys()),
    bars: whole
      ? { ...bars, sectors }
      : { ...keepRows({ ...bars, sectors }, rows, listed), days: bars.days.slice(0, cut + 1) },
    ...(graph && { graph: whole ? graph : graphOfStocks(graph, snapshotsUntil(graph, cut), listed) }),
    ...(tables && {
      tables: parts.includes('tables') ? mapTables(tables, (table) => withoutRows(table, day)) : tables,
    }),
  };
}

/** Later rows get other prices, volumes and figures, some missing; later days other dates; later snapshots other neighbours. */
export function alteredAfter({ bars, graph, tables }: FeatureData, cut: number): World {
  const random = new Random(cut, 0x1ea4);
  const other = (value: number): number =>
    random.uniform() < 0.05 ? Number.NaN : (Number.isNaN(value) ? 1 : value) * Math.exp(2 * random.normal());
  const alter = (column: Float64Array): Float64Array =>
    column.map((value, row) => (bars.dayIndex[row] <= cut ? value : other(value)));
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map(alter);
  const day = bars.days[cut];
  const days = bars.days.map((one, index) => (index <= cut ? one : one + 45));
  const rows = rowsUntil(bars, cut);
  const alterTable = (table: SideTable): SideTable => ({
    ...table,
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [
        name,
        column.map((value, row) => (table.known[row] <= day ? value : other(value))),
      ]),
    ),
  });
  return {
    change: 'altered',
    cut,
    rows,
    ownRows: rows,
    bars: { ...bars, days, open, high, low, close, volume, ...(bars.factor && { factor: alter(bars.factor) }) },
    ...(graph && { graph: alterSnapshots(graph, cut) }),
    ...(tables && { tables: mapTables(tables, alterTable) }),
  };
}

/**
 * As if every stock had split after the last bar: its prices are so many times lower, its volumes higher, and the factor says so. By powers
 * of two, which change no digit of a price.
 */
export function rescaled({ bars, graph, tables }: FeatureData, seed: number): World {
  const random = new Random(seed, 0x5ca1e);
  const times = new Float64Array(bars.close.length);
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const power = (1 + random.int(3)) * (random.uniform() < 0.5 ? -1 : 1);
    times.fill(2 ** power, bars.offsets[stock], bars.offsets[stock + 1]);
  }
  const price = (column: Float64Array): Float64Array => column.map((value, row) => value * times[row]);
  const rows = Int32Array.from(bars.close.keys());
  return {
    change: 'rescaled',
    cut: bars.days.length - 1,
    rows,
    ownRows: rows,
    bars: {
      ...bars,
      open: price(bars.open),
      high: price(bars.high),
      low: price(bars.low),
      close: price(bars.close),
      volume: bars.volume.map((value, row) => value / times[row]),
      ...(bars.factor && { factor: price(bars.factor) }),
    },
    graph,
    tables,
  };
}

/** Rows on or before the cut, ascending. */
function rowsUntil(bars: BarTable, cut: number): Int32Array {
  let count = 0;
  for (const day of bars.dayIndex) if (day <= cut) count++;
  const rows = new Int32Array(count);
  for (let row = 0, i = 0; row < bars.dayIndex.length; row++) if (bars.dayIndex[row] <= cut) rows[i++] = row;
  return rows;
}

/** Codes with a bar on or before the cut: who comes later is not known of yet. */
function codesUntil({ codes, offsets, dayIndex }: BarTable, cut: number): Int32Array {
  return Int32Array.from(codes.keys()).filter(
    (code) => offsets[code] < offsets[code + 1] && dayIndex[offsets[code]] <= cut,
  );
}

/** The same days with these rows of these codes alone. @param rows ascending, all those of the codes @param codes ascending */
function keepRows(bars: BarTable, rows: Int32Array, codes: Int32Array): BarTable {
  const take = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  const offsets = new Int32Array(codes.length + 1);
  for (let code = 0, i = 0; code < codes.length; code++) {
    while (i < rows.length && rows[i] < bars.offsets[codes[code] + 1]) i++;
    offsets[code + 1] = i;
  }
  return {
    codes: Array.from(codes, (code) => bars.codes[code]),
    sectors: Array.from(codes, (code) => bars.sectors[code]),
    days: bars.days,
    offsets,
    dayIndex: Int32Array.from(rows, (row) => bars.dayIndex[row]),
    open: take(bars.open),
    high: take(bars.high),
    low: take(bars.low),
    close: take(bars.close),
    volume: take(bars.volume),
    ...(bars.factor && { factor: take(bars.factor) }),
  };
}

function mapTables(tables: SideTables, change: (table: SideTable) => SideTable): SideTables {
  const held = SIDE_TABLE_NAMES.flatMap((name) => (tables[name] ? [[name, change(tables[name])] as const] : []));
  return Object.fromEntries(held);
}

/** The rows that could be looked at on `day`. */
function withoutRows(table: SideTable, day: number): SideTable {
  const kept: number[] = [];
  const codes: string[] = [];
  const offsets = [0];
  for (let code = 0; code < table.codes.length; code++) {
    for (let row = table.offsets[code]; row < table.offsets[code + 1]; row++)
      if (table.known[row] <= day) kept.push(row);
    if (kept.length === offsets[codes.length]) continue;
    codes.push(table.codes[code]);
    offsets.push(kept.length);
  }
  return {
    ...table,
    codes,
    offsets: Int32Array.from(offsets),
    known: Int32Array.from(kept, (row) => table.known[row]),
    period: Int32Array.from(kept, (row) => table.period[row]),
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [name, Float64Array.from(kept, (row) => column[row])]),
    ),
  };
}

function* snapshotsUntil({ dayIndex, stocks, k, neighbours, correlation }: GraphSnapshots, cut: number) {
  const size = stocks * k;
  for (const [s, day] of dayIndex.entries())
    if (day <= cut)
      yield {
        day,
        neighbours: neighbours.subarray(s * size, (s + 1) * size),
        correlation: correlation.subarray(s * size, (s + 1) * size),
      };
}

/** In later snapshots every stock has a single neighbour, the next one, and that with another sign. */
function alterSnapshots(graph: GraphSnapshots, cut: number): GraphSnapshots {
  const first = graph.dayIndex.filter((day) => day <= cut).length * graph.stocks * graph.k;
  const change = (i: number): boolean => i >= first;
  const isFirstSlot = (i: number): boolean => i % graph.k === 0;
  return {
    ...graph,
    neighbours: graph.neighbours.map((stock, i) =>
      change(i) ? (isFirstSlot(i) ? (Math.floor(i / graph.k) + 1) % graph.stocks : -1) : stock,
    ),
    correlation: graph.correlation.map((value, i) => (change(i) ? (isFirstSlot(i) ? -0.9 : 0) : value)),
  };
}
