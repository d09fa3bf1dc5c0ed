// Owns reading from the host: what a call answers, kept up to date while a component shows it.
import { onScopeDispose, type Ref, readonly, ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { Api } from '../../core/contract/api.ts';
import { AppError } from '../../core/contract/errors.ts';
import type { CallInput, CallName, CallOutput } from '../../core/contract/rpc.ts';
import { useClient } from './client.ts';

export interface CallState<T> {
  /** The last answer, kept while a newer one is fetched; undefined before the first, and once the input turns null. */
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /** Why the last attempt failed; null while all is well. A lost connection is no error: the call is made again when it is back. */
  readonly error: Readonly<ShallowRef<Error | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  refresh(): Promise<void>;
}

/** Topics come up to four times a second while something runs; what is shown is fetched at most this often. */
const LEAST_INTERVAL_MS = 750;
/** What is remembered is asked for again all the same, once it has been painted. */
const ASK_AGAIN_AFTER_MS = 250;

/** What an answer is remembered by. */
export const answerKey = (name: string, input: unknown): string => `${name} ${JSON.stringify(input)}`;

/**
 * Calls `name` with `input()`, and again when the input changes, when one of `topics` was written (see workspace.changes), and after a
 * reconnection. What was answered last time is shown until the new answer comes, where it has topics. An input of null makes no call. Answers to an earlier input are dropped.
 */
export function useCall<N extends CallName<Api>>(
  name: N,
  input: () => CallInput<Api, N> | null,
  { topics = [] }: { topics?: readonly string[] } = {},
): CallState<CallOutput<Api, N>> {
  const client = useClient();
  const data = shallowRef<CallOutput<Api, N>>();
  const error = shallowRef<Error | null>(null);
  const loading = ref(false);
  let running: AbortController | undefined;
  let lastStart = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running?.abort();
    const asked = input();
    if (asked === null) {
      data.value = undefined;
      error.value = null;
      loading.value = false;
      return;
    }
    const own = new AbortController();
    running = own;
    lastStart = performance.now();
    loading.value = true;
    const key = answerKey(name, asked);
    const remembered = data.value === undefined ? client.answers.get(key) : undefined;
    if (remembered !== undefined) {
      await null; // answers come after their component was set up, whoever waits for them
      if (own.signal.aborted) return;
      data.value = remembered as CallOutput<Api, N>;
      loading.value = false;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_AFTER_MS));
      if (own.signal.aborted) return;
      loading.value = true;
    }
    try {
      const coming = client.answers.coming(key) as Promise<CallOutput<Api, N>> | undefined;
      const answer = await (coming ?? client.call(name, asked, own.signal));
      if (own.signal.aborted) return;
      data.value = answer;
      error.value = null;
      if (topics.length > 0) client.answers.keep(key, topics, answer);
    } catch (thrown) {
      if (own.signal.aborted) return;
      if (thrown instanceof AppError && thrown.code === 'state/disconnected') return;
      error.value = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    loading.value = false;
  }

  function refreshSoon(): void {
    if (timer !== undefined) return;
    const wait = Math.max(0, lastStart + LEAST_INTERVAL_MS - performance.now());
    timer = setTimeout(() => void refresh(), wait);
  }

  watch(
    // Inputs are small plain objects: their text says whether they are still the same.
    () => JSON.stringify(input()),
    () => {
      error.value = null;
      void refresh();
    },
    { immediate: true },
  );
  watch(client.epoch, (epoch) => {
    if (epoch > 1) void refresh();
  });
  if (topics.length > 0) {
    const stop = client.onChanges((changed) => {
      if (topics.some((topic) => changed.includes(topic))) refreshSoon();
    });
    onScopeDispose(stop);
  }
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { data, error, loading: readonly(loading), refresh };
}
