// Owns how often charts are drawn again: on an animation frame, at most once a second, and never for more than a small share of
// the time, however long a drawing takes.

export interface RedrawTimes {
  /** Milliseconds between two drawings, at least. */
  least: number;
  /** Share of the time that drawings may take. */
  share: number;
}

/**
 * What is measured is a third of it: the browser paints afterwards, which no share bounds. Seven charts drawn 1.4 times a second took 9 % of
 * a core, and showed nothing that they would not show once a second.
 */
export const REDRAW: RedrawTimes = { least: 1_000, share: 0.03 };

/** When to draw next, after a drawing that took `cost` ms. */
export function waitAfter(cost: number, { least, share }: RedrawTimes = REDRAW): number {
  return Math.max(least, cost / share);
}

export interface Redraw {
  /** Something changed: draws soon. */
  ask(): void;
  stop(): void;
}

/** @param draw draws what changed; called on an animation frame, so never while the page is hidden */
export function redraw(draw: () => void, times: RedrawTimes = REDRAW): Redraw {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame: number | undefined;
  let notBefore = 0;
  let stopped = false;

  function onFrame(): void {
    frame = undefined;
    const start = performance.now();
    draw();
    notBefore = performance.now() + waitAfter(performance.now() - start, times);
  }
  return {
    ask() {
      if (stopped || timer !== undefined || frame !== undefined) return;
      timer = setTimeout(
        () => {
          timer = undefined;
          frame = requestAnimationFrame(onFrame);
        },
        Math.max(0, notBefore - performance.now()),
      );
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}
