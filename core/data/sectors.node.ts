// Owns reading the sector of each code from a second file, such as an exchange's listing.
import { AppError } from '../base/errors.ts';
import { foldName } from './columns.ts';
import type { Duck } from './duckdb.node.ts';
import type { PreparedSource } from './source.node.ts';
import { openTable } from './source-table.node.ts';

/** Folded names of a sector column, best first. */
const SECTOR_NAMES = [
  'sector',
  'gicssector',
  'sectorname',
  'sector33code',
  'sector33codename',
  'sector17code',
  'sector17codename',
  'industry',
  'industrygroup',
  '33業種コード',
  '33業種区分',
  '17業種コード',
  '17業種区分',
  '業種',
  'セクター',
];

/**
 * Positions of the columns that may hold sectors, best first. Codes stand before names of the same sectors: an exchange reworded names, in one
 * language or another, while its codes stayed; what was excluded or grouped by them still is.
 */
export function sectorColumns(names: readonly string[]): number[] {
  return SECTOR_NAMES.map((name) => names.findIndex((column) => foldName(column) === name)).filter((c) => c >= 0);
}

/** Folded names of the column that says of which day a listing is. */
const DATE_NAMES = ['date', 'asof', 'asofdate', 'effectivedate', '基準日', '日付', '適用日'];

/**
 * The code column is the one that holds most of the codes in `bars`, whatever its name. A code that is listed on several days has the sector
 * of its first bar's, or else the first that is known, so that no later listing reaches back; listed twice on a day, or on none, it counts as
 * in its last row. A listing of one day says nothing about sectors on other days: it is not point-in-time. `listed` is that day, ISO, where
 * the file says it.
 * @throws data/unmatched-sectors, input/unknown-column
 */
export async function readSectors(
  duck: Duck,
  source: PreparedSource,
  wanted?: string,
): Promise<{ column: string; sectors: Map<string, string>; listed: Map<string, string> }> {
  const table = await openTable(duck, source);
  const found = table.names.join(', ');
  const text = (c: number): string => `trim(CAST(c${c} AS VARCHAR))`;

  await duck.run('CREATE OR REPLACE TEMP TABLE known_codes AS SELECT code, min(date) AS first FROM bars GROUP BY code');
  const matches = table.names.map(
    (_, c) => `count(DISTINCT ${text(c)}) FILTER (${text(c)} IN (SELECT code FROM known_codes)) AS m${c}`,
  );
  const counts = await duck.row(`SELECT ${matches.join(', ')} FROM ${table.sql}`);
  const codeColumn = table.names.reduce(
    (best, _, c) => (Number(counts[`m${c}`]) > Number(counts[`m${best}`]) ? c : best),
    0,
  );

  const sectorColumn = wanted === undefined ? (sectorColumns(table.names)[0] ?? -1) : table.names.indexOf(wanted);
  if (sectorColumn < 0 && wanted !== undefined)
    throw new AppError('input/unknown-column', { file: table.file, column: wanted, role: 'sector', found });
  if (Number(counts[`m${codeColumn}`]) === 0 || sectorColumn < 0 || sectorColumn === codeColumn) {
    const { code } = await duck.row('SELECT min(code) AS code FROM known_codes');
    throw new AppError('data/unmatched-sectors', { file: table.file, code: String(code), found });
  }

  const dateColumn = table.names.findIndex((column) => DATE_NAMES.includes(foldName(column)));
  const listed = dateColumn < 0 ? 'NULL' : `TRY_CAST(${text(dateColumn)} AS DATE)`;
  const rows = await duck.rows(`SELECT code, sector, listed FROM (
      SELECT known_codes.code AS code, ${text(sectorColumn)} AS sector, ${listed} AS listed, first, row
      FROM ${table.sql} JOIN known_codes ON known_codes.code = ${text(codeColumn)} WHERE ${text(sectorColumn)} <> '')
    QUALIFY row_number() OVER (PARTITION BY code
      ORDER BY coalesce(listed <= first, false) DESC, CASE WHEN listed <= first THEN listed END DESC, listed NULLS LAST, row DESC) = 1`);
  return {
    column: table.names[sectorColumn],
    sectors: new Map(rows.map(({ code, sector }) => [String(code), String(sector)])),
    listed: new Map(rows.flatMap(({ code, listed }) => (listed === null ? [] : [[String(code), String(listed)]]))),
  };
}
