// Owns the report of a version's checks as clients see it.
import type { FindingView, Quality } from '../contract/views/datasets.ts';
import type { DatasetManifest } from '../data/manifest.ts';
import { qualityReport } from '../data/quality-report.ts';

/** @param findings of the version, as stored */
export function qualityView(
  dataset: string,
  version: number,
  manifest: DatasetManifest,
  findings: readonly FindingView[],
): Quality {
  const { calendar = null, drift = null, codeChanges = [] } = manifest;
  const counts = new Map(findings.map(({ kind, count }) => [kind, count]));
  return {
    dataset,
    version,
    calendar: calendar && { ...calendar, agreement: calendar.agreement ?? null },
    drift,
    codeChanges: [...codeChanges],
    checks: qualityReport(manifest, counts).map(({ kind, area, severity, state, reason }) => ({
      kind,
      area,
      severity,
      state,
      reason,
      finding: findings.find((finding) => finding.kind === kind) ?? null,
    })),
  };
}
