// Owns what every source of data is to the rest: what it has, what a download would cost, and parts that are fetched whole or not at all.
import type { Clock, EpochDay } from '../../base/clock.ts';
import type { CalendarName } from '../calendars.ts';
import type { ColumnMap } from '../columns.ts';
import type { FactorKind } from '../corporate-actions.ts';
import type { SideTableName } from '../side-tables.ts';

/** What can be fetched: bars of a day, or a table that a dataset holds beside them. */
export type FetchTable = 'bars' | SideTableName;

/** What somebody asks for. Days are inclusive, of the exchange's calendar (UTC where there is none). */
export interface FetchRequest {
  readonly tables: readonly FetchTable[];
  /** As `instruments` names them; absent means everything that the source has. */
  readonly codes?: readonly string[];
  readonly from: EpochDay;
  readonly to: EpochDay;
  /** What only this source knows of: the exchange of a coin, the path of a database. Never a key. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface Instrument {
  readonly code: string;
  readonly name: string;
  readonly kind: 'stock' | 'fund' | 'index' | 'spot' | 'perpetual' | 'currency-pair';
  readonly sector: string | null;
  /** First day that the source has of it; null where it does not say. */
  readonly firstDay: EpochDay | null;
}

/** Whether a table may be had with the key at hand, and for which days; null is open-ended or not known. */
export type TableAccess =
  | { readonly open: true; readonly from: EpochDay | null; readonly to: EpochDay | null }
  | { readonly open: false; readonly reason: 'no-key' | 'plan' | 'not-offered' | 'unreachable' };

/** What a probe at run time found; published lists of plans are not relied upon. */
export interface Entitlement {
  /** The plan's name, as far as the probes tell; null where the source has none. */
  readonly plan: string | null;
  readonly tables: { readonly [name in FetchTable]?: TableAccess };
  /** null where the source states no limit. */
  readonly requestsPerMinute: number | null;
  readonly probedAt: number;
}

/**
 * The unit of fetching, of resuming and of updating: it is on disk whole, or not at all. The same request made later gives the same ids
 * for the same days, so that a longer range asks for new parts only.
 */
export interface FetchPart {
  readonly table: FetchTable;
  /**
   * Becomes a file's name: letters, digits, '.', '_' and '-'. Unique within the table over all requests to the source, so it names the exchange
   * or the instrument where those vary; of one instrument, ascending ids are ascending in time.
   */
  readonly id: string;
  readonly from: EpochDay;
  readonly to: EpochDay;
  /** Requests that it will take, as far as can be told. */
  readonly requests: number;
  /** What was fetched before this moment (epoch milliseconds) may still have been incomplete, and is fetched anew by an update; -Infinity: never. */
  readonly settledAt: number;
  /** False where the key may not have it now: it is used where it was fetched before, as when a plan's window moved on, else left out. */
  readonly obtainable?: false;
}

/** A part as it stands on disk. */
export interface StoredPart {
  readonly table: FetchTable;
  readonly id: string;
  /** When its fetch began (epoch milliseconds). */
  readonly fetchedAt: number;
  /** Absolute path of a .ndjson.gz: one JSON document a line, numbers written as the source wrote them. */
  readonly path: string;
}

/** What a download becomes: input for the import, and finished side tables. */
export interface SourceFiles {
  /** CSV or Parquet that `importBars` reads. */
  readonly bars: readonly string[];
  readonly columns?: Partial<ColumnMap>;
  /** The exchange whose days these are, where the source knows: a short download shows none. */
  readonly calendar?: CalendarName;
  /** What its column of factors holds, where it has one: the source need not be guessed at. */
  readonly factors?: FactorKind;
  /** CSV with the columns code and sector. */
  readonly sectorFile?: string;
  /** Parquet with the columns code, period, known_at and the table's own; see SIDE_TABLES. */
  readonly tables: { readonly [name in SideTableName]?: string };
  /** What a reader of the dataset should know: gaps found, rows left out. Keys of messages, not sentences. */
  readonly notes: readonly SourceNote[];
}

export interface SourceNote {
  readonly code: 'gap' | 'rows-left-out' | 'codes-left-out' | 'codes-unknown' | 'table-empty';
  readonly table: FetchTable;
  readonly count: number;
  /** A few instances, as people would write them. */
  readonly examples: readonly string[];
}

/** A request that left this machine: for the network log. The URL is without secrets. */
export interface SourceRequestNote {
  readonly method: string;
  readonly url: string;
  /** null where no answer came. */
  readonly status: number | null;
  readonly bytes: number | null;
}

/** What a source is opened with. Nothing else reaches it: no files, no database, no environment. */
export interface SourceContext {
  /** The user's key; null where none is kept. Never written, logged or put into an error. */
  readonly key: string | null;
  /** What is asked for before there is a request: the exchange whose instruments are listed. A request's own options win. */
  readonly options?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Waits so many milliseconds; ends early, without an error, when the signal aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Hears of every request, also of those that failed and were repeated. */
  readonly onRequest: (note: SourceRequestNote) => void;
  /** Says in plain words why it is slow: waiting for a limit, repeating after an error. */
  readonly onWait?: (reason: 'pace' | 'limit' | 'retry', milliseconds: number) => void;
  /** What an earlier probe found, so that nothing is asked twice. */
  readonly entitlement?: Entitlement;
  /** Requests that were made with the key within the last minute. */
  readonly spent?: number;
  /** A request that takes longer is repeated; a minute unless said otherwise. */
  readonly timeoutMs?: number;
  /** Another address than the source's own: a local server in tests. */
  readonly baseUrl?: string;
}

/** A setting that a source asks for, beside tables and days: an exchange, a path. */
export interface SourceOption {
  readonly name: string;
  readonly required: boolean;
  /** An example that shows the form. */
  readonly example: string;
}

/**
 * A source. The engine in download.node.ts plans, skips what is there, runs several parts at once, stores each whole and reports; a source only
 * says which parts there are, fetches one, and turns those on disk into what the import reads.
 *
 * Every method throws AppErrors: source/no-key, source/key-refused, source/not-in-plan, source/limit, source/unreachable, source/bad-answer;
 * cancelled once the signal aborts.
 */
export interface Source {
  readonly name: string;
  readonly tables: readonly FetchTable[];
  readonly needsKey: boolean;
  readonly options?: readonly SourceOption[];
  /** Parts that may be fetched at the same time. */
  readonly concurrency: number;
  /** Asks the source what the key may have. Costs a handful of requests. */
  probe(signal: AbortSignal): Promise<Entitlement>;
  instruments(signal: AbortSignal): Promise<readonly Instrument[]>;
  /** The parts that a request is made of, in the order in which they are fetched. May cost a request or two (a calendar). */
  parts(request: FetchRequest, signal: AbortSignal): Promise<readonly FetchPart[]>;
  /** Minutes that these take at the source's pace, answers being quick. */
  minutes(parts: readonly FetchPart[]): number;
  /** Everything of one part, all pages, as lines of JSON; an empty list where the source has nothing for it. */
  fetch(part: FetchPart, request: FetchRequest, signal: AbortSignal): Promise<readonly string[]>;
  /** Writes into `folder`, which is empty, what the import reads. Rows are in the order of days; a missing price is missing, never 0. */
  convert(
    stored: readonly StoredPart[],
    request: FetchRequest,
    folder: string,
    signal: AbortSignal,
  ): Promise<SourceFiles>;
}

export type OpenSource = (context: SourceContext) => Source;
