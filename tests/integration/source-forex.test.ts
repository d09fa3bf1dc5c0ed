// Currency pairs through the real dukascopy-node, against a server on loopback that answers as the feed does.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { download, planDownload } from '../../core/data/sources/download.node.ts';
import { forexDay, isForexDay } from '../../core/data/sources/forex-days.ts';
import { openForex } from '../../core/data/sources/forex.node.ts';
import type { FetchRequest, SourceFiles } from '../../core/data/sources/source.ts';
import { type ForexServerOptions, forexServer, priceAt } from '../support/forex-server.ts';
import { testContext } from '../support/source-context.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = '2024-03-20T12:00:00Z';
const signal = new AbortController().signal;
let folder: string;
let server: Awaited<ReturnType<typeof forexServer>> | undefined;
let runs = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-forex-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** From Sunday 17:00 to Friday 17:00 in New York; 22:00 UTC in winter, 21:00 in summer, which began on 2024-03-10. */
function isOpen(time: number): boolean {
  const hour = time < Date.parse('2024-03-10T07:00:00Z') ? 22 : 21;
  const [weekday, minute] = [new Date(time).getUTCDay(), (time % DAY) / MINUTE];
  if (weekday === 6) return false;
  if (weekday === 0) return minute >= hour * 60;
  return weekday < 5 || minute < hour * 60;
}
const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
/** Every half hour is enough to see where days are cut. */
const minutes = (from: number, to: number): number[] => steps(from, to, 30 * MINUTE).filter(isOpen);
const days = (from: number, to: number): number[] =>
  steps(from, to, DAY).filter((time) => new Date(time).getUTCDay() !== 6);

async function open(options: Partial<ForexServerOptions> = {}) {
  server = await forexServer({ now: NOW, minutes, days, ...options });
  const context = testContext(server.url, null, NOW);
  return { server, context, source: openForex(context) };
}

const request = (from: string, to: string, options: Record<string, string> = {}): FetchRequest => ({
  tables: ['bars'],
  codes: ['EURUSD'],
  from: toEpochDay(from),
  to: toEpochDay(to),
  options,
});

async function fetchAll(
  { source, context }: Pick<Awaited<ReturnType<typeof open>>, 'source' | 'context'>,
  asked: FetchRequest,
): Promise<SourceFiles> {
  const plan = await planDownload(source, asked, join(folder, 'parts'), signal);
  const stored = await download(source, asked, plan, join(folder, 'parts'), { clock: context.clock, signal });
  const target = join(folder, `files-${runs++}`);
  mkdirSync(target);
  return source.convert(stored, asked, target, signal);
}

async function barsOf(files: SourceFiles) {
  const outFolder = join(folder, `dataset-${runs++}`);
  await importBars({ files: files.bars, name: 'forex', outFolder });
  return loadBars(outFolder);
}

test('currency pairs and metals are listed, coins and shares of the same feed are not', async () => {
  const { source } = await open();
  const codes = (await source.instruments(signal)).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['EURUSD', 'USDJPY', 'XAUUSD', 'USDCNH']));
  expect(codes.filter((code) => /^(BTC|ETH|ADA)/.test(code))).toEqual([]);
});

test('daily candles become one bar for each day from Monday to Friday, Sunday evening within Monday', async () => {
  const opened = await open();
  const files = await fetchAll(opened, request('2023-12-01', '2024-03-31'));
  expect(files).toMatchObject({ notes: [], calendar: 'forex' });
  const bars = await barsOf(files);
  const [first, last] = [toEpochDay('2023-12-01'), toEpochDay('2024-03-19')];
  const expected = steps(first, last + 1, 1).filter((day) => ![0, 6].includes(new Date(day * DAY).getUTCDay()));
  expect(Array.from(bars.days)).toEqual(expected);
  const monday = expected.indexOf(toEpochDay('2024-03-11'));
  const [sunday, own] = [toEpochDay('2024-03-10') * DAY, toEpochDay('2024-03-11') * DAY];
  expect([bars.open[monday], bars.close[monday], bars.volume[monday]]).toEqual([priceAt(sunday), priceAt(own), 4e6]);
  expect(bars.high[monday]).toBeCloseTo(Math.max(priceAt(sunday), priceAt(own)) + 0.001, 10);
  // A request for a year, not for a day.
  expect(opened.server.requests).toEqual([
    '/v1/candles/day/EUR-USD/BID/2023',
    `/v1/candles/day/EUR-USD/BID?from=${Date.UTC(2024, 0, 1)}`,
  ]);
});

test('minutes become days that end at 17:00 in New York, summer and winter', async () => {
  const opened = await open();
  const files = await fetchAll(opened, request('2024-03-06', '2024-03-31', { days: 'new-york' }));
  expect(files.notes).toEqual([]);
  const bars = await barsOf(files);
  expect(Array.from(bars.days, fromEpochDay)).toEqual(
    ['06', '07', '08', '11', '12', '13', '14', '15', '18', '19'].map((day) => `2024-03-${day}`),
  );
  const cut = (moment: string): number => priceAt(Date.parse(moment));
  expect([bars.open[0], bars.close[0]]).toEqual([cut('2024-03-05T22:00:00Z'), cut('2024-03-06T21:30:00Z')]);
  // Summer time began in New York on the 10th.
  expect([bars.open[3], bars.close[3]]).toEqual([cut('2024-03-10T21:00:00Z'), cut('2024-03-11T20:30:00Z')]);
  expect(bars.volume[4]).toBe(48 * 2e6);
});

test('an empty answer for an open day is asked for again; what stays empty is named', async () => {
  let empties = 0;
  const opened = await open({
    fault: (path) => {
      if (path.endsWith('/2024/3/14')) return empties++ === 0 ? 'empty' : undefined;
      return path.endsWith('/2024/3/6') ? 'empty' : undefined;
    },
  });
  const asked = request('2024-03-05', '2024-03-15', { days: 'new-york' });
  const files = await fetchAll(opened, asked);
  const of = (day: string): number => opened.server.requests.filter((path) => path.endsWith(`/${day}`)).length;
  expect([of('2024/3/14'), of('2024/3/6'), of('2024/3/9'), of('2024/3/8')]).toEqual([2, 3, 1, 1]);
  // Of the 6th by New York the evening before is there: that is a bar, if a short one; the 7th lacks its evening.
  expect((await barsOf(files)).days).toHaveLength(9);
  expect(opened.context.waits.filter(({ reason }) => reason === 'retry')).toHaveLength(3);
});

test('days that never come are named as gaps', async () => {
  const opened = await open({
    days: (from, to) =>
      days(from, to).filter((time) => time !== Date.parse('2024-02-14') && time !== Date.parse('2024-01-01')),
  });
  const { notes } = await fetchAll(opened, request('2023-12-20', '2024-03-01'));
  expect(notes).toEqual([{ code: 'gap', table: 'bars', count: 1, examples: ['EURUSD 2024-02-14'] }]);
});

test('cut-off answers and a server that is asked too fast are waited for, and logged', async () => {
  const opened = await open({ fault: (_, count) => (count === 1 ? 'half' : count === 2 ? 503 : undefined) });
  const files = await fetchAll(opened, request('2024-01-01', '2024-03-01'));
  expect(files.bars).toHaveLength(1);
  expect(opened.context.notes.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
});

test.each<[string, Partial<FetchRequest>, string]>([
  ['a pair that is none', { codes: ['EURUSB'] }, 'source/unknown-instrument'],
  ['a way to cut days that is none', { options: { days: 'london' } }, 'source/no-option'],
  ['a table that the feed lacks', { tables: ['funding'] }, 'source/unknown-table'],
])('%s is told', async (_, more, code) => {
  const { source } = await open();
  await expect(source.parts({ ...request('2024-01-01', '2024-03-01'), ...more }, signal)).rejects.toMatchObject({
    code,
  });
});

test('trading days are those of the market: Friday ends on Friday evening, Sunday evening is Monday', () => {
  const day = (moment: string): string => fromEpochDay(forexDay(Date.parse(moment), 'new-york'));
  expect(day('2024-01-12T21:59:00Z')).toBe('2024-01-12');
  expect(day('2024-01-12T22:00:00Z')).toBe('2024-01-15');
  expect(day('2024-01-14T22:00:00Z')).toBe('2024-01-15');
  expect(day('2024-07-11T21:00:00Z')).toBe('2024-07-12');
  expect(fromEpochDay(forexDay(Date.parse('2024-01-14T23:00:00Z'), 'utc'))).toBe('2024-01-15');
  expect(['2024-12-25', '2025-01-01', '2024-12-28', '2024-12-26'].map((date) => isForexDay(toEpochDay(date)))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
