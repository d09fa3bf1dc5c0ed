// Owns workers as node child processes: the spawn port of the command line and of the web shell.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { codeUrl } from '../../core/base/code-url.ts';
import type { SpawnWorker } from '../../core/app/job-supervisor.ts';
import type { WorkerKind } from '../../core/contract/worker.ts';

/** How much of a worker's output is kept to judge its end by. */
const TAIL_CHARACTERS = 16_384;

export interface NodeSpawnOptions {
  /** The entry file of a kind; by default the product's own. */
  entry?(kind: WorkerKind): string;
  /** Flags of node itself, such as --max-old-space-size=512. */
  execArgv?: readonly string[];
  /** Receives what workers write to stdout and stderr, which the protocol does not use. */
  onOutput?(text: string): void;
}

/** The file that a worker of `kind` runs. */
export const workerEntry = (kind: WorkerKind): string => fileURLToPath(codeUrl(`../workers/${kind}`, import.meta.url));

/** Spawns a fresh node process a job. Structured-clone serialisation lets NaN and typed arrays pass. */
export function nodeSpawner({ entry = workerEntry, execArgv = [], onOutput }: NodeSpawnOptions = {}): SpawnWorker {
  return (kind) => {
    const child = fork(entry(kind), [], {
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let stderr = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        stderr = (stderr + text).slice(-TAIL_CHARACTERS);
        onOutput?.(text);
      });
    return {
      get pid() {
        return child.pid;
      },
      // A worker that has just ended cannot take a message any more; its exit says so.
      send: (message) => void (child.connected && child.send(message, () => {})),
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => listener());
      },
      // 'close' comes after the last message and the last output, unlike 'exit'.
      onExit: (listener) => {
        child.on('error', (error) => {
          stderr += error.message;
          if (child.pid === undefined) listener({ code: null, signal: null, stderr });
        });
        child.on('close', (code, signal) => {
          if (child.pid !== undefined) listener({ code, signal, stderr });
        });
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
