// Owns exchanges of coins as a source, through ccxt: daily bars, funding and open interest. A day is a UTC day, weekends included; what
// is not over yet is left out.
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { EpochDay } from '../../base/clock.ts';
import { nearestName } from '../../base/nearest.ts';
import { type SideRow, writeSideRows } from '../side-tables.node.ts';
import type { SideTableName } from '../side-tables.ts';
import { type DayRow, daysOf, sortDayRows, writeBars } from './bars-file.node.ts';
import { type CcxtExchange, type CcxtMarket, ccxtError, isRefusal, openExchange } from './ccxt.node.ts';
import { collect, type Page } from './collect.ts';
import { DAY_MS, PAGE_ROWS, yearParts } from './crypto-parts.ts';
import { gapNotes } from './gaps.ts';
import { readPart } from './parts.node.ts';
import type {
  Entitlement,
  FetchPart,
  FetchRequest,
  FetchTable,
  Instrument,
  Source,
  SourceContext,
  SourceFiles,
  SourceNote,
  StoredPart,
} from './source.ts';

export const CRYPTO = 'crypto';
const TABLES = ['bars', 'funding', 'open-interest'] as const;
type CryptoTable = (typeof TABLES)[number];
const METHODS: Record<CryptoTable, string> = {
  bars: 'fetchOHLCV',
  funding: 'fetchFundingRateHistory',
  'open-interest': 'fetchOpenInterestHistory',
};
/** A year of hourly funding takes ninety; a server that hands out a row at a time is stopped here. */
const CALLS = 400;
const LATE_DAYS = 28;
const MAX_EXAMPLES = 5;

export function openCrypto(context: SourceContext): Source {
  return new Crypto(context);
}

/** A line of a part: its market, the time in epoch milliseconds, and values in the table's order, null where missing. */
type Line = readonly [symbol: string, time: number, ...values: (number | null)[]];
/** The one line of a part that the exchange refused, of a market that nobody named. */
interface Refused {
  readonly refused: string;
}

class Crypto implements Source {
  readonly name = CRYPTO;
  readonly tables = TABLES;
  readonly needsKey = false;
  readonly concurrency = 4;
  readonly options = [
    { name: 'exchange', required: true, example: 'binance' },
    { name: 'market', required: false, example: 'spot | perpetual' },
    { name: 'quote', required: false, example: 'USDT' },
  ];
  readonly #context: SourceContext;
  #exchange: CcxtExchange | undefined;
  /** Of the parts that were planned, by their id. */
  readonly #planned = new Map<string, CcxtMarket>();
  #markets: Readonly<Record<string, CcxtMarket>> = {};
  /** Of whoever called last: ccxt hands none through. */
  #signal = new AbortController().signal;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  async probe(signal: AbortSignal): Promise<Entitlement> {
    const exchange = await this.#open(undefined, signal);
    const tables = Object.fromEntries(
      TABLES.map((table) => [
        table,
        offers(exchange, table) ? { open: true, from: null, to: null } : { open: false, reason: 'not-offered' },
      ]),
    ) as Entitlement['tables'];
    const requestsPerMinute = Math.floor(60_000 / exchange.rateLimit);
    return { plan: null, tables, requestsPerMinute, probedAt: this.#context.clock.now() };
  }

  async instruments(signal: AbortSignal): Promise<Instrument[]> {
    await this.#open(undefined, signal);
    return this.#wanted(this.#context.options ?? {}).map((market) => ({
      code: market.symbol,
      name: `${market.base} / ${market.quote}`,
      kind: market.swap ? 'perpetual' : 'spot',
      sector: null,
      firstDay: firstDay(market),
    }));
  }

  async parts(request: FetchRequest, signal: AbortSignal): Promise<FetchPart[]> {
    const exchange = await this.#open(request, signal);
    for (const table of request.tables)
      if (!isTable(table) || !offers(exchange, table))
        throw new AppError('source/unknown-table', {
          source: `${CRYPTO} (${exchange.id})`,
          table,
          known: TABLES.filter((name) => offers(exchange, name)).join(', '),
        });
    const markets = request.codes?.map((code) => this.#market(code)) ?? this.#wanted(request.options ?? {});
    const now = this.#context.clock.now();
    const span = [request.from, request.to] as const;
    const parts: FetchPart[] = [];
    for (const table of request.tables) {
      for (const market of markets.filter(({ swap }) => table === 'bars' || swap)) {
        const pageRows = this.#pageRows(market.symbol) ?? PAGE_ROWS;
        const named = { symbol: market.symbol, firstDay: firstDay(market) };
        const own = yearParts(exchange.id, table, named, span, now, pageRows);
        for (const { id } of own) this.#planned.set(id, market);
        parts.push(...own);
      }
    }
    return parts;
  }

  minutes(parts: readonly FetchPart[]): number {
    const requests = parts.reduce((sum, part) => sum + part.requests, 0);
    return (requests * (this.#exchange?.rateLimit ?? 0)) / 60_000;
  }

  async fetch(part: FetchPart, request: FetchRequest, signal: AbortSignal): Promise<string[]> {
    const exchange = await this.#open(request, signal);
    const table = part.table as CryptoTable;
    const market = this.#planned.get(part.id);
    if (market === undefined) throw new Error(`part ${part.id} is none of the last request`);
    const { symbol } = market;
    const start = Math.max(part.from, firstDay(market) ?? part.from) * DAY_MS;
    const end = (part.to + 1) * DAY_MS;
    const ask = async (from: number, to: number | null): Promise<Page<readonly (number | null)[]>> => {
      try {
        return await this.#page(exchange, table, symbol, from, to);
      } catch (error) {
        // The stretch seemed empty and is asked for by its end, too: not every exchange takes one.
        if (to !== null && isRefusal(error)) return [];
        if (table === 'open-interest' && isRefusal(error)) return late(from);
        throw error;
      }
    };
    // Some keep open interest for a month, and refuse to be asked for more.
    const late = (from: number): Promise<Page<readonly (number | null)[]>> => {
      const month = end - LATE_DAYS * DAY_MS;
      return month > from ? ask(month, end) : Promise.resolve([]);
    };
    try {
      const rows = await collect(start, end, ask, { step: DAY_MS, calls: CALLS });
      return rows.map(([time, values]) => JSON.stringify([symbol, time, ...values] satisfies Line));
    } catch (error) {
      // Of hundreds of markets one or another is listed that has no candles: the rest is wanted all the same.
      if (request.codes === undefined && isRefusal(error))
        return [JSON.stringify({ refused: symbol } satisfies Refused)];
      throw ccxtError(exchange, error);
    }
  }

  async convert(
    stored: readonly StoredPart[],
    request: FetchRequest,
    folder: string,
    signal: AbortSignal,
  ): Promise<SourceFiles> {
    const notes: SourceNote[] = [];
    const tables: { [name in SideTableName]?: string } = {};
    let bars: string[] = [];
    for (const table of request.tables.filter(isTable)) {
      const { days, refused } = dailyRows(stored, table, request);
      if (refused.length > 0)
        notes.push({ code: 'codes-left-out', table, count: refused.length, examples: refused.slice(0, MAX_EXAMPLES) });
      if (signal.aborted) throw new AppError('cancelled', {});
      if (days.length === 0) {
        notes.push({ code: 'table-empty', table, count: 0, examples: [] });
        continue;
      }
      notes.push(...gapNotes(table, daysOf(days)));
      if (table === 'bars') bars = [await writeBars(folder, days, signal)];
      else {
        const path = join(folder, `${table}.parquet`);
        await writeSideRows(path, table, sideRows(days, table), signal);
        tables[table] = path;
      }
    }
    return { bars, calendar: 'crypto', tables, notes };
  }

  async #open(request: FetchRequest | undefined, signal: AbortSignal): Promise<CcxtExchange> {
    this.#signal = signal;
    const name = request?.options?.exchange ?? this.#context.options?.exchange;
    if (name === undefined)
      throw new AppError('source/no-option', { source: CRYPTO, option: 'exchange', example: 'binance' });
    if (this.#exchange?.id === name) return this.#exchange;
    const exchange = await openExchange(name, this.#context, () => this.#signal);
    try {
      this.#markets = await exchange.loadMarkets();
    } catch (error) {
      throw ccxtError(exchange, error);
    }
    this.#exchange = exchange;
    return exchange;
  }

  #market(code: string): CcxtMarket {
    const market = this.#markets[code];
    if (market?.spot || market?.swap) return market;
    const known = Object.keys(this.#markets);
    const nearest = known.length === 0 ? '-' : nearestName(code, known);
    throw new AppError('source/unknown-instrument', { source: this.#exchange?.id ?? CRYPTO, code, nearest });
  }

  /** Spot and perpetual markets that are open, narrowed by the options. */
  #wanted({ market, quote }: Readonly<Record<string, string>>): CcxtMarket[] {
    if (market !== undefined && market !== 'spot' && market !== 'perpetual')
      throw new AppError('source/no-option', { source: CRYPTO, option: 'market', example: 'spot, perpetual' });
    return Object.values(this.#markets).filter(
      (item) =>
        item.active !== false &&
        (market === undefined ? item.spot || item.swap : market === 'spot' ? item.spot : item.swap) &&
        (quote === undefined || item.quote === quote),
    );
  }

  #pageRows(symbol: string): number | undefined {
    const limit = this.#exchange?.featureValue(symbol, 'fetchOHLCV', 'limit');
    return typeof limit === 'number' && limit > 0 ? limit : undefined;
  }

  async #page(
    exchange: CcxtExchange,
    table: CryptoTable,
    symbol: string,
    from: number,
    to: number | null,
  ): Promise<Page<readonly (number | null)[]>> {
    const params = to === null ? {} : { until: to - 1 };
    if (table === 'bars') {
      const limit = this.#pageRows(symbol);
      const rows = await exchange.fetchOHLCV(symbol, '1d', from, limit, params);
      const odd = rows.find(([time = 0]) => time % DAY_MS !== 0);
      if (odd !== undefined) {
        const moment = new Date(odd[0] ?? 0).toISOString();
        throw new AppError('source/other-days', { source: exchange.id, code: symbol, moment });
      }
      return rows.map(([time = 0, ...values]) => [time, Array.from({ length: 5 }, (_, i) => values[i] ?? null)]);
    }
    if (table === 'funding') {
      const rows = await exchange.fetchFundingRateHistory(symbol, from, PAGE_ROWS, params);
      return rows.flatMap(({ timestamp, fundingRate }) =>
        timestamp === undefined ? [] : [[timestamp, [fundingRate ?? null]]],
      );
    }
    const rows = await exchange.fetchOpenInterestHistory(symbol, '1d', from, PAGE_ROWS, params);
    return rows.flatMap(({ timestamp, openInterestAmount, openInterestValue }) =>
      timestamp === undefined ? [] : [[timestamp, [openInterestAmount ?? null, openInterestValue ?? null]]],
    );
  }
}

const isTable = (table: FetchTable): table is CryptoTable => (TABLES as readonly string[]).includes(table);

function offers(exchange: CcxtExchange, table: CryptoTable): boolean {
  if (table === 'bars' && exchange.timeframes !== undefined && !('1d' in exchange.timeframes)) return false;
  return exchange.has[METHODS[table]] === true || exchange.has[METHODS[table]] === 'emulated';
}

const firstDay = ({ created }: CcxtMarket): EpochDay | null =>
  created === undefined || created <= 0 ? null : Math.floor(created / DAY_MS);

/**
 * One row a code and day, in the order of days. What is stamped within a day belongs to it: the funding paid at midnight is the new day's,
 * though it is for the hours before, since nobody had it at the close.
 */
function dailyRows(
  stored: readonly StoredPart[],
  table: CryptoTable,
  { from, to }: FetchRequest,
): { days: DayRow[]; refused: string[] } {
  const rows = new Map<string, DayRow>();
  const refused = new Set<string>();
  for (const part of stored.filter((part) => part.table === table)) {
    for (const text of readPart(part)) {
      const line = JSON.parse(text) as Line | Refused;
      if ('refused' in line) {
        refused.add(line.refused);
        continue;
      }
      const [code, time, ...values] = line;
      const day = Math.floor(time / DAY_MS);
      if (day < from || day > to) continue;
      const key = `${day} ${code}`;
      const before = rows.get(key)?.values;
      rows.set(key, { code, day, values: before && table === 'funding' ? [sum(before[0], values[0])] : values });
    }
  }
  return { days: sortDayRows([...rows.values()]), refused: [...refused] };
}

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

function* sideRows(rows: readonly DayRow[], table: 'funding' | 'open-interest'): Generator<SideRow> {
  const names = table === 'funding' ? ['rate'] : ['amount', 'value'];
  for (const { code, day, values } of rows)
    yield {
      code,
      period: day,
      known: { day, minute: null },
      values: Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN])),
    };
}
