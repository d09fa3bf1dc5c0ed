// Owns the connection to the host over its whole life: opens it, opens it again with back-off, and takes subscriptions along.
import { readonly, type Ref, ref } from 'vue';
import type { Api } from '../../core/contract/api.ts';
import { AppError } from '../../core/contract/errors.ts';
import {
  type Client,
  type CallInput,
  type CallName,
  type CallOutput,
  connect,
  type StreamEvent,
  type StreamInput,
  type StreamName,
  type Subscription,
} from '../../core/contract/rpc-client.ts';
import { Answers } from './answers.ts';
import { type OpenTransport, Refused } from './transport.ts';

/**
 * connecting: for the first time; lost: was open and is tried again; gone: tried for long, and still tried now and then;
 * refused: the host is another one, which does not know this page; closed: by this page.
 */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'gone' | 'refused' | 'closed';

export interface HostClient {
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Raised with every connection that opens: what was read over an earlier one may be old. */
  readonly epoch: Readonly<Ref<number>>;
  /** Waits while connecting for the first time. @throws AppError as the handler threw it; state/disconnected while there is no connection */
  call<N extends CallName<Api>>(name: N, input: CallInput<Api, N>, signal?: AbortSignal): Promise<CallOutput<Api, N>>;
  /** A stream that is listened to again after every reconnection, until it ends, fails or is cancelled. */
  listen<N extends StreamName<Api>>(
    name: N,
    input: StreamInput<Api, N>,
    onEvent: (event: StreamEvent<Api, N>) => void,
  ): Subscription;
  /** What was answered last, as long as it still holds: kept while anybody listens to changes, over one connection. */
  readonly answers: Answers;
  /** Tells which tables were written; one subscription serves all listeners. @returns stops it */
  onChanges(listener: (topics: readonly string[]) => void): () => void;
  /** Tries at once instead of at the end of the back-off. */
  retryNow(): void;
  close(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
/** Attempts after which nobody should be told to wait any longer: about 15 s. */
const GONE_AFTER = 6;

const isDisconnected = (error: unknown): boolean => error instanceof AppError && error.code === 'state/disconnected';

export interface HostClientOptions {
  /** 0 to 1; spreads the attempts of many tabs. */
  random?: () => number;
  firstWaitMs?: number;
}

export function createHostClient(
  open: OpenTransport,
  { random = Math.random, firstWaitMs = FIRST_WAIT_MS }: HostClientOptions = {},
): HostClient {
  const state = ref<ConnectionState>('connecting');
  const epoch = ref(0);
  const ending = new AbortController();
  const answers = new Answers();
  const listeners = new Set<(topics: readonly string[]) => void>();
  let changes: Subscription | undefined;
  let wake = () => {};
  let opened = Promise.withResolvers<Client<Api>>();

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function keepOpen(): Promise<void> {
    let refused = false;
    for (let failures = 0; !ending.signal.aborted; ) {
      try {
        const transport = await open(ending.signal);
        const closed = new Promise<void>((resolve) => transport.onClose(resolve));
        const inner = connect<Api>(transport);
        ending.signal.addEventListener('abort', () => inner.close(), { once: true });
        failures = 0;
        state.value = 'open';
        epoch.value++;
        opened.resolve(inner);
        await closed;
        answers.clear();
        opened = Promise.withResolvers();
        refused = false;
      } catch (error) {
        failures++;
        refused = error instanceof Refused;
      }
      if (ending.signal.aborted) break;
      if (refused) state.value = 'refused';
      else if (failures >= GONE_AFTER) state.value = 'gone';
      else if (epoch.value > 0) state.value = 'lost';
      const wait = Math.min(firstWaitMs * 2 ** failures, LONGEST_WAIT_MS);
      await rest(wait * (0.75 + random() / 2));
    }
    state.value = 'closed';
  }
  void keepOpen();

  const client: HostClient = {
    state: readonly(state),
    epoch: readonly(epoch),
    answers,
    call: async (name, input, signal) => {
      if (state.value !== 'open' && state.value !== 'connecting') throw new AppError('state/disconnected', {});
      const inner = await opened.promise;
      return await inner.call(name, input, signal);
    },
    listen: (name, input, onEvent) => {
      let current: Subscription | undefined;
      let cancelled = false;
      const done = Promise.withResolvers<void>();
      async function follow(): Promise<void> {
        while (!cancelled) {
          const inner = await opened.promise;
          if (cancelled) return;
          current = inner.listen(name, input, onEvent);
          try {
            return await current.ended;
          } catch (error) {
            if (!isDisconnected(error)) throw error;
          }
        }
      }
      follow().then(done.resolve, done.reject);
      return {
        ended: done.promise,
        cancel: () => {
          cancelled = true;
          current?.cancel();
          done.resolve();
        },
      };
    },
    onChanges: (listener) => {
      listeners.add(listener);
      changes ??= client.listen('workspace.changes', {}, ({ topics }) => {
        answers.forget(topics);
        for (const each of listeners) each(topics);
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        changes?.cancel();
        changes = undefined;
        answers.clear();
      };
    },
    retryNow: () => wake(),
    close: () => {
      ending.abort();
      wake();
    },
  };
  return client;
}
