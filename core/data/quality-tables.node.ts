// Owns the checks on what stands beside the bars: when rows of side tables were known, and of which day the listing is that gave the sectors.
import { join } from 'node:path';
import type { Duck } from './duckdb.node.ts';
import { type FindingCode, FINDINGS } from './findings.ts';
import { type DatasetCode, type Finding, type FindingExample, MAX_EXAMPLES, type TableSummary } from './manifest.ts';
import { sideTableFile } from './side-tables.node.ts';
import type { SideTableName } from './side-tables.ts';
import { sqlPath } from './sql.ts';

/** Tables that report on a period: nobody can know of it before it has ended. What is announced ahead (dividends, splits, dates) is none. */
const REPORTING: readonly SideTableName[] = [
  'statements',
  'investor-flows',
  'margin-interest',
  'margin-alerts',
  'short-ratio',
  'short-positions',
];

export const reportsPeriods = (tables: readonly Pick<TableSummary, 'name'>[]): boolean =>
  tables.some(({ name }) => REPORTING.includes(name));

export async function findTableFindings(
  duck: Duck,
  folder: string,
  tables: readonly Pick<TableSummary, 'name'>[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name } of tables) {
    if (!REPORTING.includes(name)) continue;
    const early = `FROM read_parquet(${sqlPath(join(folder, sideTableFile(name)))}, hive_partitioning = false)
      WHERE known_at::DATE < period ${name === 'statements' ? 'AND coalesce(document, 1) = 1' : ''}`; // a revised forecast is of a year to come
    const { n } = await duck.row(`SELECT count(*) AS n ${early}`);
    const rows = await duck.rows(
      `SELECT code, period AS day, CAST(known_at AS VARCHAR) AS known_at ${early} ORDER BY known_at, code LIMIT ${MAX_EXAMPLES}`,
    );
    const examples = rows.map(({ code, day, known_at }) => ({
      file: sideTableFile(name),
      row: null,
      code: String(code),
      day: String(day),
      values: { known_at },
    }));
    findings.push(...note('known-too-early', Number(n), examples as FindingExample[]));
  }
  return findings;
}

/** Sectors of fewer codes measure their few members. */
const FEW = 5;

/** @param listed day of the listing that gave a code its sector, where the file says so */
export function findSectorFindings(
  codes: readonly DatasetCode[],
  file: string,
  listed: ReadonlyMap<string, string>,
): Finding[] {
  const of = (code: string | null, day: string | null, values: FindingExample['values']): FindingExample => ({
    file,
    row: null,
    code,
    day,
    values,
  });
  const bare = codes.filter(({ sector }) => sector === null);
  const late = codes.filter(({ code, firstDay }) => (listed.get(code) ?? '') > firstDay);
  const sizes = new Map<string, number>();
  for (const { sector } of codes) if (sector !== null) sizes.set(sector, (sizes.get(sector) ?? 0) + 1);
  const small = [...sizes].filter(([, size]) => size < FEW);
  return [
    ...note(
      'no-sector',
      bare.length,
      bare.map(({ code, rows }) => of(code, null, { rows })),
    ),
    ...note(
      'small-sector',
      small.length,
      small.map(([sector, size]) => of(null, null, { sector, codes: size })),
    ),
    ...note(
      'later-listing',
      late.length,
      late.map(({ code, firstDay }) => of(code, firstDay, { listed: listed.get(code)! })),
    ),
  ];
}

function note(code: FindingCode, count: number, examples: readonly FindingExample[]): Finding[] {
  const { severity, repair } = FINDINGS[code];
  return count === 0 ? [] : [{ code, severity, count, examples: examples.slice(0, MAX_EXAMPLES), repair }];
}
