// Owns the guess of how long something takes yet, from how far it has come.

export interface RemainingEstimator {
  /** @returns milliseconds left; null while too little is known. Starts anew when `stage` changes or `done` falls. */
  observe(stage: string, done: number, total: number, now: number): number | null;
}

/** Before this much time and this share has passed, a guess would only jump about. */
const LEAST_MS = 1_500;
const LEAST_SHARE = 0.01;
/** Weight of the newest speed; older ones fade, so that a change of pace is followed within some reports. */
const NEWEST = 0.25;

export function remainingEstimator(): RemainingEstimator {
  let stage: string | undefined;
  let startedAt = 0;
  let startedDone = 0;
  let lastAt = 0;
  let lastDone = 0;
  let speed: number | null = null;

  return {
    observe(nextStage, done, total, now) {
      if (nextStage !== stage || done < lastDone) {
        stage = nextStage;
        startedAt = lastAt = now;
        startedDone = lastDone = done;
        speed = null;
        return null;
      }
      if (done > lastDone && now > lastAt) {
        const newest = (done - lastDone) / (now - lastAt);
        speed = speed === null ? newest : speed + NEWEST * (newest - speed);
        lastAt = now;
        lastDone = done;
      }
      if (!(total > 0) || speed === null) return null;
      if (now - startedAt < LEAST_MS || (done - startedDone) / total < LEAST_SHARE) return null;
      return Math.max(0, (total - done) / speed - (now - lastAt));
    },
  };
}
