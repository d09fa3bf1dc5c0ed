// Owns corporate actions in a dataset's table of bars: held against prices, applied where asked, gathered from factors and jumps, stored.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { fromEpochDay } from '../base/clock.ts';
import {
  ACTION_KINDS,
  type ActionKind,
  actionNumber,
  type CodeChange,
  codeChains,
  originNumber,
} from './corporate-actions.ts';
import type { Duck } from './duckdb.node.ts';
import { FINDINGS, type FindingCode } from './findings.ts';
import { type AppliedCodeChange, type Finding, MAX_EXAMPLES, type TableSummary } from './manifest.ts';
import { copyWhole, sideTableFile, summariseTable } from './side-tables.node.ts';
import { sqlPath, sqlText } from './sql.ts';

const TABLE = 'corporate-actions';
/** An action read off a day's bar was no news at its close; a minute past midnight says so, midnight would mean that only the day is known. */
const SINCE_MORNING = "INTERVAL '1 minute'";

/**
 * Makes one history of the codes of every chain: bars before the change take the newest code. To be done before anything looks at codes.
 * What a code holds from before it was changed into, or from after it was given up, is another stock's and stays.
 * @throws input/code-change-loop, input/code-change-unknown where a code has no bars to give, input/code-change-overlap where the newest
 * code has bars of its own from before the change
 */
export async function joinCodes(duck: Duck, changes: readonly CodeChange[]): Promise<AppliedCodeChange[]> {
  const count = async (where: string): Promise<number> =>
    Number((await duck.row(`SELECT count(*) AS n FROM bars WHERE ${where}`)).n);
  const before = (code: string, day: number): string =>
    `code = ${sqlText(code)} AND date < DATE '${fromEpochDay(day)}'`;
  for (const { from, to, day } of changes) {
    if (changes.some((later) => later.from === to && later.day > day)) continue;
    const bars = await count(before(to, day));
    if (bars > 0) throw new AppError('input/code-change-overlap', { from, to, count: bars, day: fromEpochDay(day) });
  }
  const applied: AppliedCodeChange[] = [];
  for (const { from, to, start, end } of codeChains(changes)) {
    const since = Number.isFinite(start) ? `AND date >= DATE '${fromEpochDay(start)}'` : '';
    const { Count: rows } = await duck.row(`UPDATE bars SET code = ${sqlText(to)} WHERE ${before(from, end)} ${since}`);
    if (Number(rows) === 0) throw new AppError('input/code-change-unknown', { code: from, day: fromEpochDay(end) });
    applied.push({ from, to, day: fromEpochDay(end), rows: Number(rows) });
  }
  return applied;
}

/** Actions that the import itself learns of: (code, date, kind, ratio, origin). */
export async function createLearnedActions(duck: Duck, changes: readonly AppliedCodeChange[]): Promise<void> {
  await duck.run(
    'CREATE OR REPLACE TABLE learned_actions (code VARCHAR, date DATE, kind INTEGER, ratio DOUBLE, origin INTEGER)',
  );
  for (const { to, day } of changes)
    await duck.run(
      `INSERT INTO learned_actions VALUES (${sqlText(to)}, DATE '${day}', ${actionNumber('symbol-change')}, NULL, ${originNumber('table')})`,
    );
}

const splitKind = (ratio: string): string =>
  `CASE WHEN ${ratio} > 1 THEN ${actionNumber('split')} ELSE ${actionNumber('reverse-split')} END`;

/** To be called while `bars`, or those of its rows that are meant, still hold factors that stand on their day alone. */
export async function learnEventFactors(duck: Duck, where = 'true'): Promise<void> {
  await duck.run(`INSERT INTO learned_actions SELECT DISTINCT code, date, ${splitKind('1 / factor')}, 1 / factor, ${originNumber('event-factor')}
    FROM bars WHERE factor > 0 AND factor <> 1 AND ${where}`);
}

/** The jumps that the repair of that name has just adjusted for. */
export async function learnApparentSplits(duck: Duck): Promise<void> {
  await duck.run(`INSERT INTO learned_actions SELECT code, date, ${splitKind('1 / ratio')}, 1 / ratio, ${originNumber('apparent-split')}
    FROM jumps WHERE ratio IS NOT NULL`);
}

/** Whether prices, or the factor, moved by more than half of what the action says they should. */
const SHOWS = 'abs(ln(price_step * ratio)) < abs(ln(ratio)) / 2';
const APPLIED = 'abs(ln(factor_step / ratio)) < abs(ln(ratio)) / 2';

/**
 * Holds the splits of the user's table against the bars, and leaves `split_states` (code, date, ratio, shown, applied) for the repair.
 * @param folder of the dataset in the making, where the table stands if there is one
 */
export async function findActionFindings(duck: Duck, folder: string, file: string): Promise<Finding[]> {
  const path = join(folder, sideTableFile(TABLE));
  // Of a split that was corrected the newest version counts.
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE told_splits AS ${
      existsSync(path)
        ? `SELECT code, period AS date, ratio FROM read_parquet(${sqlPath(path)})
        WHERE kind IN (${actionNumber('split')}, ${actionNumber('reverse-split')})
        QUALIFY row_number() OVER (PARTITION BY code, period ORDER BY known_at DESC) = 1`
        : 'SELECT NULL::VARCHAR AS code, NULL::DATE AS date, NULL::DOUBLE AS ratio WHERE false'
    }`,
  );
  const splits = 'SELECT code, date, ratio FROM told_splits WHERE ratio > 0 AND ratio <> 1';
  await duck.run(`CREATE OR REPLACE TABLE split_states AS
    WITH splits AS (${splits}),
    usable AS (SELECT code, date, file, row, CASE WHEN open > 0 THEN open ELSE close END AS open, close, factor FROM bars SEMI JOIN splits USING (code)
      WHERE close > 0 AND factor > 0),
    sides AS (SELECT splits.code, splits.date, ratio,
        arg_max(close, (usable.date, file, row)) FILTER (usable.date < splits.date) AS close_before,
        arg_max(factor, (usable.date, file, row)) FILTER (usable.date < splits.date) AS factor_before,
        arg_min(open, (usable.date, file, row)) FILTER (usable.date >= splits.date) AS open,
        arg_min(factor, (usable.date, file, row)) FILTER (usable.date >= splits.date) AS factor
      FROM splits JOIN usable ON usable.code = splits.code AND usable.date BETWEEN splits.date - 30 AND splits.date + 30
      GROUP BY splits.code, splits.date, ratio),
    steps AS (SELECT *, open / close_before AS price_step, factor / factor_before AS factor_step FROM sides
      WHERE close_before IS NOT NULL AND open IS NOT NULL)
    SELECT *, ${SHOWS} AS shown, ${APPLIED} AS applied FROM steps`);
  const findings: Finding[] = [];
  const note = async (code: FindingCode, from: string): Promise<void> => {
    const rows = await duck.rows(`SELECT code, date AS day, ratio${from} ORDER BY date, code`);
    if (rows.length === 0) return;
    const { severity, repair } = FINDINGS[code];
    const examples = rows.slice(0, MAX_EXAMPLES).map(({ code: stock, day, ...values }) => ({
      file,
      row: null,
      code: String(stock),
      day: String(day),
      values: values as Finding['examples'][number]['values'],
    }));
    findings.push({ code, severity, count: rows.length, examples, repair });
  };
  await note('unapplied-action', ', close_before, open FROM split_states WHERE shown AND NOT applied');
  await note('action-not-shown', ', close_before, open FROM split_states WHERE NOT shown AND NOT applied');
  await note('impossible-event', ' FROM told_splits WHERE NOT coalesce(ratio > 0, false)');
  return findings;
}

/** The repair: adjusts by the splits that prices show and factors do not. */
export async function applyActions(duck: Duck): Promise<number> {
  const { Count: rows } = await duck.row(`UPDATE bars SET factor = bars.factor * scales.scale FROM (
      SELECT bars.rowid AS id, product(1 / ratio) AS scale FROM bars
      JOIN split_states ON split_states.code = bars.code AND bars.date < split_states.date AND shown AND NOT applied GROUP BY bars.rowid) scales
    WHERE bars.rowid = scales.id`);
  return Number(rows);
}

/**
 * Adds what the import learned to the dataset's table of corporate actions; what the user's own table says of a code and day stands above it.
 * @returns the tables with that one brought up to date
 */
export async function storeActions(
  duck: Duck,
  folder: string,
  tables: readonly TableSummary[],
): Promise<TableSummary[]> {
  const { learned } = await duck.row('SELECT count(*) AS learned FROM learned_actions');
  if (learned === 0) return [...tables];
  const path = join(folder, sideTableFile(TABLE));
  const given = existsSync(path)
    ? `SELECT * REPLACE (coalesce(origin, ${originNumber('table')}) AS origin) FROM read_parquet(${sqlPath(path)})`
    : `SELECT NULL::VARCHAR AS code, NULL::DATE AS period, NULL::TIMESTAMP AS known_at, NULL::DOUBLE AS kind, NULL::DOUBLE AS ratio,
        NULL::DOUBLE AS amount, NULL::DOUBLE AS origin WHERE false`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE all_actions AS
    WITH given AS (${given})
    SELECT * FROM given UNION ALL
    SELECT code, date, date + ${SINCE_MORNING}, kind::DOUBLE, ratio, NULL, origin::DOUBLE FROM learned_actions
      ANTI JOIN given ON given.code = learned_actions.code AND given.period = learned_actions.date AND given.kind = learned_actions.kind`);
  await copyWhole(duck, 'SELECT * FROM all_actions ORDER BY code, known_at, period, kind', path);
  const summary = await summariseTable(duck, folder, TABLE);
  return [...tables.filter(({ name }) => name !== TABLE), summary].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** For SQL: the number of a kind that a file may name by its word. */
export function kindNumber(text: string): string {
  const words = ACTION_KINDS.map((kind: ActionKind) => `WHEN ${sqlText(kind)} THEN ${actionNumber(kind)}`).join(' ');
  return `CASE lower(${text}) ${words} END`;
}
