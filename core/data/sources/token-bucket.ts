// Owns pacing by a limit of requests a minute: how long a request has to wait so that no minute, wherever it begins, has more than allowed.
const MINUTE = 60_000;
/** What may go at once; the rest of the limit is spread over the minute, so that both together never exceed it. */
const BURST_SHARE = 0.1;

/**
 * A token bucket that starts full: `burst` at once, then the rest evenly. In any window of a minute at most burst + refill = limit requests
 * go, which a bucket that both holds and refills the whole limit would double. Time is what the caller says it is, in milliseconds.
 */
export class TokenBucket {
  readonly limit: number;
  #tokens: number;
  #at: number;

  /**
   * @param limit whole requests a minute, at least 1
   * @param spent requests that were made within the last minute and count against the limit
   */
  constructor(limit: number, now: number, spent = 0) {
    this.limit = limit;
    this.#tokens = burstOf(limit) - spent;
    this.#at = now;
  }

  /** Takes a token, which may be one yet to come. @returns milliseconds to wait before the request may go */
  take(now: number): number {
    this.#refill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / refillOf(this.limit)) * MINUTE);
  }

  #refill(now: number): void {
    // A clock that was set back must not undo what was taken.
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(burstOf(this.limit), this.#tokens + (passed / MINUTE) * refillOf(this.limit));
  }
}

function burstOf(limit: number): number {
  return Math.max(1, Math.floor(limit * BURST_SHARE));
}

/** At least half a token: a limit of 1 would otherwise never refill. */
function refillOf(limit: number): number {
  return Math.max(0.5, limit - burstOf(limit));
}

/** Minutes that so many requests take at a limit, when answers are quick. */
export function minutesFor(requests: number, limit: number): number {
  return Math.max(0, requests - burstOf(limit)) / refillOf(limit);
}
