// Owns the audit of how stored columns were scaled: scores within a day have mean 0 and deviation 1 in every day, which statistics of any
// other scope do not give them; columns scaled later over the training fold are stored as they are, scaled over nothing.
import { fromEpochDay } from '../../base/clock.ts';
import type { LeakFinding } from '../../base/sentinel.ts';
import type { StoredDay } from './stored.ts';

/** Sum of a day's scores, by the root of their number: 0 but for the rounding of float32. */
const SUM_TOLERANCE = 0.01;
/** Relative, of the sum of squares. */
const SQUARE_TOLERANCE = 0.01;
/** Share of the days on which a column may be out of order. */
const SHARE = 0.05;
/** A column whose mean and deviation over all days come this near to 0 and 1 was brought there. */
const WHOLE_TOLERANCE = 1e-3;
const LEAST_DAYS = 20;

/**
 * @param columns of the panel
 * @param stored some days with all their stocks
 * @param firstRows [days, columns] the first row of every day of the panel: all that there is of columns that its stocks share
 */
export function auditScaling(
  columns: readonly { readonly name: string; readonly scaling: 'day' | 'fold' }[],
  stored: readonly StoredDay[],
  firstRows: Float32Array,
  days: Int32Array,
): LeakFinding[] {
  return columns.flatMap(({ name, scaling }, column) => {
    const finding =
      scaling === 'day' ? withinDay(name, column, stored, days) : overAllDays(name, column, firstRows, columns.length);
    return finding ? [finding] : [];
  });
}

function withinDay(
  name: string,
  column: number,
  stored: readonly StoredDay[],
  days: Int32Array,
): LeakFinding | undefined {
  let looked = 0;
  let out = 0;
  let first: string | undefined;
  for (const { day, width, stocks, features } of stored) {
    const rows = stocks.length;
    let [sum, squares, filled] = [0, 0, 0];
    for (let i = column; i < features.length; i += width) {
      const value = features[i];
      if (value !== 0) filled++;
      sum += value;
      squares += value * value;
    }
    if (filled === 0) continue; // too few values, or no spread
    looked++;
    const within =
      Math.abs(sum) <= SUM_TOLERANCE * Math.sqrt(rows) &&
      squares >= (filled - 1) * (1 - SQUARE_TOLERANCE) &&
      squares <= (rows - 1) * (1 + SQUARE_TOLERANCE);
    if (within) continue;
    out++;
    first ??= fromEpochDay(days[day]);
  }
  if (first === undefined || out <= SHARE * looked) return undefined;
  return { code: 'scaled-beyond-its-day', verdict: 'failed', subject: name, params: { days: out, looked, day: first } };
}

function overAllDays(name: string, column: number, rows: Float32Array, width: number): LeakFinding | undefined {
  const known: number[] = [];
  for (let i = column; i < rows.length; i += width) if (!Number.isNaN(rows[i])) known.push(rows[i]);
  if (known.length < LEAST_DAYS) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  if (!(Math.abs(mean) < WHOLE_TOLERANCE && Math.abs(deviation - 1) < WHOLE_TOLERANCE)) return undefined;
  return { code: 'scaled-over-all-days', verdict: 'failed', subject: name, params: { days: known.length } };
}
