// Owns what runs in the page that is measured: when it was first seen whole, how long after a click the next page was, how long frames took.
// Times are those of performance.now(), taken after the frame that shows what is waited for was painted.

export interface Opening {
  /** Since the navigation began, ms: the heading is seen; all content is; and after that the main thread has nothing to do. */
  heading: number;
  content: number;
  interactive: number;
}

export interface Following {
  heading: number;
  content: number;
}

export interface Probe {
  readonly opened: Promise<Opening>;
  /** Waits for a click, and after it for the page at `path`. */
  watchClick(path: string): void;
  /** From the click to the new page's heading, and to all of its content, seen; ms. */
  readonly followed: Promise<Following>;
  startFrames(): void;
  /** Times between the frames since then, ms, and in how many of them something was drawn on a canvas or scrolled. */
  stopFrames(): { times: number[]; changed: number };
}

/** Handed over as text, before the page's own scripts: everything that it needs is inside. */
export function installProbe(): void {
  /** What stands for content that has not come yet. */
  const SKELETONS = 'main :is(.skeleton, .block)[role="status"]';

  const heading = (): Element | null => document.querySelector('main h1');
  const isWhole = (): boolean => heading() !== null && document.querySelector(SKELETONS) === null;

  /** The time at which the first frame that fulfils `condition` was painted. */
  function seen(condition: () => boolean): Promise<number> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!condition()) {
          if (performance.now() - start < 60_000) requestAnimationFrame(look);
          else reject(new Error(`${location.pathname} was not seen whole: ${document.body.innerText.slice(0, 500)}`));
          return;
        }
        // A task that is posted in a frame's callback runs after the frame was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
  }

  async function opening(): Promise<Opening> {
    const first = await seen(() => heading() !== null);
    const content = await seen(isWhole);
    const interactive = await new Promise<number>((resolve) => requestIdleCallback(() => resolve(performance.now())));
    return { heading: first, content, interactive };
  }

  let frames: number[] = [];
  let changed = 0;
  let fresh = false;
  let next = 0;
  function onFrame(time: number): void {
    frames.push(time);
    if (fresh) changed++;
    fresh = false;
    next = requestAnimationFrame(onFrame);
  }
  const change = (): void => void (fresh = true);
  document.addEventListener('scroll', change, { capture: true, passive: true });
  // Whatever draws a canvas anew begins by clearing it.
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    change();
    clearRect.apply(this, area);
  };

  let followed = Promise.resolve<Following>({ heading: Number.NaN, content: Number.NaN });
  const probe: Probe = {
    opened: opening(),
    watchClick(path) {
      const before = heading();
      const there = (): boolean => location.pathname === path && heading() !== null && heading() !== before;
      followed = new Promise((resolve, reject) => {
        const onClick = async ({ timeStamp }: MouseEvent): Promise<void> => {
          const first = await seen(there);
          // What was there with the heading was seen with it.
          const content = isWhole() ? first : await seen(() => there() && isWhole());
          resolve({ heading: first - timeStamp, content: content - timeStamp });
        };
        const listen = (event: MouseEvent): void => void onClick(event).catch(reject);
        document.addEventListener('click', listen, { capture: true, once: true });
      });
    },
    get followed() {
      return followed;
    },
    startFrames() {
      frames = [];
      changed = 0;
      fresh = false;
      next = requestAnimationFrame(onFrame);
    },
    stopFrames() {
      cancelAnimationFrame(next);
      return { times: frames.slice(1).map((time, i) => time - frames[i]), changed };
    },
  };
  Object.assign(window, { probe });
}
