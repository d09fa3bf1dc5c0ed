// Owns holding a new version of a dataset against the one before: values that changed, bars and codes that are gone, histories adjusted anew.
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Duck, SqlRow } from './duckdb.node.ts';
import { type FindingCode, FINDINGS } from './findings.ts';
import { BARS_FILE, readManifest } from './load.node.ts';
import { type DatasetManifest, type DriftSummary, type Finding, MAX_EXAMPLES } from './manifest.ts';
import { sqlPath, sqlText } from './sql.ts';

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** Differences below this share are those of writing a number down. */
const SAME = 1e-9;
/** Adjusted closes are rounded to the cent: factors made of them tremble, and only a change beyond that is one. */
const READJUSTED = 0.005;

/** A version that has less of the one before took its place by mistake, more likely than not. */
const NEARLY_NONE = 0.1;

/**
 * @param previous folder of the older version
 * @param file named with the examples
 * @returns null where the older version cannot be read any more, which must not keep a new one out
 */
export async function findDrift(
  duck: Duck,
  previous: string,
  file: string,
): Promise<{ summary: DriftSummary; findings: Finding[] } | null> {
  const manifest = await readableManifest(duck, previous);
  if (manifest === null) return null;
  const older = `SELECT code, date, ${VALUES.join(', ')}, factor
    FROM read_parquet(${sqlPath(join(previous, BARS_FILE))}, file_row_number = ${manifest.duplicates}, hive_partitioning = false)
    ${manifest.duplicates ? 'QUALIFY file_row_number = max(file_row_number) OVER (PARTITION BY code, date)' : ''}`;
  const { repeated } = await duck.row('SELECT sum(rows) > sum(days) AS repeated FROM spans');
  const newer = `SELECT code, date, ${VALUES.join(', ')}, factor FROM bars
    ${repeated === true ? 'QUALIFY row_number() OVER (PARTITION BY code, date ORDER BY file DESC, row DESC) = 1' : ''}`;
  const differs = VALUES.map(
    (v) => `(a.${v} IS DISTINCT FROM b.${v} AND NOT coalesce(abs(a.${v} - b.${v}) <= ${SAME} * abs(a.${v}), false))`,
  ).join(' OR ');
  const hash = (side: string): string =>
    `bit_xor(hash(a.code, a.date, ${VALUES.map((v) => `${side}.${v}`).join(', ')}))`;
  const both = 'b.code IS NOT NULL';
  const codes = await duck.rows(`SELECT a.code, count(*) AS bars, count(b.code) AS common,
      count(*) FILTER (${both} AND (${differs})) AS changed, min(a.date) FILTER (${both} AND (${differs})) AS first_changed,
      min(a.date) FILTER (b.code IS NULL) AS first_gone,
      min(b.factor / a.factor) FILTER (a.factor > 0 AND b.factor > 0) AS least, max(b.factor / a.factor) FILTER (a.factor > 0 AND b.factor > 0) AS most,
      CAST(${hash('a')} FILTER (${both}) AS VARCHAR) AS before, CAST(${hash('b')} FILTER (${both}) AS VARCHAR) AS after
    FROM (${older}) a LEFT JOIN (${newer}) b ON a.code = b.code AND a.date = b.date GROUP BY a.code ORDER BY a.code`);
  const held = new Set((await duck.rows('SELECT code FROM spans')).map(({ code }) => code));

  const changed = codes.filter((row) => Number(row.changed) > 0);
  const values = await changedValues(duck, older, newer, changed.slice(0, MAX_EXAMPLES));
  const gone = codes.filter(({ code }) => !held.has(code));
  const thinned = codes.filter(({ code, bars, common }) => held.has(code) && Number(bars) > Number(common));
  const readjusted = codes.filter(({ least, most }) => Number(most) / Number(least) > 1 + READJUSTED);
  const example = (row: SqlRow, day: SqlRow[string], shown: Finding['examples'][number]['values']) => ({
    file,
    row: null,
    code: String(row.code),
    day: day === null ? null : String(day),
    values: shown,
  });
  const note = (code: FindingCode, count: number, examples: Finding['examples']): Finding[] =>
    count === 0
      ? []
      : [
          {
            code,
            count,
            examples: examples.slice(0, MAX_EXAMPLES),
            severity: FINDINGS[code].severity,
            repair: FINDINGS[code].repair,
          },
        ];
  const all = sum(codes, 'bars');
  const replaced = sum(codes, 'common') < NEARLY_NONE * all;
  const findings = [
    ...note(
      'restated-bars',
      sum(changed, 'changed'),
      changed.map((row) => example(row, row.first_changed, values.get(String(row.code)) ?? {})),
    ),
    ...note(
      'readjusted-history',
      readjusted.length,
      readjusted.map((row) => example(row, null, { least: Number(row.least), most: Number(row.most) })),
    ),
    ...note(
      'history-gone',
      replaced ? all - sum(codes, 'common') : 0,
      codes.map((row) => example(row, row.first_gone, { bars: Number(row.bars), common: Number(row.common) })),
    ),
    ...note(
      'bars-gone',
      replaced ? 0 : sum(thinned, 'bars') - sum(thinned, 'common'),
      thinned.map((row) => example(row, row.first_gone, { bars: Number(row.bars), common: Number(row.common) })),
    ),
    ...note(
      'codes-gone',
      gone.length,
      gone.map((row) => example(row, null, { bars: Number(row.bars) })),
    ),
  ];
  const fold = (name: 'before' | 'after'): string =>
    codes.reduce((all, row) => all ^ BigInt(String(row[name] ?? 0)), 0n).toString(16);
  return {
    summary: {
      against: manifest.contentHash,
      common: sum(codes, 'common'),
      changed: sum(changed, 'changed'),
      hashBefore: fold('before'),
      hashAfter: fold('after'),
    },
    findings,
  };
}

async function readableManifest(duck: Duck, folder: string): Promise<DatasetManifest | null> {
  try {
    const manifest = readManifest(folder);
    await duck.run(
      `SELECT count(close) FROM read_parquet(${sqlPath(join(folder, BARS_FILE))}, hive_partitioning = false)`,
    );
    return manifest;
  } catch (error) {
    if (error instanceof AppError && !error.code.startsWith('data/')) throw error;
    return null;
  }
}

const sum = (rows: readonly SqlRow[], name: string): number => rows.reduce((all, row) => all + Number(row[name]), 0);

/** What stood on a code's first changed day, and what stands there now. */
async function changedValues(
  duck: Duck,
  older: string,
  newer: string,
  changed: readonly SqlRow[],
): Promise<Map<string, Record<string, number | null>>> {
  if (changed.length === 0) return new Map();
  const keys = changed
    .map(({ code, first_changed }) => `(${sqlText(String(code))}, DATE '${first_changed}')`)
    .join(', ');
  const rows = await duck.rows(`SELECT a.code, ${VALUES.map((v) => `a.${v} AS ${v}_before, b.${v} AS ${v}`).join(', ')}
    FROM (${older}) a JOIN (${newer}) b ON a.code = b.code AND a.date = b.date WHERE (a.code, a.date) IN (${keys})`);
  return new Map(
    rows.map(({ code, ...row }) => {
      const pairs = VALUES.filter((v) => row[v] !== row[`${v}_before`]).flatMap((v) => [`${v}_before`, v]);
      return [String(code), Object.fromEntries(pairs.map((name) => [name, row[name] as number | null]))];
    }),
  );
}
