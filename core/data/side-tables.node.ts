// Owns the side tables of a dataset folder: tables/<name>.parquet, written whole or not at all, and loaded as SideTables.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import { sharedArray } from '../base/shared-memory.ts';
import { type CalendarName, closesOf } from './calendars.ts';
import { Duck } from './duckdb.node.ts';
import { readManifest } from './load.node.ts';
import type { TableSummary } from './manifest.ts';
import {
  DEFAULT_CLOSE_MINUTE,
  SIDE_TABLES,
  type SideTable,
  type SideTableName,
  type SideTables,
  usableFrom,
} from './side-tables.ts';
import { sqlName, sqlPath, sqlText } from './sql.ts';

export const TABLES_FOLDER = 'tables';

/** Path inside a dataset folder. */
export const sideTableFile = (name: SideTableName): string => join(TABLES_FOLDER, `${name}.parquet`);

/** One row as a source gives it. Columns that it leaves out are missing. */
export interface SideRow {
  /** '' in tables of the whole market. */
  readonly code: string;
  readonly period: EpochDay;
  /** When it became known, in the exchange's local time; minute null where only the day is. */
  readonly known: { readonly day: EpochDay; readonly minute: number | null };
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Writes rows as a Parquet file in the form of side tables, which an import takes as `tables: [{ name, path }]`.
 * @throws data/unknown-table-column for a value that the table has no column for, cancelled
 */
export async function writeSideRows(
  path: string,
  name: SideTableName,
  rows: Iterable<SideRow> | AsyncIterable<SideRow>,
  signal?: AbortSignal,
): Promise<void> {
  const { columns } = SIDE_TABLES[name];
  const duck = await Duck.open({ signal });
  try {
    const numeric = ['period', 'known', ...columns].map((column) => `${sqlName(column)} DOUBLE`);
    await duck.run(`CREATE TABLE side (code VARCHAR, ${numeric.join(', ')})`);
    await duck.append('side', cells(name, path, rows));
    await copyWhole(
      duck,
      `SELECT code, DATE '1970-01-01' + period::INTEGER AS period, make_timestamp((known * 60000000)::BIGINT) AS known_at,
        ${columns.map((column) => `${sqlName(column)}`).join(', ')} FROM side`,
      path,
    );
  } finally {
    duck.close();
  }
}

async function* cells(
  name: SideTableName,
  file: string,
  rows: Iterable<SideRow> | AsyncIterable<SideRow>,
): AsyncGenerator<(string | number | null)[]> {
  const columns: readonly string[] = SIDE_TABLES[name].columns;
  for await (const { code, period, known, values } of rows) {
    const unknown = Object.keys(values).find((column) => !columns.includes(column));
    if (unknown !== undefined)
      throw new AppError('data/unknown-table-column', {
        file,
        column: unknown,
        table: name,
        known: columns.join(', '),
      });
    const numbers = columns.map((column) => (Number.isFinite(values[column]) ? values[column] : null));
    yield [code, period, known.day * 1440 + (known.minute ?? 0), ...numbers];
  }
}

/** Writes a query's rows to a temporary name beside `path` and renames. */
export async function copyWhole(duck: Duck, query: string, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await duck.run(`COPY (${query}) TO ${sqlText(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What the manifest says of a written table. Its hash is over the values in their stored order, not over the file's bytes. */
export async function summariseTable(duck: Duck, folder: string, name: SideTableName): Promise<TableSummary> {
  const { columns } = SIDE_TABLES[name];
  const source = `read_parquet(${sqlPath(join(folder, sideTableFile(name)))}, hive_partitioning = false)`;
  const counts = columns.map((column, c) => `count(${sqlName(column)}) AS n${c}`);
  const row = await duck.row(
    `SELECT count(*) AS rows, min(period) AS first, max(period) AS last, ${counts.join(', ')} FROM ${source}`,
  );
  const codes = await duck.rows(`SELECT code, count(*) AS rows FROM ${source} GROUP BY code ORDER BY code`);
  const filled = columns.filter((_, c) => Number(row[`n${c}`]) > 0);
  const numbers = ['epoch(period)', 'epoch(known_at)', ...filled.map(sqlName)];
  const hashes = numbers.map(() => createHash('sha256'));
  await duck.numbers(
    `SELECT ${numbers.map((sql) => `CAST(${sql} AS DOUBLE)`).join(', ')} FROM ${source}`,
    (chunk, count) => {
      hashes.forEach((hash, c) => {
        hash.update(new Uint8Array(chunk[c].buffer, 0, count * Float64Array.BYTES_PER_ELEMENT));
      });
    },
  );
  return {
    name,
    rows: Number(row.rows),
    firstPeriod: String(row.first),
    lastPeriod: String(row.last),
    columns: filled,
    sha256: hashValue({
      codes: codes.map((code) => [code.code, code.rows]),
      columns: hashes.map((hash, c) => [c < 2 ? numbers[c] : filled[c - 2], hash.digest('hex')]),
    }),
  };
}

export interface LoadTablesOptions {
  /** Only these tables; those that the dataset lacks are left out of the answer. */
  names?: readonly SideTableName[];
  /** Only rows of these stocks; tables of indices, sectors and the market are loaded whole. */
  codes?: readonly string[];
  /** Minutes after midnight, the exchange's local time; see usableFrom. */
  closeMinute?: number;
  signal?: AbortSignal;
}

/**
 * The side tables of a dataset folder, for those who compute features, in memory that threads can share; {} where it has none.
 * @throws data/damaged-dataset where a table that the manifest names cannot be read, and what readManifest throws
 */
export async function loadSideTables(folder: string, options: LoadTablesOptions = {}): Promise<SideTables> {
  const { tables: all = [], calendar, marketIndex } = readManifest(folder);
  const held = all.filter(({ name }) => options.names?.includes(name) ?? true);
  if (held.length === 0) return {};
  const tables: { [name in SideTableName]?: SideTable } = {};
  const duck = await Duck.open({ signal: options.signal });
  try {
    for (const { name, columns } of held)
      tables[name] = await loadTable(duck, folder, name, columns, calendar?.name, options);
    const { 'index-bars': indices } = tables;
    return marketIndex === undefined || !indices
      ? tables
      : { ...tables, 'index-bars': { ...indices, main: marketIndex } };
  } finally {
    duck.close();
  }
}

/** Minutes after midnight at which the period of a row ends, in SQL; a moment after it is another day's. */
function ownClose(calendar: CalendarName | undefined): string {
  if (!calendar) return String(DEFAULT_CLOSE_MINUTE);
  const [[, first], ...moved] = closesOf(calendar);
  return moved.reduce(
    (before, [from, minute]) => `CASE WHEN period >= DATE '${from}' THEN ${minute} ELSE ${before} END`,
    String(first),
  );
}

/** usableFrom in SQL, of the rows of a table as it lies on disk: whether the period's own close made them known, the minute, and the day. */
function usableParts(
  name: SideTableName,
  calendar: CalendarName | undefined,
  closeMinute: number,
): Record<'atClose' | 'minute' | 'day', string> {
  const minute = `CASE WHEN known_at > date_trunc('day', known_at) THEN extract(hour FROM known_at) * 60 + extract(minute FROM known_at) END`;
  const atClose =
    'knownAtClose' in SIDE_TABLES[name]
      ? // At midnight only the day is known, and be it a day of coins that ends there: whatever is dated to a later day is later.
        `known_at::DATE <= period AND date_trunc('minute', known_at) <= period + to_minutes(${ownClose(calendar)})`
      : 'false';
  const day = `CASE WHEN ${atClose} THEN period ELSE known_at::DATE + CASE WHEN ${minute} < ${closeMinute} THEN 0 ELSE 1 END END`;
  return { atClose, minute, day };
}

/** The first day at whose close a row may be looked at, in SQL. */
export const usableSql = (
  name: SideTableName,
  calendar: CalendarName | undefined,
  closeMinute = DEFAULT_CLOSE_MINUTE,
): string => usableParts(name, calendar, closeMinute).day;

async function loadTable(
  duck: Duck,
  folder: string,
  name: SideTableName,
  filled: readonly string[],
  calendar: CalendarName | undefined,
  { codes: wanted, closeMinute = DEFAULT_CLOSE_MINUTE }: LoadTablesOptions,
): Promise<SideTable> {
  const kind = SIDE_TABLES[name];
  const file = sideTableFile(name);
  const filter = wanted && kind.of === 'stock' ? `WHERE code IN (${wanted.map(sqlText).join(', ') || 'NULL'})` : '';
  const { atClose, minute, day: usable } = usableParts(name, calendar, closeMinute);
  try {
    await duck.run(`CREATE OR REPLACE TEMP TABLE side AS SELECT *, file_row_number AS seq
      FROM read_parquet(${sqlPath(join(folder, file))}, file_row_number = true, hive_partitioning = false) ${filter}`);
    const counts = await duck.rows('SELECT code, count(*) AS rows FROM side GROUP BY code ORDER BY code');
    const offsets = sharedArray(Int32Array, counts.length + 1);
    for (let c = 0; c < counts.length; c++) offsets[c + 1] = offsets[c] + Number(counts[c].rows);
    const rows = offsets[counts.length];
    const known = sharedArray(Int32Array, rows);
    const period = sharedArray(Int32Array, rows);
    const held = kind.columns.filter((column) => filled.includes(column));
    const nowhere = sharedArray(Float64Array, held.length < kind.columns.length ? rows : 0).fill(Number.NaN); // one for all that are missing
    const columns = Object.fromEntries(
      kind.columns.map((column) => [column, held.includes(column) ? sharedArray(Float64Array, rows) : nowhere]),
    );
    let done = 0;
    await duck.numbers(
      `SELECT (period - DATE '1970-01-01')::DOUBLE, (known_at::DATE - DATE '1970-01-01')::DOUBLE, (${minute})::DOUBLE, (${atClose})::INTEGER::DOUBLE,
        ${held.map((column) => `${sqlName(column)},`).join(' ')} 0 FROM side ORDER BY code, ${usable}, period, known_at, seq`,
      ([periods, days, minutes, atClose, ...values], count) => {
        for (let i = 0; i < count; i++) {
          const minute = Number.isNaN(minutes[i]) ? null : minutes[i];
          period[done + i] = periods[i];
          known[done + i] = atClose[i] === 1 ? periods[i] : usableFrom(days[i], minute, closeMinute);
        }
        held.forEach((column, c) => {
          columns[column].set(values[c].subarray(0, count), done);
        });
        done += count;
      },
    );
    return { codes: counts.map(({ code }) => String(code)), offsets, known, period, columns };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('data/damaged-dataset', { folder, reason: file }, error);
  }
}
