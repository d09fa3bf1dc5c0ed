// Owns starting a job again: every call that starts a job is kept with it, and made again when asked.
import { AppError } from '../base/errors.ts';
import { api, type Handlers } from '../contract/api.ts';
import { started } from '../contract/calls/common.ts';
import type { Job } from '../contract/entities.ts';
import type { JobCall, JobWriter } from '../store/jobs.ts';
import { present } from './lookup.node.ts';

type Call = (input: unknown, signal: AbortSignal) => unknown;

/** Starting again is remembered as what is started again. */
const startsJob = (name: string): boolean => {
  const { output } = api.calls[name as keyof typeof api.calls];
  return name !== 'jobs.retry' && 'shape' in output && 'jobId' in output.shape;
};

/** The handlers with a memory: whatever call answers with a job's id is on record with that job. */
export function rememberingCalls(handlers: Handlers, jobs: JobWriter): Handlers {
  const table = handlers as unknown as Record<string, Call>;
  const remembering = Object.keys(api.calls)
    .filter(startsJob)
    .map((name) => {
      const call: Call = async (input, signal) => {
        const output = await table[name](input, signal);
        await jobs.rememberCall(started.parse(output).jobId, { name, input });
        return output;
      };
      return [name, call];
    });
  return { ...handlers, ...Object.fromEntries(remembering) };
}

/** What starts the job again; a run goes on from its last checkpoint. Null where that is not on record. */
export function retryCall({
  kind,
  runId,
  call,
}: Pick<Job, 'kind' | 'runId'> & { call: JobCall | null }): JobCall | null {
  if (kind === 'train') return runId === null ? null : { name: 'training.resumeRun', input: { run: runId } };
  return call !== null && Object.hasOwn(api.calls, call.name) ? call : null;
}

/** @throws state/gone, state/job-active, state/not-retryable, and what the call itself throws */
export async function retryJob(handlers: Handlers, jobs: JobWriter, id: string, signal: AbortSignal): Promise<string> {
  const job = present(await jobs.get(id), 'job', id);
  if (job.endedAt === null) throw new AppError('state/job-active', { job: id });
  const call = retryCall({ ...job, call: (job.spec.call as JobCall | undefined) ?? null });
  if (!call) throw new AppError('state/not-retryable', { job: id });
  // What is on record was checked when it was first made; defaults may have been added since.
  const shape = api.calls[call.name as keyof typeof api.calls];
  const table = handlers as unknown as Record<string, Call>;
  return started.parse(await table[call.name](shape.input.parse(call.input), signal)).jobId;
}
