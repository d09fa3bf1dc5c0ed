// Owns telling what happens to a job to whoever wants to hear the newest of it, but not all of it.
import type { JobEvent } from '../contract/views.ts';
import type { Timer } from './job-supervisor.ts';

/**
 * Passes events on to `emit`: progress and usage at most every `everyMs` and then the newest of each, metrics not at all, everything
 * else at once and after what came before it.
 */
export function pacedEvents(
  emit: (event: JobEvent) => void,
  { everyMs, timer }: { everyMs: number; timer: Timer },
): { receive: (event: JobEvent) => void; stop: () => void } {
  const waiting = new Map<'progress' | 'usage', JobEvent>();
  let cancel: (() => void) | undefined;
  function tell(): void {
    for (const event of waiting.values()) emit(event);
    waiting.clear();
  }
  function onTime(): void {
    cancel = waiting.size > 0 ? timer(everyMs, onTime) : undefined;
    tell();
  }
  return {
    receive: (event) => {
      if (event.type === 'metrics') return;
      if (event.type !== 'progress' && event.type !== 'usage') {
        tell();
        emit(event);
        return;
      }
      waiting.set(event.type, event);
      if (cancel === undefined) onTime();
    },
    stop: () => cancel?.(),
  };
}
