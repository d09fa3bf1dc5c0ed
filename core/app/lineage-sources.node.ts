// Owns finding the records of source files that a stock's bars were read from.
import { join } from 'node:path';
import type { LineageTrace } from '../contract/views/lineage.ts';
import { BARS_FILE, queryBars, readManifest } from '../data/load.node.ts';
import { sqlPath, sqlText } from '../data/sql.ts';

export interface SourceRows {
  /** Rows of bars.parquet, from 0. */
  readonly bars: { firstRow: number; lastRow: number };
  readonly sources: LineageTrace['sources'];
}

/** @param folder of the dataset version @param first,last days, ISO, inclusive */
export async function sourceRows(folder: string, code: string, first: string, last: string): Promise<SourceRows> {
  const { sources } = readManifest(folder);
  const path = sqlPath(join(folder, BARS_FILE));
  const where = `code = ${sqlText(code)} AND date BETWEEN DATE ${sqlText(first)} AND DATE ${sqlText(last)}`;
  return await queryBars(folder, async (duck) => {
    const [{ noted }] = await duck.rows(
      `SELECT count(*) AS noted FROM parquet_schema(${path}) WHERE name IN ('source_file', 'source_row')`,
    );
    const origin =
      noted === 2 ? 'source_file AS file, min(source_row) AS first, max(source_row) AS last' : 'NULL AS file';
    const found = await duck.rows(
      `SELECT ${origin}, count(*) AS count, min(file_row_number) AS first_row, max(file_row_number) AS last_row
        FROM read_parquet(${path}, file_row_number = true, hive_partitioning = false) WHERE ${where}
        ${noted === 2 ? 'GROUP BY source_file ORDER BY source_file' : ''}`,
    );
    const bars = {
      firstRow: Math.min(...found.map(({ first_row }) => Number(first_row))),
      lastRow: Math.max(...found.map(({ last_row }) => Number(last_row))),
    };
    if (noted !== 2)
      return { bars, sources: sources.map(({ path: file, sha256 }) => ({ path: file, sha256, rows: null })) };
    return {
      bars,
      sources: found.map((row) => {
        const { path: file, sha256 } = sources[Number(row.file)];
        return {
          path: file,
          sha256,
          rows: { first: Number(row.first), last: Number(row.last), count: Number(row.count) },
        };
      }),
    };
  });
}
