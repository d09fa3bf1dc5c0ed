// Owns taking files into a dataset's side tables: columns by their exact names, every row checked, the first fault of each kind shown.
import { join } from 'node:path';
import { fromEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { foldName } from './columns.ts';
import { kindNumber } from './corporate-actions.node.ts';
import { ACTION_KINDS, type ChainLink } from './corporate-actions.ts';
import type { Duck } from './duckdb.node.ts';
import type { AppendedRows, AppendMode, TableSummary } from './manifest.ts';
import { copyWhole, sideTableFile, summariseTable } from './side-tables.node.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTableName } from './side-tables.ts';
import { listSources, type PreparedSource, type PrepareOptions, prepareSource } from './source.node.ts';
import { type OpenSource, openTable } from './source-table.node.ts';
import { sqlName, sqlText } from './sql.ts';
import { joinTable } from './table-append.node.ts';

export interface TableSource {
  readonly name: SideTableName;
  /** A file of CSV (plain, .gz, .zst) or Parquet, a folder of them, or a database that has it as a table. */
  readonly path: string;
}

/** A version whose tables the sources are added to. */
export interface TableBase {
  /** Its own tables. */
  readonly held: readonly TableSource[];
  readonly mode: AppendMode;
  readonly name: string;
  readonly version: number;
  /** Changes of codes that its bars have followed already. */
  readonly links: readonly ChainLink[];
}

export interface ImportedTables {
  readonly summaries: TableSummary[];
  /** Of the tables of the base that rows were added to. */
  readonly appended: Partial<Record<SideTableName, AppendedRows>>;
}

/** @throws input/unknown-table */
export function requireTableName(name: string): SideTableName {
  if (!Object.hasOwn(SIDE_TABLES, name))
    throw new AppError('input/unknown-table', { name, known: SIDE_TABLE_NAMES.join(', ') });
  return name as SideTableName;
}

/** Columns that hold days: epoch days in Parquet, ISO dates are taken too. */
const DAY_COLUMN = /_day$|_end$/;
const MIDNIGHT = String.raw`[T ]00:00(:00(\.0+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)$`;
const INSTANT = String.raw`:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)$`;

/**
 * Writes tables/<name>.parquet below `folder` for every table named; several sources of one table are joined in their order. Rows that
 * stand twice with the same values count once; those of a stock that changed its code since follow it (`links`). `bars` must stand in DuckDB: a table of stocks that shares no code with it is refused.
 * Rows that `base` has are left out, or differ and are refused or take the place of its own.
 * @throws input/unknown-table, data/unknown-table-column, data/missing-table-column, data/bad-table-*, data/unknown-action, data/unmatched-table,
 * data/append-table-differs, and what opening a source throws
 */
export async function importSideTables(
  duck: Duck,
  sources: readonly TableSource[],
  folder: string,
  prepare: Omit<PrepareOptions, 'index'>,
  links: readonly ChainLink[] = [],
  base?: TableBase,
): Promise<ImportedTables> {
  const held = base?.held ?? [];
  const names = [...new Set([...held, ...sources].map(({ name }) => requireTableName(name)))].sort();
  const summaries: TableSummary[] = [];
  const appended: Partial<Record<SideTableName, AppendedRows>> = {};
  for (const name of names) {
    const of = (from: readonly TableSource[]): string[] =>
      from.filter((source) => source.name === name).map(({ path }) => path);
    const own = of(held);
    const paths = [...own, ...listSources(of(sources))];
    const first = own.length;
    const { columns } = SIDE_TABLES[name];
    const numeric = columns.map((column) => `${sqlName(column)} DOUBLE`).join(', ');
    await duck.run(`CREATE OR REPLACE TEMP TABLE side
      (file INTEGER, row BIGINT, code VARCHAR, period DATE, known_at TIMESTAMP, ${numeric})`);
    const files: PreparedSource[] = [];
    for (const [index, path] of paths.entries()) {
      const source = await prepareSource(path, { ...prepare, index: -2 - index, database: { usual: name } });
      await readTable(duck, name, await openTable(duck, source), index);
      files.push(source);
    }
    if (SIDE_TABLES[name].of === 'stock') {
      await followCodes(duck, base?.links ?? [], first);
      await followCodes(duck, links);
      if (paths.length > first) await requireCommonCodes(duck, name, paths[first], first);
    }
    if (base && first > 0 && paths.length > first)
      appended[name] = await joinTable(duck, name, { ...base, paths, first });
    const all = ['code', 'period', 'known_at', ...columns].map(sqlName).join(', ');
    const [twice] = await duck.rows('SELECT 1 FROM side GROUP BY code, period, known_at HAVING count(*) > 1 LIMIT 1');
    const once = twice ? `QUALIFY row_number() OVER (PARTITION BY ${all} ORDER BY file, row) = 1` : '';
    await copyWhole(
      duck,
      `SELECT ${all} FROM side ${once} ORDER BY code, known_at, period, file, row`,
      join(folder, sideTableFile(name)),
    );
    const read = files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes }));
    summaries.push({ ...(await summariseTable(duck, folder, name)), sources: read });
  }
  await duck.run('DROP TABLE IF EXISTS side');
  return { summaries, appended };
}

/** A row bears the code that its stock had when it was published; bars bear the newest. */
async function followCodes(duck: Duck, links: readonly ChainLink[], first = 0): Promise<void> {
  for (const { from, to, start, end } of links) {
    const since = Number.isFinite(start) ? `AND known_at >= DATE '${fromEpochDay(start)}'` : '';
    await duck.run(`UPDATE side SET code = ${sqlText(to)}
      WHERE code = ${sqlText(from)} AND known_at < DATE '${fromEpochDay(end)}' AND file >= ${first} ${since}`);
  }
}

async function readTable(duck: Duck, name: SideTableName, table: OpenSource, file: number): Promise<void> {
  const kind: { of: string; columns: readonly string[]; knownAtClose?: true } = SIDE_TABLES[name];
  const at = columnPositions(name, kind, table);
  const text = (column: string): string => `trim(CAST(c${at.get(column)} AS VARCHAR))`;
  const period = dayOf(table, at.get('period'));
  const parts: Record<string, string> = {
    code: at.has('code') ? text('code') : `''`,
    period,
    known_at: at.has('known_at') ? instantOf(table, at.get('known_at')) : `CAST(${period} AS TIMESTAMP)`,
  };
  for (const column of kind.columns) parts[column] = at.has(column) ? numberOf(column, table, at.get(column)) : 'NULL';

  const checks: Check[] = [
    {
      fault: 'code',
      column: 'code',
      when: kind.of === 'market' ? `${parts.code} <> ''` : `coalesce(${parts.code}, '') = ''`,
    },
    { fault: 'day', column: 'period', when: `${parts.period} IS NULL` },
  ];
  if (!isInstant(table, at.get('period'))) {
    // A day of another zone begins within the day before or after: only midnight names the day as it is written.
    const moment = `regexp_matches(${text('period')}, ${sqlText(INSTANT)}) AND NOT regexp_matches(${text('period')}, ${sqlText(MIDNIGHT)})`;
    checks.push({ fault: 'time-zone', column: 'period', when: moment });
  }
  if (at.has('known_at')) {
    const zoned = isInstant(table, at.get('known_at'))
      ? 'false'
      : `regexp_matches(${text('known_at')}, ${sqlText(INSTANT)})`;
    checks.push({ fault: 'time-zone', column: 'known_at', when: zoned });
    checks.push({ fault: 'time', column: 'known_at', when: `${parts.known_at} IS NULL` });
  }
  for (const column of kind.columns.filter((column) => at.has(column))) {
    const empty = isNumeric(table, at.get(column))
      ? `c${at.get(column)} IS NULL OR isnan(c${at.get(column)})`
      : `coalesce(${text(column)}, '') IN ('', 'nan', 'NaN')`;
    checks.push({
      fault: 'number',
      column,
      when: `NOT (${empty}) AND (${parts[column]} IS NULL OR isinf(${parts[column]}))`,
    });
  }
  await refuse(duck, table, name, checks, at);
  const order = ['code', 'period', 'known_at', ...kind.columns];
  await duck.run(
    `INSERT INTO side SELECT ${file}, row, ${order.map((column) => parts[column]).join(', ')} FROM ${table.sql}`,
  );
}

/**
 * Position of every column of the table that the file has.
 * @throws data/unknown-table-column, data/missing-table-column
 */
export function columnPositions(
  name: SideTableName,
  { of, columns, knownAtClose }: { of: string; columns: readonly string[]; knownAtClose?: true },
  { file, names }: Pick<OpenSource, 'file' | 'names'>,
): Map<string, number> {
  const known = ['code', 'period', 'known_at', ...columns];
  const folded = new Map(known.map((column) => [foldName(column), column]));
  const at = new Map<string, number>();
  for (const [c, column] of names.entries()) {
    const meant = folded.get(foldName(column));
    if (meant === undefined || at.has(meant))
      throw new AppError('data/unknown-table-column', { file, column, table: name, known: known.join(', ') });
    at.set(meant, c);
  }
  const needed = ['period', ...(of === 'market' ? [] : ['code']), ...(knownAtClose ? [] : ['known_at'])];
  const missing = needed.filter((column) => !at.has(column));
  if (!columns.some((column) => at.has(column))) missing.push(columns.join(' / '));
  if (missing.length > 0)
    throw new AppError('data/missing-table-column', {
      file,
      table: name,
      missing: missing.join(', '),
      found: names.join(', '),
    });
  return at;
}

/** Without a zone: TIMESTAMP WITH TIME ZONE is read as text, which shows it. */
const isInstant = ({ types }: OpenSource, column = 0): boolean => /^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/.test(types[column]);

function instantOf(table: OpenSource, column = 0): string {
  if (isInstant(table, column)) return `CAST(c${column} AS TIMESTAMP)`;
  return `TRY_CAST(NULLIF(trim(CAST(c${column} AS VARCHAR)), '') AS TIMESTAMP)`;
}

function dayOf({ types }: OpenSource, column = 0): string {
  if (/^(DATE|TIMESTAMP)/.test(types[column])) return `CAST(c${column} AS DATE)`;
  return `TRY_CAST(NULLIF(trim(CAST(c${column} AS VARCHAR)), '') AS DATE)`;
}

/** isnan knows floating point alone; whole numbers and decimals never are. */
const isNumeric = ({ types }: OpenSource, column = 0): boolean => /^(DOUBLE|FLOAT)$/.test(types[column]);

/** A number, or NULL where the cell is empty or NaN; a day is counted from 1970-01-01. */
function numberOf(name: string, table: OpenSource, column = 0): string {
  const type = table.types[column];
  if (isNumeric(table, column)) return `CASE WHEN NOT isnan(c${column}) THEN CAST(c${column} AS DOUBLE) END`;
  const day = `CAST(${dayOf(table, column)} - DATE '1970-01-01' AS DOUBLE)`;
  if (/^(DATE|TIMESTAMP)/.test(type)) return DAY_COLUMN.test(name) ? day : 'NULL';
  const number = `TRY_CAST(NULLIF(trim(CAST(c${column} AS VARCHAR)), '') AS DOUBLE)`;
  const value = `CASE WHEN isnan(${number}) THEN NULL ELSE ${number} END`;
  if (name === 'kind') return `coalesce(${kindNumber(`trim(CAST(c${column} AS VARCHAR))`)}, ${value})`;
  return DAY_COLUMN.test(name) ? `coalesce(${value}, ${day})` : value;
}

type Fault = 'code' | 'day' | 'time' | 'time-zone' | 'number';

interface Check {
  readonly fault: Fault;
  readonly column: string;
  /** SQL condition of the rows that are refused. */
  readonly when: string;
}

/** One pass over the file for all checks; a second one for the row that shows the first fault. */
async function refuse(
  duck: Duck,
  { file, sql, names }: OpenSource,
  table: SideTableName,
  checks: readonly Check[],
  at: ReadonlyMap<string, number>,
): Promise<void> {
  const counts = await duck.row(
    `SELECT ${checks.map(({ when }, i) => `count(*) FILTER (${when}) AS n${i}`).join(', ')} FROM ${sql}`,
  );
  const i = checks.findIndex((_, i) => counts[`n${i}`] !== 0);
  if (i < 0) return;
  const { fault, column, when } = checks[i];
  const c = at.get(column);
  const shown = c === undefined ? `''` : `CAST(c${c} AS VARCHAR)`;
  const { first, value } = await duck.row(
    `SELECT min(row) AS first, arg_min(coalesce(${shown}, ''), row) AS value FROM ${sql} WHERE ${when}`,
  );
  const shared = { file, table, row: Number(first), value: String(value), count: Number(counts[`n${i}`]) };
  if (column === 'kind') throw new AppError('data/unknown-action', { ...shared, known: ACTION_KINDS.join(', ') });
  throw new AppError(`data/bad-table-${fault}`, { ...shared, column: c === undefined ? column : names[c] });
}

/** Sources from `first` on are held against the bars; a day's few rows may all be of stocks without bars that the table already knows. */
async function requireCommonCodes(duck: Duck, name: SideTableName, file: string, first: number): Promise<void> {
  const { common } = await duck.row(`SELECT count(*) AS common FROM side WHERE file >= ${first}
    AND (code IN (SELECT code FROM bars) OR code IN (SELECT code FROM side WHERE file < ${first}))`);
  if (common !== 0) return;
  const codes = await duck.row(
    `SELECT (SELECT min(code) FROM side WHERE file >= ${first}) AS side, (SELECT min(code) FROM bars) AS bar`,
  );
  // A day on which nothing was disclosed adds nothing.
  if (codes.side === null && first > 0) return;
  if (codes.side === null) throw new AppError('data/no-rows', { file });
  throw new AppError('data/unmatched-table', { file, table: name, code: String(codes.side), bar: String(codes.bar) });
}
