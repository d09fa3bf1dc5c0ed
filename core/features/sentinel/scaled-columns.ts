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

interface Column {
  readonly name: string;
  readonly scaling: 'day' | 'fold';
}

/** Takes the days of a panel one by one, whole. */
export class ScalingAudit {
  readonly #columns: readonly Column[];
  readonly #days: Int32Array;
  /** Of each column: days with a score, those out of order, and the first of these. */
  readonly #seen: { looked: number; out: number; first: string }[];

  /** @param days epoch days of the panel */
  constructor(columns: readonly Column[], days: Int32Array) {
    this.#columns = columns;
    this.#days = days;
    this.#seen = columns.map(() => ({ looked: 0, out: 0, first: '' }));
  }

  add({ day, width, stocks, features }: StoredDay): void {
    const rows = stocks.length;
    for (const [column, { scaling }] of this.#columns.entries()) {
      if (scaling === 'fold') continue;
      let [sum, squares, filled] = [0, 0, 0];
      for (let i = column; i < features.length; i += width) {
        const value = features[i];
        if (value !== 0) filled++;
        sum += value;
        squares += value * value;
      }
      if (filled === 0) continue; // too few values, or no spread
      const seen = this.#seen[column];
      seen.looked++;
      const within =
        Math.abs(sum) <= SUM_TOLERANCE * Math.sqrt(rows) &&
        squares >= (filled - 1) * (1 - SQUARE_TOLERANCE) &&
        squares <= (rows - 1) * (1 + SQUARE_TOLERANCE);
      if (within) continue;
      if (seen.out++ === 0) seen.first = fromEpochDay(this.#days[day]);
    }
  }

  /** @param firstRows [days, columns] the first row of every day of the panel: all that there is of columns that its stocks share */
  findings(firstRows: Float32Array): LeakFinding[] {
    return this.#columns.flatMap(({ name, scaling }, column): LeakFinding[] => {
      if (scaling === 'fold') return overAllDays(name, column, firstRows, this.#columns.length);
      const { looked, out, first } = this.#seen[column];
      if (out <= SHARE * looked) return [];
      const params = { days: out, looked, day: first };
      return [{ code: 'scaled-beyond-its-day', verdict: 'failed', subject: name, params }];
    });
  }
}

function overAllDays(name: string, column: number, rows: Float32Array, width: number): LeakFinding[] {
  const known: number[] = [];
  for (let i = column; i < rows.length; i += width) if (!Number.isNaN(rows[i])) known.push(rows[i]);
  if (known.length < LEAST_DAYS) return [];
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  if (!(Math.abs(mean) < WHOLE_TOLERANCE && Math.abs(deviation - 1) < WHOLE_TOLERANCE)) return [];
  return [{ code: 'scaled-over-all-days', verdict: 'failed', subject: name, params: { days: known.length } }];
}
