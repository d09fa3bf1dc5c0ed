// The supervisor against a worker played by the test, message by message. Real processes: tests/integration/worker.test.ts.
import { expect, test } from 'vitest';
import { type JobStatus, startJob, type WorkerProcess } from '../../core/app/job-supervisor.ts';
import { classifyExit, type WorkerExit } from '../../core/app/worker-exit.ts';
import { serializeError } from '../../core/base/errors.ts';
import { ENDLESS, type FromWorker, type ToWorker } from '../../core/contract/worker.ts';
import type { JobEvent } from '../../core/contract/views.ts';
import { manualTimer } from '../fixtures/manual-timer.ts';

const cleanExit: WorkerExit = { code: 0, signal: null, stderr: '' };

function play() {
  const sent: ToWorker[] = [];
  const events: JobEvent[] = [];
  let say: (message: unknown) => void = () => {};
  let write: () => void = () => {};
  let exit: (exit: WorkerExit) => void = () => {};
  const process: WorkerProcess & { killed: boolean } = {
    pid: 1,
    killed: false,
    send: (message) => void sent.push(message),
    onMessage: (listener) => void (say = listener),
    onOutput: (listener) => void (write = listener),
    onExit: (listener) => void (exit = listener),
    kill() {
      this.killed = true;
      exit({ code: null, signal: 'SIGKILL', stderr: '' });
    },
  };
  const clock = manualTimer();
  const job = startJob(() => process, clock.timer, {
    id: 'job1',
    kind: 'train',
    workspace: '/w',
    spec: { epochs: 3 },
    onEvent: (event) => events.push(event),
  });
  const statuses = (): JobStatus[] => events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
  return {
    job,
    process,
    sent,
    events,
    clock,
    statuses,
    say: (message: FromWorker) => say(message),
    rawSay: (message: unknown) => say(message),
    write: () => write(),
    exit: (end: Partial<WorkerExit> = {}) => exit({ ...cleanExit, ...end }),
  };
}

test('init comes first, start answers ready, and a job that is done ends finished with its result', async () => {
  const { job, sent, say, exit, statuses, events, clock } = play();
  expect(sent).toEqual([{ type: 'init', jobId: 'job1', workspace: '/w' }]);
  say({ type: 'ready', pid: 1 });
  expect(sent[1]).toEqual({ type: 'start', spec: { epochs: 3 } });
  say({ type: 'metrics', metrics: { step: 1, values: { loss: Number.NaN } } });
  say({ type: 'done', result: 42 });
  expect(job.status).toBe('running');
  exit();
  expect(await job.ended).toEqual({ outcome: 'finished', result: 42 });
  expect(statuses()).toEqual(['running', 'ended']);
  expect(events.at(-1)).toEqual({ type: 'ended', end: { outcome: 'finished', result: 42 } });
  expect(events[1]).toEqual({ type: 'metrics', metrics: { step: 1, values: { loss: Number.NaN } } });
  expect(clock.waiting).toBe(0);
});

test('pause counts when the worker rests, not when it is asked', () => {
  const { job, sent, say } = play();
  say({ type: 'ready', pid: 1 });
  job.pause();
  expect(sent.at(-1)).toEqual({ type: 'pause' });
  expect(job.status).toBe('running');
  say({ type: 'paused' });
  expect(job.status).toBe('paused');
  job.resume();
  say({ type: 'resumed' });
  expect(job.status).toBe('running');
});

test('stop waits for the worker to save', async () => {
  const { job, say, exit, process, statuses, clock } = play();
  say({ type: 'ready', pid: 1 });
  job.stop(10_000);
  job.stop(10_000);
  say({ type: 'stopped', result: 'saved' });
  exit();
  expect(await job.ended).toEqual({ outcome: 'stopped', result: 'saved' });
  expect(process.killed).toBe(false);
  expect(statuses()).toEqual(['running', 'stopping', 'ended']);
  expect(clock.waiting).toBe(0);
});

test('stop kills a worker that does not end within the grace; a kill on request is no fault', async () => {
  const { job, say, process, clock } = play();
  say({ type: 'ready', pid: 1 });
  job.stop(10_000);
  clock.advance(9_000);
  say({ type: 'heartbeat', rssBytes: 1 });
  expect(process.killed).toBe(false);
  clock.advance(1_000);
  expect(process.killed).toBe(true);
  expect(await job.ended).toEqual({ outcome: 'stopped' });
});

test('a silent worker is ended as hung after ten minutes; any message and any output is a sign of life', async () => {
  const { job, say, write, process, clock } = play();
  say({ type: 'ready', pid: 1 });
  for (let i = 0; i < 10; i++) {
    clock.advance(590_000);
    if (i % 3 === 0) write();
    else
      say(
        i % 2 ? { type: 'heartbeat', rssBytes: 1 } : { type: 'progress', progress: { stage: 's', done: i, total: 0 } },
      );
  }
  expect(process.killed).toBe(false);
  clock.advance(610_000);
  const end = await job.ended;
  expect(end.outcome).toBe('hung');
  expect(end.error).toMatchObject({ code: 'worker/hung', params: { kind: 'train', seconds: 600 } });
});

test('progress is thinned, but the first and the last of each stage come through in order', () => {
  const { say, exit, events, clock } = play();
  say({ type: 'ready', pid: 1 });
  for (const stage of ['a', 'b'])
    for (let done = 1; done <= 1000; done++) {
      say({ type: 'progress', progress: { stage, done, total: 1000 } });
      if (done % 100 === 0) clock.advance(50);
    }
  exit();
  const seen = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
  expect(seen.length).toBeLessThan(12);
  expect(seen.map((p) => p.stage).join('')).toMatch(/^a+b+$/);
  for (const stage of ['a', 'b']) {
    const dones = seen.filter((p) => p.stage === stage).map((p) => p.done);
    expect(dones.at(0)).toBe(1);
    expect(dones.at(-1)).toBe(1000);
    expect(dones).toEqual(dones.toSorted((x, y) => x - y));
  }
});

test('usage is told about every two seconds of the worker, by its own clock', () => {
  const { say, events } = play();
  say({ type: 'ready', pid: 1 });
  const beat = (upSeconds: number, cpuSeconds: number) =>
    say({ type: 'heartbeat', rssBytes: upSeconds * 100, cpuSeconds, upSeconds });
  say({ type: 'heartbeat', rssBytes: 1 }); // of a worker that tells no more
  beat(1, 0.5);
  beat(2, 1.5);
  beat(2.9, 2.4);
  beat(3.1, 3);
  beat(9.1, 9); // held up by its own work
  const told = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []));
  expect(told).toEqual([
    { cpu: expect.closeTo(1), rssBytes: 290 },
    { cpu: expect.closeTo(6.6 / 6.2), rssBytes: 910 },
  ]);
});

test('a message that is not of the protocol is logged, not obeyed', () => {
  const { rawSay, events, job } = play();
  rawSay({ type: 'launch' });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ type: 'log', log: { level: 'error' } });
  expect(job.status).toBe('starting');
});

test.each<[string, Parameters<typeof classifyExit>, string, string | undefined]>([
  [
    'V8 heap',
    [
      'train',
      {
        code: null,
        signal: 'SIGABRT',
        stderr: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      },
    ],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'native heap',
    ['train', { code: null, signal: 'SIGABRT', stderr: "terminate called after throwing 'std::bad_alloc'" }],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'array buffer',
    ['train', cleanExit, { type: 'failed', error: serializeError(new RangeError('Array buffer allocation failed')) }],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'V8 outside its heap',
    ['train', { code: null, signal: 'SIGTRAP', stderr: '# Fatal process out of memory: Worklist::Segment::Create' }],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'V8 while compiling',
    ['train', { code: null, signal: 'SIGABRT', stderr: 'FATAL ERROR: Zone Allocation failed - process out of memory' }],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'the stack of a new thread',
    [
      'train',
      {
        code: null,
        signal: 'SIGABRT',
        stderr:
          "terminate called after throwing an instance of 'std::system_error'\n  what():  Resource temporarily unavailable\n",
      },
    ],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  [
    'the arena of ONNX Runtime',
    [
      'train',
      cleanExit,
      {
        type: 'failed',
        error: serializeError(
          new Error(
            'bfc_arena.cc:360 AllocateRawInternal Failed to allocate memory for requested buffer of size 251648',
          ),
        ),
      },
    ],
    'out-of-memory',
    'worker/out-of-memory',
  ],
  ['killed from outside', ['train', { code: null, signal: 'SIGKILL', stderr: '' }], 'killed', 'worker/killed'],
  ['segmentation fault', ['train', { code: null, signal: 'SIGSEGV', stderr: '' }], 'crashed', 'worker/crashed'],
  ['left without a word', ['train', cleanExit], 'crashed', 'worker/crashed'],
  ['a bug', ['train', cleanExit, { type: 'failed', error: serializeError(new TypeError('x')) }], 'failed', 'bug'],
  [
    'killed on request',
    ['train', { code: null, signal: 'SIGKILL', stderr: '' }, undefined, 'asked'],
    'stopped',
    undefined,
  ],
  [
    'crash while leaving after done',
    ['train', { code: null, signal: 'SIGSEGV', stderr: '' }, { type: 'done', result: 1 }],
    'finished',
    undefined,
  ],
  [
    'in an endless loop, by its own watch',
    [
      'train',
      {
        code: null,
        signal: 'SIGKILL',
        stderr: `slow: 12.0 s of processor time since the last message\n${ENDLESS} 30.4\n`,
      },
    ],
    'hung',
    'worker/endless',
  ],
  [
    'hung, then killed',
    ['train', { code: null, signal: 'SIGKILL', stderr: '' }, undefined, 'hung'],
    'hung',
    'worker/hung',
  ],
])('exit: %s', (_name, args, outcome, code) => {
  const end = classifyExit(...args);
  expect(end.outcome).toBe(outcome);
  expect(end.error?.code).toBe(code);
});
