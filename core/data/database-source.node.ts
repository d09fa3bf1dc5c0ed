// Owns reading a table or query out of a DuckDB or SQLite file: read-only, one SELECT, nothing else reachable; what comes out is a
// Parquet or CSV copy that the import reads like any other source.
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import { foldName } from './columns.ts';
import { Duck } from './duckdb.node.ts';
import { sqlName, sqlText } from './sql.ts';

export type DatabaseKind = 'duckdb' | 'sqlite';

/** What to read of a database file: a table or view by its name, or the rows of a SELECT. */
export interface DatabaseSelection {
  readonly table?: string;
  readonly query?: string;
  /** The table to take where none is named and there are several. */
  readonly usual?: string;
  /** Rows to copy; all unless given. */
  readonly rows?: number;
}

/** @param start the first 16 bytes of a file, or more */
export function databaseKind(start: Buffer): DatabaseKind | null {
  if (start.subarray(0, 15).toString('latin1') === 'SQLite format 3') return 'sqlite';
  if (start.subarray(8, 12).toString('latin1') === 'DUCK') return 'duckdb';
  return null;
}

export interface DatabaseCopy {
  /** The table or query that was read. */
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * Writes the selected rows to `copy`: Parquet from DuckDB, CSV with a header from SQLite. A file needs no selection that has one
 * table, or the usual one.
 * @throws data/which-table, data/no-such-table, input/not-one-select, data/unreadable-file, cancelled
 */
export async function copyFromDatabase(
  path: string,
  kind: DatabaseKind,
  selection: DatabaseSelection,
  copy: string,
  signal?: AbortSignal,
): Promise<DatabaseCopy> {
  try {
    return await (kind === 'duckdb' ? copyFromDuckDb : copyFromSqlite)(path, selection, copy, signal);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Writes the rows of a SELECT on a database file into `folder`, for those who may send one: the command line. The interface may not.
 * @returns the copy's path, the same for the same file and query
 * @throws input/not-a-database, and what copyFromDatabase throws
 */
export async function copyQuery(path: string, query: string, folder: string, signal?: AbortSignal): Promise<string> {
  const kind = kindOfFile(path);
  if (kind === null) throw new AppError('input/not-a-database', { file: path });
  mkdirSync(folder, { recursive: true });
  const name = `${parse(path).name}-${hashValue([resolve(path), query]).slice(0, 8)}`;
  const copy = join(folder, `${name}.${kind === 'duckdb' ? 'parquet' : 'csv'}`);
  await copyFromDatabase(path, kind, { query }, copy, signal);
  return copy;
}

/** null for a file that is no database. @throws input/file-not-found */
function kindOfFile(path: string): DatabaseKind | null {
  if (!existsSync(path)) throw new AppError('input/file-not-found', { path });
  const file = openSync(path, 'r');
  const start = Buffer.alloc(16);
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return databaseKind(start);
}

export interface DatabaseListing {
  readonly kind: DatabaseKind;
  /** Tables and views by the names that a selection takes, with their columns. */
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

/** What a database file holds; null for any other file. @throws input/file-not-found, data/unreadable-file */
export async function listDatabase(
  path: string,
  temporaryFolder: string,
  signal?: AbortSignal,
): Promise<DatabaseListing | null> {
  const kind = kindOfFile(path);
  if (kind === null) return null;
  try {
    if (kind === 'sqlite') return { kind, tables: listSqlite(path) };
    const duck = await Duck.openFile(path, { temporaryFolder, signal });
    try {
      return { kind, tables: await duckTables(duck) };
    } finally {
      duck.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof AppError || (error as NodeJS.ErrnoException).code === 'ENOSPC') return error;
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 200);
  return new AppError('data/unreadable-file', { file: path, reason }, error);
}

async function copyFromDuckDb(
  path: string,
  selection: DatabaseSelection,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<DatabaseCopy> {
  const { query } = selection;
  const duck = await Duck.openFile(path, { temporaryFolder: dirname(copy), signal });
  try {
    if (query !== undefined && !(await duck.isOneSelect(query)))
      throw new AppError('input/not-one-select', { file: path });
    const table = query === undefined ? await duckTable(duck, path, selection) : { name: query, sql: query };
    const selected = `SELECT * FROM (${query === undefined ? `FROM ${table.sql}` : query}\n)`;
    await duck.run(`COPY (${selected}${limit(selection)}) TO ${sqlText(copy)} (FORMAT parquet)`);
    const columns = await duck.rows(`DESCRIBE ${selected}`);
    return { table: table.name, columns: columns.map(({ column_name }) => String(column_name)) };
  } finally {
    duck.close();
  }
}

async function duckTable(
  duck: Duck,
  file: string,
  selection: DatabaseSelection,
): Promise<{ name: string; sql: string }> {
  const tables = await duckTables(duck);
  return tables[
    chooseTable(
      file,
      tables.map(({ name }) => name),
      selection,
    )
  ];
}

async function duckTables(duck: Duck): Promise<{ name: string; sql: string; columns: string[] }[]> {
  const own = 'WHERE table_catalog = current_database() ORDER BY table_schema, table_name';
  const tables = await duck.rows(`SELECT table_schema AS s, table_name AS t FROM information_schema.tables ${own}`);
  const columns = await duck.rows(
    `SELECT table_schema AS s, table_name AS t, column_name AS c FROM information_schema.columns ${own}, ordinal_position`,
  );
  return tables.map(({ s, t }) => ({
    name: s === 'main' ? String(t) : `${s}.${t}`,
    sql: `${sqlName(String(s))}.${sqlName(String(t))}`,
    columns: columns.filter((column) => column.s === s && column.t === t).map(({ c }) => String(c)),
  }));
}

/** Index of the table that is meant. */
function chooseTable(file: string, names: readonly string[], { table, usual = 'bars' }: DatabaseSelection): number {
  const tables = names.join(', ') || '-';
  if (table === undefined) {
    const known = names.findIndex((name) => foldName(name) === foldName(usual));
    if (known < 0 && names.length !== 1) throw new AppError('data/which-table', { file, tables });
    return Math.max(known, 0);
  }
  const exact = names.indexOf(table);
  const found = exact >= 0 ? exact : names.findIndex((name) => name.toLowerCase() === table.toLowerCase());
  if (found < 0) throw new AppError('data/no-such-table', { file, table, tables });
  return found;
}

/** Rows written between looks at the signal. */
const BATCH = 10_000;

async function copyFromSqlite(
  path: string,
  selection: DatabaseSelection,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<DatabaseCopy> {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  const output = openSync(copy, 'w');
  try {
    database.defaultSafeIntegers(true); // beyond 2^53 digits would be lost
    const table = selection.query ?? sqliteTable(database, path, selection);
    const statement = prepareSelect(
      database,
      path,
      selection.query ?? `SELECT * FROM ${sqlName(table)}${limit(selection)}`,
    );
    const columns = statement.columns().map(({ name }) => name);
    let text = `${columns.map(cell).join(',')}\n`;
    let rows = 0;
    for (const row of statement.raw().iterate() as IterableIterator<unknown[]>) {
      text += `${row.map(cell).join(',')}\n`;
      if (++rows % BATCH > 0) continue;
      writeAll(output, text);
      text = '';
      await nextTurn();
      if (signal?.aborted) throw new AppError('cancelled', {});
    }
    writeAll(output, text);
    return { table, columns };
  } finally {
    closeSync(output);
    database.close();
  }
}

function sqliteTable(database: Database.Database, file: string, selection: DatabaseSelection): string {
  const names = sqliteNames(database);
  return names[chooseTable(file, names, selection)];
}

function sqliteNames(database: Database.Database): string[] {
  return database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all() as string[];
}

function listSqlite(path: string): { name: string; columns: string[] }[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck();
    return sqliteNames(database).map((name) => ({ name, columns: columns.all(name) as string[] }));
  } finally {
    database.close();
  }
}

const limit = ({ rows }: DatabaseSelection): string => (rows === undefined ? '' : ` LIMIT ${rows}`);

/** As a subquery nothing but a SELECT is grammatical; several statements are refused by the driver. */
function prepareSelect(database: Database.Database, file: string, query: string): Database.Statement {
  let statement: Database.Statement;
  try {
    statement = database.prepare(`SELECT * FROM (${query}\n)`);
  } catch (error) {
    if (error instanceof RangeError) throw new AppError('input/not-one-select', { file }, error);
    throw error;
  }
  if (!statement.reader || !statement.readonly) throw new AppError('input/not-one-select', { file });
  return statement;
}

/** One write may take less than it was given. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** One CSV cell: NULL is empty, whatever could be misread is quoted, bytes are written in hexadecimal. */
function cell(value: unknown): string {
  if (value === null) return '';
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
