// Owns listening to a stream of the host while a component lives.
import { onScopeDispose, type Ref, readonly, ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { Api } from '../../core/contract/api.ts';
import type { StreamEvent, StreamInput, StreamName, Subscription } from '../../core/contract/rpc.ts';
import { useClient } from './client.ts';

export interface StreamState {
  /** True once the stream has ended by itself. */
  readonly ended: Readonly<Ref<boolean>>;
  readonly error: Readonly<ShallowRef<Error | null>>;
}

/**
 * Hands every event of the stream to `onEvent`. Listens anew when the input changes and after a reconnection; `onStart` is called
 * before the first event of each, since streams tell again what there is. An input of null listens to nothing.
 */
export function useStream<N extends StreamName<Api>>(
  name: N,
  input: () => StreamInput<Api, N> | null,
  onEvent: (event: StreamEvent<Api, N>) => void,
  onStart: () => void = () => {},
): StreamState {
  const client = useClient();
  const ended = ref(false);
  const error = shallowRef<Error | null>(null);
  let subscription: Subscription | undefined;

  watch(
    () => JSON.stringify(input()),
    () => {
      subscription?.cancel();
      subscription = undefined;
      ended.value = false;
      error.value = null;
      onStart();
      const asked = input();
      if (asked === null) return;
      const own = client.listen(name, asked, (event) => {
        if (subscription === own) onEvent(event);
      });
      subscription = own;
      own.ended.then(
        () => {
          if (subscription === own) ended.value = true;
        },
        (thrown: unknown) => {
          if (subscription !== own) return;
          error.value = thrown instanceof Error ? thrown : new Error(String(thrown));
        },
      );
    },
    { immediate: true },
  );
  watch(client.epoch, (epoch) => {
    if (epoch > 1 && subscription && !ended.value) onStart();
  });
  onScopeDispose(() => subscription?.cancel());
  return { ended: readonly(ended), error };
}
