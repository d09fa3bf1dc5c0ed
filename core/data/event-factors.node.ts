// Owns telling apart the two things that sources call an adjustment factor, and making one of the other.
import type { Duck } from './duckdb.node.ts';

/**
 * A cumulative factor stands on every row before a split; an event factor only on the day of the split, 1 elsewhere (so do Tokyo's
 * official files). If no row past a code's first repeats a factor other than 1 from the row before it or to the row after it, the
 * factors are events, and each row's factor becomes the product of the later ones.
 * @returns the number of events, 0 where the factors are cumulative
 */
export async function settleEventFactors(duck: Duck): Promise<number> {
  const { events, repeated } = await duck.row(`
    SELECT count(*) FILTER (factor <> 1) AS events, count(*) FILTER (factor <> 1 AND (factor = before OR factor = after)) AS repeated
    FROM (SELECT factor, lag(factor) OVER history AS before, lead(factor) OVER history AS after FROM bars
      WINDOW history AS (PARTITION BY code ORDER BY date, file, row))
    WHERE before IS NOT NULL`);
  if (events === 0 || repeated !== 0) return 0;
  await duck.run(`UPDATE bars SET factor = later.factor FROM (
      SELECT rowid AS id, coalesce(product(factor) OVER (PARTITION BY code ORDER BY date, file, row
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor FROM bars) later
    WHERE bars.rowid = later.id`);
  return Number(events);
}
