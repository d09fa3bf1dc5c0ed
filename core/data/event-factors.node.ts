// Owns telling apart the two things that sources call an adjustment factor, and making one of the other.
import { learnEventFactors } from './corporate-actions.node.ts';
import { type FactorKind, originNumber } from './corporate-actions.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import { type Finding, MAX_EXAMPLES } from './manifest.ts';

/** A factor that some event may have. */
const POSSIBLE = 'coalesce(factor > 0 AND isfinite(factor), false)';
/** A step of the price by which a split can be told: a day's news moves less. */
const CLEAR = 'ln(1.2)';

/**
 * A cumulative factor stands on every row before a split; an event factor only on the day of the split, 1 elsewhere (so do Tokyo's
 * official files). Events become cumulative: each row's factor the product of the later days' ones; of rows for the same code and day the
 * last in source order counts. They are kept as actions in `learned_actions`.
 * @param kind told by who knows; guessed from the rows otherwise
 * @returns what to say of it; nothing where the factors are cumulative
 */
export async function settleEventFactors(
  duck: Duck,
  files: readonly string[],
  kind: FactorKind | undefined,
): Promise<Finding[]> {
  const { odd, twice } = await duck.row(`SELECT count(*) FILTER (factor <> 1) AS odd,
      count(*) FILTER (date = day_before) AS twice
    FROM (SELECT factor, date, lag(date) OVER (PARTITION BY code ORDER BY date) AS day_before FROM bars)`);
  if (odd === 0 || kind === 'cumulative') return [];
  if (kind === undefined && !(await areEvents(duck))) return [];
  const findings = await takeImpossible(duck, files);
  const { events } = await duck.row(
    'SELECT count(*) AS events FROM (SELECT DISTINCT code, date FROM bars WHERE factor <> 1)',
  );
  await learnEventFactors(duck);
  await duck.run(
    `UPDATE bars SET factor = later.factor FROM (${twice === 0 ? LATER : LATER_DAYS}) later WHERE bars.rowid = later.id`,
  );
  if (events === 0) return findings;
  const { severity, repair } = FINDINGS['event-factors'];
  const examples = [{ file: files[0], row: null, code: null, day: null, values: {} }];
  return [{ code: 'event-factors', severity, count: Number(events), examples, repair }, ...findings];
}

/**
 * The same for rows that were added to a version whose factors were made of events: those before a new event take it over, and nothing else
 * of them changes. `replaced` (code, date, factor, event) holds what the version said of days whose rows took the place of its own,
 * `first_events` (code, event) the events on the first days of its codes, which rows before them take over.
 * @param firstFile number of the first added file
 */
export async function settleAddedEvents(duck: Duck, files: readonly string[], firstFile: number): Promise<Finding[]> {
  const findings = await takeImpossible(duck, files);
  const isNew = `file >= ${firstFile}`;
  await learnEventFactors(duck, isNew);
  const base = `(SELECT code, date, max(factor) AS factor FROM (
      SELECT code, date, factor FROM bars WHERE NOT ${isNew} UNION ALL SELECT code, date, factor FROM replaced) GROUP BY code, date)`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE added AS
    SELECT n.id, n.code, n.date, n.file, n.row, n.factor / coalesce(replaced.event, 1) AS event,
      coalesce(replaced.factor, CASE WHEN later.code IS NOT NULL THEN coalesce(earlier.factor, later.factor * coalesce(first_events.event, 1)) END, 1) AS carried
    FROM (SELECT rowid AS id, * FROM bars WHERE ${isNew}) n
    LEFT JOIN first_events ON first_events.code = n.code
    LEFT JOIN replaced ON replaced.code = n.code AND replaced.date = n.date
    ASOF LEFT JOIN ${base} earlier ON n.code = earlier.code AND n.date > earlier.date
    ASOF LEFT JOIN ${base} later ON n.code = later.code AND n.date < later.date`);
  await duck.run(`CREATE OR REPLACE TEMP TABLE added_events AS
    SELECT * FROM (SELECT code, date, arg_max(event, (file, row)) AS event FROM added GROUP BY code, date) WHERE event <> 1`);
  await duck.run('UPDATE bars SET factor = added.carried FROM added WHERE bars.rowid = added.id');
  await duck.run(`UPDATE bars SET factor = bars.factor * later.scale FROM (
      SELECT bars.rowid AS id, product(event) AS scale FROM bars
      JOIN added_events ON added_events.code = bars.code AND bars.date < added_events.date GROUP BY bars.rowid) later
    WHERE bars.rowid = later.id`);
  // With those that the version had, what the whole has: an event whose row was replaced by one without is gone.
  const { events } =
    await duck.row(`SELECT (SELECT count(DISTINCT (code, date)) FROM learned_actions WHERE origin = ${originNumber('event-factor')})
    - (SELECT count(*) FROM replaced WHERE event <> 1) AS events`);
  if (events === 0) return findings;
  const { severity, repair } = FINDINGS['event-factors'];
  const examples = [{ file: files[firstFile], row: null, code: null, day: null, values: {} }];
  return [{ code: 'event-factors', severity, count: Number(events), examples, repair }, ...findings];
}

/**
 * Every factor other than 1 speaks for one or the other. For an event: that the days before and after have 1, or that the price steps by it on
 * that day. Else for what is cumulative. On a code's first day, whose step nobody sees, the next day decides: what is cumulative steps there.
 */
async function areEvents(duck: Duck): Promise<boolean> {
  const { events, others } = await duck.row(`
    WITH days AS (
      SELECT code, date, CASE WHEN ${POSSIBLE} THEN factor ELSE 1 END AS factor, close, CASE WHEN open > 0 THEN open ELSE close END AS open FROM bars
      QUALIFY row_number() OVER (PARTITION BY code, date ORDER BY file DESC, row DESC) = 1),
    sides AS (
      SELECT factor, row_number() OVER history AS n, lag(factor) OVER history AS before, lead(factor) OVER history AS after,
        ${step('open', 'lag(close) OVER history')} AS stepped, ${step('lead(open) OVER history', 'close')} AS next_step
      FROM days WINDOW history AS (PARTITION BY code ORDER BY date)),
    odd AS (SELECT *, (before = 1 AND coalesce(after, 1) = 1) OR coalesce(${shows('stepped')}, false) AS event FROM sides WHERE factor <> 1)
    SELECT
      count(*) FILTER (CASE WHEN n > 1 THEN event ELSE after <> factor AND NOT ${shows('next_step')} END) AS events,
      count(*) FILTER (CASE WHEN n > 1 THEN NOT event ELSE after <> factor AND ${shows('next_step')} END) AS others
    FROM odd`);
  return Number(events) > Number(others);
}

/** NULL where a price is missing. */
const step = (price: string, before: string): string =>
  `CASE WHEN ${price} > 0 AND ${before} > 0 THEN ${price} / ${before} END`;
const shows = (stepped: string): string =>
  `(abs(ln(factor)) > ${CLEAR} AND abs(ln(${stepped} / factor)) < abs(ln(factor)) / 2)`;

/** No split makes shares of none, or fewer than none: such factors are named and become 1. */
async function takeImpossible(duck: Duck, files: readonly string[]): Promise<Finding[]> {
  const impossible = `factor IS NOT NULL AND NOT ${POSSIBLE}`;
  const rows = await duck.rows(
    `SELECT file, row, code, date, factor FROM bars WHERE ${impossible} ORDER BY code, date, file, row`,
  );
  if (rows.length === 0) return [];
  await duck.run(`UPDATE bars SET factor = 1 WHERE ${impossible}`);
  const { severity, repair } = FINDINGS['impossible-event'];
  const examples = rows.slice(0, MAX_EXAMPLES).map(({ file, row, code, date, factor }) => ({
    file: files[Number(file)],
    row: Number(row),
    code: String(code),
    day: String(date),
    values: { factor: Number(factor) },
  }));
  return [{ code: 'impossible-event', severity, count: rows.length, examples, repair }];
}

/** Of each row the product of the factors of those that follow it. */
const LATER = `SELECT rowid AS id, coalesce(product(factor) OVER (PARTITION BY code ORDER BY date, file, row
    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor FROM bars`;

/** The same where a code stands more than once on a day: an event that is told twice happened once. */
const LATER_DAYS = `SELECT id, coalesce(product(counted) OVER (PARTITION BY code ORDER BY date
    RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING), 1) AS factor
  FROM (SELECT rowid AS id, code, date,
      CASE WHEN lead(date) OVER (PARTITION BY code ORDER BY date, file, row) = date THEN 1 ELSE factor END AS counted FROM bars)`;
