// Real child processes: each way a worker can end, seen from the host.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Job, startJob, systemTimer, type Timer } from '../../core/app/job-supervisor.ts';
import type { JobEvent } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import type { WorkerKind } from '../../core/contract/worker.ts';
import { manualTimer } from '../fixtures/manual-timer.ts';
import type { FixtureSpec } from '../fixtures/worker.ts';

const entry = fileURLToPath(new URL('../fixtures/worker.ts', import.meta.url));
const started: Job[] = [];
afterEach(() => {
  for (const job of started.splice(0)) job.kill();
});

function start(spec: FixtureSpec, { execArgv = [] as string[], timer = systemTimer } = {}) {
  const events: JobEvent[] = [];
  const listeners = new Set<() => void>();
  const job = startJob(nodeSpawner({ entry: () => entry, execArgv }), timer, {
    id: 'job',
    kind: 'train',
    workspace: '/w',
    spec,
    onEvent: (event) => {
      events.push(event);
      for (const listener of listeners) listener();
    },
  });
  started.push(job);
  /** Resolves when the events so far fulfil `test`. */
  const until = (test: (events: JobEvent[]) => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (test(events)) resolve();
      };
      listeners.add(check);
      check();
    });
  return { job, events, until };
}

const isStatus = (status: string) => (events: JobEvent[]) =>
  events.some((event) => event.type === 'status' && event.status === status);

test('a job runs to its end: reports arrive in order, NaN survives, the process is gone', async () => {
  const { job, events } = start({ do: 'count', to: 5, everyMs: 1 });
  expect(await job.ended).toEqual({ outcome: 'finished', result: { counted: 5 } });
  const metrics = events.flatMap((event) => (event.type === 'metrics' ? [event.metrics] : []));
  expect(metrics.map((m) => m.step)).toEqual([1, 2, 3, 4, 5]);
  expect(metrics[0].values.notANumber).toBeNaN();
  expect(events[0]).toEqual({ type: 'status', status: 'running' });
  expect(events.at(-1)?.type).toBe('ended');
  expect(() => process.kill(job.pid!, 0)).toThrow();
});

test('pause holds a job where it stands, resume goes on, stop saves and ends', async () => {
  const { job, events, until } = start({ do: 'count', to: 1_000_000, everyMs: 1 });
  await until((all) => all.some((event) => event.type === 'metrics'));
  job.pause();
  await until(isStatus('paused'));
  const steps = () => events.filter((event) => event.type === 'metrics').length;
  const held = steps();
  job.resume();
  await until(() => steps() > held);
  job.stop();
  const end = await job.ended;
  expect(end.outcome).toBe('stopped');
  expect(end.result).toEqual({ counted: steps() });
});

test('while a job is paused, its worker is alive and makes no step', async () => {
  const { job, events, until } = start({ do: 'tick' });
  await until((all) => all.some((event) => event.type === 'metrics'));
  job.pause();
  await until(isStatus('paused'));
  const kinds = (type: string) => events.filter((event) => event.type === type).length;
  const [steps, ticks] = [kinds('metrics'), kinds('log')];
  // The worker's own clock has ticked fifty times, in any of which it could have made a step.
  await until(() => kinds('log') >= ticks + 50);
  expect(kinds('metrics')).toBe(steps);
  job.resume();
  await until(() => kinds('metrics') > steps);
  job.stop();
  expect((await job.ended).outcome).toBe('stopped');
});

test('stop reaches a paused job', async () => {
  const { job, until } = start({ do: 'count', to: 1_000_000, everyMs: 1 });
  await until(isStatus('running'));
  job.pause();
  await until(isStatus('paused'));
  job.stop();
  expect((await job.ended).outcome).toBe('stopped');
});

test('an AppError arrives whole; a bug arrives as a bug with its stack, even from a callback', async () => {
  const expected = await start({ do: 'fail', how: 'expected' }).job.ended;
  expect(expected).toMatchObject({ outcome: 'failed', error: { code: 'data/empty-file', params: { file: 'x.csv' } } });
  for (const how of ['bug', 'later'] as const) {
    const bug = await start({ do: 'fail', how }).job.ended;
    expect(bug).toMatchObject({ outcome: 'failed', error: { code: 'bug' } });
    expect(bug.error?.stack).toContain('fixtures/worker.ts');
  }
});

test('kill -9 from outside, an exit without a word and a file that does not load are told apart', async () => {
  const killed = start({ do: 'count', to: 1_000_000, everyMs: 1 });
  await killed.until(isStatus('running'));
  process.kill(killed.job.pid!, 'SIGKILL');
  expect((await killed.job.ended).outcome).toBe('killed');

  const left = await start({ do: 'exit', code: 3 }).job.ended;
  expect(left).toMatchObject({ outcome: 'crashed', error: { params: { reason: 'exit code 3' } } });

  const broken = startJob(nodeSpawner({ entry: () => `${entry}.missing` }), systemTimer, {
    id: 'job',
    kind: 'train',
    workspace: '/w',
    spec: {},
    onEvent: () => {},
  });
  expect((await broken.ended).outcome).toBe('crashed');
});

test('a full heap is classified as out of memory', async () => {
  const { job } = start({ do: 'fill-memory' }, { execArgv: ['--max-old-space-size=32'] });
  const end = await job.ended;
  expect(end).toMatchObject({ outcome: 'out-of-memory', error: { code: 'worker/out-of-memory' } });
});

test('a body that holds its thread and does nothing is ended as hung', async () => {
  const fast: Timer = (ms, callback) => systemTimer(ms / 200, callback); // ten minutes in 3 s: start-up is shorter than that
  const { job } = start({ do: 'hang' }, { timer: fast });
  expect(await job.ended).toMatchObject({ outcome: 'hung', error: { code: 'worker/hung' } });
});

test('a body that computes without end is ended by its own watch, which its host hears', async () => {
  const endless = fileURLToPath(new URL('../fixtures/endless-worker.ts', import.meta.url));
  let outputs = 0;
  const spawn = (kind: WorkerKind) => {
    const worker = nodeSpawner({ entry: () => endless })(kind);
    worker.onOutput(() => outputs++);
    return worker;
  };
  // The host's own clock stands still: by it, nothing would ever be ended.
  const job = startJob(spawn, manualTimer().timer, {
    id: 'job',
    kind: 'train',
    workspace: '/w',
    spec: {},
    onEvent: () => {},
  });
  started.push(job);
  expect(await job.ended).toMatchObject({
    outcome: 'hung',
    error: { code: 'worker/endless', params: { seconds: expect.any(Number) } },
  });
  expect(outputs).toBeGreaterThan(0);
});

test('a worker ends by itself when its host is killed', async () => {
  const host = fork(fileURLToPath(new URL('../fixtures/orphaning-host.ts', import.meta.url)), { stdio: 'pipe' });
  const pid = await new Promise<number>((resolve) => host.once('message', (message) => resolve(Number(message))));
  const alive = () => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  };
  expect(alive()).toBe(true);
  host.kill('SIGKILL');
  for (let i = 0; alive() && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(alive()).toBe(false);
});
