// Owns the columns of a source that play a role, as SQL expressions: text to code, day and number.
import { type ColumnChoice, type ColumnRole, EMPTY_WORDS } from './columns.ts';
import { type DateFormat, hasTime, TIME_SQL } from './dates.ts';
import { sqlText } from './sql.ts';

/** A source as a relation with the columns c0, c1, ... in the order of its rows. */
export interface SourceTable {
  /** The path that messages and examples name. */
  readonly file: string;
  /** With `row`, the place in the source (the header is row 1). LIMIT takes the first rows; numbering keeps it to one thread. */
  readonly sql: string;
  readonly unnumbered: string;
  readonly names: readonly string[];
  /** SQL types; all VARCHAR for a CSV. */
  readonly types: readonly string[];
  /** First rows, as text, column by column. */
  readonly head: readonly (readonly string[])[];
}

export const NUMBER_ROLES = ['open', 'high', 'low', 'close', 'volume', 'adjustedClose', 'factor'] as const;
export type NumberRole = (typeof NUMBER_ROLES)[number];

/** How a source writes its numbers. */
export type NumberStyle = 'plain' | 'thousands' | 'decimal-comma';

/** A source with the columns that play a role, as SQL expressions. */
export class SourceColumns {
  readonly table: SourceTable;
  readonly file: string;
  readonly #choices: ReadonlyMap<ColumnRole, number>;
  readonly timed: boolean;

  constructor(table: SourceTable, choices: readonly ColumnChoice[]) {
    this.table = table;
    this.file = table.file;
    this.#choices = new Map(
      choices.flatMap(({ role, column }) => (column === null ? [] : [[role, table.names.indexOf(column)]])),
    );
    this.timed = hasTime(table.head[this.#choices.get('date')!]);
  }

  has(role: ColumnRole): boolean {
    return this.#choices.has(role);
  }

  numberRoles(): NumberRole[] {
    return NUMBER_ROLES.filter((role) => this.has(role));
  }

  name(role: ColumnRole): string {
    return this.table.names[this.#choices.get(role)!];
  }

  values(role: ColumnRole): readonly string[] {
    return this.table.head[this.#choices.get(role)!];
  }

  #raw(role: ColumnRole): string {
    return `c${this.#choices.get(role)}`;
  }

  /** SQL type of the role's column when it is not text. */
  #type(role: ColumnRole): string | undefined {
    const type = this.table.types[this.#choices.get(role)!];
    return type === 'VARCHAR' ? undefined : type;
  }

  text(role: ColumnRole): string {
    return this.#type(role) === undefined ? this.#raw(role) : `CAST(${this.#raw(role)} AS VARCHAR)`;
  }

  isEmpty(role: ColumnRole): string {
    const words = EMPTY_WORDS.map(sqlText).join(', ');
    return `(${this.#raw(role)} IS NULL OR lower(trim(${this.text(role)})) IN (${words}))`;
  }

  code(): string {
    if (!this.has('code')) return sqlText(codeFromFile(this.file));
    const type = this.#type('code');
    const whole = type === 'DOUBLE' || type === 'FLOAT' ? `CAST(${this.#raw('code')} AS BIGINT)` : this.#raw('code');
    return `nullif(trim(CAST(${whole} AS VARCHAR)), '')`;
  }

  date(format: DateFormat): string {
    const type = this.#type('date');
    if (type !== undefined && /^(DATE|TIMESTAMP)/.test(type)) return `CAST(${this.#raw('date')} AS DATE)`;
    const day = this.timed
      ? `regexp_replace(trim(${this.text('date')}), '${TIME_SQL}', '')`
      : `trim(${this.text('date')})`;
    const date = `CAST(try_strptime(${day}, ${sqlText(format.strptime)}) AS DATE)`;
    return `CASE WHEN year(${date}) BETWEEN 1800 AND 2200 THEN ${date} END`;
  }

  time(): string {
    return this.timed ? `regexp_extract(${this.text('date')}, '${TIME_SQL}')` : 'NULL';
  }

  number(role: NumberRole, style: NumberStyle): string {
    const written = this.#styled(role, style);
    return `CASE WHEN isfinite(${written}) THEN ${written} END`;
  }

  #styled(role: NumberRole, style: NumberStyle): string {
    if (this.#type(role) !== undefined || style === 'plain') return `TRY_CAST(${this.#raw(role)} AS DOUBLE)`;
    const text =
      style === 'thousands'
        ? `replace(${this.#raw(role)}, ',', '')`
        : `replace(replace(${this.#raw(role)}, '.', ''), ',', '.')`;
    return `TRY_CAST(${text} AS DOUBLE)`;
  }

  /** Holds for a value that is there and is no number. */
  notNumber(role: NumberRole, style: NumberStyle): string {
    return `(${this.#styled(role, style)} IS NULL AND NOT ${this.isEmpty(role)})`;
  }

  hasComma(role: NumberRole): string {
    return `contains(${this.text(role)}, ',')`;
  }

  /** Holds for 1,234 and 1,234,567.8, where the comma can be a thousands separator. */
  isGrouped(role: NumberRole): string {
    return `regexp_full_match(trim(${this.text(role)}), '[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?')`;
  }

  /** Counts the filled values that are not plain numbers. */
  unreadCount(role: NumberRole): string {
    return `count(${this.#raw(role)}) - count(${this.#styled(role, 'plain')})`;
  }

  /** Holds for text with a decimal point. */
  hasDecimal(role: NumberRole): string {
    return this.#type(role) === undefined ? `contains(${this.#raw(role)}, '.')` : 'false';
  }
}

/** The file's name without extensions: 'quotes/msft.csv.gz' is 'msft'. */
export function codeFromFile(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/(\.(csv|tsv|txt|parquet|gz|zst|zstd))+$/i, '');
}
