// Owns adding rows of files to a side table that a version holds: what it has already is left out, what differs is refused or takes its place.
import { AppError } from '../base/errors.ts';
import type { Duck, SqlRow } from './duckdb.node.ts';
import { originNumber } from './corporate-actions.ts';
import type { AppendMode, AppendedRows } from './manifest.ts';
import { SIDE_TABLES, type SideTableName } from './side-tables.ts';
import { sqlName } from './sql.ts';

/** Differences below this share are those of writing a number down. */
const SAME = 1e-9;
const EXAMPLES = 3;

interface TableMeeting {
  readonly mode: AppendMode;
  /** Sources of `side` in their order; those before `first` are the version's own. */
  readonly paths: readonly string[];
  readonly first: number;
  readonly name: string;
  readonly version: number;
}

/** Who set an action down is said by the import alone: a user's table leaves it empty. */
export const tableValue = (column: string, from = ''): string =>
  column === 'origin' ? `coalesce(${from}origin, ${originNumber('table')})` : `${from}${sqlName(column)}`;

/**
 * What makes two rows the same one, in SQL: whose, of which period, known when, and of statements and actions the kind, since several may
 * become known at once. Of what is known at its close the day counts, with or without its time.
 */
function keyOf(name: SideTableName, from: string): Record<string, string> {
  const at = 'knownAtClose' in SIDE_TABLES[name];
  return {
    code: `${from}code`,
    period: `${from}period`,
    known: at ? `greatest(${from}known_at::DATE, ${from}period)` : `${from}known_at`,
    kind:
      name === 'statements'
        ? `coalesce(${from}document, 1)`
        : name === 'corporate-actions'
          ? `coalesce(${from}kind, 0)`
          : '0',
  };
}

/**
 * Takes out of `side` the new rows that the version has with the same values, or its own that differ from them.
 * @throws data/append-table-differs unless rows are to be replaced
 */
export async function joinTable(duck: Duck, table: SideTableName, meeting: TableMeeting): Promise<AppendedRows> {
  const { mode, first } = meeting;
  const { columns } = SIDE_TABLES[table];
  const same = columns.map((column) => {
    const [n, h] = [tableValue(column, 'n.'), tableValue(column, 'h.')];
    return `(${n} IS NOT DISTINCT FROM ${h} OR coalesce(abs(${n} - ${h}) <= ${SAME} * abs(${h}), false))`;
  });
  const keys = (from: string): string =>
    Object.entries(keyOf(table, from))
      .map(([name, sql]) => `${sql} AS key_${name}`)
      .join(', ');
  const names = Object.keys(keyOf(table, '')).map((name) => `key_${name}`);
  const { all } = await duck.row(`SELECT count(*) AS all FROM side WHERE file >= ${first}`);
  await duck.run(`CREATE OR REPLACE TEMP TABLE met AS
    SELECT n.file, n.row, ${names.map((key) => `any_value(n.${key}) AS ${key}`).join(', ')}, bool_or(${same.join(' AND ')}) AS same
    FROM (SELECT *, ${keys('')} FROM side WHERE file >= ${first}) n
    JOIN (SELECT *, ${keys('')} FROM side WHERE file < ${first}) h USING (${names.join(', ')}) GROUP BY n.file, n.row`);
  const counts = await duck.row(
    'SELECT count(*) FILTER (same) AS ignored, count(*) FILTER (NOT same) AS replaced FROM met',
  );
  const [ignored, replaced] = [Number(counts.ignored), Number(counts.replaced)];
  if (replaced > 0 && mode === 'new') await refuse(duck, table, meeting, replaced);
  // Of a key of which one row differs all that the file has stands, so that none of the version's is left beside it.
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE replaced_keys AS SELECT DISTINCT ${names.join(', ')} FROM met WHERE NOT same`,
  );
  const meets = Object.entries(keyOf(table, 'side.')).map(([name, sql]) => `${sql} = k.key_${name}`);
  await duck.run(`DELETE FROM side USING replaced_keys k WHERE side.file < ${first} AND ${meets.join(' AND ')}`);
  await duck.run(`DELETE FROM side USING (FROM met WHERE same) m ANTI JOIN replaced_keys USING (${names.join(', ')})
    WHERE side.file = m.file AND side.row = m.row`);
  await duck.run('DROP TABLE met');
  await duck.run('DROP TABLE replaced_keys');
  return { added: Number(all) - ignored - replaced, ignored, replaced };
}

async function refuse(
  duck: Duck,
  table: SideTableName,
  { paths, first, name, version }: TableMeeting,
  count: number,
): Promise<never> {
  const { columns } = SIDE_TABLES[table];
  const met = Object.entries(keyOf(table, 'h.')).map(([name, sql]) => `${sql} = m.key_${name}`);
  const rows = await duck.rows(`SELECT m.file, m.row, n.code, n.period, ${columns
    .map((column, c) => `${tableValue(column, 'n.')} AS now_${c}, ${tableValue(column, 'h.')} AS was_${c}`)
    .join(', ')}
    FROM (FROM met WHERE NOT same ORDER BY file, row LIMIT ${EXAMPLES}) m
    JOIN side n ON n.file = m.file AND n.row = m.row JOIN side h ON h.file < ${first} AND ${met.join(' AND ')}
    QUALIFY row_number() OVER (PARTITION BY m.file, m.row ORDER BY h.file DESC, h.row DESC) = 1 ORDER BY m.file, m.row`);
  const examples = rows.map((row) =>
    `${row.code} ${row.period} (${row.row}): ${differences(row, columns)}`.trimStart(),
  );
  const file = paths[Number(rows[0].file)];
  throw new AppError('data/append-table-differs', { file, table, count, name, version, examples: examples.join('; ') });
}

const differences = (row: SqlRow, columns: readonly string[]): string =>
  columns
    .flatMap((column, c) => {
      const [was, now] = [row[`was_${c}`], row[`now_${c}`]];
      const same =
        was === null || now === null
          ? was === now
          : Math.abs(Number(now) - Number(was)) <= SAME * Math.abs(Number(was));
      return same ? [] : [`${column} ${shown(was)} → ${shown(now)}`];
    })
    .join(', ');

const shown = (value: SqlRow[string]): string => (value === null ? '-' : String(Number(Number(value).toPrecision(9))));
