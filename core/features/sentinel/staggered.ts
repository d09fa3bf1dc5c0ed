// Owns the version of the data in which every stock has a last day of its own: what looks ahead on certain days alone shows on as many days as
// there are stocks. Only features of a stock's own past can be asked of it, for the others of its day are changed already.
import { Random } from '../../base/random.ts';
import type { BarTable } from '../../data/bars.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTable, type SideTables } from '../../data/side-tables.ts';
import type { FeatureDefinition } from '../definition.ts';
import type { FeatureData, World } from './worlds.ts';

/** Those of the names that look at their own stock alone, as does everything that they build on. */
export function ownPast(names: readonly string[], definitions: readonly FeatureDefinition[]): string[] {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const own = (name: string): boolean => {
    const definition = known.get(name);
    return definition?.scope === 'stock' && !definition.sameForAllStocks && (definition.uses ?? []).every(own);
  };
  return names.filter(own);
}

/** Bars, and rows of tables of stocks, that come after a stock's own last day get other figures; some are missing. */
export function staggered({ bars, graph, tables }: FeatureData, names: readonly string[], seed: number): World {
  const random = new Random(seed, 0x57a6);
  const other = (value: number): number =>
    random.uniform() < 0.05 ? Number.NaN : (Number.isNaN(value) ? 1 : value) * Math.exp(2 * random.normal());
  const lastDays = spreadOut(bars, random);
  const later = new Uint8Array(bars.close.length);
  for (let stock = 0; stock < lastDays.length; stock++)
    for (let row = bars.offsets[stock]; row < bars.offsets[stock + 1]; row++)
      if (bars.dayIndex[row] > lastDays[stock]) later[row] = 1;
  const alter = (column: Float64Array): Float64Array =>
    column.map((value, row) => (later[row] === 1 ? other(value) : value));
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map(alter);
  const rows = Int32Array.from(later.keys()).filter((row) => later[row] === 0);
  return {
    change: 'altered',
    cut: bars.days.length - 1,
    cuts: lastDays,
    names: new Set(names),
    rows,
    ownRows: rows,
    bars: { ...bars, open, high, low, close, volume, ...(bars.factor && { factor: alter(bars.factor) }) },
    graph,
    ...(tables && { tables: alterTables(tables, bars, lastDays, other) }),
  };
}

/** A day index for each stock, spread over all days but the last. */
function spreadOut({ codes, days }: BarTable, random: Random): Int32Array {
  const places = random.shuffle(Int32Array.from(codes.keys()));
  return places.map((place) => Math.floor(((place + random.uniform()) / codes.length) * (days.length - 1)));
}

function alterTables(
  tables: SideTables,
  { codes, days }: BarTable,
  lastDays: Int32Array,
  other: (value: number) => number,
): SideTables {
  const lastOf = new Map(codes.map((code, stock) => [code, days[lastDays[stock]]]));
  const altered = (table: SideTable): SideTable => {
    const later = new Uint8Array(table.known.length);
    for (let code = 0; code < table.codes.length; code++) {
      const last = lastOf.get(table.codes[code]) ?? Number.POSITIVE_INFINITY;
      for (let row = table.offsets[code]; row < table.offsets[code + 1]; row++)
        if (table.known[row] > last) later[row] = 1;
    }
    const columns = Object.entries(table.columns).map(([name, column]) => [
      name,
      column.map((value, row) => (later[row] === 1 ? other(value) : value)),
    ]);
    return { ...table, columns: Object.fromEntries(columns) as SideTable['columns'] };
  };
  const held = SIDE_TABLE_NAMES.flatMap((name) => {
    const table = tables[name];
    return table ? [[name, SIDE_TABLES[name].of === 'stock' ? altered(table) : table] as const] : [];
  });
  return Object.fromEntries(held);
}
