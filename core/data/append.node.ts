// Owns adding the rows of files to the bars of a version: its rows as they were read, the new ones beside them, what both have held together.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import {
  checkCodes,
  newestCode,
  OTHER_BASIS,
  requireCommonDays,
  requireReach,
  requireSameShift,
  USABLE_STEP,
} from './append-checks.node.ts';
import { AS_READ_FILE } from './as-read.node.ts';
import { actionNumber, type CodeChange, type FactorKind, originNumber } from './corporate-actions.ts';
import type { Duck, SqlRow } from './duckdb.node.ts';
import type { FindingCode } from './findings.ts';
import { settleIntraday } from './intraday.node.ts';
import { BARS_FILE, readManifest } from './load.node.ts';
import type { AppendMode, DatasetManifest, Finding } from './manifest.ts';
import type { TableSource } from './side-table-import.node.ts';
import type { RepairName } from './repairs.ts';
import { sideTableFile } from './side-tables.node.ts';
import { sqlPath, sqlText } from './sql.ts';

export interface AppendRequest {
  readonly mode: AppendMode;
  /** Number of the version that is added to. */
  readonly version: number;
}

/** The version that is added to. */
export interface Base {
  readonly folder: string;
  readonly manifest: DatasetManifest;
  /** What its column of factors was; undefined where all of them are 1, so that it cannot be told. */
  readonly factors: FactorKind | undefined;
}

export interface Joined {
  /** Rows of the files that the version did not have, that it had with the same values, and whose values took the place of its own. */
  readonly added: number;
  readonly ignored: number;
  readonly replaced: number;
  readonly findings: readonly Finding[];
}

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** Differences below this share are those of writing a number down. */
const SAME = 1e-9;
const SAME_FACTOR = 1e-6;
const EXAMPLES = 3;

/** Found in what the files say, which a version no longer holds. */
const READING: readonly FindingCode[] = [
  'unreadable-date',
  'missing-code',
  'ambiguous-date-order',
  'no-volume-column',
  'unreadable-number',
  'late-decimals',
  'event-factors',
  'impossible-event',
  'time-of-day',
  'zoned-time',
];

export function findingsOfReading({ findings }: DatasetManifest): Finding[] {
  return findings
    .filter(({ code }) => READING.includes(code))
    .map(({ repaired: _, ...finding }) => {
      if (finding.code !== 'impossible-event') return finding;
      // Those of a table, which have no row, are found again.
      const examples = finding.examples.filter(({ row }) => row !== null);
      return { ...finding, examples, count: finding.count - (finding.examples.length - examples.length) };
    })
    .filter(({ count }) => count > 0);
}

/** @throws input/append-nothing, and what readManifest throws */
export async function openBase(duck: Duck, folder: string | undefined, name: string): Promise<Base> {
  if (folder === undefined) throw new AppError('input/append-nothing', { name });
  const manifest = readManifest(folder);
  const { odd } = await duck.row(`SELECT count(*) FILTER (factor <> 1) AS odd FROM ${read(folder, BARS_FILE)}`);
  const events = manifest.findings.some(({ code }) => code === 'event-factors');
  return { folder, manifest, factors: events ? 'event' : odd === 0 ? undefined : 'cumulative' };
}

/**
 * The tables of the version as sources: rows of files named beside them join theirs. Splits that a repair told from prices are left out, for the
 * repair tells them again; so are those of factors whose rows were replaced, whose new rows tell theirs. To follow joinBase.
 * @param work folder for copies
 */
export async function tablesOfBase(duck: Duck, { folder, manifest }: Base, work: string): Promise<TableSource[]> {
  const sources: TableSource[] = [];
  for (const { name } of manifest.tables ?? []) {
    const path = join(folder, sideTableFile(name));
    if (name !== 'corporate-actions') {
      sources.push({ name, path });
      continue;
    }
    const told = `FROM read_parquet(${sqlPath(path)}) WHERE origin IS DISTINCT FROM ${originNumber('apparent-split')}
      AND NOT (origin IS NOT DISTINCT FROM ${originNumber('event-factor')} AND (code, period) IN (SELECT (code_before, date) FROM replaced))`;
    if ((await duck.row(`SELECT count(*) AS n ${told}`)).n === 0) continue;
    const copy = join(work, 'corporate-actions.parquet');
    await duck.run(`COPY (SELECT * ${told}) TO ${sqlText(copy)} (FORMAT parquet)`);
    sources.push({ name, path: copy });
  }
  return sources;
}

/**
 * `bars` holds what was read of the files, numbered on from the version's sources; afterwards it holds the version's rows too, as they were
 * before its repairs. Rows that the version has with the same values are left out. Where factors are events, those of the new rows still are:
 * settleAddedEvents is to follow, which finds in `replaced` what was replaced, and in `first_events` those of first rows.
 * @param paths all sources, the version's first
 * @param codeChanges those that the import is still to join
 * @param repairs all that are to follow
 * @param told what the files' column of factors holds, where somebody said so
 * @throws data/append-adjustment, data/append-unmatched, data/append-no-common-day, data/append-shift, data/append-short,
 * data/append-differs unless rows are to be replaced, data/intraday-bars
 */
export async function joinBase(
  duck: Duck,
  base: Base,
  {
    request,
    paths,
    joinIntraday,
    adjustment,
    codeChanges,
    told,
    repairs,
  }: {
    request: AppendRequest;
    paths: readonly string[];
    joinIntraday: boolean;
    adjustment: DatasetManifest['adjustment'];
    codeChanges: readonly CodeChange[];
    told: FactorKind | undefined;
    repairs: readonly RepairName[];
  },
): Promise<Joined> {
  const { folder, manifest, factors } = base;
  const names = { file: paths[manifest.sources.length], name: manifest.name, version: request.version };
  if (adjustment !== manifest.adjustment)
    throw new AppError('data/append-adjustment', { ...names, was: manifest.adjustment, now: adjustment });
  for (const { from, to, day } of manifest.codeChanges ?? [])
    await duck.run(`UPDATE bars SET code = ${sqlText(to)} WHERE code = ${sqlText(from)} AND date < DATE '${day}'`);
  await settleIntraday(duck, paths, joinIntraday);
  // Of several rows for a code and day the last counts, unless a repair kept the first.
  const order = manifest.repairs.some(({ name }) => name === 'drop-duplicates-keep-first') ? 'ASC' : 'DESC';
  await createBase(duck, base, order);
  const newest = newestCode(codeChanges);
  const findings = await checkCodes(duck, names, paths, newest);
  const sameValue = VALUES.map(
    (v) => `(n.${v} IS NOT DISTINCT FROM b.${v} OR coalesce(abs(n.${v} - b.${v}) <= ${SAME} * abs(b.${v}), false))`,
  );
  const before = factors === 'event' ? 'event' : 'factor';
  const sameFactor = `coalesce(abs(n.factor / b.${before} - 1) <= ${SAME_FACTOR}, n.factor IS NULL OR b.${before} IS NULL)`;
  // The row that counts is held against the one that counted, others against any: of a stretch that is exported again all are the same.
  await duck.run(`CREATE OR REPLACE TEMP TABLE meetings AS SELECT *, bool_and(same) OVER (PARTITION BY code, date) AS kept FROM (
    SELECT n.file, n.row, n.code, n.date, bool_or(${[...sameValue, sameFactor].join(' AND ')} AND (b.counted OR NOT n.counted)) AS same,
      any_value(n.factor) FILTER (n.counted) / any_value(b.factor) FILTER (b.counted) AS ratio,
      ${[...VALUES, 'factor'].map((v) => `any_value(n.${v}) AS ${v}, any_value(b.${v === 'factor' ? before : v}) FILTER (b.counted) AS ${v}_before`).join(', ')}
    FROM (SELECT *, row_number() OVER (PARTITION BY code, date ORDER BY file ${order}, row ${order}) = 1 AS counted FROM bars) n
    JOIN base b ON n.code = b.code AND n.date = b.date GROUP BY n.file, n.row, n.code, n.date)`);
  const counted = manifest.adjustment !== 'none' && (factors ?? told) !== 'event';
  if (counted) await requireCommonDays(duck, names, newest);
  const { all } = await duck.row('SELECT count(*) AS all FROM bars');
  const { ignored, replaced, differing } = await duck.row(`SELECT count(*) FILTER (kept) AS ignored,
    count(*) FILTER (NOT kept) AS replaced, count(*) FILTER (NOT same) AS differing FROM meetings`);
  const counts = { ignored: Number(ignored), replaced: Number(replaced) };
  if (repairs.includes('shift-days') && manifest.calendar)
    await requireSameShift(
      duck,
      names,
      manifest.calendar.name,
      await shiftOf(duck, folder),
      counts.ignored > counts.replaced,
    );
  if (counts.replaced > 0 && request.mode === 'new') await refuse(duck, manifest, request, paths, Number(differing));
  await duck.run('DELETE FROM bars USING meetings m WHERE kept AND bars.file = m.file AND bars.row = m.row');
  await duck.run(`CREATE OR REPLACE TEMP TABLE first_events AS
    SELECT ${newest} AS code, arg_min(coalesce(event, 1), date) AS event FROM base GROUP BY ALL`);
  await duck.run(`CREATE OR REPLACE TEMP TABLE replaced AS
    SELECT ${newest} AS code, date, max(factor) AS factor, max(event) AS event, code AS code_before FROM base
    SEMI JOIN (SELECT * FROM meetings WHERE NOT kept) m USING (code, date) GROUP BY base.code, date`);
  await duck.run('DELETE FROM base USING replaced r WHERE base.code = r.code_before AND base.date = r.date');
  if (counted) {
    await requireReach(duck, names, newest);
    await splice(duck, newest);
  }
  const adjusted = manifest.adjustment === 'adjusted-close' ? 'close * factor' : 'NULL';
  await duck.run(
    `INSERT INTO bars SELECT file, row, code, date, NULL, open, high, low, close, volume, ${adjusted}, factor FROM base`,
  );
  await duck.run('DROP TABLE base');
  await duck.run('DROP TABLE meetings');
  return { added: Number(all) - counts.ignored - counts.replaced, ...counts, findings };
}

const read = (folder: string, file: string): string =>
  `read_parquet(${sqlPath(join(folder, file))}, hive_partitioning = false)`;

/**
 * `base`: the rows as they were read; `counted` of several for a code and day is the one that repairs left, or would. Older versions do not
 * know the rows of their files. Where factors are events, each has that of its day; on a code's first day, the action that was kept of it.
 */
async function createBase(duck: Duck, { folder, manifest, factors }: Base, order: string): Promise<void> {
  const named = await duck.rows(`DESCRIBE SELECT * FROM ${read(folder, BARS_FILE)}`);
  const traced = named.some(({ column_name }) => column_name === 'source_file');
  const origin = traced ? 'source_file, source_row' : '0 AS source_file, row_number() OVER () + 1 AS source_row';
  const columns = `${origin}, code, date, ${VALUES.join(', ')}, factor`;
  const [bars, asRead] = [BARS_FILE, AS_READ_FILE].map((file) => read(folder, file));
  const isIn = (rows: string): string =>
    `EXISTS (FROM ${rows} other WHERE other.source_file = own.source_file AND other.source_row = own.source_row)`;
  const rows = existsSync(join(folder, AS_READ_FILE))
    ? `SELECT *, true AS held FROM (SELECT ${columns} FROM ${bars}) own WHERE NOT ${isIn(asRead)}
       UNION ALL SELECT *, ${isIn(bars)} FROM (SELECT ${columns} FROM ${asRead}) own`
    : `SELECT ${columns}, true AS held FROM ${bars}`;
  const event = `last_value(factor) OVER (PARTITION BY code ORDER BY date
    RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING) / factor`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE base AS
    SELECT source_file::INTEGER AS file, source_row::BIGINT AS row, * EXCLUDE (source_file, source_row, held),
      row_number() OVER (PARTITION BY code, date ORDER BY held DESC, source_file ${order}, source_row ${order}) = 1 AS counted,
      ${factors === 'event' ? event : 'NULL::DOUBLE'} AS event FROM (${rows})`);
  const actions = join(folder, sideTableFile('corporate-actions'));
  if (factors !== 'event' || !manifest.tables?.some(({ name }) => name === 'corporate-actions')) return;
  await duck.run(`UPDATE base SET event = told.event FROM (
      SELECT code, date, CASE WHEN any_value(kind) IS NULL THEN 1 ELSE max(1 / ratio) FILTER (origin = ${originNumber('event-factor')}) END AS event
      FROM (SELECT code, min(date) AS date FROM base GROUP BY code)
      LEFT JOIN (SELECT code, period AS date, kind, ratio, origin FROM read_parquet(${sqlPath(actions)})
        WHERE kind IN (${actionNumber('split')}, ${actionNumber('reverse-split')})) USING (code, date)
      GROUP BY ALL) told
    WHERE base.code = told.code AND base.date = told.date`);
}

/** By how many days a repair moved the version's rows. */
async function shiftOf(duck: Duck, folder: string): Promise<number> {
  if (!existsSync(join(folder, AS_READ_FILE))) return 0;
  const { days } =
    await duck.row(`SELECT coalesce(max(held.date - was.date), 0) AS days FROM ${read(folder, BARS_FILE)} held
    JOIN ${read(folder, AS_READ_FILE)} was USING (source_file, source_row)`);
  return Number(days);
}

/** Factors of a file may count from another day than the version's: what is older follows by the step on the next day that both have. */
async function splice(duck: Duck, newest: string): Promise<void> {
  await duck.run(`UPDATE base SET factor = base.factor * steps.ratio FROM (
      SELECT held.id, ratio FROM (SELECT rowid AS id, ${newest} AS code, date FROM base) held
      ASOF JOIN (SELECT ${newest} AS code, date, max(ratio) AS ratio FROM meetings WHERE ${USABLE_STEP} GROUP BY ALL) common
      ON held.code = common.code AND held.date < common.date WHERE ${OTHER_BASIS}) steps
    WHERE base.rowid = steps.id`);
}

async function refuse(
  duck: Duck,
  { name }: DatasetManifest,
  { version }: AppendRequest,
  paths: readonly string[],
  count: number,
): Promise<never> {
  const rows = await duck.rows(`SELECT * FROM meetings WHERE NOT same ORDER BY file, row LIMIT ${EXAMPLES}`);
  const examples = rows.map((row) => `${row.code} ${row.date} (${row.row}): ${differences(row)}`).join('; ');
  throw new AppError('data/append-differs', { file: paths[Number(rows[0].file)], count, name, version, examples });
}

const differences = (row: SqlRow): string =>
  [...VALUES, 'factor']
    .filter(
      (v) =>
        Math.abs(Number(row[v]) / Number(row[`${v}_before`]) - 1) > SAME ||
        (row[v] === null) !== (row[`${v}_before`] === null),
    )
    .map((v) => `${v} ${shown(row[`${v}_before`])} → ${shown(row[v])}`)
    .join(', ');

const shown = (value: SqlRow[string]): string => (value === null ? '-' : String(Number(Number(value).toPrecision(9))));
