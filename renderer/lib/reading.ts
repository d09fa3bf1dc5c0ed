// Owns readings: calls that a page makes first, said apart from it, so that their answers can be fetched before anybody goes there.
// A page names them in its option `ahead`; renderer/app/fetch-ahead.ts fetches them.
import type { Api } from '../../core/contract/api.ts';
import type { CallInput, CallName, CallOutput } from '../../core/contract/rpc.ts';
import type { HostClient } from './host-client.ts';
import { answerKey, type CallState, useCall } from './use-call.ts';

export interface Reading<N extends CallName<Api>> {
  readonly name: N;
  readonly input: CallInput<Api, N>;
  /** Of what the answer is made (see workspace.changes); none: it holds as long as the connection. */
  readonly topics: readonly string[];
}

export type Fetch = <N extends CallName<Api>>(reading: Reading<N>) => Promise<CallOutput<Api, N>>;

declare module 'vue' {
  interface ComponentCustomOptions {
    /** Fetches what this page reads first; called when somebody is likely to go there. */
    ahead?: (fetch: Fetch) => Promise<unknown>;
  }
}

export function reading<N extends CallName<Api>>(
  name: N,
  input: CallInput<Api, N>,
  topics: readonly string[],
): Reading<N> {
  return { name, input, topics };
}

/** As useCall, of what may have been fetched ahead. */
export function useReading<N extends CallName<Api>>({
  name,
  input,
  topics,
}: Reading<N>): CallState<CallOutput<Api, N>> {
  return useCall(name, () => input, { topics });
}

/** Fetches once what is not remembered. */
export function fetchWith(client: HostClient): Fetch {
  return async <N extends CallName<Api>>({ name, input, topics }: Reading<N>) =>
    (await client.answers.fetch(answerKey(name, input), topics, () => client.call(name, input))) as CallOutput<Api, N>;
}

/** The option `ahead` of a page that reads these, whatever they answer. */
export const reads =
  (...readings: readonly Reading<CallName<Api>>[]) =>
  (fetch: Fetch): Promise<unknown> =>
    Promise.all(readings.map((one) => fetch(one)));
