// Owns what a dataset folder says about itself: its manifest.json, the findings and repairs in it, and their checks.
import type { CalendarName } from './calendars.ts';
import type { ColumnChoice } from './columns.ts';
import type { FindingCode, Severity } from './findings.ts';
import type { RepairName } from './repairs.ts';
import type { SkipReason } from './skip-reasons.ts';
import type { SideTableName } from './side-tables.ts';

/** Raised when bars.parquet or manifest.json change their meaning. */
export const DATASET_SCHEMA_VERSION = 1;

/** Row examples kept with a finding. */
export const MAX_EXAMPLES = 20;

/** One row of a source file that shows a finding. */
export interface FindingExample {
  readonly file: string;
  /** Record of the file, the header being row 1; null where a finding is about a code or a day, not a row. */
  readonly row: number | null;
  readonly code: string | null;
  /** ISO date, or the text that could not be read as one. */
  readonly day: string | null;
  readonly values: Readonly<Record<string, number | string | null>>;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  /** At most MAX_EXAMPLES, in source order. */
  readonly examples: readonly FindingExample[];
  /** The repair that would deal with it, if there is one. */
  readonly repair: RepairName | null;
  /** Repairs that were applied, with how many of the counted each took care of; absent where none was applied. */
  readonly repaired?: readonly AppliedRepair[];
}

export interface AppliedRepair {
  readonly name: RepairName;
  /** Rows that it changed or removed. */
  readonly rows: number;
}

/** Bars of one code that were made the past of another, because the import was told so. */
export interface AppliedCodeChange {
  readonly from: string;
  /** The newest code of the chain. */
  readonly to: string;
  /** First day of the code that came next. */
  readonly day: string;
  readonly rows: number;
}

/** Bars of this version held against those of an older one. */
export interface DriftSummary {
  /** Content hash of the older version. */
  readonly against: string;
  /** Bars (code and day) in both. */
  readonly common: number;
  /** Of those, with other traded prices or volume. */
  readonly changed: number;
  /** Hash of the common bars' traded values, in each; equal where nothing changed. */
  readonly hashBefore: string;
  readonly hashAfter: string;
}

/** The exchange whose days the bars were held against. */
export interface DatasetCalendar {
  readonly name: CalendarName;
  readonly reason: 'guessed' | 'chosen';
  /** Share of the exchange's own holidays that the days keep; of a guess alone. */
  readonly agreement?: number;
}

/** Whether rows of a file that differ from what a version holds are refused, or take its place. */
export const APPEND_MODES = ['new', 'replace'] as const;
export type AppendMode = (typeof APPEND_MODES)[number];

/** Rows of the added files that the version did not have, that it had with the same values, and whose values took the place of its own. */
export interface AppendedRows {
  readonly added: number;
  readonly ignored: number;
  readonly replaced: number;
}

/** The version whose rows were added to. */
export interface AppendedTo extends AppendedRows {
  readonly version: number;
  /** Its content hash. */
  readonly contentHash: string;
  /** Index of the first of `sources` that was added; those before are its own. */
  readonly firstSource: number;
  /** Of the tables that files were added to and that it held, the rows of each; absent in older datasets, and where there are none. */
  readonly tables?: Readonly<Partial<Record<SideTableName, AppendedRows>>>;
}

export interface SourceFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** As it was read: a table of DuckDB counts as Parquet, one of SQLite as CSV. */
  readonly format: 'csv' | 'parquet';
  /** Table or query that was read, where the file is a database. */
  readonly table?: string;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly dateFormat: string;
  readonly columns: readonly ColumnChoice[];
}

/** A table beside the bars: tables/<name>.parquet, see core/data/side-tables. */
export interface TableSummary {
  readonly name: SideTableName;
  readonly rows: number;
  /** ISO days. */
  readonly firstPeriod: string;
  readonly lastPeriod: string;
  /** Numeric columns that have a value anywhere; the others are missing throughout. */
  readonly columns: readonly string[];
  /** SHA-256 of the values in their stored order, not of the file's bytes. */
  readonly sha256: string;
  /** Files that it was made of; absent where the import found the rows itself. */
  readonly sources?: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
}

export interface DatasetCode {
  readonly code: string;
  readonly sector: string | null;
  readonly rows: number;
  readonly firstDay: string;
  readonly lastDay: string;
}

/**
 * bars.parquet beside it holds the columns code, date, open, high, low, close, volume (raw, NULL where missing) and factor
 * (adjusted price = raw price x factor, adjusted volume = raw volume / factor), sorted by code, date and source order; and where each row
 * was read: source_file, an index into `sources`, and source_row, its record there, the header being row 1. Older ones lack these two.
 */
export interface DatasetManifest {
  readonly schemaVersion: typeof DATASET_SCHEMA_VERSION;
  readonly name: string;
  /** SHA-256 of the stored values, column by column, tables included: independent of file names, Parquet encoding and import time. */
  readonly contentHash: string;
  /** Rows stored in bars.parquet. */
  readonly rows: number;
  /** Rows read from the sources, before repairs and before rows without code or day were left out. */
  readonly rowsRead: number;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Distinct days. */
  readonly days: number;
  readonly codes: readonly DatasetCode[];
  /** How prices are adjusted: by an adjusted close, by a factor column, or not at all (factor 1). */
  readonly adjustment: 'adjusted-close' | 'factor' | 'none';
  /** Whether a (code, day) stands more than once; loading then takes the last in source order. */
  readonly duplicates: boolean;
  readonly findings: readonly Finding[];
  readonly repairs: readonly AppliedRepair[];
  /** Rows that the repairs dropped or changed, which as-read.parquet beside bars.parquet holds as they were before. Absent without repairs. */
  readonly rowsAsRead?: number;
  readonly sources: readonly SourceFile[];
  /** null where the days show no exchange's calendar; absent in manifests of older versions, like what follows. */
  readonly calendar?: DatasetCalendar | null;
  /** Checks that could not run, and why; the others did. */
  readonly skipped?: Readonly<Partial<Record<FindingCode, SkipReason>>>;
  /** Chains of codes that were joined; absent where none was. */
  readonly codeChanges?: readonly AppliedCodeChange[];
  /** What the version was held against: the one that was the newest when the import began. */
  readonly drift?: DriftSummary | null;
  /** Absent where the version was imported as a whole. */
  readonly appended?: AppendedTo;
  /** Absent where the dataset has none, and in manifests of older versions. */
  readonly tables?: readonly TableSummary[];
  /** Code of the index that stands for the market, named by the user or known for the broadest; absent where features take the first. */
  readonly marketIndex?: string;
  readonly sectorSource: { readonly path: string; readonly sha256: string; readonly column: string } | null;
}

/** One finding a code: counts added, the first examples kept. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const merged = new Map<FindingCode, Finding>();
  for (const finding of findings) {
    const before = merged.get(finding.code);
    merged.set(finding.code, {
      ...finding,
      count: finding.count + (before?.count ?? 0),
      examples: [...(before?.examples ?? []), ...finding.examples].slice(0, MAX_EXAMPLES),
    });
  }
  // What rows that were added took back may leave nothing.
  return [...merged.values()].filter(({ count }) => count !== 0);
}
