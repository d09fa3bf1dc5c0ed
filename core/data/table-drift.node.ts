// Owns holding the side tables of a new version against those of the one before: rows that its features knew otherwise.
import { join } from 'node:path';
import type { CalendarName } from './calendars.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import { BARS_FILE, readManifest } from './load.node.ts';
import { type Finding, type FindingExample, MAX_EXAMPLES, type TableSummary } from './manifest.ts';
import { sideTableFile, usableSql } from './side-tables.node.ts';
import { SIDE_TABLES } from './side-tables.ts';
import { sqlPath } from './sql.ts';
import { tableValue } from './table-append.node.ts';

/**
 * Rows that only one of the versions has, though they could be looked at by the last day of the older one: what features say of its days may be
 * other than it was. Tables that only one of them has are no matter of rows. Of stocks, only those with bars in both count.
 * @param folder of the new version, whose tables and whose `spans` in DuckDB stand
 */
export async function findTableDrift(
  duck: Duck,
  previous: string,
  folder: string,
  tables: readonly TableSummary[],
  calendar: CalendarName | undefined,
): Promise<Finding[]> {
  const { tables: before = [], lastDay } = readManifest(previous);
  let count = 0;
  const examples: FindingExample[] = [];
  for (const { name, columns, sha256 } of tables) {
    const older = before.find((table) => table.name === name);
    if (older === undefined || older.sha256 === sha256) continue;
    const filled = SIDE_TABLES[name].columns.filter((c) => [...columns, ...older.columns].includes(c));
    const ofStocks =
      SIDE_TABLES[name].of === 'stock'
        ? `AND code IN (SELECT code FROM spans) AND code IN (SELECT code FROM read_parquet(${sqlPath(join(previous, BARS_FILE))}, hive_partitioning = false))`
        : '';
    // What an action says of prices, a repair takes to its own day, whenever it was announced.
    const usable = usableSql(name, calendar);
    const day = name === 'corporate-actions' ? `least(${usable}, period)` : usable;
    const rows = (of: string, has: readonly string[]): string => {
      const values = filled.map((column) => `${has.includes(column) ? tableValue(column) : 'NULL'} AS v_${column}`);
      return `SELECT * FROM (SELECT code, period, known_at, ${day} AS day, ${values.join(', ')}
        FROM read_parquet(${sqlPath(join(of, sideTableFile(name)))}, hive_partitioning = false)) WHERE day <= DATE '${lastDay}' ${ofStocks}`;
    };
    await duck.run(`CREATE OR REPLACE TEMP TABLE table_was AS ${rows(previous, older.columns)}`);
    await duck.run(`CREATE OR REPLACE TEMP TABLE table_is AS ${rows(folder, columns)}`);
    await duck.run(`CREATE OR REPLACE TEMP TABLE table_drift AS SELECT code, period, known_at, min(day) AS day
      FROM ((FROM table_is EXCEPT FROM table_was) UNION ALL (FROM table_was EXCEPT FROM table_is)) GROUP BY code, period, known_at`);
    const { n } = await duck.row('SELECT count(*) AS n FROM table_drift');
    count += Number(n);
    const first = await duck.rows(`SELECT code, day, period::VARCHAR AS period, known_at::VARCHAR AS known_at
      FROM table_drift ORDER BY day, code, period LIMIT ${MAX_EXAMPLES}`);
    for (const { code, day, period, known_at } of first)
      examples.push({
        file: sideTableFile(name),
        row: null,
        code: String(code) || null,
        day: String(day),
        values: { period: String(period), known_at: String(known_at) },
      });
  }
  for (const table of ['table_was', 'table_is', 'table_drift']) await duck.run(`DROP TABLE IF EXISTS ${table}`);
  if (count === 0) return [];
  const { severity, repair } = FINDINGS['restated-table-rows'];
  examples.sort((a, b) => (String(a.day) < String(b.day) ? -1 : 1));
  return [{ code: 'restated-table-rows', severity, count, examples: examples.slice(0, MAX_EXAMPLES), repair }];
}
