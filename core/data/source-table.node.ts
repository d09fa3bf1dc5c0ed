// Owns a prepared source as a relation that DuckDB can query, and the faults that only reading it shows.
import { AppError } from '../base/errors.ts';
import type { Duck, SqlRow } from './duckdb.node.ts';
import type { SourceTable } from './source-columns.ts';
import type { PreparedSource } from './source.node.ts';
import { sqlName, sqlPath, sqlText } from './sql.ts';

/** Rows that suggest columns and formats; what they suggest is then held against the whole file. */
export const HEAD_ROWS = 1000;

export interface OpenSource extends SourceTable {
  readonly source: PreparedSource;
}

/** @throws data/no-rows, data/malformed-row, data/truncated-file, data/unreadable-file */
export async function openTable(duck: Duck, source: PreparedSource): Promise<OpenSource> {
  const { names, types } = source.format === 'csv' ? csvSchema(source) : await parquetSchema(duck, source);
  const unnumbered = source.format === 'csv' ? csvRelation(source) : parquetRelation(source, names);
  const sql = `(SELECT row_number() OVER () + 1 AS row, * FROM ${unnumbered})`;
  const shown = names.map((_, c) => `CAST(c${c} AS VARCHAR) AS c${c}`).join(', ');
  const rows = await readable(duck, source, `SELECT ${shown} FROM ${unnumbered} LIMIT ${HEAD_ROWS}`);
  if (rows.length === 0) throw new AppError('data/no-rows', { file: source.path });
  const head = names.map((_, c) => rows.map((row) => String(row[`c${c}`] ?? '')));
  return { source, file: source.path, sql, unnumbered, names, types, head };
}

function csvSchema({ header }: PreparedSource): { names: readonly string[]; types: string[] } {
  return { names: header, types: header.map(() => 'VARCHAR') };
}

async function parquetSchema(duck: Duck, source: PreparedSource): Promise<{ names: string[]; types: string[] }> {
  const columns = await readable(duck, source, `DESCRIBE SELECT * FROM read_parquet(${sqlPath(source.readPath)})`);
  return {
    names: columns.map((column) => String(column.column_name)),
    types: columns.map((column) => String(column.column_type)),
  };
}

function csvRelation({ readPath, delimiter, header }: PreparedSource): string {
  const columns = header.map((_, c) => `c${c}: 'VARCHAR'`).join(', ');
  return `read_csv(${sqlPath(readPath)}, auto_detect = false, header = true, delim = ${sqlText(delimiter ?? ',')}, quote = '"',
    escape = '"', null_padding = true, compression = 'none', max_line_size = 1048576, columns = {${columns}})`;
}

function parquetRelation({ readPath }: PreparedSource, names: readonly string[]): string {
  const columns = names.map((name, c) => `${sqlName(name)} AS c${c}`).join(', ');
  return `(SELECT ${columns} FROM read_parquet(${sqlPath(readPath)}, hive_partitioning = false))`;
}

/** Runs a query over a source and tells the user's faults from ours. */
export async function readable(duck: Duck, source: PreparedSource, sql: string): Promise<SqlRow[]> {
  try {
    return await duck.rows(sql);
  } catch (error) {
    throw sourceError(source, error);
  }
}

function sourceError({ path, format }: PreparedSource, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const lines = error.message.split('\n');
  const at = /CSV Error on Line: (\d+)/.exec(error.message);
  if (at) {
    const text = (lines.find((line) => line.startsWith('Original Line: ')) ?? '').slice(15, 135);
    const problem = lines[2] ?? lines[0];
    return new AppError('data/malformed-row', { file: path, line: Number(at[1]), problem, text }, error);
  }
  if (format === 'parquet' && /magic bytes|footer|corrupt|thrift|too small|metadata/i.test(error.message))
    return new AppError('data/truncated-file', { file: path, format }, error);
  if (!/^(Invalid Input|IO|Not implemented) Error/i.test(error.message)) return error;
  return new AppError('data/unreadable-file', { file: path, reason: lines[0].slice(0, 200) }, error);
}
