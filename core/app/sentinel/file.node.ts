// Owns leakage reports on disk: sentinel.json beside a panel, and a copy with each run that was trained on it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import type { SentinelReport } from '../../base/sentinel.ts';
import { sentinelReportSchema } from '../../contract/views/sentinel.ts';

/** Raised when what is examined, or how it is written, changes: older reports then count as absent. Part of no hash. */
const SENTINEL_VERSION = 1;
const FILE = 'sentinel.json';

export function writeSentinel(folder: string, report: SentinelReport): void {
  writeFileAtomic(join(folder, FILE), `${JSON.stringify({ version: SENTINEL_VERSION, report })}\n`);
}

/** Null where there is none, one of another version, or one that cannot be read: examining again makes it anew. */
export function readSentinel(folder: string): SentinelReport | null {
  const path = join(folder, FILE);
  if (!existsSync(path)) return null;
  try {
    const { version, report } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown; report?: unknown };
    return version === SENTINEL_VERSION ? sentinelReportSchema.parse(report) : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError')) return null;
    throw error;
  }
}
