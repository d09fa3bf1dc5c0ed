// Owns what must hold before rows are added to a version: the same stocks, the same adjustment, the same days; what cannot be shown is refused.
import { toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { CalendarName } from './calendars.ts';
import { type CodeChange, codeChains } from './corporate-actions.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import { type Finding, MAX_EXAMPLES } from './manifest.ts';
import { shiftTo } from './quality-calendar.node.ts';
import { sqlText } from './sql.ts';

/** What the messages say of the file and of the version. */
export interface AppendNames {
  /** First of the added files. */
  readonly file: string;
  readonly name: string;
  readonly version: number;
}

const EXAMPLES = 3;
/** Of days that both have, the factor of the file for one of the version. */
export const USABLE_STEP = 'ratio > 0 AND isfinite(ratio)';
/** Below any dividend, above what rounding an adjusted close makes of most prices. */
export const OTHER_BASIS = 'abs(ratio - 1) > 1e-4';

/** For SQL: the code that a stock has once the import has joined the codes that changed. */
export function newestCode(changes: readonly CodeChange[], code = 'code'): string {
  const cases = codeChains(changes).map(({ from, to }) => `WHEN ${sqlText(from)} THEN ${sqlText(to)}`);
  return cases.length === 0 ? code : `CASE ${code} ${cases.join(' ')} ELSE ${code} END`;
}

/**
 * Codes written otherwise would make new stocks beside those that the version has.
 * @returns a warning where more than half of the files' codes are new
 * @throws data/append-unmatched where all of them are
 */
export async function checkCodes(
  duck: Duck,
  names: AppendNames,
  files: readonly string[],
  newest: string,
): Promise<Finding[]> {
  await duck.run(`CREATE OR REPLACE TEMP TABLE added_codes AS
    SELECT code, file, row, day, code IN (SELECT ${newest} FROM base) AS known
    FROM (SELECT ${newest} AS code, arg_min(file, (file, row)) AS file, arg_min(row, (file, row)) AS row, arg_min(date, (file, row)) AS day
      FROM bars GROUP BY ALL)`);
  const { codes, known } = await duck.row(
    'SELECT count(*) AS codes, count(*) FILTER (known) AS known FROM added_codes',
  );
  if (codes === 0) return [];
  if (known === 0) {
    const { code } = await duck.row('SELECT code FROM added_codes ORDER BY file, row LIMIT 1');
    const { held } = await duck.row('SELECT min(code) AS held FROM base');
    throw new AppError('data/append-unmatched', { ...names, code: String(code), held: String(held) });
  }
  const count = Number(codes) - Number(known);
  if (2 * count <= Number(codes)) return [];
  const rows = await duck.rows(
    `SELECT code, file, row, day FROM added_codes WHERE NOT known ORDER BY file, row LIMIT ${MAX_EXAMPLES}`,
  );
  const examples = rows.map(({ code, file, row, day }) => ({
    file: files[Number(file)],
    row: Number(row),
    code: String(code),
    day: String(day),
    values: {},
  }));
  return [{ code: 'new-codes', ...kindOf('new-codes'), count, examples }];
}

const kindOf = (code: 'new-codes') => ({ severity: FINDINGS[code].severity, repair: FINDINGS[code].repair });

/**
 * Adjusted closes and cumulative factors count from the last day of what they were exported with: on a day that both have, another adjustment
 * since shows; without one, nobody can tell.
 * @throws data/append-no-common-day
 */
export async function requireCommonDays(duck: Duck, names: AppendNames, newest: string): Promise<void> {
  const rows = await duck.rows(`SELECT DISTINCT ${newest} AS code FROM bars
    WHERE ${newest} IN (SELECT ${newest} FROM base) AND ${newest} NOT IN (SELECT ${newest} FROM meetings WHERE ${USABLE_STEP}) ORDER BY 1`);
  if (rows.length === 0) return;
  const codes = rows.slice(0, EXAMPLES).map(({ code }) => String(code));
  const { last } = await duck.row(`SELECT max(date) AS last FROM base WHERE ${newest} = ${sqlText(codes[0])}`);
  throw new AppError('data/append-no-common-day', {
    ...names,
    count: rows.length,
    codes: codes.join(', '),
    code: codes[0],
    last: String(last),
  });
}

/**
 * Where the adjustment changed, what the version has before a day in common follows it; of what it has after the last one nobody can tell.
 * @throws data/append-short
 */
export async function requireReach(duck: Duck, names: AppendNames, newest: string): Promise<void> {
  const rows = await duck.rows(`WITH
      steps AS (SELECT ${newest} AS code, max(date) AS day, arg_max(ratio, date) AS ratio FROM meetings WHERE ${USABLE_STEP} GROUP BY ALL),
      ends AS (SELECT ${newest} AS code, max(date) AS last FROM base GROUP BY ALL)
    SELECT code, day, last FROM steps JOIN ends USING (code) WHERE last > day AND ${OTHER_BASIS} ORDER BY code`);
  if (rows.length === 0) return;
  const [code, day, last] = [rows[0].code, rows[0].day, rows[0].last].map(String);
  throw new AppError('data/append-short', { ...names, count: rows.length, code, day, last });
}

/**
 * A repair moved the version's days, or is to move all: it must be right for the files' own days too. That they are moved alike shows in their
 * weekends and holidays, or in rows that the version has with the same date and values.
 * @param was by how many days the version's were moved
 * @param alike whether most rows of days in common are the same
 * @throws data/append-shift
 */
export async function requireSameShift(
  duck: Duck,
  names: AppendNames,
  calendar: CalendarName,
  was: number,
  alike: boolean,
): Promise<void> {
  const days = (await duck.rows('SELECT DISTINCT date FROM bars ORDER BY date')).map(({ date }) => String(date));
  const now = shiftTo(calendar, days.map(toEpochDay));
  if (now === was || (now === 0 && alike)) return;
  throw new AppError('data/append-shift', {
    ...names,
    calendar,
    was,
    now,
    first: days[0],
    last: days[days.length - 1],
  });
}
