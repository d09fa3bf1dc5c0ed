// Owns the form of a leakage report: the probes, their verdicts, what they can find, and what is fitted where.

export const VERDICTS = ['passed', 'suspicious', 'failed', 'not-run'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const PROBES = [
  'future-truncation',
  'future-adjustment',
  'target-alignment',
  'statistic-scope',
  'overlapping-windows',
  'duplicate-rows',
  'shuffled-target',
  'lag-one',
  'implausible-ic',
] as const;
export type ProbeName = (typeof PROBES)[number];

export const LEAK_CODES = [
  'depends-on-later-rows',
  'depends-on-later-tables',
  'depends-on-later-listing',
  'differs-from-its-definition',
  'depends-on-later-splits',
  'entered-today',
  'other-target',
  'scaled-beyond-its-day',
  'scaled-over-all-days',
  'saw-other-days',
  'graph-knows-later-days',
  'graph-not-of-its-day',
  'universe-judged-later',
  'universe-judged-otherwise',
  'nobody-leaves',
  'window-crosses-split',
  'rows-out-of-order',
  'repeated-across-split',
  'twins',
  'shuffled-yet-found',
  'edge-of-a-day',
  'moves-before-entry',
  'implausible-ic',
  'implausible-ridge',
] as const;
export type LeakCode = (typeof LEAK_CODES)[number];

/** Why a probe did not look. */
export const SKIP_CODES = ['too-few-days', 'unknown-feature', 'no-split', 'targets-wrong'] as const;
export type SkipCode = (typeof SKIP_CODES)[number];

export interface LeakFinding {
  readonly code: LeakCode;
  readonly verdict: 'suspicious' | 'failed';
  /** What it is about: a feature, a target, a statistic, codes, a fold. */
  readonly subject: string;
  /** What the sentence of the code names. */
  readonly params: Readonly<Record<string, string | number>>;
}

export interface ProbeReport {
  readonly probe: ProbeName;
  readonly verdict: Verdict;
  /** What was measured, in the unit that the probe's words name; null where nothing was. */
  readonly figure: number | null;
  /** What the figure is held against. */
  readonly threshold: number | null;
  /** Worst first, at most MAX_FINDINGS. */
  readonly findings: readonly LeakFinding[];
  /** All of them. */
  readonly count: number;
  /** Set where it did not run, or not on everything. */
  readonly skipped?: { readonly code: SkipCode; readonly params: Readonly<Record<string, string | number>> };
}

export const STATISTICS = ['z-score', 'winsorisation', 'graph', 'universe', 'scaler', 'target-scale'] as const;
export type StatisticName = (typeof STATISTICS)[number];

/** What a statistic may look at: each day by itself, the days up to the one it serves, or the training part of the split. */
export type AllowedScope = 'own-day' | 'past' | 'train';

export interface StatisticScope {
  readonly statistic: StatisticName;
  readonly allowed: AllowedScope;
  /** ISO days, the first and last that it saw. */
  readonly first: string;
  readonly last: string;
  /** Last day that it may have seen. */
  readonly through: string;
  readonly days: number;
  readonly rows: number;
  /** Not run: it is not fitted with the panel, or was not used. */
  readonly verdict: Verdict;
}

export interface SentinelReport {
  /** Key of the panel. */
  readonly panel: string;
  readonly verdict: 'passed' | 'suspicious' | 'failed';
  readonly seconds: number;
  /** The split that it was held against, by its first fold. ISO days. */
  readonly split: { readonly fold: string; readonly trainFirst: string; readonly trainLast: string } | null;
  /** What was looked at of what there is: everything of a small panel. */
  readonly sample: {
    readonly stocks: number;
    readonly ofStocks: number;
    /** ISO days after which the data was cut off. */
    readonly cuts: readonly string[];
    /** Days that returns were looked at on, all of them training days. */
    readonly days: number;
  };
  readonly probes: readonly ProbeReport[];
  readonly scopes: readonly StatisticScope[];
  /** Mean daily RankIC of a ridge regression on training days that it had not seen, by horizon; null where undefined. */
  readonly ridge: readonly { readonly horizon: number; readonly rankIc: number | null }[];
}

export const MAX_FINDINGS = 60;

const SEVERITY: Readonly<Record<Verdict, number>> = { 'not-run': 0, passed: 0, suspicious: 1, failed: 2 };

export function worstOf(verdicts: readonly Verdict[]): 'passed' | 'suspicious' | 'failed' {
  const worst = Math.max(0, ...verdicts.map((verdict) => SEVERITY[verdict]));
  return (['passed', 'suspicious', 'failed'] as const)[worst];
}

/** What a probe that ran says: its verdict is that of its worst finding. */
export function probeReport(
  probe: ProbeName,
  figure: number | null,
  threshold: number | null,
  findings: readonly LeakFinding[],
  skipped?: ProbeReport['skipped'],
): ProbeReport {
  const ordered = [...findings].sort((a, b) => SEVERITY[b.verdict] - SEVERITY[a.verdict]);
  const verdict = worstOf(findings.map((finding) => finding.verdict));
  return {
    probe,
    verdict,
    figure: figure !== null && Number.isFinite(figure) ? figure : null,
    threshold,
    findings: ordered.slice(0, MAX_FINDINGS),
    count: findings.length,
    ...(skipped && { skipped }),
  };
}

export function notRun(
  probe: ProbeName,
  code: SkipCode,
  params: Readonly<Record<string, string | number>> = {},
): ProbeReport {
  return {
    probe,
    verdict: 'not-run',
    figure: null,
    threshold: null,
    findings: [],
    count: 0,
    skipped: { code, params },
  };
}
