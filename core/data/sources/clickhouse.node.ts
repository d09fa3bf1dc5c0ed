// Owns an existing ClickHouse as a source: it joins its trades or minutes into daily bars where they lie, and sends the bars alone. Only
// SELECTs are sent, and names of tables and columns travel as parameters.
import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../base/errors.ts';
import { type EpochDay, fromEpochDay, toEpochDay } from '../../base/clock.ts';
import { hashValue } from '../../base/hash.node.ts';
import { ATTEMPTS, retryDelay } from './backoff.ts';
import { type DayRow, daysOf, sortDayRows, writeBars } from './bars-file.node.ts';
import { gapNotes } from './gaps.ts';
import { DEFAULT_TIMEOUT_MS } from './http.node.ts';
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

export const CLICKHOUSE = 'clickhouse';
const DAY_MS = 86_400_000;
/** Rows of today and yesterday may still be arriving. */
const SETTLED_DAYS = 2;
const MOST_INSTRUMENTS = 100_000;
const MESSAGE_CHARACTERS = 200;

export function openClickHouse(context: SourceContext): Source {
  return new ClickHouse(context);
}

/** The server, and who asks it: all of it is the key, so that a password is never sent to another address. */
interface Server {
  /** Without user and password. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** What the table and its columns are called, by the parameters' names. Ticks have a price, candles open, high, low and close. */
type Names = Readonly<Record<string, string>>;

/** One bar as it is sent: code, ISO day, open, high, low, close, volume. */
type Line = readonly [code: string, day: string, ...values: (number | null)[]];

class ClickHouse implements Source {
  readonly name = CLICKHOUSE;
  readonly tables = ['bars'] as const;
  /** Its key is an address: http://USER:PASSWORD@HOST:PORT. */
  readonly needsKey = true;
  readonly concurrency = 2;
  readonly options = [
    { name: 'table', required: true, example: 'market.trades' },
    { name: 'code', required: false, example: 'code' },
    { name: 'time', required: false, example: 'time' },
    { name: 'price', required: false, example: 'price' },
    ...CANDLE.map((name) => ({ name, required: false, example: name })),
    { name: 'volume', required: false, example: 'volume' },
    { name: 'zone', required: false, example: 'Asia/Tokyo' },
  ];
  readonly #context: SourceContext;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  async probe(signal: AbortSignal): Promise<Entitlement> {
    const names = namesOf(this.#context.options);
    await this.#select(names, `SELECT count() FROM ${TABLE} WHERE false`, {}, signal);
    const tables = { bars: { open: true, from: null, to: null } } as const;
    return { plan: null, tables, requestsPerMinute: null, probedAt: this.#context.clock.now() };
  }

  async instruments(signal: AbortSignal): Promise<Instrument[]> {
    const names = namesOf(this.#context.options);
    const sql = `SELECT DISTINCT toString({code:Identifier}) AS found FROM ${TABLE} ORDER BY found LIMIT ${MOST_INSTRUMENTS}`;
    const lines = await this.#select(names, sql, {}, signal);
    return lines.map((line) => {
      const [code] = JSON.parse(line) as [string];
      return { code, name: code, kind: 'stock', sector: null, firstDay: null };
    });
  }

  parts({ tables, codes, from, to, options }: FetchRequest): Promise<FetchPart[]> {
    for (const table of tables)
      if (table !== 'bars') throw new AppError('source/unknown-table', { source: CLICKHOUSE, table, known: 'bars' });
    const names = namesOf(options ?? this.#context.options);
    const { url } = serverOf(this.#context.key);
    const of = hashValue({ url, names, codes: codes ?? null }).slice(0, 12);
    const whole = this.#lastWholeDay(names);
    const last = Math.min(to, whole);
    const parts: FetchPart[] = [];
    for (let year = yearOf(from); from <= last && year <= yearOf(last); year++) {
      const [start, end] = [toEpochDay(`${year}-01-01`), toEpochDay(`${year + 1}-01-01`)];
      const settledAt = (end + SETTLED_DAYS) * DAY_MS;
      parts.push({
        table: 'bars',
        id: `${of}.${year}`,
        from: start,
        to: Math.min(end - 1, whole),
        requests: 1,
        settledAt,
      });
    }
    return Promise.resolve(parts);
  }

  /** As long as the database takes. */
  minutes(): number {
    return 0;
  }

  async fetch(part: FetchPart, { codes, options }: FetchRequest, signal: AbortSignal): Promise<string[]> {
    const names = namesOf(options ?? this.#context.options);
    const params = { from: fromEpochDay(part.from), to: fromEpochDay(part.to), codes: codes ?? [] };
    return await this.#select(names, aggregation('price' in names, codes !== undefined), params, signal);
  }

  async convert(
    stored: readonly StoredPart[],
    request: FetchRequest,
    folder: string,
    signal: AbortSignal,
  ): Promise<SourceFiles> {
    const rows: DayRow[] = [];
    for (const part of stored) {
      if (signal.aborted) throw new AppError('cancelled', {});
      for (const text of readPart(part)) {
        const [code, iso, ...values] = JSON.parse(text) as Line;
        const day = toEpochDay(iso);
        if (day >= request.from && day <= request.to) rows.push({ code, day, values });
      }
    }
    if (rows.length === 0)
      return { bars: [], tables: {}, notes: [{ code: 'table-empty', table: 'bars', count: 0, examples: [] }] };
    const market = new Set(rows.map(({ day }) => day));
    const bars = [await writeBars(folder, sortDayRows(rows), signal)];
    // A day on which some code has a bar is one of the market's.
    return { bars, tables: {}, notes: gapNotes('bars', daysOf(rows), (day) => market.has(day)) };
  }

  /** Where the days are cut, today may be another than in UTC. */
  #lastWholeDay({ zone }: Names): EpochDay {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(this.#context.clock.now());
    return toEpochDay(today) - 1;
  }

  /** The rows of a SELECT, a line of JSON each. @throws source/unreachable, source/refused, source/key-refused, cancelled */
  async #select(
    names: Names,
    query: string,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { key, clock, pause, onRequest, onWait, timeoutMs = 10 * DEFAULT_TIMEOUT_MS } = this.#context;
    const { createClient, ClickHouseError } = await import('@clickhouse/client');
    const { url, username, password } = serverOf(key);
    const hidden = (text: string): string => text.replaceAll(password || '\0', '[key]').slice(0, MESSAGE_CHARACTERS);
    const client: ClickHouseClient = createClient({
      url: this.#context.baseUrl ?? url,
      username,
      password,
      request_timeout: timeoutMs,
      application: 'phasor',
      log: { LoggerClass: Silent },
    });
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          const answer = await client.query({
            query,
            format: 'JSONCompactEachRow',
            query_params: { ...names, ...more },
            abort_signal: signal,
          });
          const text = await answer.text();
          const lines = text.split('\n').filter((line) => line !== '');
          const odd = lines.find((line) => !isRow(line));
          if (odd !== undefined) {
            // What fails after the first rows were sent can no longer change the status: the reason follows them as text.
            const reason = lines.find((line) => /DB::Exception/.test(line)) ?? odd;
            throw new AppError('source/bad-answer', { url, problem: hidden(reason) });
          }
          onRequest({ method: 'POST', url, status: 200, bytes: Buffer.byteLength(text) });
          return lines;
        } catch (error) {
          if (signal.aborted) throw new AppError('cancelled', {}, error);
          const message = hidden(error instanceof Error ? error.message : String(error));
          if (error instanceof ClickHouseError) {
            onRequest({ method: 'POST', url, status: Number(error.code), bytes: null });
            const status = `${error.code} ${error.type ?? ''}`.trim();
            if (error.type === 'AUTHENTICATION_FAILED' || error.type === 'REQUIRED_PASSWORD')
              throw new AppError('source/key-refused', { source: CLICKHOUSE, status, message });
            throw new AppError('source/refused', { url, status, message });
          }
          const answered = error instanceof AppError;
          onRequest({ method: 'POST', url, status: answered ? 200 : null, bytes: null });
          if (attempt >= ATTEMPTS && answered) throw error;
          if (attempt >= ATTEMPTS)
            throw new AppError('source/unreachable', { url, problem: message, attempts: attempt });
          const wait = retryDelay(attempt, (clock.now() % 1_000) / 1_000);
          onWait?.('retry', wait);
          await pause(wait, signal);
        }
      }
    } finally {
      await client.close();
    }
  }
}

const TABLE = '{database:Identifier}.{table:Identifier}';

/**
 * Daily bars of ticks or of shorter candles. What comes out is not called like any column: ClickHouse would put it in the column's place
 * within the other expressions.
 */
function aggregation(ticks: boolean, some: boolean): string {
  const [open, high, low, close] = ticks
    ? Array.from({ length: 4 }, () => '{price:Identifier}')
    : ['{open:Identifier}', '{high:Identifier}', '{low:Identifier}', '{close:Identifier}'];
  const time = '{time:Identifier}';
  return `SELECT toString({code:Identifier}) AS bar_code, toString(toDate(${time}, {zone:String})) AS bar_day,
  toFloat64(argMin(${open}, ${time})) AS bar_open, toFloat64(max(${high})) AS bar_high, toFloat64(min(${low})) AS bar_low,
  toFloat64(argMax(${close}, ${time})) AS bar_close, toFloat64(sum({volume:Identifier})) AS bar_volume
FROM ${TABLE}
WHERE ${time} >= toDateTime(concat({from:String}, ' 00:00:00'), {zone:String})
  AND ${time} < toDateTime(concat({to:String}, ' 00:00:00'), {zone:String}) + INTERVAL 1 DAY
  ${some ? 'AND toString({code:Identifier}) IN {codes:Array(String)}' : ''}
GROUP BY bar_code, bar_day ORDER BY bar_day, bar_code`;
}

const COLUMNS = ['code', 'time', 'volume'] as const;
const CANDLE = ['open', 'high', 'low', 'close'] as const;

/** @throws source/no-option, source/bad-option */
function namesOf(options: Readonly<Record<string, string>> = {}): Names {
  const needed = (option: string, example: string): string => {
    const value = options[option];
    if (value === undefined || value === '')
      throw new AppError('source/no-option', { source: CLICKHOUSE, option, example });
    return value;
  };
  const refuse = (option: string, problem: string) =>
    new AppError('source/bad-option', { source: CLICKHOUSE, option, problem });
  const named = needed('table', 'market.trades').split('.');
  if (named.length > 2 || named.includes('')) throw refuse('table', 'write database.table');
  const [table, database = 'default'] = named.reverse();
  const { zone = 'UTC' } = options;
  if (!isZone(zone)) throw refuse('zone', 'write a time zone as UTC or Asia/Tokyo');
  const columns = options.price === undefined ? [...COLUMNS, ...CANDLE] : [...COLUMNS, 'price'];
  const names = Object.fromEntries(columns.map((column) => [column, options[column] ?? column]));
  return { database, table, zone, ...names };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError is how Intl says so
  }
}

/** @throws source/no-key, source/bad-key-address, without the key */
function serverOf(key: string | null): Server {
  if (key === null) throw new AppError('source/no-key', { source: CLICKHOUSE });
  const address = URL.parse(key);
  const [username, password] = [address?.username, address?.password].map((text) => decoded(text ?? ''));
  if (address === null || !/^https?:$/.test(address.protocol) || username === null || password === null)
    throw new AppError('source/bad-key-address', { source: CLICKHOUSE });
  return { url: address.origin, username: username || 'default', password };
}

/** null where a percent sign does not begin an escape. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a URIError is how it says so; its text may hold the key
  }
}

/** A row of JSONCompactEachRow, whole. */
function isRow(line: string): boolean {
  try {
    return Array.isArray(JSON.parse(line));
  } catch {
    return false; // a SyntaxError is how it says so
  }
}

const yearOf = (day: EpochDay): number => Number(fromEpochDay(day).slice(0, 4));

/** The client would write its own log to the console. */
class Silent {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
