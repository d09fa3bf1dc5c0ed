// Owns targets: forward returns entered at the next bar. They look ahead by design, so their names can never be features.
import { AppError } from '../base/errors.ts';
import type { BarTable } from '../data/bars.ts';
import { HORIZONS } from '../data/horizons.ts';
import { ENTRY_DELAY, MAX_EXIT_DELAY } from '../data/target-window.ts';

export const TARGET_VERSION = 1;
const PREFIX = 'target_';

export function targetName(horizon: number): string {
  return `${PREFIX}${horizon}d`;
}

export const targetNames: readonly string[] = HORIZONS.map(targetName);

export function isTargetName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** @throws config/target-as-feature when a target is among the names */
export function rejectTargets(features: readonly string[]): void {
  const target = features.find(isTargetName);
  if (target !== undefined) throw new AppError('config/target-as-feature', { name: target });
}

/**
 * Simple return of each row's stock from the close of its bar t + 1 (the first that can be traded on what is known at the close of t) to the
 * close of its bar t + 1 + horizon. NaN where either bar is not there or has no positive close, and where missing bars delay the exit by
 * more than MAX_EXIT_DELAY trading days.
 * @returns one per bar row
 */
export function forwardReturns(bars: Pick<BarTable, 'offsets' | 'dayIndex' | 'close'>, horizon: number): Float64Array {
  const { offsets, dayIndex, close } = bars;
  const out = new Float64Array(close.length).fill(Number.NaN);
  for (let stock = 0; stock + 1 < offsets.length; stock++) {
    for (let i = offsets[stock]; i < offsets[stock + 1] - ENTRY_DELAY - horizon; i++) {
      const entry = i + ENTRY_DELAY;
      const exit = entry + horizon;
      const delay = dayIndex[exit] - dayIndex[i] - ENTRY_DELAY - horizon;
      if (delay <= MAX_EXIT_DELAY && close[entry] > 0 && close[exit] > 0) out[i] = close[exit] / close[entry] - 1;
    }
  }
  return out;
}
