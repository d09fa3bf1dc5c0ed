// Owns which part of a run's curves a zoomed chart asks its host for: more than it shows, so that it can be moved, and asked again when
// that no longer suffices.
import type { CurveColumns } from '../../../core/contract/views/training.ts';
import type { CurveStore } from './curve-store.ts';

/** On the chart's axis, which counts the steps of all phases one after the other. */
export interface Range {
  from: number;
  to: number;
}

export interface CurveWindow extends Range {
  curves: readonly CurveColumns[];
}

/** A chart that shows this share of everything is not zoomed. */
const WHOLE = 0.9;
/** Widths of the view to each side of it that are asked for too. */
const MARGIN = 1;
/** A window of so many widths of the view is too coarse for it. */
const COARSE = 5;
/** Points of a window: with its margins, about as many as the chart has pixels in its view. */
export const WINDOW_POINTS = 1_200;

/** What to ask for so that `view` is drawn well; null where nothing is needed. @param end of all that there is */
export function wantedRange(view: Range, known: Range | null, end: number): Range | null {
  const width = view.to - view.from;
  if (!isZoomed(view, end)) return null;
  const from = Math.max(0, Math.floor(view.from - MARGIN * width));
  const to = Math.min(end, Math.ceil(view.to + MARGIN * width));
  if (!known) return { from, to };
  const held = known.to - known.from;
  const fine = held <= COARSE * width || held <= WINDOW_POINTS;
  return fine && known.from <= Math.max(0, view.from) && known.to >= Math.min(end, view.to) ? null : { from, to };
}

export const isZoomed = ({ from, to }: Range, end: number): boolean => end > 0 && to - from < WHOLE * end;

/** The steps of each phase that a range of the axis stands for. @param axis 'seconds' counts the run's own */
export function spansIn(
  store: CurveStore,
  axis: 'step' | 'seconds',
  { from, to }: Range,
): { phase: string; from: number; to: number }[] {
  if (axis === 'seconds') return [{ phase: '', from, to }];
  return store
    .spans()
    .filter((span) => span.from <= to && span.to >= from)
    .map((span) => ({
      phase: span.phase,
      from: Math.max(0, from - span.from),
      to: Math.min(span.to - span.from, to - span.from),
    }));
}
