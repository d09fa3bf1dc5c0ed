// Owns the days on which exchanges trade: Tokyo's and New York's by rule from 2000 to 2030, the weeks of crypto and forex, and guessing which one a dataset follows.
//
// Sources: Japan's Act on National Holidays with its amendments, and the holidays that the Japan Exchange Group publishes (31 December to 3 January
// beside the national ones); NYSE Rule 7.2 and the exchange's published list of special closings.
import { type EpochDay, fromEpochDay, toEpochDay } from '../base/clock.ts';

export const CALENDAR_NAMES = ['XTKS', 'XNYS', 'crypto', 'forex'] as const;
export type CalendarName = (typeof CALENDAR_NAMES)[number];

export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2030;
const FIRST_DAY = toEpochDay(`${FIRST_YEAR}-01-01`);
const LAST_DAY = toEpochDay(`${LAST_YEAR}-12-31`);

/** Opened, and closed without a trade: sources either leave the day out or give it without prices. Neither is a fault. */
const WITHOUT_TRADES: Partial<Record<CalendarName, readonly string[]>> = { XTKS: ['2020-10-01'] };

/** Minutes after midnight, local time, at which a full day's trading ends, by the first day that it did. */
const CLOSES: Readonly<Record<CalendarName, readonly (readonly [from: string, minute: number])[]>> = {
  XTKS: [
    ['', 15 * 60],
    ['2024-11-05', 15 * 60 + 30],
  ],
  XNYS: [['', 16 * 60]],
  crypto: [['', 24 * 60]],
  forex: [['', 17 * 60]],
};

/** The close of a full day, ascending by the ISO day from which it held, the first always having. Half days are not known here. */
export const closesOf = (calendar: CalendarName): readonly (readonly [from: string, minute: number])[] =>
  CLOSES[calendar];

/**
 * What is due on a day: 'open', a bar; 'closed', none; 'either', no complaint whatever there is. Outside the years that the rules cover,
 * weekdays are 'either'.
 */
export type Session = 'open' | 'closed' | 'either';

export function sessionOn(calendar: CalendarName, day: EpochDay): Session {
  if (calendar === 'crypto') return 'open';
  const weekday = weekdayOf(day);
  if (calendar === 'forex') return forexSession(day, weekday);
  if (weekday >= SATURDAY) return 'closed';
  if (day < FIRST_DAY || day > LAST_DAY) return 'either';
  if (WITHOUT_TRADES[calendar]?.includes(fromEpochDay(day))) return 'either';
  return holidaysOf(calendar).has(day) ? 'closed' : 'open';
}

/** A week from Sunday evening to Friday evening in New York: what falls on Sunday depends on where the day is cut. */
function forexSession(day: EpochDay, weekday: number): Session {
  if (weekday === SATURDAY) return 'closed';
  return weekday === SUNDAY || ['12-25', '01-01'].includes(fromEpochDay(day).slice(5)) ? 'either' : 'open';
}

const SATURDAY = 6;
const SUNDAY = 7;

/** 1 is Monday, 7 Sunday. */
export function weekdayOf(day: EpochDay): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

const holidays = new Map<CalendarName, ReadonlySet<EpochDay>>();

/** Weekdays from 2000 to 2030 on which the exchange is closed. */
export function holidaysOf(calendar: 'XTKS' | 'XNYS'): ReadonlySet<EpochDay> {
  let days = holidays.get(calendar);
  if (!days) {
    const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);
    days = new Set(years.flatMap(calendar === 'XTKS' ? tokyo : newYork).filter((day) => weekdayOf(day) < SATURDAY));
    holidays.set(calendar, days);
  }
  return days;
}

const dayOf = (year: number, month: number, day: number): EpochDay => Date.UTC(year, month - 1, day) / 86_400_000;

/** The nth of a weekday in a month; the last one for n = -1. */
function nth(year: number, month: number, n: number, weekday: number): EpochDay {
  if (n === -1) {
    const last = dayOf(year, month + 1, 1) - 1;
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

function tokyo(year: number): EpochDay[] {
  const day = (month: number, of: number): EpochDay => dayOf(year, month, of);
  const monday = (month: number, n: number): EpochDay => nth(year, month, n, 1);
  // Days of the equinoxes by the usual linear formula, exact from 1980 to 2099.
  const equinox = (month: number, of1980: number): EpochDay =>
    day(month, Math.floor(of1980 + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4));
  const games = year === 2020 || year === 2021; // three holidays were moved to the days about the Olympic Games
  const national = [
    day(1, 1),
    monday(1, 2),
    day(2, 11),
    ...(year >= 2020 ? [day(2, 23)] : []),
    equinox(3, 20.8431),
    day(4, 29),
    day(5, 3),
    ...(year >= 2007 ? [day(5, 4)] : []), // until then only as a day between two holidays, which a Sunday is not made up for
    day(5, 5),
    ...(year < 2003 ? [day(7, 20)] : games ? [day(7, year === 2020 ? 23 : 22)] : [monday(7, 3)]),
    ...(year < 2016 ? [] : games ? [day(8, year === 2020 ? 10 : 8)] : [day(8, 11)]),
    year < 2003 ? day(9, 15) : monday(9, 3),
    equinox(9, 23.2488),
    games ? day(7, year === 2020 ? 24 : 23) : monday(10, 2),
    day(11, 3),
    day(11, 23),
    ...(year <= 2018 ? [day(12, 23)] : []),
    ...(year === 2019 ? [day(4, 30), day(5, 1), day(5, 2), day(10, 22)] : []), // accession and enthronement
  ];
  const all = new Set(national);
  for (const holiday of national) {
    // One on a Sunday moves to the next day that is none; before 2007, to the Monday.
    if (weekdayOf(holiday) === SUNDAY) {
      let next = holiday + 1;
      while (all.has(next)) next++;
      all.add(next);
    }
    // A day between two holidays is one.
    if (national.includes(holiday + 2)) all.add(holiday + 1);
  }
  return [...all, day(1, 2), day(1, 3), day(12, 31)];
}

/** Closings beyond the rules: the attacks of 2001, days of mourning for presidents, Hurricane Sandy. */
const NEW_YORK_CLOSINGS = [
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11',
  '2007-01-02',
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
];

function newYork(year: number): EpochDay[] {
  const day = (month: number, of: number): EpochDay => dayOf(year, month, of);
  const observed = (holiday: EpochDay): EpochDay =>
    weekdayOf(holiday) === SATURDAY ? holiday - 1 : weekdayOf(holiday) === SUNDAY ? holiday + 1 : holiday;
  const newYearsDay = day(1, 1);
  return [
    // On a Saturday it is not kept on Friday, the last day of the old year.
    weekdayOf(newYearsDay) === SATURDAY ? newYearsDay : observed(newYearsDay),
    nth(year, 1, 3, 1),
    nth(year, 2, 3, 1),
    easter(year) - 2,
    nth(year, 5, -1, 1),
    ...(year >= 2022 ? [observed(day(6, 19))] : []),
    observed(day(7, 4)),
    nth(year, 9, 1, 1),
    nth(year, 11, 4, 4),
    observed(day(12, 25)),
    ...NEW_YORK_CLOSINGS.filter((closing) => closing.startsWith(String(year))).map(toEpochDay),
  ];
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
function easter(year: number): EpochDay {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return dayOf(year, Math.floor(f / 31), (f % 31) + 1);
}

export interface CalendarGuess {
  readonly calendar: CalendarName;
  /** Share of the calendar's weekday holidays that the days keep; of the weekends that they trade on, for crypto. */
  readonly agreement: number;
}

/** Fewer holidays than these say nothing: any two markets share some. */
const LEAST_HOLIDAYS = 4;
const LEAST_AGREEMENT = 0.8;
const CURRENCIES = [
  'USD',
  'EUR',
  'JPY',
  'GBP',
  'CHF',
  'AUD',
  'NZD',
  'CAD',
  'SEK',
  'NOK',
  'DKK',
  'SGD',
  'HKD',
  'CNH',
  'MXN',
  'ZAR',
  'TRY',
];
const PAIR = new RegExp(`^(${CURRENCIES.join('|')})[/_.-]?(${CURRENCIES.join('|')})(=X)?$`, 'i');

/**
 * The calendar that the days were made by, or null where they tell nothing: an exchange by the holidays that it keeps and others do not,
 * crypto by its weekends, forex by its codes.
 * @param days epoch days on which at least one code has a bar, ascending
 */
export function guessCalendar(days: ArrayLike<EpochDay>, codes: readonly string[]): CalendarGuess | null {
  const traded = new Set(Array.from(days));
  const [first, last] = [days[0], days[days.length - 1]];
  const kept = (closed: Iterable<EpochDay>): { share: number; of: number } => {
    const within = [...closed].filter((day) => day >= first && day <= last);
    const of = within.length;
    return { share: of === 0 ? 0 : within.filter((day) => !traded.has(day)).length / of, of };
  };
  const weekends: EpochDay[] = [];
  for (let day = first; day <= last; day++) if (weekdayOf(day) >= SATURDAY) weekends.push(day);
  if (weekends.length >= LEAST_HOLIDAYS && kept(weekends).share <= 1 - LEAST_AGREEMENT)
    return { calendar: 'crypto', agreement: 1 - kept(weekends).share };
  if (codes.length > 0 && codes.every((code) => PAIR.test(code))) return { calendar: 'forex', agreement: 1 };

  const [tokyo, newYork] = [holidaysOf('XTKS'), holidaysOf('XNYS')];
  // Only what one keeps and the other does not tells them apart; traded on one's holidays, it is another's.
  const guesses = (
    [
      ['XTKS', tokyo, newYork],
      ['XNYS', newYork, tokyo],
    ] as const
  ).map(([calendar, own, others]) => ({ calendar, ...kept([...own].filter((day) => !others.has(day))) }));
  const [best] = guesses.sort((a, b) => b.share - a.share);
  if (best.of < LEAST_HOLIDAYS || best.share < LEAST_AGREEMENT || coverage(traded, first, last) < 0.5) return null;
  return { calendar: best.calendar, agreement: best.share };
}

/** Share of the weekdays between the ends that are traded on: weekly bars keep every holiday. */
function coverage(traded: ReadonlySet<EpochDay>, first: EpochDay, last: EpochDay): number {
  let weekdays = 0;
  let present = 0;
  for (let day = first; day <= last; day++) {
    if (weekdayOf(day) >= SATURDAY) continue;
    weekdays++;
    if (traded.has(day)) present++;
  }
  return present / weekdays;
}
