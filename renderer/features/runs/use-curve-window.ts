// Owns the finer curves of a chart that is zoomed in: asks for them while it moves, no faster than they come.
import { onScopeDispose } from 'vue';
import { AppError } from '../../../core/contract/errors.ts';
import { useClient } from '../../lib/client.ts';
import { type CurveWindow, isZoomed, type Range, spansIn, WINDOW_POINTS, wantedRange } from './curve-window.ts';
import type { Curves } from './use-curves.ts';

const REST_MS = 80;

export interface CurveWindowState {
  /** What was fetched last; null while everything is in view. */
  readonly current: CurveWindow | null;
  /** The chart shows another part now. @param end of all that there is */
  show(view: Range, end: number): void;
}

/** @param about curves and axis of the chart @param onCome finer curves have come, or are not needed any more */
export function useCurveWindow(
  run: () => string,
  { store }: Curves,
  about: () => { names: readonly string[]; axis: 'step' | 'seconds' },
  onCome: () => void,
): CurveWindowState {
  const client = useClient();
  const ending = new AbortController();
  let current: CurveWindow | null = null;
  let latest: { view: Range; end: number } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  async function ask(): Promise<void> {
    timer = undefined;
    const range = latest && wantedRange(latest.view, current, latest.end);
    if (!range || asking) return;
    asking = true;
    const { names, axis } = about();
    const spans = spansIn(store, axis, range);
    try {
      const input = { run: run(), names: [...names], spans, buckets: WINDOW_POINTS };
      const curves = await client.call('runs.window', input, ending.signal);
      if (latest && isZoomed(latest.view, latest.end)) {
        current = { ...range, curves };
        onCome();
      }
    } catch (error) {
      // Without a connection, or after the page was left, what there is has to do.
      if (!(error instanceof AppError)) throw error;
    } finally {
      asking = false;
    }
    later();
  }
  function later(): void {
    if (ending.signal.aborted || !latest || !wantedRange(latest.view, current, latest.end)) return;
    timer ??= setTimeout(() => void ask(), REST_MS);
  }
  onScopeDispose(() => {
    clearTimeout(timer);
    ending.abort();
  });
  return {
    get current() {
      return current;
    },
    show(view, end) {
      latest = { view, end };
      if (!isZoomed(view, end) && current) {
        current = null;
        onCome();
      }
      later();
    },
  };
}
