// Owns the findings about the table of bars: counted in SQL, each with the first rows that show it.
import type { BarLayout } from './bar-order.node.ts';
import type { CalendarName } from './calendars.ts';
import type { Duck, SqlRow } from './duckdb.node.ts';
import { FINDINGS, type FindingCode } from './findings.ts';
import { type DatasetCalendar, type Finding, type FindingExample, MAX_EXAMPLES } from './manifest.ts';
import { findCalendarFindings } from './quality-calendar.node.ts';
import { findHistoryFindings } from './quality-history.node.ts';
import { MANY_CODES, SURVIVOR_CODES, TRADING_YEAR } from './quality-report.ts';
import { ROW_CHECKS } from './quality-rows.ts';
import { findJumps } from './quality-splits.node.ts';

/**
 * Leaves the tables `calendar` (day, listed codes, codes with a bar, stray or partial or not), `spans` (first and last day of each code),
 * `suspects`, `closed_days`, `day_shift` and `jumps` for the repairs.
 * @param files paths by the file index of the table
 * @param chosen the exchange's calendar, where the user named one
 */
export async function findBarFindings(
  duck: Duck,
  files: readonly string[],
  layout: BarLayout,
  chosen?: CalendarName,
): Promise<{ findings: Finding[]; calendar: DatasetCalendar | null }> {
  await createCalendar(duck, layout.repeated);
  const found = await findHistoryFindings(duck, files, layout.order);
  const { calendar, findings } = await findCalendarFindings(duck, files[0], chosen);
  found.push(...findings);
  await findJumps(duck);
  const add = async (code: FindingCode, count: number, examples: string): Promise<void> => {
    if (count > 0) found.push(await finding(duck, files, code, count, examples));
  };
  await addRowFindings(duck, add);
  await addTimes(duck, calendar?.name, add);
  await addDuplicates(duck, layout.repeated, add);
  await addStaleDays(duck, add);
  await addStrayDays(duck, add);
  await addHoles(duck, layout.repeated, add);
  await addJumps(duck, add);
  await addSpans(duck, add);
  return { findings: found, calendar };
}

type Add = (code: FindingCode, count: number, examples: string) => Promise<void>;

async function finding(
  duck: Duck,
  files: readonly string[],
  code: FindingCode,
  count: number,
  examples: string,
): Promise<Finding> {
  const { severity, repair } = FINDINGS[code];
  const rows = await duck.rows(`${examples} LIMIT ${MAX_EXAMPLES}`);
  return { code, severity, count, examples: rows.map((row) => example(row, files)), repair };
}

function example({ file, row, code, day, ...values }: SqlRow, files: readonly string[]): FindingExample {
  return {
    file: files[Number(file ?? 0)],
    row: row === undefined || row === null ? null : Number(row),
    code: code === undefined || code === null ? null : String(code),
    day: day === undefined || day === null ? null : String(day),
    values: values as FindingExample['values'],
  };
}

async function addRowFindings(duck: Duck, add: Add): Promise<void> {
  const checks = Object.entries(ROW_CHECKS) as [keyof typeof ROW_CHECKS, string][];
  const counts = await duck.row(
    `SELECT ${checks.map(([name, where]) => `count(*) FILTER (${where}) AS "${name}"`).join(', ')} FROM bars`,
  );
  const adjusted = (await duck.row('SELECT count(adjusted_close) AS n FROM bars')).n === 0 ? '' : ', adjusted_close';
  for (const [name, where] of checks)
    await add(
      name,
      Number(counts[name]),
      `SELECT file, row, code, date AS day, open, high, low, close, volume ${adjusted} FROM bars WHERE ${where} ORDER BY file, row`,
    );
}

const VALUES = 'open, high, low, close, volume, adjusted_close, factor';
/** Codes and days that stand more than once, with different values. Needs the view `repeated`. */
export const CONFLICTS = `SELECT code, date FROM (SELECT DISTINCT code, date, ${VALUES} FROM bars SEMI JOIN repeated USING (code, date))
    GROUP BY code, date HAVING count(*) > 1`;

async function addDuplicates(duck: Duck, repeated: boolean, add: Add): Promise<void> {
  await duck.run(`CREATE OR REPLACE TEMP VIEW repeated AS
    SELECT code, date, count(*) AS times FROM bars GROUP BY code, date HAVING count(*) > 1`);
  if (!repeated) return;
  const { extra } = await duck.row('SELECT coalesce(sum(times - 1), 0) AS extra FROM repeated');
  if (extra === 0) return;
  await add(
    'duplicate',
    Number(extra),
    `SELECT file, row, code, date AS day, times, open, high, low, close, volume FROM bars JOIN repeated USING (code, date) ORDER BY file, row`,
  );
  await add(
    'conflicting-duplicate',
    Number((await duck.row(`SELECT count(*) AS n FROM (${CONFLICTS})`)).n),
    `SELECT file, row, code, date AS day, ${VALUES} FROM bars SEMI JOIN (${CONFLICTS}) USING (code, date) ORDER BY code, date, file, row`,
  );
}

/** Midnight is how exports write a day that has no time. */
const MIDNIGHT = String.raw`regexp_matches(time, '^[T ]*0?0:00(:00(\.0+)?)?\s*(Z|[+-]\d\d:?\d\d|$)')`;
const ZONED = String.raw`regexp_matches(time, '(Z|[A-Z]{3,5}|[+-]\d\d(:?\d\d)?)$')`;
/** Zones in which an exchange's day is the day as written. */
const OWN_ZONES: Partial<Record<CalendarName, string>> = {
  XTKS: String.raw`([+]09(:?00)?|JST)$`,
  XNYS: String.raw`(-0[45](:?00)?|EST|EDT)$`,
};

async function addTimes(duck: Duck, calendar: CalendarName | undefined, add: Add): Promise<void> {
  if ((await duck.row('SELECT count(time) AS timed FROM bars')).timed === 0) return;
  const rows = (where: string): string =>
    `SELECT file, row, code, date AS day, trim(time) AS time FROM bars WHERE time <> '' AND NOT ${MIDNIGHT} AND ${where} ORDER BY file, row`;
  const own = calendar && OWN_ZONES[calendar];
  const foreign = own === undefined ? ZONED : `(${ZONED} AND NOT regexp_matches(time, '${own}'))`;
  for (const [code, where] of [
    ['time-of-day', `NOT ${foreign}`],
    ['zoned-time', foreign],
  ] as const)
    await add(code, Number((await duck.row(`SELECT count(*) AS n FROM (${rows(where)})`)).n), rows(where));
}

/** A share of the market that no chance makes repeat its bars on one day. */
export const STALE_SHARE = 10;

async function addStaleDays(duck: Duck, add: Add): Promise<void> {
  const stale = `SELECT date AS day, stale, traded FROM calendar JOIN (
      SELECT date, count(*) AS stale FROM suspects JOIN bars USING (file, row) WHERE name = 'stale-bar' GROUP BY date) USING (date)
    WHERE traded >= ${MANY_CODES} AND stale * ${STALE_SHARE} >= traded ORDER BY day`;
  await add('stale-day', Number((await duck.row(`SELECT count(*) AS n FROM (${stale})`)).n), stale);
}

/** @param repeated whether a code may stand more than once on a day: counting distinct days of millions of rows takes its time */
export async function createSpans(duck: Duck, repeated = true): Promise<void> {
  await duck.run(`CREATE OR REPLACE TABLE spans AS SELECT code, min(date) AS first, max(date) AS last, count(*) AS rows,
    count(${repeated ? 'DISTINCT date' : '*'}) AS days FROM bars GROUP BY code`);
}

export async function createCalendar(duck: Duck, repeated = true): Promise<void> {
  await createSpans(duck, repeated);
  await duck.run(`CREATE OR REPLACE TABLE calendar AS
    WITH days AS (SELECT date, count(${repeated ? 'DISTINCT code' : '*'}) AS traded FROM bars GROUP BY date),
    listings AS (
      SELECT date, traded, count(code) AS listed FROM days LEFT JOIN spans ON date BETWEEN first AND last GROUP BY date, traded),
    marked AS (SELECT *, listed >= ${MANY_CODES} AND traded * 20 < listed AS stray,
      listed >= ${MANY_CODES} AND traded < 0.5 * listed * median(traded / listed) OVER () AS partial FROM listings)
    SELECT *, sum(CASE WHEN stray OR partial THEN 0 ELSE 1 END) OVER (ORDER BY date) AS position
    FROM marked`);
}

async function addStrayDays(duck: Duck, add: Add): Promise<void> {
  const { stray } = await duck.row('SELECT count(*) FILTER (stray) AS stray FROM calendar');
  await add('stray-day', Number(stray), 'SELECT date AS day, traded, listed FROM calendar WHERE stray ORDER BY date');
  const { partial } = await duck.row('SELECT count(*) FILTER (partial AND NOT stray) AS partial FROM calendar');
  await add(
    'partial-day',
    Number(partial),
    'SELECT date AS day, traded, listed FROM calendar WHERE partial AND NOT stray ORDER BY date',
  );
}

/** A code that lacks more than one in so many of its days is no whole history; thin trading apart, single days are holes. */
const WHOLE = 20;

/** Days on which the market itself is missing are nobody's hole. */
async function addHoles(duck: Duck, repeated: boolean, add: Add): Promise<void> {
  await duck.run(`CREATE OR REPLACE TEMP TABLE holes AS
    WITH sessions AS (SELECT date FROM calendar WHERE NOT stray AND NOT partial),
    due AS (SELECT code, count(*) AS due FROM spans JOIN sessions ON date BETWEEN first AND last GROUP BY code),
    held AS (SELECT code, count(${repeated ? 'DISTINCT date' : '*'}) AS held FROM bars SEMI JOIN sessions USING (date) GROUP BY code)
    SELECT code, first AS day, coalesce(held, 0) AS bars, due - coalesce(held, 0) AS missing_days
    FROM spans JOIN due USING (code) LEFT JOIN held USING (code) WHERE (due - coalesce(held, 0)) * ${WHOLE} > due`);
  const { codes } = await duck.row('SELECT count(*) AS codes FROM holes');
  await add('incomplete-history', Number(codes), 'SELECT * FROM holes ORDER BY missing_days DESC, code');
}

async function addJumps(duck: Duck, add: Add): Promise<void> {
  const counts = await duck.row(
    `SELECT count(*) FILTER (ratio IS NOT NULL) AS splits, count(*) FILTER (ratio IS NULL AND abs(ln(moved)) > ln(1.5)) AS others FROM jumps`,
  );
  await add(
    'apparent-split',
    Number(counts.splits),
    `SELECT file, row, code, date AS day, before AS close_before, open, close, ratio, volume_ratio FROM jumps
      WHERE ratio IS NOT NULL ORDER BY date, code`,
  );
  await add(
    'extreme-move',
    Number(counts.others),
    `SELECT file, row, code, date AS day, before AS close_before, open, close, volume_ratio FROM jumps
      WHERE ratio IS NULL AND abs(ln(moved)) > ln(1.5) ORDER BY abs(ln(moved)) DESC, date, code`,
  );
}

async function addSpans(duck: Duck, add: Add): Promise<void> {
  await duck.run(
    'CREATE OR REPLACE TEMP VIEW extent AS SELECT min(first) AS first_day, max(last) AS last_day FROM spans',
  );
  const counts = await duck.row(`SELECT count(*) AS codes, count(*) FILTER (first > first_day) AS late,
    count(*) FILTER (last < last_day) AS early FROM spans CROSS JOIN extent`);
  const { days } = await duck.row('SELECT count(*) AS days FROM calendar');
  await add(
    'late-listing',
    Number(counts.late),
    'SELECT code, first AS day, rows FROM spans CROSS JOIN extent WHERE first > first_day ORDER BY first, code',
  );
  await add(
    'early-end',
    Number(counts.early),
    'SELECT code, last AS day, rows FROM spans CROSS JOIN extent WHERE last < last_day ORDER BY last, code',
  );
  if (counts.early === 0 && Number(counts.codes) >= SURVIVOR_CODES && Number(days) > TRADING_YEAR)
    await add('survivors-only', Number(counts.codes), 'SELECT code, last AS day, rows FROM spans ORDER BY code');
}
