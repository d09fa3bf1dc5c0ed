// Owns how the table of bars lies: files mostly come sorted and without repeats, and finding that out costs less than sorting or counting again.
import type { Duck } from './duckdb.node.ts';

export interface BarLayout {
  /** What a query must say to get the rows by code, day and order in the source: nothing where they lie so. */
  readonly order: string;
  /** Whether a code may stand more than once on a day. */
  readonly repeated: boolean;
}

export async function barLayout(duck: Duck): Promise<BarLayout> {
  const { unsorted, repeated } =
    await duck.row(`SELECT count(*) FILTER (back) AS unsorted, count(*) FILTER (same) AS repeated FROM (
      SELECT code < before OR (code = before AND date < day_before) AS back, code = before AND date = day_before AS same
      FROM (SELECT code, date, lag(code) OVER () AS before, lag(date) OVER () AS day_before FROM bars))`);
  if (unsorted === 0) return { order: '', repeated: repeated !== 0 };
  return { order: 'ORDER BY code, date, file, row', repeated: true };
}
