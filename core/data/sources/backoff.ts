// Owns how long to wait before a request is repeated, after an error and after a refusal for too many requests.

/** A request that failed by itself (5xx, cut connection, timeout, unreadable answer) is made so many times in all. */
export const ATTEMPTS = 6;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** A request that was refused with 429 is made so many times in all. */
export const LIMIT_ATTEMPTS = 8;
const FIRST_LIMIT_MS = 20_000;
/** A heavy overrun is blocked for about five minutes (J-Quants, "Rate Limits"): waits grow beyond that. */
const LONGEST_LIMIT_MS = 330_000;
/** A server that asks for more is not waited for. */
export const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * @param attempt 1 after the first failure
 * @param jitter in [0, 1), so that parallel requests do not return at once
 * @param retryAfter the header of a 503, as limitDelay takes it; believed up to the longest wait of a refusal
 */
export function retryDelay(attempt: number, jitter: number, retryAfter: string | null = null, now = 0): number {
  const own = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1)) * (0.75 + 0.5 * jitter);
  return Math.max(own, Math.min(LONGEST_LIMIT_MS, retryAfterMs(retryAfter, now) ?? 0));
}

/**
 * @param retryAfter the header as received: seconds or an HTTP date (RFC 9110, 10.2.3); null where there is none
 * @returns milliseconds; null where the server asks for more patience than there is
 */
export function limitDelay(attempt: number, retryAfter: string | null, now: number): number | null {
  const asked = retryAfterMs(retryAfter, now);
  if (asked !== null) return asked <= LONGEST_RETRY_AFTER_MS ? Math.max(asked, FIRST_RETRY_MS) : null;
  return Math.min(LONGEST_LIMIT_MS, FIRST_LIMIT_MS * 2 ** (attempt - 1));
}

function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // Date.parse reads much that is no date, '-5' among it.
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
