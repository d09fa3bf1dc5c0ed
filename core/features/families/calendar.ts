// Owns features of the date. They come from the calendar of Mondays to Fridays alone, never from the table's own days: which day
// is the month's last one in the table is known only when the next month has begun. Exchange holidays are therefore not seen.
import type { EpochDay } from '../../base/clock.ts';
import type { FeatureDefinition } from '../definition.ts';
import { spreadOverRows } from '../daily.ts';

const MS_PER_DAY = 86_400_000;

function ofDate(
  entry: Pick<FeatureDefinition, 'name' | 'formula' | 'source' | 'range' | 'kind'>,
  ofDay: (day: EpochDay) => number,
): FeatureDefinition {
  return {
    ...entry,
    family: 'calendar',
    window: 0,
    warmup: 0,
    scope: 'calendar',
    sameForAllStocks: true,
    compute: ({ bars }) => spreadOverRows(bars, Float64Array.from(bars.days, ofDay)),
  };
}

/** 0 Sunday .. 6 Saturday; 1970-01-01 was a Thursday. */
function weekday(day: EpochDay): number {
  return (((day + 4) % 7) + 7) % 7;
}

function isWeekday(day: EpochDay): boolean {
  return weekday(day) % 6 !== 0;
}

/** First day of the month that is `months` after the day's own. */
function monthStart(day: EpochDay, months: number): EpochDay {
  const date = new Date(day * MS_PER_DAY);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / MS_PER_DAY;
}

/** Mondays to Fridays from `first` on and before `end`. */
function weekdaysBetween(first: EpochDay, end: EpochDay): number {
  let count = 0;
  for (let day = first; day < end; day++) if (isWeekday(day)) count++;
  return count;
}

/** First day of the quarter that is `quarters` after the day's own. */
function quarterStart(day: EpochDay, quarters: number): EpochDay {
  const month = new Date(day * MS_PER_DAY).getUTCMonth();
  return monthStart(day, 3 * quarters - (month % 3));
}

/** First day of the year that begins in `month` (0 January) and holds the day, or of the one after it. */
function yearStart(day: EpochDay, month: number, years: number): EpochDay {
  const since = (new Date(day * MS_PER_DAY).getUTCMonth() - month + 12) % 12;
  return monthStart(day, 12 * years - since);
}

function yearAngle(day: EpochDay): number {
  return (2 * Math.PI * new Date(day * MS_PER_DAY).getUTCMonth()) / 12;
}

export const calendarFeatures: readonly FeatureDefinition[] = [
  ofDate(
    { name: 'weekday_sin', formula: 'sin(2 pi weekday / 7), Sunday 0', source: 'French (1980)', range: [-1, 1] },
    (day) => Math.sin((2 * Math.PI * weekday(day)) / 7),
  ),
  ofDate(
    { name: 'weekday_cos', formula: 'cos(2 pi weekday / 7), Sunday 0', source: 'French (1980)', range: [-1, 1] },
    (day) => Math.cos((2 * Math.PI * weekday(day)) / 7),
  ),
  ofDate(
    {
      name: 'month_sin',
      formula: 'sin(2 pi month / 12), January 0',
      source: 'Bouman and Jacobsen (2002)',
      range: [-1, 1],
    },
    (day) => Math.sin(yearAngle(day)),
  ),
  ofDate(
    {
      name: 'month_cos',
      formula: 'cos(2 pi month / 12), January 0',
      source: 'Bouman and Jacobsen (2002)',
      range: [-1, 1],
    },
    (day) => Math.cos(yearAngle(day)),
  ),
  ofDate(
    {
      name: 'weekdays_to_month_end',
      formula: 'Mondays to Fridays left in the month after the day',
      source: 'Ariel (1987)',
      range: [0, 22],
      kind: 'count',
    },
    (day) => weekdaysBetween(day + 1, monthStart(day, 1)),
  ),
  ofDate(
    {
      name: 'turn_of_month',
      formula: "1 on the month's last weekday and its first three, else 0",
      source: 'Lakonishok and Smidt (1988)',
      kind: 'flag',
      range: [0, 1],
    },
    (day) =>
      weekdaysBetween(day + 1, monthStart(day, 1)) === 0 || weekdaysBetween(monthStart(day, 0), day + 1) <= 3 ? 1 : 0,
  ),
];

const DAYS_OF_YEAR = 365.25;

/** Beyond the core set. */
export const furtherCalendarFeatures: readonly FeatureDefinition[] = [
  ...(['sin', 'cos'] as const).map((wave) =>
    ofDate(
      {
        name: `season_${wave}`,
        formula: `${wave}(2 pi days since 1 January / 365.25)`,
        source: 'Bouman and Jacobsen (2002)',
        range: [-1, 1],
      },
      (day) => Math[wave]((2 * Math.PI * (day - yearStart(day, 0, 0))) / DAYS_OF_YEAR),
    ),
  ),
  ofDate(
    {
      name: 'weekdays_since_month_start',
      formula: 'Mondays to Fridays of the month before the day',
      source: 'Ariel (1987)',
      kind: 'count',
      range: [0, 23],
    },
    (day) => weekdaysBetween(monthStart(day, 0), day),
  ),
  ofDate(
    {
      name: 'weekdays_to_quarter_end',
      formula: 'Mondays to Fridays left in the quarter after the day',
      source: 'Lakonishok, Shleifer, Thaler and Vishny (1991)',
      kind: 'count',
      range: [0, 66],
    },
    (day) => weekdaysBetween(day + 1, quarterStart(day, 1)),
  ),
  ofDate(
    {
      name: 'weekdays_since_quarter_start',
      formula: 'Mondays to Fridays of the quarter before the day',
      source: 'Lakonishok, Shleifer, Thaler and Vishny (1991)',
      kind: 'count',
      range: [0, 66],
    },
    (day) => weekdaysBetween(quarterStart(day, 0), day),
  ),
  ofDate(
    {
      name: 'weekdays_to_march_end',
      formula: "Mondays to Fridays until the end of March, most Japanese companies' financial year",
      source: 'Sakakibara, Yamaji, Sakurai, Shiroshita and Fukuda (1988)',
      kind: 'count',
      range: [0, 262],
    },
    (day) => weekdaysBetween(day + 1, yearStart(day, 3, 1)),
  ),
  ofDate(
    {
      name: 'winter_half',
      formula: '1 from November to April, else 0',
      source: 'Bouman and Jacobsen (2002)',
      kind: 'flag',
      range: [0, 1],
    },
    (day) => ((new Date(day * MS_PER_DAY).getUTCMonth() + 2) % 12 < 6 ? 1 : 0),
  ),
  ofDate(
    {
      name: 'january',
      formula: '1 in January, else 0',
      source: 'Rozeff and Kinney (1976)',
      kind: 'flag',
      range: [0, 1],
    },
    (day) => (new Date(day * MS_PER_DAY).getUTCMonth() === 0 ? 1 : 0),
  ),
  ofDate(
    { name: 'monday', formula: '1 on Mondays, else 0', source: 'French (1980)', kind: 'flag', range: [0, 1] },
    (day) => (weekday(day) === 1 ? 1 : 0),
  ),
  {
    name: 'days_since_session',
    family: 'calendar',
    formula: "calendar days since the market's last trading day",
    window: 1,
    warmup: 1,
    source: 'French (1980)',
    scope: 'calendar',
    sameForAllStocks: true,
    kind: 'count',
    range: [1, Number.POSITIVE_INFINITY],
    compute: ({ bars }) =>
      spreadOverRows(
        bars,
        Float64Array.from(bars.days, (day, i) => (i > 0 ? day - bars.days[i - 1] : Number.NaN)),
      ),
  },
];
