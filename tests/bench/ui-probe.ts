// Owns what runs in the page that is measured: when it was first seen whole, how long after a click the next page was, how long frames took.
// Times are those of performance.now(), taken after the frame that shows what is waited for was painted.

export interface Opening {
  /** Since the navigation began, ms: the heading is seen; all content is; and after that the main thread has nothing to do. */
  heading: number;
  content: number;
  interactive: number;
}

export interface Probe {
  readonly opened: Promise<Opening>;
  /** Waits for a click, and after it for the page at `path`. */
  watchClick(path: string): void;
  /** From the click to the page seen whole, ms. */
  readonly followed: Promise<number>;
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
  let running = false;
  function onFrame(time: number): void {
    if (!running) return;
    frames.push(time);
    if (fresh) changed++;
    fresh = false;
    requestAnimationFrame(onFrame);
  }
  const change = (): void => void (fresh = true);
  document.addEventListener('scroll', change, { capture: true, passive: true });
  // Whatever draws a canvas anew begins by clearing it.
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    change();
    clearRect.apply(this, area);
  };

  let followed = Promise.resolve(Number.NaN);
  const probe: Probe = {
    opened: opening(),
    watchClick(path) {
      const before = heading();
      const there = (): boolean => location.pathname === path && heading() !== before && isWhole();
      followed = new Promise((resolve, reject) => {
        const onClick = ({ timeStamp }: MouseEvent): void => {
          seen(there).then((time) => resolve(time - timeStamp), reject);
        };
        document.addEventListener('click', onClick, { capture: true, once: true });
      });
    },
    get followed() {
      return followed;
    },
    startFrames() {
      frames = [];
      changed = 0;
      fresh = false;
      running = true;
      requestAnimationFrame(onFrame);
    },
    stopFrames() {
      running = false;
      return { times: frames.slice(1).map((time, i) => time - frames[i]), changed };
    },
  };
  Object.assign(window, { probe });
}
