// Owns the as-of join of one column, for tests that need no feature.
import { type AsOfKey, type AsOfRule, asOf } from '../../core/data/as-of.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { SideTable } from '../../core/data/side-tables.ts';

/** As asOf, for one column: rows without a value in it are passed over. NaN where none was usable. */
export function columnAsOf(
  bars: BarTable,
  table: SideTable,
  column: string,
  key: AsOfKey,
  { where, ...rule }: AsOfRule = {},
): Float64Array {
  const values = table.columns[column];
  const present = (row: number): boolean => !Number.isNaN(values[row]) && (where?.(row) ?? true);
  return Float64Array.from(asOf(bars, table, key, { ...rule, where: present }), (row) =>
    row < 0 ? Number.NaN : values[row],
  );
}
