// Owns requests to a source over HTTP: paced, timed out, repeated where that helps, told to the network log, and free of secrets in what they leave.
import { AppError } from '../../base/errors.ts';
import { ATTEMPTS, LIMIT_ATTEMPTS, limitDelay, retryDelay } from './backoff.ts';
import type { SourceContext } from './source.ts';
import type { TokenBucket } from './token-bucket.ts';

export const DEFAULT_TIMEOUT_MS = 60_000;
const MESSAGE_CHARACTERS = 200;
/** No answer of a source comes near this; one that does not end, or unpacks without end, is stopped here. */
const MOST_BYTES = 64 * 2 ** 20;
/** Multiples of it, modulo 1, stay apart from each other. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Without secrets, for messages. */
  readonly url: string;
}

export interface BytesAnswer {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly url: string;
}

/** A request that some library has put together. */
export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  /** Beside those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpOptions {
  readonly source: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Limits that a request to this path counts against. */
  bucketsFor(path: string): readonly TokenBucket[];
  readonly context: SourceContext;
}

type Query = Readonly<Record<string, string>>;

export class SourceHttp {
  readonly #options: HttpOptions;
  /** Nothing goes before this moment: somebody was refused for too many requests. */
  #closedUntil = Number.NEGATIVE_INFINITY;
  #retries = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * The answer, whatever its status below 500 but 429. Times out, and repeats what failed by itself.
   * @param accept says why a body that came with 200 cannot be used (cut off, no JSON), which counts as a failure; undefined where it can
   * @throws source/limit, source/unreachable, source/bad-answer, cancelled
   */
  async get(
    path: string,
    query: Query,
    accept: (body: string) => string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const url = new URL(`${this.#options.baseUrl}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    const answer = await this.request({ url: url.href }, (bytes) => accept(text(bytes)), signal, path);
    return { status: answer.status, body: text(answer.bytes), url: answer.url };
  }

  /** The same for any request and for bytes. @param path what its limits are looked up by; its URL's path unless given */
  async request(
    request: HttpRequest,
    accept: (bytes: Uint8Array) => string | undefined,
    signal: AbortSignal,
    path: string = new URL(request.url).pathname,
  ): Promise<BytesAnswer> {
    const { source, context } = this.#options;
    const { clock, pause, onWait } = context;
    const shown = this.redact(request.url);
    const startedAt = clock.now();
    let refusals = 0;
    for (let failures = 0; ; ) {
      await this.#turn(path, signal);
      const tried = await this.#try(request, shown, signal);
      if ('status' in tried && tried.status === 429) {
        refusals += 1;
        const wait = refusals < LIMIT_ATTEMPTS ? limitDelay(refusals, tried.retryAfter, clock.now()) : null;
        if (wait === null)
          throw new AppError('source/limit', { source, minutes: Math.round((clock.now() - startedAt) / 60_000) });
        this.#closedUntil = Math.max(this.#closedUntil, clock.now() + wait);
        continue;
      }
      const answered = 'status' in tried && tried.status < 500;
      const fault = answered && tried.status === 200 ? accept(tried.bytes) : undefined;
      if (answered && fault === undefined) return { status: tried.status, bytes: tried.bytes, url: shown };
      failures += 1;
      if (failures >= ATTEMPTS) {
        if (fault !== undefined) throw new AppError('source/bad-answer', { url: shown, problem: fault });
        const problem = 'status' in tried ? `status ${tried.status}` : tried.problem;
        throw new AppError('source/unreachable', { url: shown, problem, attempts: failures });
      }
      const asked = 'status' in tried ? tried.retryAfter : null;
      const wait = retryDelay(failures, this.#spread(), asked, clock.now());
      onWait?.('retry', wait);
      await pause(wait, signal);
    }
  }

  /** What a server says of a refusal, for people: its own message where there is one, short and without secrets. */
  messageOf(body: string): string {
    let text = body;
    try {
      const parsed: unknown = JSON.parse(body);
      if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) text = String(parsed.message);
    } catch {
      // No JSON: the text itself is the message.
    }
    return this.redact(text).replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARACTERS);
  }

  redact(text: string): string {
    const { key } = this.#options.context;
    return key === null || key === ''
      ? text
      : text.replaceAll(key, '[key]').replaceAll(encodeURIComponent(key), '[key]');
  }

  /** In [0, 1), far from those before: parallel requests that failed together come back one by one. */
  #spread(): number {
    this.#retries += 1;
    return (this.#retries * GOLDEN) % 1;
  }

  /** Waits until a request may go: the limits allow it, and nobody was refused meanwhile. */
  async #turn(path: string, signal: AbortSignal): Promise<void> {
    const { clock, pause, onWait } = this.#options.context;
    for (;;) {
      const closed = this.#closedUntil - clock.now();
      if (closed > 0) {
        onWait?.('limit', closed);
        await pause(closed, signal);
      } else {
        // What is taken counts even where the turn is lost again: too slow is better than refused.
        const wait = Math.max(0, ...this.#options.bucketsFor(path).map((bucket) => bucket.take(clock.now())));
        if (wait > 0) {
          onWait?.('pace', wait);
          await pause(wait, signal);
        }
        if (this.#closedUntil <= clock.now()) break;
      }
      if (signal.aborted) throw new AppError('cancelled', {});
    }
    if (signal.aborted) throw new AppError('cancelled', {});
  }

  async #try(
    { url, method = 'GET', headers, body }: HttpRequest,
    shown: string,
    signal: AbortSignal,
  ): Promise<{ status: number; bytes: BytesAnswer['bytes']; retryAfter: string | null } | { problem: string }> {
    const { headers: always, context } = this.#options;
    const timeout = AbortSignal.timeout(context.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    let status: number | null = null;
    const tooLong = new AbortController();
    try {
      // A redirect would carry the key to wherever it leads.
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...always },
        body,
        signal: AbortSignal.any([signal, timeout, tooLong.signal]),
        redirect: 'manual',
      });
      status = response.status;
      const bytes = await bytesOf(response);
      if (bytes === null) {
        tooLong.abort(); // or the rest would still be sent
        context.onRequest({ method, url: shown, status, bytes: null });
        throw new AppError('source/bad-answer', { url: shown, problem: `more than ${MOST_BYTES / 2 ** 20} MiB` });
      }
      context.onRequest({ method, url: shown, status, bytes: bytes.length });
      return { status, bytes, retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      if (error instanceof AppError) throw error;
      context.onRequest({ method, url: shown, status, bytes: null });
      if (signal.aborted) throw new AppError('cancelled', {}, error);
      return { problem: timeout.aborted ? 'no answer in time' : this.redact(reasonOf(error)) };
    }
  }
}

/** The body, unpacked; null where it is longer than any source's. */
async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** fetch hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
