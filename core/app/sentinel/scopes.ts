// Owns the table of what was fitted where: every statistic behind a panel and its runs, the days and rows that it saw, and what it may see.
import { fromEpochDay } from '../../base/clock.ts';
import {
  type LeakFinding,
  type StatisticName,
  type StatisticScope,
  type Verdict,
  worstOf,
} from '../../base/sentinel.ts';
import type { PanelManifest } from '../../features/panel.ts';
import type { Fold } from '../../splits/folds.ts';

/** Day indexes, and what was seen of them. */
export interface FittedOver {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly days: number;
  readonly rows: number;
}

export interface ScopeSources {
  readonly manifest: Pick<PanelManifest, 'rows' | 'codes' | 'zScore' | 'graph'>;
  /** Epoch days of the panel. */
  readonly days: Int32Array;
  readonly fold: Fold | undefined;
  /** Day indexes of the graph's snapshots, and edges looked at. */
  readonly graphDays: Int32Array;
  readonly edges: number;
  /** Whether it is known how the universe was chosen, and the day by which: undefined where every code is in it. */
  readonly universeKnown: boolean;
  readonly asOf: number | undefined;
  readonly fitted: FittedOver | undefined;
  readonly scaling: readonly LeakFinding[];
  readonly graphFindings: readonly LeakFinding[];
  readonly universeFindings: readonly LeakFinding[];
}

/** @returns findings on the scaler alone; those given are not repeated */
export function scopesOf(sources: ScopeSources): { scopes: StatisticScope[]; findings: LeakFinding[] } {
  const { manifest, days, fold, graphDays, edges, asOf, fitted } = sources;
  const date = (index: number): string => fromEpochDay(days[Math.max(0, Math.min(days.length - 1, index))]);
  const [first, last] = [date(0), date(days.length - 1)];
  const trainEnd = fold ? date(fold.train[fold.train.length - 1]) : last;
  const verdictOf = (findings: readonly LeakFinding[]): Verdict => worstOf(findings.map(({ verdict }) => verdict));
  const day: Pick<StatisticScope, 'allowed' | 'first' | 'last' | 'through' | 'days' | 'rows'> = {
    allowed: 'own-day',
    first,
    last,
    through: last,
    days: 1,
    rows: Math.round(manifest.rows / days.length),
  };
  const findings = fold && fitted ? scalerFindings(fold, fitted, date) : [];
  const scaler = (statistic: StatisticName): StatisticScope => ({
    statistic,
    allowed: 'train',
    first: fitted ? date(fitted.firstDay) : first,
    last: fitted ? date(fitted.lastDay) : trainEnd,
    through: trainEnd,
    days: fitted?.days ?? 0,
    rows: fitted?.rows ?? 0,
    verdict: fitted ? verdictOf(findings) : 'not-run',
  });
  const { lookback } = manifest.graph;
  const scopes: StatisticScope[] = [
    { statistic: 'z-score', ...day, verdict: verdictOf(sources.scaling) },
    {
      statistic: 'winsorisation',
      ...day,
      verdict: manifest.zScore.winsorise > 0 ? verdictOf(sources.scaling) : 'not-run',
    },
    {
      statistic: 'graph',
      allowed: 'past',
      first: graphDays.length > 0 ? date(graphDays[0] - lookback + 1) : first,
      last: graphDays.length > 0 ? date(graphDays[graphDays.length - 1]) : first,
      through: graphDays.length > 0 ? date(graphDays[graphDays.length - 1]) : first,
      days: lookback,
      rows: lookback * manifest.codes.length,
      verdict: edges > 0 ? verdictOf(sources.graphFindings) : 'not-run',
    },
    {
      statistic: 'universe',
      allowed: 'train',
      first,
      last: asOf === undefined ? first : fromEpochDay(asOf),
      through: trainEnd,
      days: asOf === undefined ? 0 : days.filter((one) => one <= asOf).length,
      rows: manifest.codes.length,
      verdict: sources.universeKnown ? verdictOf(sources.universeFindings) : 'not-run',
    },
    scaler('scaler'),
    scaler('target-scale'),
  ];
  return { scopes, findings };
}

function scalerFindings(fold: Fold, fitted: FittedOver, date: (index: number) => string): LeakFinding[] {
  const [first, last] = [fold.train[0], fold.train[fold.train.length - 1]];
  if (fitted.firstDay >= first && fitted.lastDay <= last && fitted.days <= fold.train.length) return [];
  return [
    {
      code: 'saw-other-days',
      verdict: 'failed',
      subject: 'scaler' satisfies StatisticName,
      params: {
        first: date(fitted.firstDay),
        last: date(fitted.lastDay),
        days: fitted.days,
        trainFirst: date(first),
        trainLast: date(last),
        trainDays: fold.train.length,
      },
    },
  ];
}
