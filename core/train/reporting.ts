// Owns how a run tells how far it is: not more often than needed, never less often than promised.
import { AppError } from '../base/errors.ts';
import type { WorkerContext } from '../contract/worker.ts';

/** Progress is reported about this often; the contract asks for every 2 s. */
export const REPORT_MS = 1000;

export const percent = (share: number): number => Math.round(100 * share);

/** Reports at most once in REPORT_MS, but for what is complete. */
export function reporter(context: WorkerContext, stage: string): (done: number, total: number) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (now - reportedAt < REPORT_MS && done < total) return;
    reportedAt = now;
    context.progress({ stage, done, total });
  };
}

/** Of work that knows its share alone; says at once that it begins. */
export function shareReporter(context: WorkerContext, stage: string): (share: number) => void {
  const report = reporter(context, stage);
  report(0, 100);
  return (share) => report(percent(share), 100);
}

/** Between batches the run may also rest, or be stopped. */
export function batchReporter(context: WorkerContext, stage: string): (done: number, total: number) => Promise<void> {
  const report = reporter(context, stage);
  return async (done, total) => {
    report(done, total);
    await context.whenRunning();
    if (context.signal.aborted) throw new AppError('cancelled', {});
  };
}

/** Of work in another process, of which nothing is heard until it is over. */
export async function whileWaiting<T>(context: WorkerContext, stage: string, work: Promise<T>): Promise<T> {
  const report = (): void => context.progress({ stage, done: 0, total: 0 });
  report();
  const timer = setInterval(report, REPORT_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** @returns undefined where the work was cancelled */
export async function unlessCancelled<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled') return undefined;
    throw error;
  }
}
