// Owns finding out which rows of side tables one value was made of: those without which it would be another.
import type { BarTable } from '../../data/bars.ts';
import { SIDE_TABLE_NAMES, type SideTable, type SideTableName, type SideTables } from '../../data/side-tables.ts';
import type { FeatureDefinition } from '../definition.ts';
import { tailColumns } from './tail.ts';

export interface JoinedRow {
  readonly table: SideTableName;
  /** Code of the table: a stock, a sector, an index, or ''. */
  readonly of: string;
  readonly period: number;
  readonly known: number;
}

/** Rows of a code that are tried, the latest known first: what a feature looks at is among them. */
const TRIED = 24;

/**
 * Rows that the feature's value of the stock's last bar changes with, each left out in turn. A feature that sets the stock beside others
 * is taken for those that it builds on.
 * @param bars of one stock, or the end of them that the feature needs
 */
export function joinedRows(
  definition: FeatureDefinition,
  bars: BarTable,
  tables: SideTables,
  definitions: readonly FeatureDefinition[],
): JoinedRow[] {
  const inputs = SIDE_TABLE_NAMES.filter((name) => definition.inputs?.includes(name));
  const built = definitions.filter(({ name }) => definition.uses?.includes(name));
  if (definition.scope !== 'stock' && definition.sameForAllStocks !== true && built.length > 0)
    return distinct(built.flatMap((one) => joinedRows(one, bars, tables, definitions)));
  const value = lastValue(definition, bars, tables, definitions);
  return inputs.flatMap((name) =>
    candidates(bars, tables[name]).flatMap(({ row, code }) => {
      const table = tables[name]!;
      const without = { ...tables, [name]: leavingOut(table, row) };
      return Object.is(lastValue(definition, bars, without, definitions), value)
        ? []
        : [{ table: name, of: table.codes[code], period: table.period[row], known: table.known[row] }];
    }),
  );
}

function lastValue(
  { name }: FeatureDefinition,
  bars: BarTable,
  tables: SideTables,
  definitions: readonly FeatureDefinition[],
): number {
  const [[, column]] = tailColumns(bars, [name], undefined, definitions, tables);
  return column[column.length - 1];
}

/** Rows known by the last day, of the stock itself, its sector, or any index. */
function candidates(bars: BarTable, table: SideTable | undefined): { row: number; code: number }[] {
  if (!table) return [];
  const [stock] = bars.codes;
  const lastDay = bars.days[bars.dayIndex[bars.dayIndex.length - 1]];
  const own = table.codes.indexOf(stock);
  const codes = own >= 0 ? [own] : [...table.codes.keys()];
  return codes.flatMap((code) => {
    const rows: { row: number; code: number }[] = [];
    for (let row = table.offsets[code + 1] - 1; row >= table.offsets[code] && rows.length < TRIED; row--)
      if (table.known[row] <= lastDay) rows.push({ row, code });
    return rows;
  });
}

function leavingOut(table: SideTable, row: number): SideTable {
  const without = <T extends Int32Array | Float64Array>(values: T): T => values.filter((_, at) => at !== row) as T;
  return {
    ...table,
    offsets: table.offsets.map((offset) => (offset > row ? offset - 1 : offset)),
    known: without(table.known),
    period: without(table.period),
    columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, without(values)])),
  };
}

function distinct(rows: readonly JoinedRow[]): JoinedRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
