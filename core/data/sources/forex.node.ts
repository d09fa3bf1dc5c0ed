// Owns currency pairs and metals as a source, from Dukascopy's public feed through dukascopy-node: its daily candles, or its minutes
// joined into days that end in New York. What is not over yet is left out.
import type { InstrumentType } from 'dukascopy-node';
import { AppError } from '../../base/errors.ts';
import { type EpochDay, fromEpochDay, toEpochDay } from '../../base/clock.ts';
import { nearestName } from '../../base/nearest.ts';
import { daysOf, sortDayRows, writeBars } from './bars-file.node.ts';
import { type Candle, DAY_MS, type DayCut, ForexDays, isForexDay } from './forex-days.ts';
import { gapNotes } from './gaps.ts';
import { SourceHttp } from './http.node.ts';
import { readPart } from './parts.node.ts';
import type {
  Entitlement,
  FetchPart,
  FetchRequest,
  Instrument,
  Source,
  SourceContext,
  SourceFiles,
  StoredPart,
} from './source.ts';
import { minutesFor, TokenBucket } from './token-bucket.ts';

export const FOREX = 'forex';
/** The feed states no limit; a server that is asked faster answers 503. */
const REQUESTS_A_MINUTE = 240;
/** An answer without rows for a day on which the market was open is asked for again: at times the feed has them a moment later. */
const EMPTY_ATTEMPTS = 3;
const EMPTY_PAUSE_MS = 2_000;
/** A day's last candles may come late. */
const SETTLED_MS = 6 * 3_600_000;

export function openForex(context: SourceContext): Source {
  return new Forex(context);
}

interface Choice {
  readonly cut: DayCut;
  readonly price: 'bid' | 'ask';
}

interface Pair {
  /** Letters alone: EURUSD. */
  readonly code: string;
  readonly key: InstrumentType;
  readonly name: string;
  readonly firstDay: { readonly utc: EpochDay; readonly 'new-york': EpochDay };
}

type Line = readonly [code: string, ...candle: Candle];

class Forex implements Source {
  readonly name = FOREX;
  readonly tables = ['bars'] as const;
  readonly needsKey = false;
  readonly concurrency = 4;
  readonly options = [
    { name: 'days', required: false, example: 'utc | new-york' },
    { name: 'price', required: false, example: 'bid | ask' },
  ];
  readonly #context: SourceContext;
  readonly #http: SourceHttp;
  readonly #planned = new Map<string, Pair>();
  #pairs: ReadonlyMap<string, Pair> | undefined;

  constructor(context: SourceContext) {
    this.#context = context;
    const bucket = new TokenBucket(REQUESTS_A_MINUTE, context.clock.now(), context.spent);
    this.#http = new SourceHttp({ source: FOREX, baseUrl: '', headers: {}, bucketsFor: () => [bucket], context });
  }

  probe(): Promise<Entitlement> {
    return Promise.resolve({
      plan: null,
      tables: { bars: { open: true, from: null, to: null } },
      requestsPerMinute: REQUESTS_A_MINUTE,
      probedAt: this.#context.clock.now(),
    });
  }

  async instruments(): Promise<Instrument[]> {
    const { cut } = choiceOf(this.#context.options);
    return [...(await this.#known()).values()].map(({ code, name, firstDay }) => ({
      code,
      name,
      kind: 'currency-pair',
      sector: null,
      firstDay: firstDay[cut],
    }));
  }

  async parts({ tables, codes, from, to, options }: FetchRequest): Promise<FetchPart[]> {
    const { cut, price } = choiceOf(options);
    for (const table of tables)
      if (table !== 'bars') throw new AppError('source/unknown-table', { source: FOREX, table, known: 'bars' });
    const known = await this.#known();
    const pairs = codes?.map((code) => pairOf(code, known)) ?? [...known.values()];
    const today = Math.floor(this.#context.clock.now() / DAY_MS);
    return pairs.flatMap((pair) => {
      // A day that ends in New York begins the evening before; Sunday belongs to Monday.
      const evening = cut === 'new-york' || (from + 3) % 7 === 0 ? from - 1 : from;
      const first = Math.max(evening, pair.firstDay[cut]);
      const last = Math.min(to, today - 1);
      const spans = spansOf(first, last, cut === 'utc' ? yearAfter : monthAfter);
      return spans.map(([start, end]): FetchPart => {
        const id = `${pair.code}.${cut}.${price}.${fromEpochDay(start).slice(0, cut === 'utc' ? 4 : 7)}`;
        this.#planned.set(id, pair);
        const requests = cut === 'utc' ? 1 : Math.min(end, today) - Math.max(start, first);
        return {
          table: 'bars',
          id,
          from: start,
          to: Math.min(end, today) - 1,
          requests,
          settledAt: end * DAY_MS + SETTLED_MS,
        };
      });
    });
  }

  minutes(parts: readonly FetchPart[]): number {
    return minutesFor(
      parts.reduce((sum, { requests }) => sum + requests, 0),
      REQUESTS_A_MINUTE,
    );
  }

  async fetch(part: FetchPart, { options }: FetchRequest, signal: AbortSignal): Promise<string[]> {
    const { generateUrls, processData } = await import('dukascopy-node');
    const { cut, price } = choiceOf(options);
    const pair = this.#planned.get(part.id);
    if (pair === undefined) throw new Error(`part ${part.id} is none of the last request`);
    const timeframe = cut === 'utc' ? 'd1' : 'm1';
    const now = this.#context.clock.now();
    const [startDate, endDate] = [new Date(part.from * DAY_MS), new Date((part.to + 1) * DAY_MS)];
    const asked = {
      instrument: pair.key,
      timeframe,
      priceType: price,
      startDate,
      endDate,
      nowDate: new Date(now),
    } as const;
    const lines: string[] = [];
    for (const url of generateUrls(asked)) {
      const buffer = await this.#ask(url, cut === 'utc' ? null : dayOfUrl(url), signal);
      if (buffer === null) continue;
      const bufferObjects = [{ url, buffer, isCacheHit: false }];
      const priceType = price;
      const rows = orBadAnswer(url, () =>
        processData({
          instrument: pair.key,
          requestedTimeframe: timeframe,
          bufferObjects,
          priceType,
          volumes: true,
          volumeUnits: 'units',
          ignoreFlats: true,
        }),
      );
      for (const row of rows)
        if (row.length > 0 && row[0] >= startDate.getTime() && row[0] < endDate.getTime())
          lines.push(JSON.stringify([pair.code, ...row]));
    }
    return lines;
  }

  async convert(
    stored: readonly StoredPart[],
    request: FetchRequest,
    folder: string,
    signal: AbortSignal,
  ): Promise<SourceFiles> {
    const { cut } = choiceOf(request.options);
    const pairs = new Map<string, { days: ForexDays; fetchedAt: number }>();
    for (const part of [...stored].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (signal.aborted) throw new AppError('cancelled', {});
      for (const text of readPart(part)) {
        const [code, ...candle] = JSON.parse(text) as Line;
        const pair = pairs.get(code) ?? { days: new ForexDays(cut), fetchedAt: part.fetchedAt };
        pair.days.add(candle);
        pair.fetchedAt = part.fetchedAt;
        pairs.set(code, pair);
      }
    }
    const rows = [...pairs].flatMap(([code, { days, fetchedAt }]) =>
      days
        .bars()
        // Minutes of a day that had begun when they were fetched are not its whole.
        .filter(([day]) => day >= request.from && day <= request.to && day < Math.floor(fetchedAt / DAY_MS))
        .map(([day, values]) => ({ code, day, values })),
    );
    if (rows.length === 0)
      return { bars: [], tables: {}, notes: [{ code: 'table-empty', table: 'bars', count: 0, examples: [] }] };
    const bars = [await writeBars(folder, sortDayRows(rows), signal)];
    return { bars, calendar: 'forex', tables: {}, notes: gapNotes('bars', daysOf(rows), isForexDay) };
  }

  async #known(): Promise<ReadonlyMap<string, Pair>> {
    if (this.#pairs) return this.#pairs;
    const { instrumentMetaData } = await import('dukascopy-node');
    const currencies = new Set([...Intl.supportedValuesOf('currency'), 'CNH', 'XAU', 'XAG']);
    const pairs = Object.entries(instrumentMetaData).flatMap(([key, meta]): Pair[] => {
      const [base, quote, more] = meta.code.split('-');
      if (!currencies.has(base) || !currencies.has(quote) || more !== undefined) return [];
      const firstDay = {
        utc: isoDay(meta.startYearForDailyCandles),
        'new-york': isoDay(meta.startDayForMinuteCandles),
      };
      return [{ code: `${base}${quote}`, key: key as InstrumentType, name: meta.description, firstDay }];
    });
    this.#pairs = new Map(pairs.map((pair) => [pair.code, pair]));
    return this.#pairs;
  }

  /** @param openDay the day that an answer is about, where one day's @returns null where the feed has nothing */
  async #ask(url: string, openDay: EpochDay | null, signal: AbortSignal): Promise<Buffer | null> {
    const context = this.#context;
    const { pathname, search } = new URL(url);
    const target = context.baseUrl === undefined ? url : `${context.baseUrl}${pathname}${search}`;
    for (let attempt = 1; ; attempt++) {
      const { status, bytes, url: shown } = await this.#http.request({ url: target }, faultOf, signal);
      if (status !== 200 && status !== 404) {
        const message = new TextDecoder().decode(bytes).slice(0, 200);
        throw new AppError('source/refused', { url: shown, status, message });
      }
      const buffer = status === 404 ? null : Buffer.from(bytes);
      const empty = buffer === null || timesOf(buffer).length === 0;
      if (!empty) return buffer;
      const expected = openDay === null || isForexDay(openDay);
      if (!expected || attempt >= EMPTY_ATTEMPTS) return null;
      context.onWait?.('retry', EMPTY_PAUSE_MS);
      await context.pause(EMPTY_PAUSE_MS, signal);
    }
  }
}

/** @throws source/no-option */
function choiceOf({ days = 'utc', price = 'bid' }: Readonly<Record<string, string>> = {}): Choice {
  if (days !== 'utc' && days !== 'new-york')
    throw new AppError('source/no-option', { source: FOREX, option: 'days', example: 'utc, new-york' });
  if (price !== 'bid' && price !== 'ask')
    throw new AppError('source/no-option', { source: FOREX, option: 'price', example: 'bid, ask' });
  return { cut: days, price };
}

/** @throws source/unknown-instrument */
function pairOf(code: string, known: ReadonlyMap<string, Pair>): Pair {
  const pair = known.get(code.replaceAll(/[^A-Za-z]/g, '').toUpperCase());
  if (pair) return pair;
  throw new AppError('source/unknown-instrument', {
    source: FOREX,
    code,
    nearest: nearestName(code, [...known.keys()]),
  });
}

const isoDay = (moment: string): EpochDay => toEpochDay(moment.slice(0, 10));

const yearAfter = (day: EpochDay): EpochDay => toEpochDay(`${Number(fromEpochDay(day).slice(0, 4)) + 1}-01-01`);
const monthAfter = (day: EpochDay): EpochDay => {
  const [year, month] = fromEpochDay(day).split('-').map(Number);
  return Math.round(Date.UTC(year, month, 1) / DAY_MS);
};

/** Whole years or months, [first day, day behind the last), that hold the days from `from` to `to`. */
function spansOf(from: EpochDay, to: EpochDay, next: (day: EpochDay) => EpochDay): [EpochDay, EpochDay][] {
  const spans: [EpochDay, EpochDay][] = [];
  const start = fromEpochDay(from);
  let day = toEpochDay(next === yearAfter ? `${start.slice(0, 4)}-01-01` : `${start.slice(0, 7)}-01`);
  for (; day <= to && from <= to; day = next(day)) spans.push([day, next(day)]);
  return spans;
}

/** .../minute/EUR-USD/BID/2024/1/31, or ...?from=MILLISECONDS for the day that is not over. */
function dayOfUrl(url: string): EpochDay | null {
  const [, year, month, day] = /\/(\d+)\/(\d+)\/(\d+)$/.exec(new URL(url).pathname) ?? [];
  return day === undefined ? null : Math.round(Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS);
}

function timesOf(buffer: Uint8Array): readonly unknown[] {
  const parsed = JSON.parse(new TextDecoder().decode(buffer)) as { times?: unknown } | null;
  return Array.isArray(parsed?.times) ? parsed.times : [];
}

function faultOf(bytes: Uint8Array): string | undefined {
  try {
    const parsed = JSON.parse(new TextDecoder().decode(bytes)) as { times?: unknown } | null;
    return Array.isArray(parsed?.times) ? undefined : 'no candles';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the library says of an answer that it cannot read is plain text. */
function orBadAnswer<T>(url: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AppError(
      'source/bad-answer',
      { url, problem: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}
