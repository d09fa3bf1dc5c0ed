// Owns reading one source into the table of bars: how its dates and numbers are written is decided on the whole file.
import { AppError } from '../base/errors.ts';
import {
  type ColumnChoice,
  type ColumnMap,
  type ColumnRole,
  missingRoles,
  repeatedColumn,
  suggestColumns,
} from './columns.ts';
import { candidateFormats, DATE_FORMATS, type DateFormat } from './dates.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS, type FindingCode } from './findings.ts';
import { type Finding, MAX_EXAMPLES, mergeFindings } from './manifest.ts';
import { NUMBER_ROLES, type NumberRole, type NumberStyle, SourceColumns } from './source-columns.ts';
import { type OpenSource, readable } from './source-table.node.ts';
import { sqlName } from './sql.ts';

/** A larger share of unreadable values means a wrong column or format, not a few bad rows. */
const TOLERATED_DATES = 0.001;
const TOLERATED_NUMBERS = 0.05;

export interface ReadOptions {
  columns?: Partial<ColumnMap>;
  /** Name of a format of DATE_FORMATS; found on the whole file when absent. */
  dateFormat?: string;
  /** That of files which these rows are added to: it decides where one file alone could be read in several ways. */
  usualDateFormat?: string;
}

export interface ReadResult {
  readonly rows: number;
  readonly columns: readonly ColumnChoice[];
  readonly dateFormat: string;
  readonly findings: readonly Finding[];
}

/**
 * `bars` holds raw prices as read. factor is adjusted close / close, else the factor column, else 1; NULL where that cannot be told.
 */
export async function createBarsTable(duck: Duck): Promise<void> {
  await duck.run(`CREATE TABLE bars (file INTEGER, row BIGINT, code VARCHAR, date DATE, time VARCHAR, open DOUBLE, high DOUBLE,
    low DOUBLE, close DOUBLE, volume DOUBLE, adjusted_close DOUBLE, factor DOUBLE)`);
}

const columnsOf = (table: OpenSource) => table.names.map((name, c) => ({ name, values: table.head[c] }));

export function suggestSourceColumns(table: OpenSource, overrides?: Partial<ColumnMap>): ColumnChoice[] {
  return suggestColumns(table.file, columnsOf(table), overrides);
}

/**
 * Appends a source to `bars`. Rows without a readable date or without a code are left out and reported.
 * @throws data/unknown-columns, data/repeated-column, data/bad-dates, data/bad-numbers, data/malformed-row, input/unknown-column
 */
export async function readIntoBars(
  duck: Duck,
  table: OpenSource,
  index: number,
  { columns: overrides, dateFormat, usualDateFormat }: ReadOptions,
): Promise<ReadResult> {
  const choices = suggestSourceColumns(table, overrides);
  const missing = missingRoles(choices);
  if (missing.length > 0) {
    const found = table.names.join(', ');
    throw new AppError('data/unknown-columns', { file: table.file, missing: missing.join(', '), found });
  }
  const repeated = repeatedColumn(columnsOf(table), choices);
  if (repeated) {
    const { role, columns } = repeated;
    const found = columns.map((name) => `"${name}"`).join(', ');
    throw new AppError('data/repeated-column', { file: table.file, role, columns: found, last: columns.at(-1)! });
  }
  const reader = new SourceReader(duck, table, new SourceColumns(table, choices));
  const { rows, format, style } = await reader.examine(dateFormat, usualDateFormat);
  await reader.insert(index, format, style);
  return { rows, columns: choices, dateFormat: format.name, findings: mergeFindings(reader.findings) };
}

interface Profile {
  rows: number;
  noCode: number;
  /** The format that reads most dates. */
  format: DateFormat;
  badDates: number;
  /** Another format reads all dates too. */
  ambiguous: boolean;
  /** Filled values that are not plain numbers, words for 'missing' included. */
  unread: Record<NumberRole, number>;
  /** Values with a decimal point. */
  decimals: Record<NumberRole, number>;
}

class SourceReader {
  readonly findings: Finding[] = [];
  readonly #duck: Duck;
  readonly #table: OpenSource;
  readonly #columns: SourceColumns;

  constructor(duck: Duck, table: OpenSource, columns: SourceColumns) {
    this.#duck = duck;
    this.#table = table;
    this.#columns = columns;
  }

  /** Decides on the formats and collects what only the text can show. */
  async examine(
    wanted: string | undefined,
    usual?: string,
  ): Promise<{ rows: number; format: DateFormat; style: NumberStyle }> {
    const columns = this.#columns;
    const profile = await this.#profile(this.#dateFormats(wanted, usual));
    const { rows, format } = profile;
    const noDate = `${columns.date(format)} IS NULL`;
    if (profile.badDates > TOLERATED_DATES * rows) {
      const first = await this.#firstBad('date', noDate);
      throw new AppError('data/bad-dates', { ...first, format: format.name, count: profile.badDates, rows });
    }
    await this.#note('unreadable-date', profile.badDates, noDate);
    await this.#note('missing-code', profile.noCode, `${columns.code()} IS NULL`);
    if (profile.ambiguous) await this.#note('ambiguous-date-order', 1, 'row = 2');
    if (!columns.has('volume')) await this.#note('no-volume-column', 1);

    const style = await this.#numberStyle(profile);
    for (const role of columns.numberRoles()) {
      const where = columns.notNumber(role, style);
      const bad = profile.unread[role] === 0 ? 0 : await this.#count(where);
      if (bad > TOLERATED_NUMBERS * rows)
        throw new AppError('data/bad-numbers', { ...(await this.#firstBad(role, where)), count: bad, rows });
      await this.#note('unreadable-number', bad, where, role);
      await this.#noteLateDecimals(role, profile.decimals[role]);
    }
    return { rows, format, style };
  }

  /** Parses in parallel, then numbers the rows in the order of the source, which DuckDB keeps. */
  async insert(index: number, format: DateFormat, style: NumberStyle): Promise<void> {
    const columns = this.#columns;
    const number = (role: NumberRole): string => (columns.has(role) ? columns.number(role, style) : 'NULL::DOUBLE');
    const adjusted = columns.has('adjustedClose');
    const factor = adjusted ? 'adjusted_close / close' : columns.has('factor') ? 'given_factor' : '1';
    await this.#duck.run(`CREATE OR REPLACE TEMP TABLE parsed AS
      SELECT ${columns.code()} AS code, ${columns.date(format)} AS date, ${columns.time()}::VARCHAR AS time,
        ${number('open')} AS open, ${number('high')} AS high, ${number('low')} AS low, ${number('close')} AS close,
        ${number('volume')} AS volume, ${number('adjustedClose')} AS adjusted_close, ${number('factor')} AS given_factor
      FROM ${this.#table.unnumbered}`);
    await this.#duck.run(`INSERT INTO bars
      SELECT ${index}, row, code, date, time, open, high, low, close, volume, adjusted_close,
        CASE WHEN isfinite(${factor}) THEN ${factor} END
      FROM (SELECT row_number() OVER () + 1 AS row, * FROM parsed)
      WHERE code IS NOT NULL AND date IS NOT NULL`);
    await this.#duck.run('DROP TABLE parsed');
  }

  #dateFormats(wanted: string | undefined, usual: string | undefined): readonly DateFormat[] {
    if (wanted === undefined) {
      const formats = candidateFormats(this.#columns.values('date'));
      const known = formats.filter(({ name }) => name === usual);
      if (known.length > 0) return known;
      return formats.length > 0 ? formats : DATE_FORMATS.slice(0, 1);
    }
    const format = DATE_FORMATS.find(({ name }) => name === wanted);
    if (format) return [format];
    const known = DATE_FORMATS.map(({ name }) => name).join(', ');
    throw new AppError('input/unknown-date-format', { name: wanted, known });
  }

  /** One pass over the whole source. */
  async #profile(formats: readonly DateFormat[]): Promise<Profile> {
    const columns = this.#columns;
    const dates = formats.flatMap((format, i) => [
      `count(${columns.date(format)}) AS dates_${i}`,
      `count(*) FILTER (isodow(${columns.date(format)}) > 5) AS weekends_${i}`,
    ]);
    const numbers = columns
      .numberRoles()
      .flatMap((role) => [
        `${columns.unreadCount(role)} AS unread_${role}`,
        `count(*) FILTER (${columns.hasDecimal(role)}) AS decimals_${role}`,
      ]);
    const [found] = await readable(
      this.#duck,
      this.#table.source,
      `SELECT count(*) AS rows, count(*) FILTER (${columns.code()} IS NULL) AS no_code, ${[...dates, ...numbers].join(', ')}
        FROM ${this.#table.unnumbered}`,
    );
    const count = (name: string): number => Number(found[name] ?? 0);
    const [best, second] = formats
      .map((_, i) => i)
      .sort((a, b) => count(`dates_${b}`) - count(`dates_${a}`) || count(`weekends_${a}`) - count(`weekends_${b}`));
    return {
      rows: count('rows'),
      noCode: count('no_code'),
      format: formats[best],
      badDates: count('rows') - count(`dates_${best}`),
      ambiguous: second !== undefined && count(`dates_${second}`) === count(`dates_${best}`),
      unread: perRole((role) => count(`unread_${role}`)),
      decimals: perRole((role) => count(`decimals_${role}`)),
    };
  }

  /** Commas are thousands separators where every one of them can be; else they are decimal commas. */
  async #numberStyle(profile: Profile): Promise<NumberStyle> {
    const unread = this.#columns.numberRoles().filter((role) => profile.unread[role] > 0);
    if (unread.length === 0) return 'plain';
    const checks = unread.flatMap((role) => [
      `count(*) FILTER (${this.#columns.hasComma(role)}) AS commas_${role}`,
      `count(*) FILTER (${this.#columns.hasComma(role)} AND NOT ${this.#columns.isGrouped(role)}) AS others_${role}`,
    ]);
    const found = await this.#duck.row(`SELECT ${checks.join(', ')} FROM ${this.#table.unnumbered}`);
    if (unread.every((role) => found[`commas_${role}`] === 0)) return 'plain';
    return unread.every((role) => found[`others_${role}`] === 0) ? 'thousands' : 'decimal-comma';
  }

  /** Decimals somewhere, but none in the first rows. */
  async #noteLateDecimals(role: NumberRole, decimals: number): Promise<void> {
    if (decimals > 0 && !this.#columns.values(role).some((value) => value.includes('.')))
      await this.#note('late-decimals', 1, this.#columns.hasDecimal(role), role, 1);
  }

  async #count(where: string): Promise<number> {
    return Number((await this.#duck.row(`SELECT count(*) AS n FROM ${this.#table.unnumbered} WHERE ${where}`)).n);
  }

  async #firstBad(role: ColumnRole, where: string) {
    const found = await this.#duck.row(
      `SELECT row, ${this.#columns.text(role)} AS value FROM ${this.#table.sql} WHERE ${where} LIMIT 1`,
    );
    const [row, value] = [Number(found.row), String(found.value ?? '')];
    return { file: this.#table.file, column: this.#columns.name(role), row, value };
  }

  /** Notes a finding about the text of the source, which `bars` no longer holds. */
  async #note(code: FindingCode, count: number, where?: string, role?: ColumnRole, limit = MAX_EXAMPLES) {
    if (count === 0) return;
    const { severity, repair } = FINDINGS[code];
    const { file } = this.#table;
    const columns = this.#columns;
    const shown = role === undefined ? '' : `, ${columns.text(role)} AS ${sqlName(columns.name(role))}`;
    const rows =
      where === undefined
        ? [{ row: null, code: null, day: null }]
        : await this.#duck.rows(`SELECT row, ${columns.code()} AS code, ${columns.text('date')} AS day ${shown}
            FROM ${this.#table.sql} WHERE ${where} LIMIT ${limit}`);
    const examples = rows.map(({ row, code: stock, day, ...values }) => ({
      file,
      row: row === null ? null : Number(row),
      code: stock === null ? null : String(stock),
      day: day === null ? null : String(day),
      values: values as Finding['examples'][number]['values'],
    }));
    this.findings.push({ code, severity, count, examples, repair });
  }
}

function perRole(value: (role: NumberRole) => number): Record<NumberRole, number> {
  return Object.fromEntries(NUMBER_ROLES.map((role) => [role, value(role)])) as Record<NumberRole, number>;
}
