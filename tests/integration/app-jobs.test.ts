// Jobs with real worker processes: what is recorded, in which order, and what a late listener sees.
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type JobPlan, type JobPorts, Jobs } from '../../core/app/jobs.ts';
import { JobLogs } from '../../core/app/job-log.node.ts';
import { systemTimer } from '../../core/app/job-supervisor.ts';
import { systemClock } from '../../core/base/clock.ts';
import { AppError } from '../../core/base/errors.ts';
import type { Job } from '../../core/contract/entities.ts';
import type { JobEvent } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import type { FixtureSpec } from '../fixtures/worker.ts';

const entry = fileURLToPath(new URL('../fixtures/worker.ts', import.meta.url));
const hosts: Jobs[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

function host(writeLog?: JobPorts['writeLog']) {
  const rows = new Map<string, Partial<Job>>();
  const bugs: unknown[] = [];
  const jobs = new Jobs({
    workspace: '/w',
    spawn: nodeSpawner({ entry: () => entry }),
    timer: systemTimer,
    clock: systemClock,
    records: {
      create: async (job, id) => void rows.set(id, job),
      update: async (id, patch) => void rows.set(id, { ...rows.get(id), ...patch }),
      setStatus: async (id, status, outcome = null) => void rows.set(id, { ...rows.get(id), status, outcome }),
    },
    writeLog,
    onBug: (error) => bugs.push(error),
  });
  hosts.push(jobs);
  const start = (spec: FixtureSpec, plan: Partial<JobPlan> = {}) =>
    jobs.start({ kind: 'train', worker: 'train', spec, ...plan });
  return { jobs, rows, bugs, start };
}

const never = new AbortController().signal;

test('a job is recorded from start to end, and its end is told only when all of it is stored', async () => {
  const { jobs, rows, start } = host();
  const recorded: string[] = [];
  const id = await start(
    { do: 'count', to: 3, everyMs: 1 },
    {
      runId: 'run1',
      record: async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        recorded.push(event.type);
      },
      finish: async (end) => {
        expect(recorded.filter((type) => type === 'metrics')).toHaveLength(3);
        return { stored: end.result };
      },
    },
  );
  expect(rows.get(id)).toMatchObject({ status: 'running', kind: 'train', runId: 'run1' });
  expect(jobs.findByRun('run1')?.id).toBe(id);
  const events: JobEvent[] = [];
  await jobs.find(id)?.listen((event) => events.push(event), never);
  const end = { outcome: 'finished', result: { stored: { counted: 3 } } };
  expect(events.at(-1)).toEqual({ type: 'ended', end });
  expect(rows.get(id)).toMatchObject({ status: 'finished', outcome: null, pid: null });
  expect(jobs.findByRun('run1')).toBeUndefined();

  const late: JobEvent[] = [];
  await jobs.find(id)?.listen((event) => late.push(event), never);
  expect(late.at(-1)).toEqual({ type: 'ended', end });
  expect(late.map((event) => event.type)).toEqual(['status', 'log', 'progress', 'ended']);
});

test('a log that cannot be written ends neither the job nor the host', async () => {
  const logs = new JobLogs(entry); // no folder: nothing can be made in it
  const { jobs, rows, bugs, start } = host(logs.write.bind(logs));
  const id = await start({ do: 'count', to: 3, everyMs: 1 });
  expect(await jobs.find(id)?.ended).toMatchObject({ outcome: 'finished' });
  expect(rows.get(id)).toMatchObject({ status: 'finished' });
  expect(bugs.length).toBeGreaterThan(0);
});

test('a listener that goes away stops nothing', async () => {
  const { jobs, start } = host();
  const id = await start({ do: 'count', to: 20, everyMs: 5 });
  const controller = new AbortController();
  const listening = jobs.find(id)?.listen(() => controller.abort(), controller.signal);
  await listening;
  expect((await jobs.find(id)?.ended)?.outcome).toBe('finished');
});

test.each([
  [new AppError('data/empty-file', { file: 'x' }), 'data/empty-file', 0],
  [new TypeError('wrong'), 'bug', 1],
] as const)('when recording fails the job is ended and fails with that error: %s', async (error, code, bugCount) => {
  const { jobs, rows, bugs, start } = host();
  const id = await start(
    { do: 'count', to: 1_000_000, everyMs: 1 },
    {
      record: async (event) => {
        if (event.type === 'metrics') throw error;
      },
    },
  );
  expect(await jobs.find(id)?.ended).toMatchObject({ outcome: 'failed', error: { code } });
  expect(rows.get(id)).toMatchObject({ status: 'failed', outcome: { code } });
  expect(bugs).toHaveLength(bugCount);
});

test('when the host closes, its jobs end and can be taken up again', async () => {
  const { jobs, rows, start } = host();
  const ids = [
    await start({ do: 'count', to: 1_000_000, everyMs: 1 }),
    await start({ do: 'count', to: 1_000_000, everyMs: 1 }),
  ];
  await jobs.close();
  for (const id of ids) expect(rows.get(id)?.status).toBe('stopped');
});

test('a worker that was killed from outside leaves an interrupted job', async () => {
  const { jobs, rows, start } = host();
  const id = await start({ do: 'count', to: 1_000_000, everyMs: 1 });
  const job = jobs.find(id)!;
  await new Promise<void>((resolve) => {
    void job.listen((event) => event.type === 'metrics' && resolve(), never);
  });
  expect(rows.get(id)?.pid).toBe(job.process.pid);
  process.kill(job.process.pid!, 'SIGKILL');
  await job.ended;
  expect(rows.get(id)).toMatchObject({ status: 'interrupted', outcome: { code: 'worker/killed' } });
});
