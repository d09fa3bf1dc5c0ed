// Owns the probe of the targets: what is stored must be the return from the close of the next bar, never from today's.
import { type LeakFinding, notRun, type ProbeReport, probeReport } from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import { forwardReturns, targetName } from '../targets.ts';
import { rowOf } from './sample.ts';
import type { StoredDay } from './stored.ts';

const TOLERANCE = 1e-5;
/** Share of rows that have to fit another entry before it is named. */
const NAMED_SHARE = 0.99;

/** @param stored days of the panel, by the stocks of `bars` */
export function probeTargets(bars: BarTable, stored: readonly StoredDay[], horizons: readonly number[]): ProbeReport {
  const findings: LeakFinding[] = [];
  let looked = 0;
  let wrong = 0;
  for (const [h, horizon] of horizons.entries()) {
    const returns = forwardReturns(bars, horizon);
    const counts = { rows: 0, different: 0, followers: 0, today: 0 };
    for (const { day, stocks, targets } of stored) {
      for (const [i, stock] of stocks.entries()) {
        const row = rowOf(bars, stock, day);
        if (row < 0) continue;
        const held = targets[i * horizons.length + h];
        counts.rows++;
        if (!same(held, returns[row])) counts.different++;
        // The bar before this one is entered at this one's close: its target is what entering today would give.
        if (row === bars.offsets[stock]) continue;
        counts.followers++;
        if (same(held, returns[row - 1])) counts.today++;
      }
    }
    looked += counts.rows;
    wrong += counts.different;
    if (counts.different === 0) continue;
    const today = counts.today >= NAMED_SHARE * counts.followers;
    findings.push({
      code: today ? 'entered-today' : 'other-target',
      verdict: 'failed',
      subject: targetName(horizon),
      params: { rows: counts.rows, different: counts.different },
    });
  }
  if (looked === 0) return notRun('target-alignment', 'too-few-days', { days: stored.length });
  return probeReport('target-alignment', wrong / looked, 0, findings);
}

function same(a: number, b: number): boolean {
  return Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
}
