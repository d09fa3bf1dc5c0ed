// Owns turning the wheel over a virtual table. Left to itself the browser moves the table first and asks for its rows later: gaps come into
// view, and half of the frames show nothing new. Here the table is moved in the frame that draws its rows.
import { onWatcherCleanup, type ShallowRef, watch } from 'vue';

/** Turns that follow each other within this time are one gesture, which does not go on to the page at the end of the table. */
const GESTURE_MS = 150;

/** Where an event that moves by `wanted` pixels leaves the table; null where that is for the page to follow. */
export function scrolledTo(
  { top, height, view }: { top: number; height: number; view: number },
  wanted: number,
  holding: boolean,
): number | null {
  const next = Math.max(0, Math.min(height - view, top + wanted));
  // On a scaled screen the last place is a fraction of a pixel away from what the whole heights say.
  return Math.abs(next - top) >= 1 || holding ? next : null;
}

/** Pixels that a turn asks for; null for those that are not up or down: across, or to zoom. */
export function turnOf(
  event: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'shiftKey'>,
  row: number,
  view: number,
): number | null {
  const { deltaX, deltaY, deltaMode, ctrlKey, shiftKey } = event;
  if (ctrlKey || shiftKey || Math.abs(deltaX) > Math.abs(deltaY) || deltaY === 0) return null;
  const unit = [1, row, view][deltaMode] ?? 1;
  return deltaY * unit;
}

/** @param rowHeight what a wheel that counts lines means by one, px */
export function useWheelScroll(scroller: Readonly<ShallowRef<HTMLElement | null>>, rowHeight: () => number): void {
  watch(scroller, (element) => {
    if (!element) return;
    let target: number | null = null;
    let frame = 0;
    let last = Number.NEGATIVE_INFINITY;
    function move(): void {
      frame = 0;
      if (element && target !== null) element.scrollTop = target;
      target = null;
    }
    function onWheel(event: WheelEvent): void {
      if (!element) return;
      const { clientHeight: view, scrollHeight: height } = element;
      const wanted = turnOf(event, rowHeight(), view);
      if (wanted === null) return;
      const top = target ?? element.scrollTop;
      const next = scrolledTo({ top, height, view }, wanted, event.timeStamp - last < GESTURE_MS);
      if (next === null) return;
      event.preventDefault();
      last = event.timeStamp;
      target = next;
      frame ||= requestAnimationFrame(move);
    }
    element.addEventListener('wheel', onWheel, { passive: false });
    onWatcherCleanup(() => {
      element.removeEventListener('wheel', onWheel);
      cancelAnimationFrame(frame);
    });
  });
}
