// Owns the worker's end of the protocol: answers the host, beats, runs one body, and exits after its last word or with its host.
import { Worker } from 'node:worker_threads';
import { codeUrl } from '../../core/base/code-url.ts';
import { AppError, serializeError } from '../../core/base/errors.ts';
import { translateSystemError } from '../../core/base/system-errors.ts';
import {
  ENDLESS,
  type FromWorker,
  HEARTBEAT_MS,
  SILENT_PROCESSOR_SECONDS,
  toWorkerSchema,
  type WorkerBody,
  type WorkerContext,
  type WorkerPort,
} from '../../core/contract/worker.ts';
import type { WatchData } from './watch-thread.ts';

/** Electron's utility processes have this on `process`; node's child processes do not. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Electron's messages travel apart from the news of an exit: the last one is given time to leave. */
const LAST_WORD_MS = 100;

/** The channel to the process that started this one. */
function hostPort(): WorkerPort {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort)
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
      onDisconnect: () => {}, // Electron ends its utility processes itself
    };
  if (!process.send) throw new Error('a worker is started by its host, not by hand');
  return {
    send: (message) => {
      if (!process.connected) process.exit(1); // the host is gone: nobody is left to work for
      process.send?.(message);
    },
    onMessage: (listener) => void process.on('message', listener),
    onDisconnect: (listener) => void process.on('disconnect', listener),
  };
}

/** The same port, watched: whoever sends nothing for long is judged by the processor time that it takes. */
function watched(port: WorkerPort, limitSeconds: number): WorkerPort {
  const messages = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WatchData = { messages, limitSeconds, everyMs: HEARTBEAT_MS, endless: ENDLESS };
  const watch = new Worker(codeUrl('./watch-thread', import.meta.url), { name: 'watch', workerData });
  watch.unref();
  watch.on('error', () => {}); // costs the watch, not the job: the host's own patience is left
  return {
    ...port,
    send: (message) => {
      Atomics.add(messages, 0, 1);
      port.send(message);
    },
  };
}

export interface ServeOptions {
  /** Of processor time, between two messages. */
  silentSeconds?: number;
}

/** Serves one job with `body`, then exits: 0 after done or stopped, 1 after failed. */
export function serveWorker<Spec, Result>(
  body: WorkerBody<Spec, Result>,
  { silentSeconds = SILENT_PROCESSOR_SECONDS }: ServeOptions = {},
): void {
  const port = watched(hostPort(), silentSeconds);
  const stop = new AbortController();
  let pause: PromiseWithResolvers<void> | undefined;
  let init: { jobId: string; workspace: string; secret?: string } | undefined;

  const heartbeat = setInterval(() => {
    const { user, system } = process.cpuUsage();
    const [cpuSeconds, upSeconds] = [(user + system) / 1e6, process.uptime()];
    port.send({ type: 'heartbeat', rssBytes: process.memoryUsage.rss(), cpuSeconds, upSeconds });
  }, HEARTBEAT_MS);
  const release = () => {
    pause?.resolve();
    pause = undefined;
  };

  let over = false;
  function lastWord(message: FromWorker, exitCode: number): void {
    if (over) return;
    over = true;
    clearInterval(heartbeat);
    port.send(message);
    // Native threads may keep the process alive; the message leaves first, since the channel closes after it has drained.
    process.exitCode = exitCode;
    if (process.disconnect) {
      process.off('disconnect', onHostGone);
      process.once('disconnect', () => process.exit(exitCode));
      process.disconnect();
    } else setTimeout(() => process.exit(exitCode), LAST_WORD_MS);
  }
  const fail = (error: unknown) => lastWord({ type: 'failed', error: serializeError(translateSystemError(error)) }, 1);
  const onHostGone = () => process.exit(1);

  async function run(spec: Spec, context: WorkerContext): Promise<void> {
    try {
      const result = await body(spec, context);
      lastWord(stop.signal.aborted ? { type: 'stopped', result } : { type: 'done', result }, 0);
    } catch (error) {
      if (error instanceof AppError && error.code === 'cancelled') lastWord({ type: 'stopped', result: undefined }, 0);
      else fail(error);
    }
  }

  port.onDisconnect(onHostGone);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.on('SIGINT', () => {}); // Ctrl-C reaches the whole process group; the host decides what it means
  port.onMessage((raw) => {
    const message = toWorkerSchema.parse(raw);
    switch (message.type) {
      case 'init':
        init = message;
        port.send({ type: 'ready', pid: process.pid });
        break;
      case 'start':
        // The host and its worker are of one build: the spec is what the handler of this job wrote.
        if (init)
          void run(
            message.spec as Spec,
            makeContext(init, port, stop.signal, () => pause?.promise),
          );
        else fail(new Error('start came before init'));
        break;
      case 'pause':
        pause ??= Promise.withResolvers<void>();
        break;
      case 'resume':
        release();
        break;
      case 'stop':
        stop.abort();
        release();
        break;
    }
  });
}

function makeContext(
  { jobId, workspace, secret }: { jobId: string; workspace: string; secret?: string },
  port: WorkerPort,
  signal: AbortSignal,
  pausing: () => Promise<void> | undefined,
): WorkerContext {
  return {
    jobId,
    workspace,
    signal,
    secret: secret ?? null,
    progress: (progress) => port.send({ type: 'progress', progress }),
    metrics: (metrics) => port.send({ type: 'metrics', metrics }),
    checkpoint: (checkpoint) => port.send({ type: 'checkpoint', checkpoint }),
    log: (level, message, fields) => port.send({ type: 'log', log: { level, message, fields } }),
    request: (request) => port.send({ type: 'request', request }),
    whenRunning: async () => {
      // Messages are read between turns of the event loop only: a body that never rests would never see pause or stop.
      await new Promise((resolve) => setImmediate(resolve));
      const paused = pausing();
      if (!paused || signal.aborted) return;
      port.send({ type: 'paused' });
      await paused;
      port.send({ type: 'resumed' });
    },
  };
}
