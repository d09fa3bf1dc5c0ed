// Owns trading stored backtests again at other costs, on a thread: a wide market takes long enough to hold up a host that also serves
// live runs, and a worker process would take longer to start than to answer. The thread stays warm between the moves of a slider.
import { Worker } from 'node:worker_threads';
import type { BacktestSummary } from '../backtest/backtest.ts';
import { codeUrl } from '../base/code-url.ts';
import { AppError, deserializeError } from '../base/errors.ts';
import type { ScenarioAnswer, ScenarioRequest } from './scenario-thread.node.ts';

const ENTRY = codeUrl('./scenario-thread.node', import.meta.url);
/** Without a request for this long, the thread ends and its memory is free again. */
const IDLE_MS = 60_000;

export class Scenarios {
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Ends with the request before: there is one thread, and it answers in turn. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws state/old-backtest, data/damaged-backtest, worker/*; what was aborted before its turn is not computed */
  run(request: ScenarioRequest, signal?: AbortSignal): Promise<BacktestSummary> {
    const result = this.#turn.then(() => {
      if (signal?.aborted) throw new AppError('cancelled', {});
      return this.#ask(request);
    });
    this.#turn = result.catch(() => {}); // told to whoever asked
    return result;
  }

  async #ask(request: ScenarioRequest): Promise<BacktestSummary> {
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= this.#start());
    thread.ref(); // holds the process until the answer is there, and not longer
    const { promise, resolve, reject } = Promise.withResolvers<BacktestSummary>();
    const settle = (answer: ScenarioAnswer) =>
      'error' in answer ? reject(deserializeError(answer.error)) : resolve(answer.result);
    const fail = (error: Error) => {
      this.#thread = undefined;
      const spent = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const kind = 'backtest';
      reject(
        spent
          ? new AppError('worker/out-of-memory', { kind }, error)
          : new AppError('worker/crashed', { kind, reason: error.message }, error),
      );
    };
    thread.once('message', settle).once('error', fail);
    thread.postMessage(request);
    try {
      return await promise;
    } finally {
      thread.off('message', settle).off('error', fail);
      thread.unref();
      this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
    }
  }

  #start(): Worker {
    const thread = new Worker(ENTRY, { name: 'scenario' });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  #end(): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
  }
}
