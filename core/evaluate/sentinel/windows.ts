// Owns the probe of the split: no target of one part may depend on a day of another, by the days that the targets really reach into.
import { fromEpochDay } from '../../base/clock.ts';
import { type LeakFinding, notRun, type ProbeReport, probeReport } from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import { ENTRY_DELAY, MAX_EXIT_DELAY } from '../../data/target-window.ts';
import { findFoldLeak, type Fold } from '../../splits/folds.ts';

/** @param bars stocks of the panel, on its calendar */
export function probeWindows(
  bars: Pick<BarTable, 'days' | 'offsets' | 'dayIndex'>,
  folds: readonly Fold[],
  horizons: readonly number[],
): ProbeReport {
  if (folds.length === 0) return notRun('overlapping-windows', 'no-split');
  const reach = longestReach(bars, Math.max(...horizons));
  const findings = folds.flatMap((fold): LeakFinding[] => {
    const leak = findFoldLeak(fold, reach);
    if (!leak) return [];
    return [
      {
        code: 'window-crosses-split',
        verdict: 'failed',
        subject: fold.name,
        params: {
          reach,
          day: fromEpochDay(bars.days[leak.trainDay]),
          heldOut: fromEpochDay(bars.days[leak.heldOutDay]),
        },
      },
    ];
  });
  return probeReport('overlapping-windows', findings.length, 0, findings);
}

/** Trading days that the longest target looks ahead, missing bars included. */
function longestReach({ offsets, dayIndex }: Pick<BarTable, 'offsets' | 'dayIndex'>, horizon: number): number {
  let longest = ENTRY_DELAY + horizon;
  for (let stock = 0; stock + 1 < offsets.length; stock++)
    for (let row = offsets[stock]; row + ENTRY_DELAY + horizon < offsets[stock + 1]; row++) {
      const reach = dayIndex[row + ENTRY_DELAY + horizon] - dayIndex[row];
      if (reach > longest && reach <= ENTRY_DELAY + horizon + MAX_EXIT_DELAY) longest = reach;
    }
  return longest;
}
