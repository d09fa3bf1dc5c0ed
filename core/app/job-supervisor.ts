// Owns the life of jobs: starts a worker for each, follows its messages, pauses, resumes, stops or kills it, notices that it
// hangs, and says once how it ended. Knows neither processes nor the store: both come in as ports.
import type { JOB_PHASES, JobEnd, JobEvent } from '../contract/views.ts';
import {
  type FromWorker,
  fromWorkerSchema,
  HEARTBEAT_MS,
  HUNG_AFTER_MS,
  type Progress,
  type RequestNote,
  type ToWorker,
  type Usage,
  type WorkerKind,
} from '../contract/worker.ts';
import { classifyExit, type HostKill, type LastWord, type WorkerExit } from './worker-exit.ts';

/** A started worker process. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called whenever it writes to stdout or stderr. */
  onOutput(listener: () => void): void;
  /** Called once, after the last message. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends the process at once. */
  kill(): void;
}
export type SpawnWorker = (kind: WorkerKind) => WorkerProcess;

/** Calls back after `ms`; the returned function takes it back. */
export type Timer = (ms: number, callback: () => void) => () => void;
export const systemTimer: Timer = (ms, callback) => {
  const id = setTimeout(callback, ms);
  return () => clearTimeout(id);
};

export type JobStatus = (typeof JOB_PHASES)[number];

export interface JobRequest {
  id: string;
  kind: WorkerKind;
  workspace: string;
  spec: unknown;
  /** Goes to the worker beside its spec, and nowhere else. */
  secret?: string;
  /** The worker sent a request out of this machine. */
  onRequest?(note: RequestNote): void;
  /** Called in order; 'ended' is the last. */
  onEvent(event: JobEvent): void;
}

export interface Job {
  readonly id: string;
  readonly pid: number | undefined;
  readonly status: JobStatus;
  readonly ended: Promise<JobEnd>;
  pause(): void;
  resume(): void;
  /** Asks the worker to save and end; kills it when it has not within `graceMs`. */
  stop(graceMs?: number): void;
  kill(): void;
}

/** Progress goes on at most this often, except that a stage's first and last always do. */
export const PROGRESS_EVERY_MS = 250;
export const STOP_GRACE_MS = 60_000;
const WATCH_EVERY_MS = 5_000;
/** What the worker takes of the machine is told about this often. */
const USAGE_EVERY_SECONDS = 2;

/** Starts a worker for `request`. The job's promise never rejects: how it ended is its value. */
export function startJob(spawn: SpawnWorker, timer: Timer, request: JobRequest): Job {
  const { id, kind, onEvent } = request;
  const { promise: ended, resolve } = Promise.withResolvers<JobEnd>();
  let status: JobStatus = 'starting';
  let lastWord: LastWord | undefined;
  let hostKill: HostKill | undefined;
  let cancelGrace = () => {};

  function enter(next: JobStatus): void {
    if (status === next || status === 'ended') return;
    status = next;
    onEvent({ type: 'status', status });
  }

  const worker = spawn(kind);
  const killFor = (reason: HostKill) => {
    hostKill ??= reason;
    worker.kill();
  };

  // Silence is counted in ticks of our own timer, not in clock time: a laptop that slept does not look like a hung worker. One that is held up
  // but at work says so by stderr, and one in an endless loop ends itself.
  let silentTicks = 0;
  let cancelWatch = () => {};
  const watch = () => {
    cancelWatch = timer(WATCH_EVERY_MS, () => {
      silentTicks += 1;
      if (silentTicks * WATCH_EVERY_MS > HUNG_AFTER_MS) killFor('hung');
      else watch();
    });
  };
  watch();

  const usage = usageOf((value) => onEvent({ type: 'usage', usage: value }));
  const progress = throttleProgress(timer, (value) => onEvent({ type: 'progress', progress: value }));

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        worker.send({ type: 'start', spec: request.spec });
        if (status === 'starting') enter('running');
        break;
      case 'paused':
        if (status === 'running') enter('paused');
        break;
      case 'resumed':
        if (status === 'paused') enter('running');
        break;
      case 'progress':
        progress.push(message.progress);
        break;
      case 'metrics':
        onEvent({ type: 'metrics', metrics: message.metrics });
        break;
      case 'checkpoint':
        onEvent({ type: 'checkpoint', checkpoint: message.checkpoint });
        break;
      case 'log':
        onEvent({ type: 'log', log: message.log });
        break;
      case 'request':
        request.onRequest?.(message.request);
        break;
      case 'done':
      case 'failed':
      case 'stopped':
        lastWord = message;
        break;
      case 'heartbeat':
        usage(message);
        break;
    }
  }

  const heard = (): void => {
    silentTicks = 0;
  };
  worker.onOutput(heard);
  worker.onMessage((raw) => {
    heard();
    const parsed = fromWorkerSchema.safeParse(raw);
    if (parsed.success) return receive(parsed.data);
    const problem = parsed.error.issues[0].message;
    onEvent({ type: 'log', log: { level: 'error', message: `worker message not understood: ${problem}` } });
  });
  worker.onExit((exit) => {
    cancelWatch();
    cancelGrace();
    progress.flush();
    const end = classifyExit(kind, exit, lastWord, hostKill);
    enter('ended');
    onEvent({ type: 'ended', end });
    resolve(end);
  });
  worker.send({ type: 'init', jobId: id, workspace: request.workspace, secret: request.secret });

  return {
    id,
    ended,
    get pid() {
      return worker.pid;
    },
    get status() {
      return status;
    },
    pause: () => worker.send({ type: 'pause' }),
    resume: () => worker.send({ type: 'resume' }),
    stop: (graceMs = STOP_GRACE_MS) => {
      if (status === 'stopping' || status === 'ended') return;
      enter('stopping');
      worker.send({ type: 'stop' });
      cancelGrace = timer(graceMs, () => killFor('asked'));
    },
    kill: () => {
      if (status !== 'ended') killFor('asked');
    },
  };
}

type Heartbeat = Extract<FromWorker, { type: 'heartbeat' }>;

/** Turns heartbeats into usage since the one told before: by the worker's own clock, since a busy worker beats late. */
function usageOf(emit: (usage: Usage) => void): (beat: Heartbeat) => void {
  let before: { cpuSeconds: number; upSeconds: number } | undefined;
  return ({ rssBytes, cpuSeconds, upSeconds }) => {
    if (cpuSeconds === undefined || upSeconds === undefined) return;
    const seconds = before && upSeconds - before.upSeconds;
    // Half a beat of leeway, else a beat that comes a moment early doubles the time between two.
    if (seconds !== undefined && seconds < USAGE_EVERY_SECONDS - HEARTBEAT_MS / 2_000) return;
    if (before && seconds) emit({ cpu: (cpuSeconds - before.cpuSeconds) / seconds, rssBytes });
    before = { cpuSeconds, upSeconds };
  };
}

/** Lets through a stage's first progress at once and its last for sure; between them one in PROGRESS_EVERY_MS. */
function throttleProgress(timer: Timer, emit: (progress: Progress) => void) {
  let waiting: Progress | undefined;
  let stage: string | undefined;
  let resting = false;
  let cancel = () => {};
  const flush = () => {
    cancel();
    resting = false;
    if (waiting) emit(waiting);
    waiting = undefined;
  };
  const rest = () => {
    resting = true;
    cancel = timer(PROGRESS_EVERY_MS, () => {
      const more = waiting !== undefined;
      flush();
      if (more) rest();
    });
  };
  return {
    flush,
    push: (progress: Progress) => {
      if (progress.stage !== stage) flush();
      stage = progress.stage;
      waiting = progress;
      if (!resting) {
        flush();
        rest();
      }
    },
  };
}
