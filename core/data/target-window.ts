// Owns when a forward return is entered and left, so that targets and the purge of splits cannot disagree about it.
import { HORIZONS } from './horizons.ts';

/** Bars between the row that predicts and the bar at whose close the position is entered: what is known at t is traded at t + 1. */
export const ENTRY_DELAY = 1;

/**
 * Trading days by which missing bars may delay a stock's exit. A return that takes longer is unknown (NaN): without this bound a
 * suspended stock's target could reach across any embargo.
 */
export const MAX_EXIT_DELAY = 5;

/** Trading days after its own day that a row's target can still depend on, at most. */
export function targetReach(horizon: number): number {
  return ENTRY_DELAY + horizon + MAX_EXIT_DELAY;
}

export const LONGEST_HORIZON = Math.max(...HORIZONS);
