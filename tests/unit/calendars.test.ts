import { expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { type CalendarName, guessCalendar, holidaysOf, sessionOn } from '../../core/data/calendars.ts';

const on = (calendar: CalendarName, day: string) => sessionOn(calendar, toEpochDay(day));
const holidays = (calendar: 'XTKS' | 'XNYS', year: number): string[] =>
  [...holidaysOf(calendar)]
    .map(fromEpochDay)
    .filter((day) => day.startsWith(String(year)))
    .sort();
const sessions = (calendar: CalendarName, from: string, to: string): number[] => {
  const days: number[] = [];
  for (let day = toEpochDay(from); day <= toEpochDay(to); day++)
    if (sessionOn(calendar, day) === 'open') days.push(day);
  return days;
};

test('Tokyo closes on national holidays, their substitutes, the days between two of them, and at the turn of the year', () => {
  expect(holidays('XTKS', 2019)).toEqual([
    '2019-01-01',
    '2019-01-02',
    '2019-01-03',
    '2019-01-14',
    '2019-02-11',
    '2019-03-21',
    '2019-04-29',
    '2019-04-30',
    '2019-05-01',
    '2019-05-02',
    '2019-05-03',
    '2019-05-06',
    '2019-07-15',
    '2019-08-12',
    '2019-09-16',
    '2019-09-23',
    '2019-10-14',
    '2019-10-22',
    '2019-11-04',
    '2019-12-31',
  ]);
  // The Olympic years moved three holidays; 2015 had a day between two; in 2003 a Sunday between two was not made up for.
  expect(holidays('XTKS', 2020).filter((day) => /-(07|08|10)-/.test(day))).toEqual([
    '2020-07-23',
    '2020-07-24',
    '2020-08-10',
  ]);
  expect(holidays('XTKS', 2021).filter((day) => /-(07|08|10)-/.test(day))).toEqual([
    '2021-07-22',
    '2021-07-23',
    '2021-08-09',
  ]);
  expect(on('XTKS', '2015-09-22')).toBe('closed');
  expect([on('XTKS', '2003-05-05'), on('XTKS', '2003-05-06')]).toEqual(['closed', 'open']);
  expect(on('XTKS', '2018-12-24')).toBe('closed');
});

test('a day without a single trade is neither due nor strange', () => {
  expect(on('XTKS', '2020-10-01')).toBe('either');
  expect(on('XTKS', '2020-10-02')).toBe('open');
});

test('New York closes by rule, and on the days that no rule gives', () => {
  expect(holidays('XNYS', 2012)).toEqual([
    '2012-01-02',
    '2012-01-16',
    '2012-02-20',
    '2012-04-06',
    '2012-05-28',
    '2012-07-04',
    '2012-09-03',
    '2012-10-29',
    '2012-10-30',
    '2012-11-22',
    '2012-12-25',
  ]);
  expect(
    ['2001-09-11', '2001-09-14', '2007-01-02', '2018-12-05', '2025-01-09', '2022-06-20'].map((day) => on('XNYS', day)),
  ).toEqual(Array(6).fill('closed'));
  // New Year's Day on a Saturday takes no Friday; June 19 was no holiday before 2022.
  expect(['2010-12-31', '2021-06-18', '2001-09-17'].map((day) => on('XNYS', day))).toEqual(Array(3).fill('open'));
});

test('crypto never rests, forex rests on Saturdays, and outside the rules only weekends are known', () => {
  expect(['2021-01-01', '2021-01-02', '2021-01-03'].map((day) => on('crypto', day))).toEqual(Array(3).fill('open'));
  expect(['2021-01-01', '2021-01-02', '2021-01-03', '2021-01-04'].map((day) => on('forex', day))).toEqual([
    'either',
    'closed',
    'either',
    'open',
  ]);
  expect([on('XNYS', '1965-07-05'), on('XNYS', '1965-07-04'), on('XTKS', '2031-01-01')]).toEqual([
    'either',
    'closed',
    'either',
  ]);
});

test('a calendar is told from the holidays that days keep, from weekends, or from codes', () => {
  for (const calendar of ['XTKS', 'XNYS', 'crypto'] as const)
    expect(guessCalendar(sessions(calendar, '2019-01-04', '2019-12-30'), ['A'])).toEqual({ calendar, agreement: 1 });
  expect(guessCalendar(sessions('forex', '2019-01-04', '2019-12-30'), ['USDJPY', 'EUR/USD'])?.calendar).toBe('forex');
  // Some days lost, and one holiday traded on, change nothing.
  const torn = [
    ...sessions('XTKS', '2019-01-04', '2020-12-30').filter((_, i) => i % 20 !== 0),
    toEpochDay('2020-11-23'),
  ];
  expect(
    guessCalendar(
      torn.sort((a, b) => a - b),
      ['1301'],
    ),
  ).toMatchObject({ calendar: 'XTKS' });
});

test('days that follow no calendar, or too few days, tell none', () => {
  const weekdays = sessions('forex', '2019-01-07', '2019-12-27');
  expect(guessCalendar(weekdays, ['A'])).toBeNull();
  expect(guessCalendar(sessions('XTKS', '2019-01-04', '2019-02-28'), ['1301'])).toBeNull();
  // Weekly bars miss every holiday that is no Friday.
  expect(
    guessCalendar(
      weekdays.filter((day) => (day + 3) % 7 === 4),
      ['A'],
    ),
  ).toBeNull();
});
