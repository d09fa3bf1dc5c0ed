// Owns work that holds the thread for long but can be left between its steps: written once as a generator, run through at once or with pauses.
import { systemClock } from './clock.ts';

/** Yields the share of the work that is done, 0 to 1, wherever it can rest; returns the result. */
export type Steps<T> = Generator<number, T, void>;

/** Of workers, which have the thread for themselves. */
const PAUSE_EVERY_MS = 200;

/** Runs it through without a pause. */
export function runThrough<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Runs it with pauses, in which the caller may report, rest or, by throwing, stop.
 * @param everyMs without a pause, at most, but for single steps that take longer
 */
export async function runWithPauses<T>(
  steps: Steps<T>,
  pause: (share: number) => void | Promise<void>,
  everyMs = PAUSE_EVERY_MS,
): Promise<T> {
  let rested = systemClock.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (systemClock.now() - rested < everyMs) continue;
    await pause(value);
    rested = systemClock.now();
  }
}

/** The steps of a part of some work, as the stretch from `from` to `to` of the whole. */
export function* asPart<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    yield from + (to - from) * value;
  }
}
