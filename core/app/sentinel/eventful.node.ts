// Owns finding the stocks of a dataset to which something happened that features should not know of before: only they show some leaks.
import { join } from 'node:path';
import { barsQuery, queryBars, readManifest } from '../../data/load.node.ts';
import { sideTableFile } from '../../data/side-tables.node.ts';
import { sqlPath } from '../../data/sql.ts';

/** A factor that changed by less is a dividend's. */
const SPLIT_RATIO = 1.4;

/** Codes that split, moved between sectors or restated a result. @param dataset absolute folder of a dataset version */
export async function eventfulCodes(dataset: string): Promise<string[]> {
  const manifest = readManifest(dataset);
  const table = (name: 'listing' | 'statements'): string =>
    `read_parquet(${sqlPath(join(dataset, sideTableFile(name)))}, hive_partitioning = false)`;
  const held = new Set((manifest.tables ?? []).map(({ name }) => name));
  const queries = [
    `SELECT code FROM (${barsQuery(dataset, manifest)}) GROUP BY code HAVING max(factor) > ${SPLIT_RATIO} * min(factor)`,
    ...(held.has('listing')
      ? [
          `SELECT code FROM ${table('listing')} GROUP BY code
             HAVING count(DISTINCT sector_33) > 1 OR count(DISTINCT sector_17) > 1`,
        ]
      : []),
    ...(held.has('statements')
      ? [`SELECT code FROM ${table('statements')} GROUP BY code, period HAVING count(*) > 1`]
      : []),
  ];
  const rows = await queryBars(dataset, (duck) => duck.rows(queries.join(' UNION ')));
  return rows.map(({ code }) => String(code)).sort();
}
