// Owns a run's curves while a page shows them: history first, then what comes, and when the charts are drawn again.
import { onScopeDispose, type Ref, ref, type ShallowRef, shallowRef } from 'vue';
import { useStream } from '../../lib/use-stream.ts';
import { CurveStore } from './curve-store.ts';
import { redraw } from './redraw.ts';

export interface Curves {
  readonly store: CurveStore;
  /** Names of the curves told so far; changes only when a new one appears. */
  readonly names: Readonly<ShallowRef<readonly string[]>>;
  /** The history has come. */
  readonly loaded: Readonly<Ref<boolean>>;
  readonly error: Readonly<ShallowRef<Error | null>>;
  /** Calls `draw` when something changed, once a second at most. @returns forgets it again */
  onDraw(draw: () => void): () => void;
  /** Asks for a drawing although no point came. */
  ask(): void;
}

export function useCurves(run: () => string): Curves {
  const store = new CurveStore();
  const names = shallowRef<readonly string[]>([]);
  const loaded = ref(false);
  const drawings = new Set<() => void>();
  const { ask, stop } = redraw(() => {
    for (const draw of drawings) draw();
  });
  const { error } = useStream(
    'runs.curves',
    () => ({ run: run(), buckets: 800 }),
    (event) => {
      store.take(event);
      const now = store.names();
      if (now.length !== names.value.length) names.value = now;
      loaded.value = true;
      ask();
    },
    () => store.clear(),
  );
  onScopeDispose(stop);
  return {
    store,
    names,
    loaded,
    error,
    onDraw: (draw) => {
      drawings.add(draw);
      return () => drawings.delete(draw);
    },
    ask,
  };
}
