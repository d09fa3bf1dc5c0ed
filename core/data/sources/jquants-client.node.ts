// Owns talking to the J-Quants API V2: one query with all its pages, refusals explained, the limits of the plan kept.
import { AppError } from '../../base/errors.ts';
import { fromEpochDay } from '../../base/clock.ts';
import { SourceHttp } from './http.node.ts';
import { FINS_LIMIT, JQUANTS, JQUANTS_URL, refusalOf } from './jquants-api.ts';
import type { FetchTable, SourceContext } from './source.ts';
import { TokenBucket } from './token-bucket.ts';

/** No query of a day or a year comes near this; a server that hands out keys for ever is stopped here. */
const MOST_PAGES = 1_000;
/** Nothing to be had at this time of day, or for this code (the specification's "No Content (Partial)"). */
const NO_CONTENT = 210;

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly pagination_key?: string | null;
}

export type Asked =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly status: number; readonly message: string; readonly url: string };

export class JQuantsClient {
  readonly #http: SourceHttp;
  readonly #context: SourceContext;
  readonly #fins: TokenBucket;
  /** None until the plan is known: the few questions that tell it stay below every plan's limit. */
  #plan: TokenBucket | undefined;
  #asked = 0;

  constructor(context: SourceContext, limit: number | null) {
    this.#context = context;
    const now = context.clock.now();
    if (limit !== null) this.#plan = new TokenBucket(limit, now, context.spent);
    this.#fins = new TokenBucket(FINS_LIMIT, now);
    this.#http = new SourceHttp({
      source: JQUANTS,
      baseUrl: context.baseUrl ?? JQUANTS_URL,
      headers: { 'x-api-key': context.key ?? '' },
      bucketsFor: (path) => this.#bucketsFor(path),
      context,
    });
  }

  /** Says what the plan allows, once that is known; what was asked until then counts against it. */
  setLimit(limit: number): void {
    this.#plan = new TokenBucket(limit, this.#context.clock.now(), this.#asked + (this.#context.spent ?? 0));
  }

  #bucketsFor(path: string): TokenBucket[] {
    this.#asked += 1;
    return [...(this.#plan ? [this.#plan] : []), ...(path.startsWith('/fins/') ? [this.#fins] : [])];
  }

  /**
   * All pages of a query, as received, a line each; or how it was refused.
   * @throws source/no-key, source/key-refused, source/limit, source/unreachable, source/bad-answer, cancelled
   */
  async ask(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Asked> {
    if (this.#context.key === null) throw new AppError('source/no-key', { source: JQUANTS });
    const lines: string[] = [];
    const seen = new Set<string>();
    for (let key: string | undefined; lines.length < MOST_PAGES; ) {
      const asked = key === undefined ? query : { ...query, pagination_key: key };
      const { status, body, url } = await this.#http.get(path, asked, faultOf, signal);
      if (status === NO_CONTENT) return { ok: true, lines };
      if (status !== 200) {
        const message = this.#http.messageOf(body);
        if (refusalOf(status, message).kind === 'key')
          throw new AppError('source/key-refused', { source: JQUANTS, status, message });
        return { ok: false, status, message, url };
      }
      const page = JSON.parse(body) as Page; // what faultOf let pass
      // A line a page: between the tokens of JSON line breaks are blanks, and inside of strings they cannot stand.
      lines.push(body.replaceAll(/[\r\n]+/g, ' '));
      const next = page.pagination_key ?? undefined;
      if (next === undefined || next === '') return { ok: true, lines };
      if (seen.has(next)) throw new AppError('source/bad-answer', { url, problem: 'the same pagination_key twice' });
      seen.add(next);
      key = next;
    }
    throw new AppError('source/bad-answer', { url: path, problem: `more than ${MOST_PAGES} pages` });
  }

  /** The same for what the key is entitled to. @throws also source/not-in-plan, source/outside-plan, source/refused */
  async pages(
    { table, plan }: { table: FetchTable; plan: string },
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const asked = await this.ask(path, query, signal);
    if (asked.ok) return asked.lines;
    const { status, message, url } = asked;
    const refusal = refusalOf(status, message);
    if (refusal.kind === 'plan') throw new AppError('source/not-in-plan', { source: JQUANTS, table, plan });
    if (refusal.kind === 'days') {
      const day = (value: number | null): string => (value === null ? '…' : fromEpochDay(value));
      const from = query.from ?? query.date ?? query.disc_date ?? '';
      const [first, last] = [day(refusal.from), day(refusal.to)];
      throw new AppError('source/outside-plan', { source: JQUANTS, table, first, last, from, to: query.to ?? from });
    }
    throw new AppError('source/refused', { url, status, message });
  }
}

/** Rows of pages, parsed. */
export function rowsOf<T>(lines: readonly string[]): T[] {
  return lines.flatMap((line) => (JSON.parse(line) as { data: T[] }).data);
}

function faultOf(body: string): string | undefined {
  let page: unknown;
  try {
    page = JSON.parse(body);
  } catch {
    return 'no JSON, or cut off';
  }
  if (typeof page !== 'object' || page === null || !('data' in page) || !Array.isArray(page.data))
    return 'no list "data"';
  if (!page.data.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
    return 'a row that is no object';
  // Half a pair of surrogates is JSON to us and none to DuckDB; written anew, only such halves are escaped.
  if (/\\ud[89a-f]/i.test(body) && /\\ud[89a-f]/.test(JSON.stringify(page))) return 'half a character';
  const key = 'pagination_key' in page ? page.pagination_key : undefined;
  return key === undefined || key === null || typeof key === 'string' ? undefined : 'a pagination_key that is no text';
}
