// Owns the file of daily bars that sources hand to the import.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type EpochDay, fromEpochDay } from '../../base/clock.ts';

/** One code's figures of one day; null where missing. */
export interface DayRow {
  readonly code: string;
  readonly day: EpochDay;
  readonly values: readonly (number | null)[];
}

/** By day, then by code; in place. */
export function sortDayRows(rows: DayRow[]): DayRow[] {
  return rows.sort((a, b) => a.day - b.day || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

/** Days of each code, in the order of the rows. */
export function daysOf(rows: readonly DayRow[]): Map<string, EpochDay[]> {
  const days = new Map<string, EpochDay[]>();
  for (const { code, day } of rows) {
    const own = days.get(code);
    if (own) own.push(day);
    else days.set(code, [day]);
  }
  return days;
}

/** @param rows values are open, high, low, close and volume @returns the file's path */
export async function writeBars(folder: string, rows: readonly DayRow[], signal: AbortSignal): Promise<string> {
  const path = join(folder, 'bars.csv');
  await pipeline(lines(rows), createWriteStream(path), { signal });
  return path;
}

function* lines(rows: readonly DayRow[]): Generator<string> {
  yield 'code,date,open,high,low,close,volume\n';
  for (const { code, day, values } of rows)
    yield `${[quoted(code), fromEpochDay(day), ...values.map((value) => value ?? '')].join(',')}\n`;
}

const quoted = (code: string): string => (/[",\r\n]/.test(code) ? `"${code.replaceAll('"', '""')}"` : code);
