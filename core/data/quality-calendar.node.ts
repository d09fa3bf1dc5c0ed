// Owns holding the days of the table of bars against the calendar of an exchange: the one named, or the one that they show.
import { fromEpochDay, toEpochDay, type EpochDay } from '../base/clock.ts';
import { type CalendarName, guessCalendar, sessionOn } from './calendars.ts';
import type { Duck } from './duckdb.node.ts';
import { type FindingCode, FINDINGS } from './findings.ts';
import { type DatasetCalendar, type Finding, MAX_EXAMPLES } from './manifest.ts';

export interface CalendarFindings {
  /** null where the days show none: the checks that need one did not run. */
  readonly calendar: DatasetCalendar | null;
  readonly findings: Finding[];
}

/** Days whose bars mostly repeat those before were filled in by somebody, and show no calendar. */
const FILLED = 0.5;
/** Days on which the exchange is closed that betray a lost time zone rather than odd bars. */
const LOST_ZONE = 0.1;

/**
 * Needs the tables `calendar` and `suspects`; leaves `closed_days` (date) and `day_shift` (days: what would make the days fit, or 0).
 * @param chosen the user's word, above any guess
 */
export async function findCalendarFindings(
  duck: Duck,
  file: string,
  chosen: CalendarName | undefined,
): Promise<CalendarFindings> {
  const rows = await duck.rows(`SELECT date AS day, traded, stray, coalesce(stale, 0) AS stale FROM calendar
    LEFT JOIN (SELECT date, count(*) AS stale FROM suspects JOIN bars USING (file, row) WHERE name = 'stale-bar' GROUP BY date) USING (date)
    ORDER BY date`);
  const days = rows.map(({ day }) => toEpochDay(String(day)));
  const real = days.filter((_, i) => rows[i].stray !== true && Number(rows[i].stale) < FILLED * Number(rows[i].traded));
  const codes = (await duck.rows('SELECT code FROM spans ORDER BY code')).map(({ code }) => String(code));
  const { calendar, shift } = settle(real, codes, chosen);

  const closed =
    calendar === null || shift !== 0 ? [] : days.filter((day) => sessionOn(calendar.name, day) === 'closed');
  await duck.run(`CREATE OR REPLACE TABLE day_shift AS SELECT ${shift} AS days`);
  await duck.run(
    `CREATE OR REPLACE TABLE closed_days AS SELECT unnest([${closed.map((day) => `DATE '${fromEpochDay(day)}'`).join(', ')}]::DATE[]) AS date`,
  );
  if (calendar === null) return { calendar, findings: [] };

  const note = (
    code: FindingCode,
    at: readonly EpochDay[],
    values: (day: EpochDay) => Record<string, number | string>,
  ): Finding[] =>
    at.length === 0
      ? []
      : [
          {
            code,
            severity: FINDINGS[code].severity,
            count: at.length,
            repair: FINDINGS[code].repair,
            examples: at
              .slice(0, MAX_EXAMPLES)
              .map((day) => ({ file, row: null, code: null, day: fromEpochDay(day), values: values(day) })),
          },
        ];
  if (shift !== 0)
    return { calendar, findings: note('shifted-days', days, (day) => ({ session: fromEpochDay(day + shift) })) };
  const traded = new Map(days.map((day, i) => [day, Number(rows[i].traded)]));
  const missing: EpochDay[] = [];
  for (let day = days[0]; day <= days[days.length - 1]; day++)
    if (sessionOn(calendar.name, day) === 'open' && !traded.has(day)) missing.push(day);
  return {
    calendar,
    findings: [
      ...note('closed-day', closed, (day) => ({ calendar: calendar.name, traded: traded.get(day)! })),
      ...note('missing-session', missing, () => ({ calendar: calendar.name })),
    ],
  };
}

const SHIFTS = [0, 1, -1];

const offClosed = (calendar: CalendarName, days: readonly EpochDay[], shift: number): number =>
  days.filter((day) => sessionOn(calendar, day + shift) === 'closed').length / days.length;

/** By how many days the dates have to be moved to fit the calendar; 0 also where they are too few to tell. */
export function shiftTo(calendar: CalendarName, days: readonly EpochDay[]): number {
  const best = SHIFTS.reduce((a, b) => (offClosed(calendar, days, b) < offClosed(calendar, days, a) ? b : a));
  return offClosed(calendar, days, 0) > LOST_ZONE && offClosed(calendar, days, best) < LOST_ZONE / 10 ? best : 0;
}

/** The calendar, and by how many days the dates stand beside it. */
function settle(
  days: readonly EpochDay[],
  codes: readonly string[],
  chosen: CalendarName | undefined,
): { calendar: DatasetCalendar | null; shift: number } {
  if (chosen !== undefined) return { calendar: { name: chosen, reason: 'chosen' }, shift: shiftTo(chosen, days) };
  for (const shift of SHIFTS) {
    const guess = guessCalendar(
      days.map((day) => day + shift),
      codes,
    );
    // A market that trades around the clock fits wherever it is put; only what was plainly beside its weekdays is moved.
    if (guess && (shift === 0 || offClosed(guess.calendar, days, 0) > LOST_ZONE))
      return { calendar: { name: guess.calendar, reason: 'guessed', agreement: guess.agreement }, shift };
  }
  return { calendar: null, shift: 0 };
}
