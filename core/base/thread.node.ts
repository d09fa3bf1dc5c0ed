// Owns threads that answer one request after another: starting them, asking, and saying in words what ends them.
import { parentPort, Worker } from 'node:worker_threads';
import { AppError, deserializeError, type SerializedError, serializeError } from './errors.ts';
import { translateSystemError } from './system-errors.ts';

type Answer<A> = { answer: A } | { error: SerializedError };

/** Serves requests with `answer`; for the file that a thread begins with. What it throws is thrown where the request was made. */
export function serveThread<Request, A>(answer: (request: Request) => A): void {
  if (!parentPort) throw new Error('this file is started as a thread');
  const port = parentPort;
  const attempt = (request: Request): Answer<A> => {
    try {
      return { answer: answer(request) };
    } catch (error) {
      return { error: serializeError(translateSystemError(error)) };
    }
  };
  port.on('message', (request: Request) => port.postMessage(attempt(request)));
}

/** The caller's end. Holds the process only while an answer is awaited. */
export class Thread<Request, A> {
  readonly #worker: Worker;
  readonly #kind: string;
  readonly #waiting: PromiseWithResolvers<A>[] = [];
  #ended: AppError | undefined;

  /** @param entry file that calls serveThread @param kind for messages @param workerData cloned, memory that is shared stays so */
  constructor(entry: URL, kind: string, workerData?: unknown) {
    this.#kind = kind;
    this.#worker = new Worker(entry, { name: kind, workerData });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer<A>) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('exit')));
  }

  /** Answers come in the order of the requests. @throws what the thread threw; worker/crashed, worker/out-of-memory */
  ask(request: Request): Promise<A> {
    if (this.#ended) return Promise.reject(this.#ended);
    const waiting = Promise.withResolvers<A>();
    this.#waiting.push(waiting);
    this.#worker.ref();
    this.#worker.postMessage(request);
    return waiting.promise;
  }

  /** Ends it at once, whatever it is at. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: Answer<A>): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if ('error' in answer) waiting?.reject(deserializeError(answer.error));
    else waiting?.resolve(answer.answer);
  }

  #fail(cause: Error): void {
    const kind = this.#kind;
    const spent = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
    this.#ended ??= spent
      ? new AppError('worker/out-of-memory', { kind }, cause)
      : new AppError('worker/crashed', { kind, reason: cause.message }, cause);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
