// Owns how a request for J-Quants data is cut into parts: by day where a request gives a day of the whole market, by year where it gives a range.
import { type EpochDay, fromEpochDay, toEpochDay } from '../../base/clock.ts';
import type { Entitlement, FetchPart, FetchRequest, FetchTable, TableAccess } from './source.ts';

/** Tokyo is nine hours ahead of UTC, all year. */
const TOKYO_MS = 9 * 3_600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Statements are final at 24:30 of their day (the last of the day's updates). */
const SETTLED_HOURS = 24 + 4;
/** Announced days of results come at about ten in the morning after. */
const EARNINGS_SETTLED_HOURS = 24 + 12;
/** Margin balances of a week are published on the second business day of the next. */
const MARGIN_SETTLED_HOURS = 7 * 24;
/** From this day on margin balances are published for every business day; before it, for the last one of a week. */
export const DAILY_MARGIN_FROM = toEpochDay('2026-09-25');

export const tokyoDay = (now: number): EpochDay => Math.floor((now + TOKYO_MS) / DAY_MS);
const tokyoTime = (day: EpochDay, hours: number): number => day * DAY_MS - TOKYO_MS + hours * HOUR_MS;

/** What the exchange's calendar says: trading days, ascending, of the days from `first` to `last`. */
export interface TradingCalendar {
  readonly days: Int32Array;
  readonly first: EpochDay;
  readonly last: EpochDay;
}

/** @param rows HolDiv 1 is a business day, 2 a half one; 0 is none, 3 none either though derivatives trade */
export function tradingCalendar(rows: readonly { Date: string; HolDiv: string }[]): TradingCalendar {
  const days = rows.map((row) => toEpochDay(row.Date)).sort((a, b) => a - b);
  const trading = rows.filter(({ HolDiv }) => HolDiv === '1' || HolDiv === '2').map((row) => toEpochDay(row.Date));
  return { days: Int32Array.from(trading).sort(), first: days[0] ?? 0, last: days.at(-1) ?? -1 };
}

/** Trading days of a range; where the calendar does not reach, every day from Monday to Friday may be one. */
function businessDays({ days, first, last }: TradingCalendar, from: EpochDay, to: EpochDay): EpochDay[] {
  const known = [...days].filter((day) => day >= from && day <= to);
  const weekdays = (a: EpochDay, b: EpochDay): EpochDay[] =>
    Array.from({ length: Math.max(0, b - a + 1) }, (_, i) => a + i).filter((day) => day % 7 !== 2 && day % 7 !== 3);
  if (last < first) return weekdays(from, to);
  return [...weekdays(from, Math.min(to, first - 1)), ...known, ...weekdays(Math.max(from, last + 1), to)];
}

/** 1970-01-01 was a Thursday: weeks change where (day + 3) / 7 does. */
const weekOf = (day: EpochDay): number => Math.floor((day + 3) / 7);

/** The last business day of every week of the range, and every one once balances are published daily. */
function marginDays(calendar: TradingCalendar, from: EpochDay, to: EpochDay): EpochDay[] {
  const days = businessDays(calendar, from, to + 7);
  return days.filter((day, i) => day <= to && (day >= DAILY_MARGIN_FROM || weekOf(day) !== weekOf(days[i + 1] ?? day)));
}

/** What is due on the next business day: every plan has it, and as it is today only. */
export const NEXT = 'next-';

const YEARLY: Partial<Record<FetchTable, string>> = { 'index-bars': 'topix-', 'investor-flows': '' };
const WIDEST: TableAccess = { open: true, from: null, to: null };

export interface PartsContext {
  readonly calendar: TradingCalendar;
  readonly entitlement: Entitlement;
  /** Whether the key may have every index, not TOPIX alone. */
  readonly allIndices: boolean;
  readonly now: number;
}

/** Bars bring the listings of their months along: sectors come from there. */
export const withListing = (tables: readonly FetchTable[]): FetchTable[] => [
  ...new Set(tables.includes('bars') ? [...tables, 'listing' as const] : tables),
];

/** The parts of a request, table by table, days ascending. Days to come have none. */
export function partsOf(request: FetchRequest, context: PartsContext): FetchPart[] {
  const today = tokyoDay(context.now);
  const to = Math.min(request.to, today);
  const days = businessDays(context.calendar, request.from, to);
  return withListing(request.tables).flatMap((table) => {
    const access = context.entitlement.tables[table] ?? WIDEST;
    const parts = partsOfTable(table, request, days, to, context);
    return parts.map(
      (part): FetchPart =>
        part.id.startsWith(NEXT) || isWithin(access, part.from, part.to) ? part : { ...part, obtainable: false },
    );
  });
}

function isWithin(access: TableAccess, from: EpochDay, to: EpochDay): boolean {
  return access.open && from >= (access.from ?? from) && to <= (access.to ?? to);
}

function partsOfTable(
  table: FetchTable,
  request: FetchRequest,
  days: readonly EpochDay[],
  to: EpochDay,
  context: PartsContext,
): FetchPart[] {
  const daily = (some: readonly EpochDay[], hours = SETTLED_HOURS, prefix = ''): FetchPart[] =>
    some.map((day) => part(table, `${prefix}${fromEpochDay(day)}`, day, day, tokyoTime(day, hours)));
  switch (table) {
    case 'index-bars':
      return [
        ...yearly(table, request.from, to, context),
        ...(context.allIndices ? daily(days, SETTLED_HOURS, 'all-') : []),
      ];
    case 'investor-flows':
      return yearly(table, request.from, to, context);
    case 'listing':
      return daily(days.filter((day, i) => i === 0 || monthOf(day) !== monthOf(days[i - 1])));
    case 'margin-interest':
      return daily(marginDays(context.calendar, request.from, to), MARGIN_SETTLED_HOURS);
    case 'earnings-calendar': {
      const today = tokyoDay(context.now);
      // What is due next is known of today only, and is asked for anew whenever it is today.
      const next =
        to >= today ? [part(table, `${NEXT}${fromEpochDay(today)}`, today, today, Number.POSITIVE_INFINITY)] : [];
      return [...daily(days, EARNINGS_SETTLED_HOURS), ...next];
    }
    default:
      return daily(days);
  }
}

const monthOf = (day: EpochDay): string => fromEpochDay(day).slice(0, 7);

/**
 * A part a calendar year, as much of it as the key may have. A year that the plan does not cover whole has another name, so that the
 * whole one, fetched when it could be, is not taken for it.
 */
function yearly(table: FetchTable, from: EpochDay, to: EpochDay, { entitlement, now }: PartsContext): FetchPart[] {
  const access = entitlement.tables[table] ?? WIDEST;
  const prefix = YEARLY[table] ?? '';
  const years: FetchPart[] = [];
  for (let year = Number(fromEpochDay(from).slice(0, 4)); year <= Number(fromEpochDay(to).slice(0, 4)); year++) {
    const [first, end] = [toEpochDay(`${year}-01-01`), toEpochDay(`${year}-12-31`)];
    // Flows of a year's last week are published in the next, and belong to that year's part.
    const settledAt = tokyoTime(end, SETTLED_HOURS);
    const last = Math.min(end, tokyoDay(now), access.open ? (access.to ?? end) : end);
    const start = Math.max(first, access.open ? (access.from ?? first) : first);
    if (start > first) years.push({ ...part(table, `${prefix}${year}`, first, last, settledAt), obtainable: false });
    if (start <= last)
      years.push(
        part(
          table,
          start > first ? `${prefix}${year}-from-${fromEpochDay(start).slice(5)}` : `${prefix}${year}`,
          start,
          last,
          settledAt,
        ),
      );
  }
  return years;
}

function part(table: FetchTable, id: string, from: EpochDay, to: EpochDay, settledAt: number): FetchPart {
  // The size of a page is not published: where a part takes several, it takes more than this.
  return { table, id, from, to, requests: 1, settledAt };
}
