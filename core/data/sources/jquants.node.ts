// Owns J-Quants V2 as a source: what it offers, its parts, and turning them into bars and side tables.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { fromEpochDay } from '../../base/clock.ts';
import { nearestName } from '../../base/nearest.ts';
import { Duck } from '../duckdb.node.ts';
import { SIDE_TABLES, type SideTableName } from '../side-tables.ts';
import { sqlText } from '../sql.ts';
import { JQUANTS, MOST_AT_ONCE, OFFERS, PATHS, PLAN_LIMITS, FINS_LIMIT } from './jquants-api.ts';
import { JQuantsClient, rowsOf } from './jquants-client.node.ts';
import { NEXT, partsOf, type TradingCalendar, tradingCalendar, withListing } from './jquants-parts.ts';
import { type JQuantsEntitlement, probeJQuants } from './jquants-probe.node.ts';
import { barsQuery, dailyQuery, sectorNamesQuery, sectorsQuery, TABLE_QUERIES } from './jquants-tables.ts';
import type {
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
import { minutesFor } from './token-bucket.ts';

export function openJQuants(context: SourceContext): Source {
  return new JQuants(context);
}

class JQuants implements Source {
  readonly name = JQUANTS;
  readonly tables = OFFERS.map(({ table }) => table);
  readonly needsKey = true;
  readonly #context: SourceContext;
  readonly #client: JQuantsClient;
  #entitlement: JQuantsEntitlement | undefined;
  #calendar: TradingCalendar | undefined;

  constructor(context: SourceContext) {
    this.#context = context;
    // What an earlier probe found is what probe() returned: of one build with this.
    this.#entitlement = context.entitlement as JQuantsEntitlement | undefined;
    this.#client = new JQuantsClient(context, this.#entitlement?.requestsPerMinute ?? null);
  }

  /** A quarter of a minute's requests at once keeps the limit busy even where an answer takes ten seconds. */
  get concurrency(): number {
    return Math.min(MOST_AT_ONCE, Math.max(1, Math.floor(this.#limit / 4)));
  }

  get #limit(): number {
    return this.#entitlement?.requestsPerMinute ?? PLAN_LIMITS.free;
  }

  async probe(signal: AbortSignal): Promise<JQuantsEntitlement> {
    this.#entitlement = await probeJQuants(this.#client, this.#context.clock.now(), signal);
    return this.#entitlement;
  }

  async #entitled(signal: AbortSignal): Promise<JQuantsEntitlement> {
    return this.#entitlement ?? (await this.probe(signal));
  }

  async instruments(signal: AbortSignal): Promise<Instrument[]> {
    const plan = await this.#entitled(signal);
    const last = plan.tables.listing?.open ? plan.tables.listing.to : null;
    const query: Record<string, string> = last === null ? {} : { date: fromEpochDay(last) };
    const lines = await this.#client.pages({ table: 'listing', plan: plan.plan }, PATHS.master, query, signal);
    return rowsOf<{ Code: string; CoName: string; S33?: string; S33Nm?: string }>(lines).map(
      ({ Code, CoName, S33, S33Nm }) => ({
        code: Code,
        name: CoName,
        // 9999 is "other": funds, REITs and the like.
        kind: S33 === '9999' ? 'fund' : 'stock',
        sector: S33Nm ?? null,
        firstDay: null,
      }),
    );
  }

  async parts(request: FetchRequest, signal: AbortSignal): Promise<FetchPart[]> {
    const entitlement = await this.#entitled(signal);
    const { plan, tables } = entitlement;
    for (const table of request.tables) {
      if (!this.tables.includes(table))
        throw new AppError('source/unknown-table', { source: JQUANTS, table, known: this.tables.join(', ') });
      const access = tables[table];
      if (access?.open === false) throw new AppError('source/not-in-plan', { source: JQUANTS, table, plan });
    }
    const calendar = await this.#tradingCalendar(signal);
    const now = this.#context.clock.now();
    return partsOf(request, { calendar, entitlement, allIndices: entitlement.allIndices, now });
  }

  async #tradingCalendar(signal: AbortSignal): Promise<TradingCalendar> {
    if (this.#calendar) return this.#calendar;
    // Without days it gives all that the plan covers, the months to come included.
    const plan = this.#entitlement?.plan ?? 'free';
    const lines = await this.#client.pages({ table: 'bars', plan }, PATHS.calendar, {}, signal);
    this.#calendar = tradingCalendar(rowsOf(lines));
    return this.#calendar;
  }

  minutes(parts: readonly FetchPart[]): number {
    const requests = (some: readonly FetchPart[]): number => some.reduce((sum, part) => sum + part.requests, 0);
    const fins = parts.filter((part) => part.obtainable !== false && queryOf(part).path.startsWith('/fins/'));
    return Math.max(
      minutesFor(requests(parts), this.#limit),
      minutesFor(requests(fins), Math.min(FINS_LIMIT, this.#limit)),
    );
  }

  fetch(part: FetchPart, _: FetchRequest, signal: AbortSignal): Promise<readonly string[]> {
    const { path, query } = queryOf(part);
    return this.#client.pages({ table: part.table, plan: this.#entitlement?.plan ?? 'free' }, path, query, signal);
  }

  async convert(
    stored: readonly StoredPart[],
    request: FetchRequest,
    folder: string,
    signal: AbortSignal,
  ): Promise<SourceFiles> {
    const filesOf = (table: FetchTable): string[] =>
      stored.filter((part) => part.table === table).map(({ path }) => path);
    const duck = await Duck.open({ temporaryFolder: folder, signal });
    const write = async (query: string, file: string, format = 'FORMAT parquet, COMPRESSION zstd'): Promise<string> => {
      const path = join(folder, file);
      await duck.run(`COPY (${query}) TO ${sqlText(path)} (${format})`);
      return path;
    };
    try {
      const listings = filesOf('listing');
      await this.#helperTables(duck, listings, signal);
      const tables: { [name in SideTableName]?: string } = {};
      const notes: SourceNote[] = [];
      const daily =
        filesOf('bars').length === 0
          ? []
          : [await write(dailyQuery(filesOf('bars'), codesOnly('"Code"', request.codes)), 'daily.parquet')];
      const bars = await Promise.all(daily.map((path) => write(barsQuery(path), 'bars.parquet')));
      for (const wanted of withListing(request.tables)) {
        const table = wanted === 'bars' ? 'trading' : wanted;
        const files = wanted === 'bars' ? daily : filesOf(wanted);
        if (!isConverted(table) || files.length === 0) continue;
        const path = await write(this.#narrowed(TABLE_QUERIES[table](files), table, request), `${table}.parquet`);
        const { rows } = await duck.row(`SELECT count(*) AS rows FROM read_parquet(${sqlText(path)})`);
        if (rows === 0) notes.push({ code: 'table-empty', table, count: 0, examples: [] });
        else tables[table] = path;
      }
      notes.push(...(await this.#daysWithout(duck, daily, stored, request, signal)));
      notes.push(...(await codesWithout(duck, daily, listings, request)));
      for (const path of daily) rmSync(path);
      return {
        bars,
        calendar: 'XTKS',
        factors: 'event',
        ...(listings.length > 0 && {
          sectorFile: await write(sectorsQuery(listings), 'sectors.csv', 'FORMAT csv, HEADER'),
        }),
        tables,
        notes,
      };
    } catch (error) {
      throw unreadableAnswer(error, stored);
    } finally {
      duck.close();
    }
  }

  /** Trading days for which nothing came: not published yet, as today's before the evening, or amiss at the source. */
  async #daysWithout(
    duck: Duck,
    daily: readonly string[],
    stored: readonly StoredPart[],
    { codes }: FetchRequest,
    signal: AbortSignal,
  ): Promise<SourceNote[]> {
    if (codes || daily.length === 0) return []; // single stocks have days before their listing
    const rows = await duck.rows(`SELECT DISTINCT date FROM read_parquet(${sqlText(daily[0])})`);
    const days = new Set(rows.map(({ date }) => String(date)));
    const { days: trading } = await this.#tradingCalendar(signal);
    const isOpen = new Set([...trading].map(fromEpochDay));
    const empty = stored
      .filter(({ table, id }) => table === 'bars' && isOpen.has(id) && !days.has(id))
      .map(({ id }) => id);
    return empty.length === 0
      ? []
      : [{ code: 'gap', table: 'bars', count: empty.length, examples: empty.slice(0, SHOWN) }];
  }

  /** Trading days in order, for what is published so many business days later; and the names of sectors. */
  async #helperTables(duck: Duck, listings: readonly string[], signal: AbortSignal): Promise<void> {
    const { days } = await this.#tradingCalendar(signal);
    await duck.run('CREATE TEMP TABLE days (day DATE, n INTEGER)');
    const values = [...days].map((day, n) => `(DATE '${fromEpochDay(day)}', ${n})`);
    if (values.length > 0) await duck.run(`INSERT INTO days VALUES ${values.join(', ')}`);
    const names = listings.length === 0 ? `SELECT '' AS code, '' AS name WHERE false` : sectorNamesQuery(listings);
    await duck.run(`CREATE TEMP TABLE sectors AS ${names}`);
  }

  /** Tables of single stocks hold those that were asked for; none holds what became known after the last day, though its part reaches further. */
  #narrowed(query: string, table: SideTableName, { codes, to }: FetchRequest): string {
    const ofStocks = SIDE_TABLES[table].of === 'stock';
    return `SELECT * FROM (${query}) WHERE known_at < DATE '${fromEpochDay(to + 1)}' AND ${ofStocks ? codesOnly('code', codes) : 'true'}`;
  }
}

const SHOWN = 5;

/** What DuckDB says of JSON that it cannot read, as of a row with one name twice, is no bug of ours: it names the answer that it stands in. */
function unreadableAnswer(error: unknown, stored: readonly StoredPart[]): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { file, problem } = /JSON.* in file "(?<file>[^"]+)"(?:, | )(?<problem>.*)/.exec(error.message)?.groups ?? {};
  const part = stored.find(({ path }) => path === file);
  if (!part) return error;
  const { table, id, path } = part;
  return new AppError('source/unreadable-part', { source: JQUANTS, path, table, part: id, problem }, error);
}

/**
 * Codes asked for that have no bar: mistyped, or not listed in these days.
 * @throws source/unknown-instrument where none of them has one
 */
async function codesWithout(
  duck: Duck,
  [daily]: readonly string[],
  listings: readonly string[],
  { codes }: FetchRequest,
): Promise<SourceNote[]> {
  if (!codes || daily === undefined) return [];
  const rows = await duck.rows(`SELECT DISTINCT code FROM read_parquet(${sqlText(daily)})`);
  const found = new Set(rows.map(({ code }) => String(code)));
  const without = codes.filter((code) => !found.has(fullCode(code)));
  if (found.size === 0) {
    const known =
      listings.length === 0
        ? []
        : await duck.rows(`SELECT DISTINCT code FROM (${sectorsQuery(listings)}) ORDER BY code`);
    const names = known.map(({ code }) => String(code));
    const nearest = names.length === 0 ? '-' : nearestName(fullCode(codes[0]), names);
    throw new AppError('source/unknown-instrument', { source: JQUANTS, code: codes[0], nearest });
  }
  if (without.length === 0) return [];
  return [{ code: 'codes-unknown', table: 'bars', count: without.length, examples: without.slice(0, SHOWN) }];
}

const isConverted = (table: FetchTable): table is keyof typeof TABLE_QUERIES => Object.hasOwn(TABLE_QUERIES, table);

/** Codes have five characters; of four, the common stock is meant, whose fifth is 0 (as the service itself reads them). */
const fullCode = (code: string): string => (code.length === 4 ? `${code}0` : code).toUpperCase();

function codesOnly(column: string, codes: readonly string[] | undefined): string {
  if (!codes) return 'true';
  const all = codes.map((code) => sqlText(fullCode(code)));
  return `${column} IN (${all.join(', ') || 'NULL'})`;
}

/** The question that a part is the answer of. */
export function queryOf({ table, id, from, to }: FetchPart): { path: string; query: Readonly<Record<string, string>> } {
  const [first, last] = [fromEpochDay(from), fromEpochDay(to)];
  switch (table) {
    case 'index-bars':
      return id.startsWith('topix-')
        ? { path: PATHS.topix, query: { from: first, to: last } }
        : { path: PATHS.indices, query: { date: first } };
    case 'investor-flows':
      return { path: PATHS.investorTypes, query: { from: first, to: last } };
    case 'short-positions':
      return { path: PATHS.shortSale, query: { disc_date: first } };
    case 'earnings-calendar':
      return id.startsWith(NEXT)
        ? { path: PATHS.earningsCalendar, query: {} }
        : { path: PATHS.earningsDate, query: { date: first } };
    default: {
      const offer = OFFERS.find((known) => known.table === table);
      if (!offer) throw new Error(`J-Quants has no ${table}`);
      return { path: offer.path, query: { date: first } };
    }
  }
}
