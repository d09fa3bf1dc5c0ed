// Owns telling apart the two things that sources call an adjustment factor, and making one of the other.
import { learnEventFactors } from './corporate-actions.node.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import type { Finding } from './manifest.ts';

/**
 * A cumulative factor stands on every row before a split; an event factor only on the day of the split, 1 elsewhere (so do Tokyo's
 * official files). If no day past a code's first repeats a factor other than 1 from the day before it or to the day after it, the
 * factors are events, and each row's factor becomes the product of the later days' ones; of rows for the same code and day the last in
 * source order counts. They are kept as actions in `learned_actions`.
 * @returns what to say of it; nothing where the factors are cumulative
 */
export async function settleEventFactors(duck: Duck, file: string): Promise<Finding[]> {
  const { events, repeated, again } = await duck.row(`
    SELECT count(*) FILTER (factor <> 1 AND date IS DISTINCT FROM day_after) AS events,
      count(*) FILTER (factor <> 1 AND ((factor = before AND date <> day_before) OR (factor = after AND date <> day_after))) AS repeated,
      count(*) FILTER (date = day_before) AS again
    FROM (SELECT date, factor, first_value(date) OVER history AS first, lag(factor) OVER history AS before, lead(factor) OVER history AS after,
        lag(date) OVER history AS day_before, lead(date) OVER history AS day_after FROM bars
      WINDOW history AS (PARTITION BY code ORDER BY date, file, row))
    WHERE date > first`);
  if (events === 0 || repeated !== 0) return [];
  await learnEventFactors(duck);
  await duck.run(
    `UPDATE bars SET factor = later.factor FROM (${again === 0 ? LATER : LATER_DAYS}) later WHERE bars.rowid = later.id`,
  );
  const { severity, repair } = FINDINGS['event-factors'];
  const examples = [{ file, row: null, code: null, day: null, values: {} }];
  return [{ code: 'event-factors', severity, count: Number(events), examples, repair }];
}

/** Of each row the product of the factors of those that follow it. */
const LATER = `SELECT rowid AS id, coalesce(product(factor) OVER (PARTITION BY code ORDER BY date, file, row
    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor FROM bars`;

/** The same where a code stands more than once on a day: an event that is told twice happened once. */
const LATER_DAYS = `SELECT id, coalesce(product(counted) OVER (PARTITION BY code ORDER BY date
    RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor
  FROM (SELECT rowid AS id, code, date,
      CASE WHEN lead(date) OVER (PARTITION BY code ORDER BY date, file, row) = date THEN 1 ELSE factor END AS counted FROM bars)`;
