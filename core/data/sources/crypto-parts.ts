// Owns how requests for coins are cut into parts: a market's calendar year in UTC, whatever the range, so that the same days have the same part.
import { type EpochDay, fromEpochDay, toEpochDay } from '../../base/clock.ts';
import type { FetchPart, FetchTable } from './source.ts';

export const DAY_MS = 86_400_000;
/** Rows that a page is taken to hold where an exchange does not say. */
export const PAGE_ROWS = 100;
/** Funding is settled every eight hours in most markets. */
const ROWS_A_DAY: { readonly [table in FetchTable]?: number } = { funding: 3 };
/** A day's last rows may be corrected shortly after it. */
const SETTLED_MS = 3_600_000;

/** Last day that is over. */
export const lastWholeDay = (now: number): EpochDay => Math.floor(now / DAY_MS) - 1;

/** A symbol such as BTC/USDT:USDT as a part of a file's name, no two alike. */
export function fileName(symbol: string): string {
  const signs: Record<string, string> = { '/': '-', ':': '_' };
  return symbol.replaceAll(/[^A-Za-z0-9]/gu, (sign) => signs[sign] ?? `.${sign.codePointAt(0)?.toString(16)}.`);
}

export interface MarketSpan {
  readonly symbol: string;
  /** First day that there can be anything; null where the exchange does not say. */
  readonly firstDay: EpochDay | null;
}

/** @param pageRows rows of bars that a page holds */
export function yearParts(
  exchange: string,
  table: FetchTable,
  { symbol, firstDay }: MarketSpan,
  [from, to]: readonly [EpochDay, EpochDay],
  now: number,
  pageRows: number,
): FetchPart[] {
  const parts: FetchPart[] = [];
  const last = Math.min(to, lastWholeDay(now));
  const first = Math.max(from, firstDay ?? from);
  for (let year = yearOf(first); first <= last && year <= yearOf(last); year++) {
    const [start, end] = [toEpochDay(`${year}-01-01`), toEpochDay(`${year + 1}-01-01`)];
    const days = Math.min(end, lastWholeDay(now) + 1) - Math.max(start, firstDay ?? start);
    parts.push({
      table,
      id: `${exchange}.${fileName(symbol)}.${year}`,
      from: start,
      to: Math.min(end - 1, lastWholeDay(now)),
      requests: Math.ceil((days * (ROWS_A_DAY[table] ?? 1)) / (table === 'bars' ? pageRows : PAGE_ROWS)),
      settledAt: end * DAY_MS + SETTLED_MS,
    });
  }
  return parts;
}

const yearOf = (day: EpochDay): number => Number(fromEpochDay(day).slice(0, 4));
