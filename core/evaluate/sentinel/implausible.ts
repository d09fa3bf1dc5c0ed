// Owns the verdicts on features that rank too well: beyond what any honest feature does, by an edge that is gone a day later, or by a move
// that was over before a position could be entered.
import { type LeakFinding, notRun, type ProbeReport, probeReport } from '../../base/sentinel.ts';
import { type Bound, boundOf } from './bounds.ts';

/** Mean daily RankIC beyond which a feature is hardly honest. */
export const IMPLAUSIBLE_IC = 0.1;
/** And beyond which it cannot be. */
export const IMPOSSIBLE_IC = 0.3;
/** Share of its RankIC that an honest feature keeps at least, a day later. */
export const LEAST_KEPT = 0.25;

export interface RankIcs {
  readonly names: readonly string[];
  readonly horizons: readonly number[];
  readonly days: number;
  /** Trading days from one sampled day to the next. */
  readonly spacing: number;
  /** [names, horizons + 1, days]; the last of a feature is with the return from today's close to the entry. NaN where undefined. */
  readonly values: Float32Array;
}

export interface Suspect {
  readonly feature: number;
  readonly horizon: number;
  readonly bound: Bound;
}

/** For each feature whose RankIC is surely implausible at some horizon, the horizon at which it is so most. */
export function findSuspects(ics: RankIcs): { suspects: Suspect[]; highest: number; judged: number } {
  const { names, horizons } = ics;
  const suspects: Suspect[] = [];
  let highest = Number.NaN;
  let judged = 0;
  for (let feature = 0; feature < names.length; feature++) {
    let worst: Suspect | undefined;
    for (let horizon = 0; horizon < horizons.length; horizon++) {
      const bound = boundOfSeries(ics, feature, horizon);
      if (!bound) continue;
      judged++;
      if (!(Math.abs(bound.mean) <= highest)) highest = Math.abs(bound.mean);
      if (bound.least > IMPLAUSIBLE_IC && !(worst && worst.bound.least >= bound.least))
        worst = { feature, horizon, bound };
    }
    if (worst) suspects.push(worst);
  }
  return { suspects, highest, judged };
}

const verdictOf = ({ least }: Bound): LeakFinding['verdict'] => (least > IMPOSSIBLE_IC ? 'failed' : 'suspicious');

/** The alarm. @param ridge bounds of a ridge regression's RankIC on days that it has not seen, by horizon */
export function implausibleIc(
  ics: RankIcs,
  { suspects, highest, judged }: ReturnType<typeof findSuspects>,
  ridge: readonly (Bound | undefined)[],
): ProbeReport {
  if (judged === 0) return notRun('implausible-ic', 'too-few-days', { days: ics.days });
  const findings = suspects.map(
    ({ feature, horizon, bound }): LeakFinding => ({
      code: 'implausible-ic',
      verdict: verdictOf(bound),
      subject: ics.names[feature],
      params: { horizon: ics.horizons[horizon], rankIc: bound.mean, least: bound.least },
    }),
  );
  for (const [h, bound] of ridge.entries())
    if (bound && bound.least > IMPLAUSIBLE_IC)
      findings.push({
        code: 'implausible-ridge',
        verdict: verdictOf(bound),
        subject: 'ridge',
        params: { horizon: ics.horizons[h], rankIc: bound.mean, least: bound.least },
      });
  return probeReport('implausible-ic', highest, IMPLAUSIBLE_IC, findings);
}

/**
 * @param lagged [suspects, horizons, days] RankIC of the suspects' values of the day before
 */
export function lagOne(ics: RankIcs, suspects: readonly Suspect[], lagged: Float32Array): ProbeReport {
  const findings: LeakFinding[] = [];
  let judged = 0;
  let highest = Number.NaN;
  for (let feature = 0; feature < ics.names.length; feature++) {
    const bound = boundOfSeries(ics, feature, ics.horizons.length);
    if (!bound) continue;
    judged++;
    if (!(Math.abs(bound.mean) <= highest)) highest = Math.abs(bound.mean);
    if (bound.least > IMPLAUSIBLE_IC)
      findings.push({
        code: 'moves-before-entry',
        verdict: verdictOf(bound),
        subject: ics.names[feature],
        params: { rankIc: bound.mean, least: bound.least },
      });
  }
  if (judged === 0) return notRun('lag-one', 'too-few-days', { days: ics.days });
  for (const [s, { feature, horizon, bound }] of suspects.entries()) {
    const from = (s * ics.horizons.length + horizon) * ics.days;
    const known = lagged.subarray(from, from + ics.days).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const kept = mean / bound.mean;
    if (kept >= LEAST_KEPT) continue; // not of a day without any lagged value
    if (known.length === 0) continue;
    findings.push({
      code: 'edge-of-a-day',
      verdict: verdictOf(bound),
      subject: ics.names[feature],
      params: { horizon: ics.horizons[horizon], rankIc: bound.mean, lagged: mean },
    });
  }
  return probeReport('lag-one', highest, IMPLAUSIBLE_IC, findings);
}

function boundOfSeries(ics: RankIcs, feature: number, series: number): Bound | undefined {
  const { names, horizons, days, spacing, values } = ics;
  const from = (feature * (horizons.length + 1) + series) * days;
  return boundOf(values.subarray(from, from + days), {
    spacing,
    reach: horizons[series] ?? 1,
    tests: names.length * (horizons.length + 1),
  });
}
