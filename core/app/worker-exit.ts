// Owns the judgement on how a job ended, from the worker's last word, the way its process exited and what the host had asked.
import { AppError, serializeError, type SerializedError } from '../base/errors.ts';
import type { JobEnd } from '../contract/views.ts';
import { ENDLESS, type FromWorker, HUNG_AFTER_MS, type WorkerKind } from '../contract/worker.ts';

/** How a process ended; `stderr` is the tail of what it wrote there. */
export interface WorkerExit {
  code: number | null;
  signal: string | null;
  stderr: string;
}

/** Why the host itself ended the process, if it did. */
export type HostKill = 'hung' | 'asked';
export type LastWord = Extract<FromWorker, { type: 'done' | 'failed' | 'stopped' }>;

const OUT_OF_MEMORY = new RegExp(
  [
    // V8: its own heap, what it takes besides, array buffers
    'JavaScript heap out of memory',
    'Reached heap limit',
    'process out of memory',
    'Array buffer allocation failed',
    // C++ in native code, and ONNX Runtime's arena
    'bad_alloc',
    'Failed to allocate memory for requested buffer',
    // C++ starting a thread, for whose stack there is no room
    "std::system_error'\\s+what\\(\\):\\s+Resource temporarily unavailable",
  ].join('|'),
);

/** A worker's last word counts before everything, since the work was then over; after it, what the host did; then the exit itself. */
export function classifyExit(kind: WorkerKind, exit: WorkerExit, lastWord?: LastWord, hostKill?: HostKill): JobEnd {
  if (lastWord?.type === 'done') return { outcome: 'finished', result: lastWord.result };
  if (lastWord?.type === 'stopped') return { outcome: 'stopped', result: lastWord.result };
  if (lastWord?.type === 'failed') return failure(kind, lastWord.error);
  if (hostKill === 'asked') return { outcome: 'stopped' };
  if (hostKill === 'hung') {
    const error = new AppError('worker/hung', { kind, seconds: HUNG_AFTER_MS / 1000 });
    return { outcome: 'hung', error: serializeError(error) };
  }
  const endless = exit.stderr.lastIndexOf(ENDLESS);
  if (endless >= 0) {
    const seconds = Math.floor(Number.parseFloat(exit.stderr.slice(endless + ENDLESS.length)));
    return { outcome: 'hung', error: serializeError(new AppError('worker/endless', { kind, seconds })) };
  }
  if (OUT_OF_MEMORY.test(exit.stderr)) return outOfMemory(kind);
  if (exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM')
    return { outcome: 'killed', error: serializeError(new AppError('worker/killed', { kind, signal: exit.signal })) };
  const reason = exit.signal ?? `exit code ${exit.code}`;
  return { outcome: 'crashed', error: serializeError(new AppError('worker/crashed', { kind, reason })) };
}

function failure(kind: WorkerKind, error: SerializedError): JobEnd {
  const outgrown = error.code === 'bug' && OUT_OF_MEMORY.test(error.message);
  return outgrown ? outOfMemory(kind) : { outcome: 'failed', error };
}

function outOfMemory(kind: WorkerKind): JobEnd {
  return { outcome: 'out-of-memory', error: serializeError(new AppError('worker/out-of-memory', { kind })) };
}
