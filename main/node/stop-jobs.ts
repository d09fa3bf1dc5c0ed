// Owns ending a host's work in good order: every job saves at its next safe point.
import { LIVE_STATUSES } from '../../core/contract/entities.ts';
import type { Client } from '../../core/contract/api.ts';
import { AppError } from '../../core/base/errors.ts';

const ACTIVE: ReadonlySet<string> = new Set(LIVE_STATUSES);

/** Ids of what is running. */
export async function activeJobs(client: Client): Promise<string[]> {
  const jobs = await client.call('jobs.list', {});
  return jobs.filter(({ status }) => ACTIVE.has(status)).map(({ id }) => id);
}

/** Asks every job to stop, and resolves when all have. */
export async function stopJobs(client: Client, jobs: readonly string[]): Promise<void> {
  const stop = async (jobId: string) => {
    try {
      await client.call('jobs.cancel', { jobId });
      await client.call('jobs.wait', { jobId });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'state/job-ended')) throw error;
    }
  };
  await Promise.all(jobs.map(stop));
}
