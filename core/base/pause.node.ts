// Owns waiting that can be cut short. A race against a promise that lives on would leave something with it every time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until `signal` aborts. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
