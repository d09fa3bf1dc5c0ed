// Owns the protocol between the host and a worker process: every message once, as a zod schema, and what a worker body is given.
// init -> ready -> start(spec) -> (progress | metrics | checkpoint | log)* -> done | failed | stopped; heartbeats all along.
import { z } from 'zod';
import type { SerializedError } from '../base/errors.ts';

/** The worker entries under main/workers: one process runs one job of its kind. */
export const WORKER_KINDS = ['pipeline', 'train', 'backtest'] as const;
export type WorkerKind = (typeof WORKER_KINDS)[number];

/** A worker says that it lives this often; any other message counts as a heartbeat too. */
export const HEARTBEAT_MS = 1_000;
/**
 * A worker whose main thread has computed for so many seconds, of processor time, without a message is in an endless loop, and ends itself.
 * Where other programs leave it little of the machine, that takes as much longer. Far beyond the longest that it may be silent for, a single
 * step of the largest model: one that is ended there would be ended there again whenever its run is resumed.
 */
export const SILENT_PROCESSOR_SECONDS = 120;
/** What it writes to stderr before it does; the seconds follow. */
export const ENDLESS = 'ended: no message from the main thread for processor seconds:';
/** A worker that said nothing for this long, though not even a slow one would be so still, is hung, and ended by its host. */
export const HUNG_AFTER_MS = 600_000;

/** Unlike z.number(), lets NaN and infinities through: a loss that blew up is a figure to report, not a broken message. */
const figure = z.custom<number>((value) => typeof value === 'number', 'expected a number');

export const progressSchema = z.object({
  /** What is being done, in words that a log line can show: "features", "phase1 epoch 3". */
  stage: z.string(),
  done: z.number(),
  /** 0 where the total is not known. */
  total: z.number(),
  detail: z.string().optional(),
  /** How far each is of what the job works on side by side, where that is several things: the tables of a download. */
  parts: z.array(z.object({ name: z.string(), done: z.number(), total: z.number() })).optional(),
});
export type Progress = z.infer<typeof progressSchema>;

export const metricsSchema = z.object({
  phase: z.string().optional(),
  epoch: z.number().int().optional(),
  step: z.number().int(),
  values: z.record(z.string(), figure),
});
export type Metrics = z.infer<typeof metricsSchema>;

export const checkpointSchema = z.object({
  phase: z.string(),
  kind: z.enum(['best', 'last']),
  /** A folder that is already complete on disk when it is announced. */
  folder: z.string(),
  metrics: z.record(z.string(), figure),
});
export type CheckpointNotice = z.infer<typeof checkpointSchema>;

/** What a worker takes of the machine. */
export const usageSchema = z.object({
  /** In cores: 1 is one core busy all the time. */
  cpu: z.number(),
  rssBytes: z.number(),
});
export type Usage = z.infer<typeof usageSchema>;

export const logSchema = z.object({
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).optional(),
});
export type LogRecord = z.infer<typeof logSchema>;

/** A request that left this machine. */
export const requestNoteSchema = z.object({
  method: z.string(),
  /** Without secrets. */
  url: z.string(),
  /** null where no answer came. */
  status: z.number().int().nullable(),
  bytes: z.number().nullable(),
  purpose: z.string(),
});
export type RequestNote = z.infer<typeof requestNoteSchema>;

/** An error as it crosses a process boundary; code 'bug' where it was no AppError. */
export const serializedErrorSchema = z.custom<SerializedError>(
  (value) => typeof value === 'object' && value !== null && 'code' in value && 'message' in value,
  'expected a serialised error',
);

/**
 * What the host says. `init` carries what every job needs; `start` what this one does. A key that a job needs travels with `init`: the spec
 * is kept in the database, a secret never is.
 */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), jobId: z.string(), workspace: z.string(), secret: z.string().optional() }),
  z.object({ type: z.literal('start'), spec: z.unknown() }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('stop') }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** What a worker says. done, failed and stopped are last words: the process exits after one of them. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.number() }),
  z.object({
    type: z.literal('heartbeat'),
    rssBytes: z.number(),
    /** Processor seconds that it has used, of all its threads, and seconds that it has lived: their growth says how busy it is. */
    cpuSeconds: z.number().optional(),
    upSeconds: z.number().optional(),
  }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('metrics'), metrics: metricsSchema }),
  z.object({ type: z.literal('checkpoint'), checkpoint: checkpointSchema }),
  z.object({ type: z.literal('log'), log: logSchema }),
  z.object({ type: z.literal('request'), request: requestNoteSchema }),
  z.object({ type: z.literal('paused') }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('done'), result: z.unknown() }),
  z.object({ type: z.literal('failed'), error: serializedErrorSchema }),
  z.object({ type: z.literal('stopped'), result: z.unknown() }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;

/** One end of the channel: a child process's IPC, an Electron parent port, or a pair in memory. */
export interface WorkerPort {
  send(message: FromWorker): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The host went away: the worker must end. */
  onDisconnect(listener: () => void): void;
}

/**
 * What a worker body may do. A body calls `whenRunning` at every point where it can safely rest, and looks at `signal` there:
 * aborted means stop asked, so it saves what it has and returns. It reports progress at least every 2 s, and never holds the
 * thread for anything like SILENT_PROCESSOR_SECONDS without a report.
 */
export interface WorkerContext {
  readonly jobId: string;
  /** Absolute path of the workspace folder. A worker writes files into it, never its SQLite file. */
  readonly workspace: string;
  readonly signal: AbortSignal;
  /** The key that the job was started with, if any: never to be written, logged or put into an error. */
  readonly secret: string | null;
  progress(progress: Progress): void;
  metrics(metrics: Metrics): void;
  checkpoint(checkpoint: CheckpointNotice): void;
  log(level: LogRecord['level'], message: string, fields?: Record<string, unknown>): void;
  /** Has a request written into the network log. */
  request(note: RequestNote): void;
  /** Resolves at once unless the host asked for a pause; then on resume or stop. */
  whenRunning(): Promise<void>;
}

export type WorkerBody<Spec = unknown, Result = unknown> = (spec: Spec, context: WorkerContext) => Promise<Result>;
