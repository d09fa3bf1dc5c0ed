// Owns workers as Electron's utility processes: the spawn port of the desktop.
import type { SpawnWorker } from '../../core/app/job-supervisor.ts';
import type { WorkerExit } from '../../core/app/worker-exit.ts';
import type { WorkerKind } from '../../core/contract/worker.ts';
import { workerEntry } from '../node/spawn.ts';

const TAIL_CHARACTERS = 16_384;
/** Messages and output travel apart from the news of the end; what was sent before it still arrives. */
const SETTLE_MS = 100;

interface Output {
  on(event: 'data', listener: (data: unknown) => void): unknown;
}

/** What is used of Electron's utility process. */
export interface Utility {
  readonly pid: number | undefined;
  readonly stdout: Output | null;
  readonly stderr: Output | null;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (type: string, location: string, report: string) => void): unknown;
}

export interface UtilitySpawnOptions {
  fork(entry: string, args: string[], options: { serviceName: string; stdio: 'pipe' }): Utility;
  /** Why Chromium says that a process of that name has gone, where it says so. */
  onGone(listener: (serviceName: string, reason: string) => void): void;
  /** Ends a process at once. */
  kill(pid: number): void;
  onOutput?(text: string): void;
}

/** POSIX tells a signal as 128 + its number, Electron as the number itself or the exit code. */
const SIGNALS: Readonly<Record<number, string>> = { 9: 'SIGKILL', 15: 'SIGTERM' };

/** How a utility process ended, in the terms of the judgement on workers. */
export function exitOf(code: number, gone: string | undefined, fatal: string, output: string): WorkerExit {
  const memory = gone === 'oom' || gone === 'memory-eviction' ? '\nJavaScript heap out of memory' : '';
  const stderr = `${output}\n${fatal}${memory}`.trim().slice(-TAIL_CHARACTERS);
  if (gone === 'killed') return { code: null, signal: 'SIGKILL', stderr };
  const signal = process.platform === 'win32' ? undefined : (SIGNALS[code] ?? SIGNALS[code - 128]);
  return signal ? { code: null, signal, stderr } : { code, signal: null, stderr };
}

export function utilitySpawner({ fork, onGone, kill, onOutput }: UtilitySpawnOptions): SpawnWorker {
  let started = 0;
  const gone = new Map<string, string>();
  onGone((serviceName, reason) => gone.set(serviceName, reason));
  return (kind: WorkerKind) => {
    // The number tells apart two workers of a kind when Chromium says which one has gone.
    const serviceName = `phasor-${kind}-${++started}`;
    const child = fork(workerEntry(kind), [], { serviceName, stdio: 'pipe' });
    let output = '';
    let fatal = '';
    let running = true;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        output = (output + String(data)).slice(-TAIL_CHARACTERS);
        onOutput?.(String(data));
      });
    child.on('error', (type, location) => {
      fatal = `${type} at ${location}`;
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => {
        if (running) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => listener());
      },
      onExit: (listener) =>
        void child.on('exit', (code) => {
          running = false;
          setTimeout(() => {
            listener(exitOf(code, gone.get(serviceName), fatal, output));
            gone.delete(serviceName);
          }, SETTLE_MS);
        }),
      kill: () => {
        // Electron's own kill asks politely, which a process without memory does not hear.
        if (child.pid === undefined) child.kill();
        else kill(child.pid);
      },
    };
  };
}
