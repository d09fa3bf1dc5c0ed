// Owns the report of a version's checks as clients see it.
import type { FindingView, Quality } from '../contract/views/datasets.ts';
import type { DatasetManifest } from '../data/manifest.ts';
import { qualityReport } from '../data/quality-report.ts';

/** @param findings of the version, as stored; asReadFile where rows as they were read lie, if there are any */
export function qualityView(
  { dataset, version, asReadFile }: { dataset: string; version: number; asReadFile: string },
  manifest: DatasetManifest,
  findings: readonly FindingView[],
): Quality {
  const { calendar = null, drift = null, codeChanges = [], appended, rowsAsRead = 0 } = manifest;
  const counts = new Map(findings.map(({ kind, count }) => [kind, count]));
  return {
    dataset,
    version,
    calendar: calendar && { ...calendar, agreement: calendar.agreement ?? null },
    drift,
    codeChanges: [...codeChanges],
    appended: appended
      ? {
          version: appended.version,
          added: appended.added,
          ignored: appended.ignored,
          replaced: appended.replaced,
          files: manifest.sources.slice(appended.firstSource).map(({ path }) => path),
        }
      : null,
    sectors: manifest.sectorSource && { column: manifest.sectorSource.column, file: manifest.sectorSource.path },
    asRead: rowsAsRead > 0 ? { rows: rowsAsRead, file: asReadFile } : null,
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
