// Owns the preview of sources before an import: their columns, which role each would play and why, and their first rows; the tables
// of a database; and whether a file will do as a table beside the bars.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { type ColumnChoice, type ColumnMap, type ColumnRole, foldName, missingRoles } from './columns.ts';
import { candidateFormats } from './dates.ts';
import { type DatabaseListing, listDatabase, type DatabaseSelection } from './database-source.node.ts';
import { Duck } from './duckdb.node.ts';
import { suggestSourceColumns } from './read-bars.node.ts';
import { columnPositions, requireTableName } from './side-table-import.node.ts';
import { sectorColumns } from './sectors.node.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTableName } from './side-tables.ts';
import { listSources, prepareSource } from './source.node.ts';
import { HEAD_ROWS, openTable, type OpenSource } from './source-table.node.ts';

const PREVIEW_ROWS = 20;

export interface SourcePreview {
  readonly path: string;
  readonly format: 'csv' | 'parquet';
  /** Which table was read, where the file is a database; null otherwise. */
  readonly table: string | null;
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
  const previews = await openSources(files.slice(0, limit), { encoding, database, signal }, (table) => {
    const { source } = table;
    const choices = suggestSourceColumns(table, columns);
    const dates = table.head[table.names.indexOf(choices.find(({ role }) => role === 'date')?.column ?? '')] ?? [];
    return {
      path: source.path,
      format: source.format,
      table: source.table ?? null,
      encoding: source.encoding,
      delimiter: source.delimiter,
      bytes: source.bytes,
      names: table.names,
      columns: choices,
      missing: missingRoles(choices),
      dateFormats: candidateFormats(dates).map(({ name }) => name),
      rows: firstRows(table),
    };
  });
  return { files, previews };
}

export interface SideTablePreview {
  /** What the file is read as; null where that is neither said nor told by its name and columns. */
  readonly table: SideTableName | null;
  /** Tables whose columns it has; of a database of several tables, those that it has by name. */
  readonly fits: readonly SideTableName[];
  /** Columns and first rows; none where a database has several tables and none is meant. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Whether a file will do as the table named, as far as its columns tell, or which table it may be; every row is looked at by the import alone.
 * @throws input/unknown-table, data/unknown-table-column, data/missing-table-column, and what opening a source throws
 */
export async function inspectSideTable(
  path: string,
  { table, signal }: { table?: string; signal?: AbortSignal },
): Promise<SideTablePreview> {
  const wanted = table === undefined ? null : requireTableName(table);
  const [file] = listSources([path]);
  const [listing] = wanted === null ? await inspectDatabases([file], signal) : [];
  const held = SIDE_TABLE_NAMES.filter((name) => listing?.tables.some((own) => foldName(own.name) === foldName(name)));
  if (listing && listing.tables.length > 1 && held.length !== 1)
    return { table: null, fits: held, names: [], rows: [] };
  const database = { usual: wanted ?? held[0] ?? '' };
  const [opened] = await openSources([file], { database, signal }, (open) => ({
    file,
    names: open.names,
    // Of a database it is the table's name that says what it is.
    called: open.source.table ?? basename(path),
    rows: firstRows(open),
  }));
  const fits = SIDE_TABLE_NAMES.filter((name) => problemOf(name, opened) === null);
  if (wanted) {
    const problem = problemOf(wanted, opened);
    if (problem) throw problem;
  }
  const named = SIDE_TABLE_NAMES.filter((name) => foldName(opened.called).includes(foldName(name)));
  // A name that is told and does not fit says what is wrong with the columns; one column alone, such as an amount, says nothing.
  const guess = named.find((name) => fits.includes(name)) ?? named[0] ?? (valuesOf(opened) > 1 ? onlyOf(fits) : null);
  return { table: wanted ?? guess, fits, names: opened.names, rows: opened.rows };
}

export interface SectorPreview {
  /** Taken for the sector: named, or the best of those known by name; null where none is. */
  readonly column: string | null;
  /** Columns that could be named instead. */
  readonly others: readonly string[];
  /** The one that holds codes of the bars, as far as the first rows show; null where none does. */
  readonly codeColumn: string | null;
  /** Its first codes, each with its sector. */
  readonly examples: readonly { readonly code: string; readonly sector: string }[];
}

const SECTOR_EXAMPLES = 3;

/**
 * What a file of sectors would be read as.
 * @param codes some of the bars'
 * @throws input/unknown-column for a column that is named and not there, and what opening a source throws
 */
export async function inspectSectors(
  path: string,
  { column: wanted, codes, signal }: { column?: string; codes: readonly string[]; signal?: AbortSignal },
): Promise<SectorPreview> {
  const [file] = listSources([path]);
  const known = new Set(codes);
  const [preview] = await openSources([file], { signal }, ({ names, head }) => {
    if (wanted !== undefined && !names.includes(wanted))
      throw new AppError('input/unknown-column', { file, column: wanted, role: 'sector', found: names.join(', ') });
    const may = sectorColumns(names).map((c) => names[c]);
    const column = wanted ?? may[0] ?? null;
    const matches = head.map(
      (values) => new Set(values.map((value) => value.trim()).filter((value) => known.has(value))).size,
    );
    const best = matches.indexOf(Math.max(...matches));
    const [codeColumn, at] = [matches[best] > 0 ? best : -1, column === null ? -1 : names.indexOf(column)];
    const rows = (head[0] ?? []).map((_, row) => row).slice(0, SECTOR_EXAMPLES);
    return {
      column,
      others: may.filter((name) => name !== column),
      codeColumn: codeColumn < 0 ? null : names[codeColumn],
      examples:
        codeColumn < 0 || at < 0 ? [] : rows.map((row) => ({ code: head[codeColumn][row], sector: head[at][row] })),
    };
  });
  return preview;
}

const valuesOf = ({ names }: { readonly names: readonly string[] }): number =>
  names.filter((name) => !['code', 'period', 'knownat'].includes(foldName(name))).length;
const onlyOf = <T>(list: readonly T[]): T | null => (list.length === 1 ? list[0] : null);

function problemOf(name: SideTableName, source: Pick<OpenSource, 'file' | 'names'>): AppError | null {
  try {
    columnPositions(name, SIDE_TABLES[name], source);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** The databases among `files`, in their order, with the tables of each. @throws input/file-not-found, data/unreadable-file */
export async function inspectDatabases(
  files: readonly string[],
  signal?: AbortSignal,
): Promise<(DatabaseListing & { readonly path: string })[]> {
  return await withFolder(async (work) => {
    const found: (DatabaseListing & { path: string })[] = [];
    for (const path of files) {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue; // folders are searched for files of text and Parquet
      const listing = await listDatabase(path, work, signal);
      if (listing) found.push({ path, ...listing });
    }
    return found;
  });
}

/** Opens the files one after another, as much of databases as is looked at. */
async function openSources<T>(
  files: readonly string[],
  options: Pick<InspectRequest, 'encoding' | 'database' | 'signal'>,
  look: (table: OpenSource) => T,
): Promise<T[]> {
  return await withFolder(async (work) => {
    const { encoding, signal } = options;
    const database = { ...options.database, rows: HEAD_ROWS };
    const duck = await Duck.open({ temporaryFolder: work, signal });
    try {
      const looks: T[] = [];
      for (const [index, path] of files.entries()) {
        const source = await prepareSource(path, { temporaryFolder: work, index, encoding, database, signal });
        looks.push(look(await openTable(duck, source)));
      }
      return looks;
    } finally {
      duck.close();
    }
  });
}

async function withFolder<T>(act: (work: string) => Promise<T>): Promise<T> {
  const work = mkdtempSync(join(tmpdir(), 'phasor-inspect-'));
  try {
    return await act(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function firstRows({ head }: OpenSource): string[][] {
  return (head[0] ?? []).slice(0, PREVIEW_ROWS).map((_, row) => head.map((column) => column[row]));
}
