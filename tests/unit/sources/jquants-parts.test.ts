// How requests become parts: by day or by year, of trading days alone, settled when they are final, none that the key may not have.
import { expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../../core/base/clock.ts';
import { type PartsContext, partsOf, tokyoDay, tradingCalendar } from '../../../core/data/sources/jquants-parts.ts';
import type { Entitlement, FetchTable } from '../../../core/data/sources/source.ts';

/** Monday to Friday trade, but for holidays; half days trade, holidays with derivatives do not. */
function calendar(from: string, to: string, special: Record<string, string> = {}) {
  const days = Array.from({ length: toEpochDay(to) - toEpochDay(from) + 1 }, (_, i) =>
    fromEpochDay(toEpochDay(from) + i),
  );
  const usual = (day: string): string => ([0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay()) ? '0' : '1');
  return tradingCalendar(days.map((day) => ({ Date: day, HolDiv: special[day] ?? usual(day) })));
}

const open = (from: string | null = null, to: string | null = null): Entitlement['tables'] =>
  Object.fromEntries(
    ['bars', 'listing', 'statements', 'index-bars', 'investor-flows', 'margin-interest', 'earnings-calendar'].map(
      (table) => [table, { open: true, from: from && toEpochDay(from), to: to && toEpochDay(to) }],
    ),
  );

const context = (more: Partial<PartsContext> = {}): PartsContext => ({
  calendar: calendar('2024-01-01', '2024-12-31', { '2024-01-01': '0', '2024-01-02': '3', '2024-01-03': '0' }),
  entitlement: { plan: 'premium', tables: open(), requestsPerMinute: 500, probedAt: 0 },
  allIndices: false,
  now: Date.parse('2024-06-03T06:00:00Z'),
  ...more,
});

const ids = (table: FetchTable, from: string, to: string, more: Partial<PartsContext> = {}) =>
  partsOf({ tables: [table], from: toEpochDay(from), to: toEpochDay(to) }, context(more))
    .filter((part) => part.table === table && part.obtainable !== false)
    .map(({ id }) => id);

test('trading days have a part, holidays have none, whether derivatives trade on them or not', () => {
  expect(ids('bars', '2024-01-01', '2024-01-09')).toEqual(['2024-01-04', '2024-01-05', '2024-01-08', '2024-01-09']);
});

test('a half day is a trading day', () => {
  expect(tradingCalendar([{ Date: '2009-12-30', HolDiv: '2' }]).days).toEqual(Int32Array.of(toEpochDay('2009-12-30')));
});

test('days to come have no part, and today is that of Tokyo', () => {
  expect(tokyoDay(Date.parse('2024-06-03T14:59:00Z'))).toBe(toEpochDay('2024-06-03'));
  expect(tokyoDay(Date.parse('2024-06-03T15:00:00Z'))).toBe(toEpochDay('2024-06-04'));
  expect(ids('bars', '2024-05-30', '2024-12-31')).toEqual(['2024-05-30', '2024-05-31', '2024-06-03']);
});

test('where the calendar does not reach, every day from Monday to Friday may be one', () => {
  const before = context({ calendar: calendar('2024-01-04', '2024-01-10') });
  const parts = partsOf({ tables: ['bars'], from: toEpochDay('2023-12-29'), to: toEpochDay('2024-01-12') }, before);
  const bars = parts.filter(({ table }) => table === 'bars').map(({ id }) => id);
  expect(bars).toEqual([
    '2023-12-29',
    '2024-01-01',
    '2024-01-02',
    '2024-01-03',
    '2024-01-04',
    '2024-01-05',
    '2024-01-08',
    '2024-01-09',
    '2024-01-10',
    '2024-01-11',
    '2024-01-12',
  ]);
});

test('margin balances are asked for on the last business day of a week, and on every one once they are daily', () => {
  const holiday = context({ calendar: calendar('2024-01-01', '2024-12-31', { '2024-02-23': '0' }) });
  expect(ids('margin-interest', '2024-02-12', '2024-03-01', holiday)).toEqual([
    '2024-02-16',
    '2024-02-22',
    '2024-03-01',
  ]);
  // The week that is under way has no last day yet.
  expect(ids('margin-interest', '2024-05-27', '2024-06-03')).toEqual(['2024-05-31']);
  const later = { calendar: calendar('2026-09-01', '2026-12-31'), now: Date.parse('2026-11-20T06:00:00Z') };
  expect(ids('margin-interest', '2026-09-21', '2026-09-30', later)).toEqual([
    '2026-09-25',
    '2026-09-28',
    '2026-09-29',
    '2026-09-30',
  ]);
});

test('listings are those of the first trading day of every month, and bars bring them along', () => {
  expect(ids('listing', '2024-01-10', '2024-03-15')).toEqual(['2024-01-10', '2024-02-01', '2024-03-01']);
  const parts = partsOf({ tables: ['bars'], from: toEpochDay('2024-01-10'), to: toEpochDay('2024-02-15') }, context());
  expect(parts.filter(({ table }) => table === 'listing')).toHaveLength(2);
});

test('ranges come by year; one that the plan covers in part has a name of its own', () => {
  expect(ids('index-bars', '2022-06-01', '2024-02-01')).toEqual(['topix-2022', 'topix-2023', 'topix-2024']);
  const partly = { entitlement: { ...context().entitlement, tables: open('2022-09-04') } };
  expect(ids('index-bars', '2022-06-01', '2023-02-01', partly)).toEqual(['topix-2022-from-09-04', 'topix-2023']);
  // The whole year, should it have been fetched when it could be, is still used.
  const parts = partsOf(
    { tables: ['index-bars'], from: toEpochDay('2022-06-01'), to: toEpochDay('2022-12-31') },
    context(partly),
  );
  expect(parts[0]).toMatchObject({ id: 'topix-2022', obtainable: false });
});

test('the year under way is fetched anew by every update, a past one never', () => {
  const parts = partsOf(
    { tables: ['investor-flows'], from: toEpochDay('2023-01-01'), to: toEpochDay('2024-06-03') },
    context(),
  );
  const now = context().now;
  expect(parts.map(({ id, settledAt }) => [id, settledAt <= now])).toEqual([
    ['2023', true],
    ['2024', false],
  ]);
  expect(parts[1]).toMatchObject({ from: toEpochDay('2024-01-01'), to: toEpochDay('2024-06-03') });
});

test('days outside of the plan are not obtainable, but what is due next always is', () => {
  const free = { entitlement: { ...context().entitlement, tables: open('2024-02-01', '2024-03-01') } };
  expect(ids('bars', '2024-01-30', '2024-02-02', free)).toEqual(['2024-02-01', '2024-02-02']);
  expect(ids('earnings-calendar', '2024-06-01', '2024-06-30', free)).toEqual(['next-2024-06-03']);
});

test('a day is final in the small hours of the next, Tokyo time', () => {
  const [part] = partsOf(
    { tables: ['statements'], from: toEpochDay('2024-01-04'), to: toEpochDay('2024-01-04') },
    context(),
  );
  expect(new Date(part.settledAt).toISOString()).toBe('2024-01-04T19:00:00.000Z');
});
