// Owns the preview of sources before an import: their columns, which role each would play and why, and their first rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnChoice, type ColumnMap, type ColumnRole, missingRoles } from './columns.ts';
import { candidateFormats } from './dates.ts';
import type { DatabaseSelection } from './database-source.node.ts';
import { Duck } from './duckdb.node.ts';
import { suggestSourceColumns } from './read-bars.node.ts';
import { listSources, prepareSource } from './source.node.ts';
import { openTable } from './source-table.node.ts';

const PREVIEW_ROWS = 20;

export interface SourcePreview {
  readonly path: string;
  readonly format: 'csv' | 'parquet';
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly bytes: number;
  readonly names: readonly string[];
  /** One choice a role. */
  readonly columns: readonly ColumnChoice[];
  /** Roles that the import needs and that no column fits: name them in `columns`. */
  readonly missing: readonly ColumnRole[];
  /** Date formats that the first rows allow, best first; the import decides on the whole file. */
  readonly dateFormats: readonly string[];
  /** First rows, as text, in the order of `names`. */
  readonly rows: readonly (readonly string[])[];
}

export interface InspectRequest {
  files: readonly string[];
  columns?: Partial<ColumnMap>;
  encoding?: string;
  database?: DatabaseSelection;
  /** At most this many files are opened (default 5): those of a folder are usually alike. */
  limit?: number;
  signal?: AbortSignal;
}

/** @throws what an import of the same files would throw about the files themselves, but not about missing columns */
export async function inspectFiles(
  request: InspectRequest,
): Promise<{ readonly files: readonly string[]; readonly previews: readonly SourcePreview[] }> {
  const { columns, encoding, database, limit = 5, signal } = request;
  const files = listSources(request.files);
  const work = mkdtempSync(join(tmpdir(), 'phasor-inspect-'));
  try {
    const duck = await Duck.open({ temporaryFolder: work, signal });
    try {
      const previews: SourcePreview[] = [];
      for (const [index, path] of files.slice(0, limit).entries()) {
        const source = await prepareSource(path, { temporaryFolder: work, index, encoding, database, signal });
        const table = await openTable(duck, source);
        const choices = suggestSourceColumns(table, columns);
        const dates = table.head[table.names.indexOf(choices.find(({ role }) => role === 'date')?.column ?? '')] ?? [];
        previews.push({
          path,
          format: source.format,
          encoding: source.encoding,
          delimiter: source.delimiter,
          bytes: source.bytes,
          names: table.names,
          columns: choices,
          missing: missingRoles(choices),
          dateFormats: candidateFormats(dates).map(({ name }) => name),
          rows: (table.head[0] ?? []).slice(0, PREVIEW_ROWS).map((_, row) => table.head.map((column) => column[row])),
        });
      }
      return { files, previews };
    } finally {
      duck.close();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
