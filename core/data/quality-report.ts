// Owns the report of an import's checks: every check there is, whether it ran, what it found, and why it could not run.
import { type Area, AREAS, type FindingCode, FINDINGS, type Severity } from './findings.ts';
import type { DatasetManifest } from './manifest.ts';
import type { SkipReason } from './skip-reasons.ts';

const PLACES = Object.keys(AREAS) as Area[];

/** Every check, area by area. */
export const CHECKS = (Object.keys(FINDINGS) as FindingCode[]).sort(
  (a, b) => PLACES.indexOf(FINDINGS[a].area) - PLACES.indexOf(FINDINGS[b].area),
);

/** Universes smaller than these say nothing by who is missing. */
export const MANY_CODES = 20;
export const SURVIVOR_CODES = 50;
export const TRADING_YEAR = 250;

const ADJUSTMENT: readonly FindingCode[] = [
  'missing-adjustment',
  'non-positive-adjusted',
  'adjustment-mismatch',
  'coarse-adjustment',
  'event-factors',
];
const NEED: Readonly<Partial<Record<SkipReason, readonly FindingCode[]>>> = {
  'no-calendar': ['shifted-days', 'closed-day', 'missing-session'],
  'no-sectors': ['no-sector', 'small-sector', 'later-listing'],
  'no-tables': ['known-too-early'],
  'no-actions': ['unapplied-action', 'action-not-shown'],
  'no-volume': ['missing-volume', 'negative-volume', 'zero-volume', 'volume-unit'],
  'first-version': [
    'restated-bars',
    'restated-table-rows',
    'readjusted-history',
    'bars-gone',
    'history-gone',
    'new-codes',
    'codes-gone',
    'sectors-left-out',
    'tables-left-out',
  ],
};

export interface Surroundings {
  readonly calendar: boolean;
  readonly sectors: boolean;
  /** Whether the file of sectors says of which day it is. */
  readonly listingDate: boolean;
  /** Side tables whose rows become known after their period. */
  readonly tables: boolean;
  readonly actions: boolean;
  readonly adjustment: DatasetManifest['adjustment'];
  readonly volume: boolean;
  /** The version before: none, one that was compared, or one whose files are gone or damaged. */
  readonly previous: 'none' | 'compared' | 'unreadable';
  readonly codes: number;
  readonly days: number;
}

/** The checks that the data at hand leaves nothing to check by. */
export function skippedChecks(has: Surroundings): Partial<Record<FindingCode, SkipReason>> {
  const skipped: Partial<Record<FindingCode, SkipReason>> = {};
  const skip = (reason: SkipReason, checks: readonly FindingCode[] = NEED[reason] ?? []): void => {
    for (const check of checks) skipped[check] ??= reason;
  };
  if (!has.calendar) skip('no-calendar');
  if (!has.sectors) skip('no-sectors');
  if (!has.listingDate) skip('no-listing-date', ['later-listing']);
  if (!has.tables) skip('no-tables');
  if (!has.actions) skip('no-actions');
  if (has.adjustment === 'none') skip('no-adjustment', ADJUSTMENT);
  if (has.adjustment === 'adjusted-close') skip('no-adjustment', ['event-factors']);
  if (!has.volume) skip('no-volume');
  if (has.previous !== 'compared')
    skip(has.previous === 'none' ? 'first-version' : 'version-unreadable', NEED['first-version']);
  if (has.codes < MANY_CODES) skip('few-codes', ['unit-change', 'stale-day', 'stray-day', 'partial-day']);
  if (has.codes < SURVIVOR_CODES) skip('few-codes', ['survivors-only']);
  if (has.days <= TRADING_YEAR) skip('short-history', ['survivors-only']);
  return skipped;
}

export interface CheckResult {
  readonly kind: FindingCode;
  readonly area: Area;
  readonly severity: Severity;
  /** 'unknown' of checks that came after the version was imported. */
  readonly state: 'found' | 'clean' | 'skipped' | 'unknown';
  readonly count: number;
  readonly reason: SkipReason | null;
}

/** @param counts of the version's findings, by kind */
export function qualityReport(
  manifest: Pick<DatasetManifest, 'skipped'>,
  counts: ReadonlyMap<string, number>,
): CheckResult[] {
  const { skipped } = manifest;
  return CHECKS.map((kind) => {
    const { area, severity } = FINDINGS[kind];
    const count = counts.get(kind) ?? 0;
    const reason = count > 0 ? null : (skipped?.[kind] ?? null);
    const state = count > 0 ? 'found' : reason !== null ? 'skipped' : skipped === undefined ? 'unknown' : 'clean';
    return { kind, area, severity, state, count, reason };
  });
}
