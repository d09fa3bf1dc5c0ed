// Owns leakage reports on disk: sentinel.json beside a panel, and a copy with each run that was trained on it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import type { SentinelReport } from '../../base/sentinel.ts';
import type { Config } from '../../config/schema.ts';
import { type SentinelView, sentinelReportSchema } from '../../contract/views/sentinel.ts';
import type { FeaturesSpec } from '../jobs/features.node.ts';

/** Raised when what is examined, or how it is written, changes: older reports then count as absent. Part of no hash. */
const SENTINEL_VERSION = 1;
const FILE = 'sentinel.json';

/** What a panel was examined by, for doing it again. */
export interface SentinelBasis {
  readonly config: Pick<Config, 'data' | 'features'>;
  /** How its codes were chosen; null where all take part, undefined where that is not known: then it is not audited. */
  readonly universe?: NonNullable<FeaturesSpec['universe']> | null;
}

export interface StoredSentinel {
  readonly report: SentinelView;
  readonly basis: SentinelBasis;
}

/** A report that could not be read again (a figure that is no number) is a bug, and thrown as one. */
export function writeSentinel(folder: string, report: SentinelReport, basis: SentinelBasis): void {
  sentinelReportSchema.parse(JSON.parse(JSON.stringify(report)));
  writeFileAtomic(join(folder, FILE), `${JSON.stringify({ version: SENTINEL_VERSION, basis, report })}\n`);
}

/** Copies a panel's report to a run that is trained on it: the panel may be examined again, or cleared. */
export function keepSentinel(panel: string, run: string): void {
  const stored = readSentinel(panel);
  if (stored) writeSentinel(run, stored.report, stored.basis);
}

/** Null where there is none, one of another version, or one that cannot be read: examining again makes it anew. */
export function readSentinel(folder: string): StoredSentinel | null {
  const path = join(folder, FILE);
  if (!existsSync(path)) return null;
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown } & StoredSentinel;
    if (stored.version !== SENTINEL_VERSION) return null;
    return { report: sentinelReportSchema.parse(stored.report), basis: stored.basis };
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError')) return null;
    throw error;
  }
}
