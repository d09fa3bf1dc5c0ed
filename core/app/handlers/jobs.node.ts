// Owns the calls on jobs: listing, following, cancelling, their logs.
import { AppError } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Job } from '../../contract/entities.ts';
import type { JobEnd, JobListing, Outcome } from '../../contract/views.ts';
import type { JobEntry } from '../../store/jobs.ts';
import type { Readers, WorkspaceReader } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { JobLogs } from '../job-log.node.ts';
import { systemTimer } from '../job-supervisor.ts';
import { present } from '../lookup.node.ts';
import { pacedEvents } from '../paced-events.ts';
import { retryCall } from '../retry.node.ts';

export function jobReaders(store: WorkspaceReader) {
  const logs = new JobLogs(store.folder);
  return {
    'jobs.list': async ({ limit }) => {
      const entries = await store.jobs.entries({ limit });
      const nameOf = await namesById(store, entries);
      return entries.map((entry) => listing(entry, nameOf));
    },
    'jobs.get': async ({ jobId }) => present(await store.jobs.get(jobId), 'job', jobId),
    'jobs.log': ({ jobId, limit }) => logs.read(jobId, limit),
  } satisfies Partial<Handlers>;
}

/** What people call the runs, panels and checkpoints that these jobs name by their ids; undefined of other texts. */
async function namesById(store: Readers, entries: readonly JobEntry[]): Promise<(id: string) => string | undefined> {
  const asked = new Set(entries.flatMap((entry) => textsOf(entry, ['checkpoint'])));
  const [runs, panels, checkpoints] = await Promise.all([
    store.runs.names(),
    store.panels.list(),
    Promise.all([...asked].map((id) => store.checkpoints.get(id))),
  ]);
  const names = new Map(runs);
  for (const { panel, dataset, version } of panels) names.set(panel.id, `${dataset} v${version}`);
  for (const checkpoint of checkpoints) {
    const run = checkpoint && runs.get(checkpoint.runId);
    if (run) names.set(checkpoint.id, run);
  }
  return (id) => names.get(id);
}

/** Of the call that started the job, in the order of its input. */
function textsOf({ call }: JobEntry, keys: readonly string[]): string[] {
  const values = Object.entries(call?.input ?? {}).map(([key, value]) => (keys.includes(key) ? value : null));
  return values.filter((value) => typeof value === 'string');
}

function listing(entry: JobEntry, nameOf: (id: string) => string | undefined): JobListing {
  const { call: _, ...job } = entry;
  const named = textsOf(entry, ['name', 'dataset', 'checkpoint', 'panel']).map((text) => nameOf(text) ?? text);
  const subject = (entry.runId === null ? undefined : nameOf(entry.runId)) ?? named[0];
  return {
    ...job,
    subject: subject ?? null,
    end: job.endedAt === null ? null : outcomeOnRecord(job),
    retryable: job.endedAt !== null && job.status !== 'finished' && retryCall(entry) !== null,
  };
}

/** How the job ended, by its row: a worker's own word, or else the error that its exit was put down to. */
function outcomeOnRecord({ status, outcome }: Pick<Job, 'status' | 'outcome'>): Outcome {
  if (status === 'finished' || status === 'failed' || status === 'stopped') return status;
  switch (outcome?.code) {
    case 'worker/out-of-memory':
      return 'out-of-memory';
    case 'worker/hung':
    case 'worker/endless':
      return 'hung';
    case 'worker/crashed':
      return 'crashed';
    default:
      return 'killed';
  }
}

export function jobWriters({ store, jobs }: HostContext) {
  /** How a job of an earlier host ended, as far as its row tells. */
  async function endOnRecord(jobId: string): Promise<JobEnd> {
    const job = present(await store.jobs.get(jobId), 'job', jobId);
    return { outcome: outcomeOnRecord(job), error: job.outcome ?? undefined };
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
    'jobs.events': async ({ jobId, everyMs }, emit, signal) => {
      const job = jobs.find(jobId);
      if (!job) return emit({ type: 'ended', end: await endOnRecord(jobId) });
      if (everyMs === 0) return await job.listen(emit, signal);
      const paced = pacedEvents(emit, { everyMs, timer: systemTimer });
      await job.listen(paced.receive, signal);
      paced.stop();
    },
  } satisfies Partial<Handlers>;
}
