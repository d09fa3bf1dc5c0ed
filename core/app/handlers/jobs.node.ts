// Owns the calls on jobs: listing, following, cancelling; and the workspace's history.
import { AppError } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { JobEnd } from '../../contract/views.ts';
import type { Readers } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { present } from '../lookup.node.ts';

export function jobReaders(store: Readers) {
  return {
    'jobs.list': ({ limit }) => store.jobs.list({ limit }),
    'jobs.get': async ({ jobId }) => present(await store.jobs.get(jobId), 'job', jobId),
    'history.list': ({ limit }) => store.events.list({ limit }),
  } satisfies Partial<Handlers>;
}

export function jobWriters({ store, jobs }: HostContext) {
  /** How a job of an earlier host ended, as far as its row tells. */
  async function endOnRecord(jobId: string): Promise<JobEnd> {
    const { status, outcome } = present(await store.jobs.get(jobId), 'job', jobId);
    const known = status === 'finished' || status === 'failed' || status === 'stopped' ? status : 'killed';
    return { outcome: known, error: outcome ?? undefined };
  }
  return {
    'jobs.cancel': async ({ jobId, kill }) => {
      const job = jobs.find(jobId);
      if (!job || job.end) {
        const { outcome } = job?.end ?? (await endOnRecord(jobId));
        throw new AppError('state/job-ended', { job: jobId, outcome, action: kill ? 'killed' : 'stopped' });
      }
      if (kill) job.process.kill();
      else job.process.stop();
      return null;
    },
    'jobs.wait': async ({ jobId }) => (await jobs.find(jobId)?.ended) ?? (await endOnRecord(jobId)),
    'jobs.events': async ({ jobId }, emit, signal) => {
      const job = jobs.find(jobId);
      if (job) await job.listen(emit, signal);
      else emit({ type: 'ended', end: await endOnRecord(jobId) });
    },
  } satisfies Partial<Handlers>;
}
