// Owns telling apart the two things that sources call an adjustment factor, and making one of the other.
import { learnEventFactors } from './corporate-actions.node.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import type { Finding } from './manifest.ts';

/**
 * A cumulative factor stands on every row before a split; an event factor only on the day of the split, 1 elsewhere (so do Tokyo's
 * official files). If no row past a code's first repeats a factor other than 1 from the row before it or to the row after it, the
 * factors are events, and each row's factor becomes the product of the later ones. They are kept as actions in `learned_actions`.
 * @returns what to say of it; nothing where the factors are cumulative
 */
export async function settleEventFactors(duck: Duck, file: string): Promise<Finding[]> {
  const { events, repeated } = await duck.row(`
    SELECT count(*) FILTER (factor <> 1) AS events, count(*) FILTER (factor <> 1 AND (factor = before OR factor = after)) AS repeated
    FROM (SELECT factor, lag(factor) OVER history AS before, lead(factor) OVER history AS after FROM bars
      WINDOW history AS (PARTITION BY code ORDER BY date, file, row))
    WHERE before IS NOT NULL`);
  if (events === 0 || repeated !== 0) return [];
  await learnEventFactors(duck);
  await duck.run(`UPDATE bars SET factor = later.factor FROM (
      SELECT rowid AS id, coalesce(product(factor) OVER (PARTITION BY code ORDER BY date, file, row
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor FROM bars) later
    WHERE bars.rowid = later.id`);
  const { severity, repair } = FINDINGS['event-factors'];
  const examples = [{ file, row: null, code: null, day: null, values: {} }];
  return [{ code: 'event-factors', severity, count: Number(events), examples, repair }];
}
