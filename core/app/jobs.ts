// Owns the jobs of one host: starts them, records what happens to each in order, tells whoever listens, and ends them with the host.
import type { Clock } from '../base/clock.ts';
import { AppError, type SerializedError, serializeError } from '../base/errors.ts';
import { translateSystemError } from '../base/system-errors.ts';
import type { Job as JobRow, RunStatus } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import type { JobEnd, JobEvent, JobKind } from '../contract/views.ts';
import type { LogLine } from '../contract/views/workspace.ts';
import type { RequestNote, WorkerKind } from '../contract/worker.ts';
import { type Job, type SpawnWorker, startJob, type Timer } from './job-supervisor.ts';

/** Where job rows are kept: the store's job writer, or a part of it. */
export interface JobRecords {
  create(job: Pick<JobRow, 'kind' | 'spec' | 'runId'>, id: string): Promise<unknown>;
  update(id: string, patch: Partial<Pick<JobRow, 'pid' | 'progress'>>): Promise<void>;
  setStatus(id: string, status: RunStatus, outcome?: SerializedError | null): Promise<void>;
}

export interface JobPlan {
  kind: JobKind;
  worker: WorkerKind;
  spec: object;
  runId?: string;
  /** A key that the worker needs: handed over beside the spec, never recorded. */
  secret?: string;
  /** Records a request that the worker sent out of this machine; called in order, one at a time. */
  request?(note: RequestNote): Promise<void>;
  /** Records an event beyond the job's own row; called in order, one at a time. */
  record?(event: JobEvent): Promise<void>;
  /** Stores what the job produced. What it returns takes the place of the worker's result. */
  finish?(end: JobEnd): Promise<unknown>;
}

export interface JobPorts {
  workspace: string;
  spawn: SpawnWorker;
  timer: Timer;
  clock: Clock;
  records: JobRecords;
  /** Where a job's log is kept: what it said, how it stood, how it ended. */
  writeLog?(jobId: string, line: LogLine): void;
  onBug(error: unknown, where: string): void;
}

/** How an end is written down: what was not the worker's own doing can be taken up again. */
export function statusOfEnd({ outcome }: JobEnd): RunStatus {
  return outcome === 'finished' || outcome === 'failed' || outcome === 'stopped' ? outcome : 'interrupted';
}

/** The line that an event leaves in the job's log. */
function logged(event: JobEvent): Omit<LogLine, 'time'> | undefined {
  if (event.type === 'log') return { level: event.log.level, message: event.log.message };
  if (event.type === 'status') return event.status === 'ended' ? undefined : { level: 'info', message: event.status };
  if (event.type !== 'ended') return undefined;
  const { outcome, error } = event.end;
  return { level: error ? 'error' : 'info', message: error ? `${outcome}: ${error.message}` : outcome };
}

/** A row's progress is written at most this often. */
const RECORD_PROGRESS_MS = 2_000;
/** Log lines that a late listener still gets. */
const KEPT_LOGS = 200;
/** Jobs that have ended and can still be listened to. */
const KEPT_ENDED = 100;

export class Jobs {
  readonly #ports: JobPorts;
  readonly #live = new Map<string, LiveJob>();
  /** By kind and spec: jobs of startOnce whose rows do not stand yet. */
  readonly #starting = new Map<string, Promise<string>>();

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  /** Starts a job; its row stands before this resolves. */
  async start(plan: JobPlan): Promise<string> {
    const { clock, records } = this.#ports;
    const id = newId(clock);
    await records.create({ kind: plan.kind, spec: { ...plan.spec }, runId: plan.runId ?? null }, id);
    await records.setStatus(id, 'running');
    this.#live.set(id, new LiveJob(id, plan, this.#ports));
    for (const [old, job] of this.#live) {
      if (this.#live.size <= KEPT_ENDED) break;
      if (job.end) this.#live.delete(old);
    }
    return id;
  }

  /** The same, unless a job of that kind and spec is at work: then that is the one. */
  async startOnce(plan: JobPlan): Promise<string> {
    const keyOf = ({ kind, spec }: JobPlan): string => JSON.stringify([kind, spec]);
    const key = keyOf(plan);
    const running = this.live().find((job) => keyOf(job.plan) === key);
    if (running) return running.id;
    const starting = this.#starting.get(key) ?? this.start(plan).finally(() => this.#starting.delete(key));
    this.#starting.set(key, starting);
    return await starting;
  }

  /** The job, where this host started it. */
  find(id: string): LiveJob | undefined {
    return this.#live.get(id);
  }

  /** Jobs that have not ended. */
  live(): LiveJob[] {
    return [...this.#live.values()].filter((job) => !job.end);
  }

  /** The job that trains this run now, if one of this host does. */
  findByRun(runId: string): LiveJob | undefined {
    return this.live().find(({ plan }) => plan.kind === 'train' && plan.runId === runId);
  }

  /** Ends every job and waits until what they left is stored. */
  async close(): Promise<void> {
    const open = this.live();
    for (const job of open) job.process.kill();
    await Promise.all(open.map((job) => job.ended));
  }
}

/** One job from its start to the time when nobody asks for it any more. */
export class LiveJob {
  readonly id: string;
  readonly plan: JobPlan;
  readonly process: Job;
  /** Resolves once everything about the job is stored. */
  readonly ended: Promise<JobEnd>;
  end: JobEnd | undefined;
  readonly #ports: JobPorts;
  readonly #listeners = new Set<(event: JobEvent) => void>();
  readonly #logs: JobEvent[] = [];
  #status: JobEvent = { type: 'status', status: 'starting' };
  #progress: JobEvent | undefined;
  #progressRecordedAt = Number.NEGATIVE_INFINITY;
  #recording: Promise<void> = Promise.resolve();
  #recordError: SerializedError | undefined;

  constructor(id: string, plan: JobPlan, ports: JobPorts) {
    this.id = id;
    this.plan = plan;
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<JobEnd>();
    this.ended = promise;
    this.process = startJob(ports.spawn, ports.timer, {
      id,
      kind: plan.worker,
      workspace: ports.workspace,
      spec: plan.spec,
      secret: plan.secret,
      onRequest: (note) => {
        const { request } = plan;
        if (request) this.#record(() => request(note));
      },
      onEvent: (event) => {
        if (event.type === 'ended') void this.#close(event.end).then(resolve);
        else this.#receive(event);
      },
    });
    this.#record(() => ports.records.update(id, { pid: this.process.pid ?? null }));
  }

  /** Gives what a late listener needs, then events as they come, until the job has ended or `signal` aborts. */
  async listen(emit: (event: JobEvent) => void, signal: AbortSignal): Promise<void> {
    for (const event of [this.#status, ...this.#logs, this.#progress]) if (event) emit(event);
    if (this.end) return emit({ type: 'ended', end: this.end });
    this.#listeners.add(emit);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.ended, aborted]);
    this.#listeners.delete(emit);
  }

  #receive(event: JobEvent): void {
    const { clock, records } = this.#ports;
    if (event.type === 'status') {
      this.#status = event;
      const { status } = event;
      if (status === 'paused' || status === 'running') this.#record(() => records.setStatus(this.id, status));
    } else if (event.type === 'progress') {
      this.#progress = event;
      if (clock.now() - this.#progressRecordedAt >= RECORD_PROGRESS_MS) {
        this.#progressRecordedAt = clock.now();
        this.#record(() => records.update(this.id, { progress: event.progress }));
      }
    } else if (event.type === 'log') {
      this.#logs.push(event);
      if (this.#logs.length > KEPT_LOGS) this.#logs.shift();
    }
    this.#log(event);
    const { record } = this.plan;
    if (record) this.#record(() => record(event));
    this.#tell(event);
  }

  /** A line that could not be kept, as on a full disk, is no reason to end anything. */
  #log(event: JobEvent): void {
    const said = logged(event);
    try {
      if (said) this.#ports.writeLog?.(this.id, { time: this.#ports.clock.now(), ...said });
    } catch (error) {
      this.#ports.onBug(error, `the log of job ${this.id}`);
    }
  }

  #tell(event: JobEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Writes happen one after the other. When one fails, the job cannot be trusted to be on record: it is ended. */
  #record(write: () => Promise<void>): void {
    this.#recording = this.#recording.then(async () => {
      if (this.#recordError) return;
      try {
        await write();
      } catch (error) {
        this.#fail(error);
        this.process.kill();
      }
    });
  }

  #fail(thrown: unknown): void {
    const error = translateSystemError(thrown);
    if (!(error instanceof AppError)) this.#ports.onBug(error, `recording job ${this.id}`);
    this.#recordError = serializeError(error);
  }

  async #close(processEnd: JobEnd): Promise<JobEnd> {
    const { records } = this.#ports;
    await this.#recording;
    let end = processEnd;
    try {
      if (!this.#recordError && this.plan.finish) end = { ...end, result: await this.plan.finish(end) };
    } catch (error) {
      this.#fail(error);
    }
    if (this.#recordError) end = { outcome: 'failed', error: this.#recordError };
    try {
      await records.update(this.id, { pid: null });
      await records.setStatus(this.id, statusOfEnd(end), end.error ?? null);
    } catch (error) {
      this.#fail(error);
      end = { outcome: 'failed', error: this.#recordError };
    }
    this.end = end;
    this.#log({ type: 'ended', end });
    this.#tell({ type: 'ended', end });
    this.#listeners.clear();
    return end;
  }
}
