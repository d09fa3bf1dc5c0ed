// Owns in which order the table of bars lies: files mostly come sorted, and sorting millions of rows again costs time and memory.
import type { Duck } from './duckdb.node.ts';

/** Of a code's days, and of several rows for a day. */
const ORDER = 'ORDER BY code, date, file, row';

/**
 * What a query over `bars` must say to get them by code, day and order in the source: nothing where they lie so. Repairs keep the order.
 */
export async function barOrder(duck: Duck): Promise<string> {
  const { unsorted } = await duck.row(`SELECT count(*) AS unsorted FROM (
      SELECT code < lag(code) OVER () OR (code = lag(code) OVER () AND date < lag(date) OVER ()) AS back FROM bars) WHERE back`);
  return unsorted === 0 ? '' : ORDER;
}
