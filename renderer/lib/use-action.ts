// Owns doing something that changes the workspace: one at a time, and told to the user when it fails.
import { useNotification } from 'naive-ui';
import { type Ref, readonly, ref } from 'vue';
import { AppError } from '../../core/contract/errors.ts';
import { useErrorText } from './error-text.ts';

export interface Action<Args extends readonly unknown[], T> {
  readonly running: Readonly<Ref<boolean>>;
  /** Why the last attempt failed; null after a success. */
  readonly error: Readonly<Ref<Error | null>>;
  /** Resolves to what the action answered, or undefined where it failed or is still running from before. */
  run(...args: Args): Promise<T | undefined>;
}

/** @param options.quiet leaves telling the failure to the component, which shows `error` */
export function useAction<Args extends readonly unknown[], T>(
  action: (...args: Args) => Promise<T>,
  { quiet = false }: { quiet?: boolean } = {},
): Action<Args, T> {
  const notification = useNotification();
  const errorText = useErrorText();
  const running = ref(false);
  const error = ref<Error | null>(null);

  async function run(...args: Args): Promise<T | undefined> {
    if (running.value) return undefined;
    running.value = true;
    error.value = null;
    try {
      return await action(...args);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'cancelled') return undefined;
      error.value = thrown instanceof Error ? thrown : new Error(String(thrown));
      const { title, detail } = errorText(error.value);
      if (!quiet) notification.error({ title, content: detail, keepAliveOnHover: true, duration: 12_000 });
      return undefined;
    } finally {
      running.value = false;
    }
  }
  return { running: readonly(running), error: readonly(error), run };
}
