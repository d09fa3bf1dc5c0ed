// Owns the rows that repairs drop or change, as they were before: kept beside the bars, so that every repair can be taken back.
import { join } from 'node:path';
import type { Duck } from './duckdb.node.ts';
import { sqlPath, sqlText } from './sql.ts';

export const AS_READ_FILE = 'as-read.parquet';

const VALUES = ['code', 'date', 'open', 'high', 'low', 'close', 'volume', 'factor'] as const;
const all = (table: string): string => `row(${VALUES.map((name) => `${table}.${name}`).join(', ')})`;

/** Notes the bars before the first repair, in a file of the work folder: a market's would not fit into memory twice. */
export async function noteAsRead(duck: Duck, work: string): Promise<void> {
  await duck.run(`COPY (SELECT ${VALUES.join(', ')}, file AS source_file, row AS source_row FROM bars)
    TO ${sqlText(join(work, AS_READ_FILE))} (FORMAT parquet, COMPRESSION zstd)`);
}

/**
 * Writes those of the noted rows that are gone, or have other values, to as-read.parquet: columns as in bars.parquet, by the rows of the
 * sources. Nothing is written where there are none.
 * @returns how many
 */
export async function storeAsRead(duck: Duck, work: string, folder: string): Promise<number> {
  const noted = `read_parquet(${sqlPath(join(work, AS_READ_FILE))}, hive_partitioning = false)`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE changed AS SELECT noted.* FROM ${noted} noted
    LEFT JOIN bars ON bars.file = noted.source_file AND bars.row = noted.source_row
    WHERE bars.file IS NULL OR ${all('noted')} IS DISTINCT FROM ${all('bars')}`);
  const rows = Number((await duck.row('SELECT count(*) AS rows FROM changed')).rows);
  if (rows > 0)
    await duck.run(`COPY (SELECT * FROM changed ORDER BY source_file, source_row)
      TO ${sqlText(join(folder, AS_READ_FILE))} (FORMAT parquet, COMPRESSION zstd)`);
  await duck.run('DROP TABLE changed');
  return rows;
}
