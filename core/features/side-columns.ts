// Owns how features look into side tables: the row that a bar's day may use, how old it may be, and amounts by the share on the scale of
// adjusted prices. Joins are those of core/data/as-of alone.
import { type AsOfKey, type AsOfRule, asOf, byStock } from '../data/as-of.ts';
import type { BarTable, EpochDay } from '../data/bars.ts';
import type { SideTable, SideTableName } from '../data/side-tables.ts';
import type { FeatureContext } from './definition.ts';

/** The table of a feature that names it among its inputs. */
export function tableOf(context: FeatureContext, name: SideTableName): SideTable {
  const table = context.tables?.[name];
  if (!table) throw new TypeError(`a feature is computed only with its inputs: ${name}`); // computeFeatures checks
  return table;
}

/** The day of each row of the bars. */
export const dayOf = ({ days, dayIndex }: BarTable, row: number): EpochDay => days[dayIndex[row]];

/**
 * For each row of the bars the row of the table that its day may use, or -1: none was known, or its period lies more than `maxAge`
 * calendar days back, and what has not been reported for so long no longer holds.
 */
export function rowsAsOf(
  context: FeatureContext,
  name: SideTableName,
  maxAge: number,
  { key = byStock(context.bars), ...rule }: AsOfRule & { key?: AsOfKey } = {},
): Int32Array {
  const { bars } = context;
  const table = tableOf(context, name);
  const rows = asOf(bars, table, key, rule);
  for (let i = 0; i < rows.length; i++)
    if (rows[i] >= 0 && dayOf(bars, i) - table.period[rows[i]] > maxAge) rows[i] = -1;
  return rows;
}

/** A value for each row of the bars from the row of a table that it may use; NaN where it has none. */
export function fromRows(rows: Int32Array, value: (tableRow: number, row: number) => number): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = rows[i] < 0 ? Number.NaN : value(rows[i], i);
  return out;
}

/**
 * For each row of a table of stocks the adjustment factor of the stock's first bar on or after `day` of it, NaN where there is none: what
 * the row counts in shares or by the share counts in shares of then. On the scale of adjusted prices an amount by the share is amount x
 * factor, a number of shares is number / factor; a split in between is so taken into account, and a later one changes nothing.
 */
export function factorsAt(bars: BarTable, table: SideTable, day: Int32Array): Float64Array {
  const { factor } = bars;
  if (!factor) throw new TypeError('a feature is computed only with its inputs: factor'); // computeFeatures checks
  const out = new Float64Array(table.known.length).fill(Number.NaN);
  const place = new Map(table.codes.map((code, c) => [code, c]));
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const code = place.get(bars.codes[stock]);
    if (code === undefined) continue;
    for (let row = table.offsets[code]; row < table.offsets[code + 1]; row++) {
      // A row that claims to be known before its day must not bring that day's factor along.
      const at = firstBarFrom(bars, stock, Math.min(day[row], table.known[row]));
      if (at < bars.offsets[stock + 1]) out[row] = factor[at];
    }
  }
  return out;
}

/** Row of the stock's first bar on or after the day; its end where there is none. */
function firstBarFrom(bars: BarTable, stock: number, day: EpochDay): number {
  let [low, high] = [bars.offsets[stock], bars.offsets[stock + 1]];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dayOf(bars, middle) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A value for each row of a table from those of the latest `count` periods up to its own, oldest first, each in the newest version known
 * with the row: a period that was published again does not count twice. NaN where there are fewer, or one of them is missing.
 */
export function overReports(
  { offsets, period }: SideTable,
  values: Float64Array,
  count: number,
  value: (latest: readonly number[]) => number,
): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let code = 0; code + 1 < offsets.length; code++) {
    /** Rows of the newest versions, ascending by period. */
    const newest: number[] = [];
    for (let row = offsets[code]; row < offsets[code + 1]; row++) {
      let at = newest.length;
      while (at > 0 && period[newest[at - 1]] >= period[row]) at--;
      newest.splice(at, newest[at] !== undefined && period[newest[at]] === period[row] ? 1 : 0, row);
      if (at + 1 < count) continue;
      const latest = newest.slice(at + 1 - count, at + 1).map((each) => values[each]);
      if (!latest.some(Number.isNaN)) out[row] = value(latest);
    }
  }
  return out;
}

export const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The last value in sample deviations from the mean; NaN where they do not differ. */
export function scoreOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
  return deviation > 1e-12 ? (values[values.length - 1] - mean) / deviation : Number.NaN;
}

/** x / scale, NaN where the scale is not positive. */
export const over = (x: number, scale: number): number => (scale > 0 ? x / scale : Number.NaN);

/** The part that bought is of both, from -1 (only sold) to 1 (only bought). */
export const balance = (bought: number, sold: number): number => over(bought - sold, bought + sold);
