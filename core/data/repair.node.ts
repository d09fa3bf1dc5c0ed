// Owns applying the named repairs to the table of bars, and counting the rows that each touches.
import { applyActions, learnApparentSplits } from './corporate-actions.node.ts';
import { createCalendar } from './quality.node.ts';
import type { Duck } from './duckdb.node.ts';
import type { AppliedRepair } from './manifest.ts';
import { INVALID_ROW } from './quality-rows.ts';
import { findJumps } from './quality-splits.node.ts';
import { REPAIR_NAMES, type RepairName } from './repairs.ts';

const RULES: Record<RepairName, (duck: Duck) => Promise<number>> = {
  'shift-days': (duck) =>
    change(duck, 'UPDATE bars SET date = bars.date + day_shift.days::INTEGER FROM day_shift WHERE day_shift.days <> 0'),
  'drop-duplicates-keep-last': (duck) => dropDuplicates(duck, 'DESC'),
  'drop-duplicates-keep-first': (duck) => dropDuplicates(duck, 'ASC'),
  'drop-stray-days': async (duck) => {
    await createCalendar(duck);
    return change(duck, 'DELETE FROM bars WHERE date IN (SELECT date FROM calendar WHERE stray)');
  },
  'drop-closed-days': (duck) => change(duck, 'DELETE FROM bars WHERE date IN (SELECT date FROM closed_days)'),
  'drop-stale-bars': (duck) => dropSuspects(duck, 'stale-bar'),
  'rescale-units': async (duck) => {
    const rows = [
      await change(duck, rescale('price-unit', ['open', 'high', 'low', 'close', 'adjusted_close'])),
      await change(duck, rescale('volume-unit', ['volume'])),
    ];
    return rows[0] + rows[1];
  },
  'drop-price-spikes': (duck) => dropSuspects(duck, 'price-spike'),
  'fill-ohl-from-close': (duck) =>
    change(
      duck,
      `UPDATE bars SET open = CASE WHEN open > 0 THEN open ELSE close END,
        high = CASE WHEN high > 0 THEN high ELSE greatest(CASE WHEN open > 0 THEN open END, close) END,
        low = CASE WHEN low > 0 THEN low ELSE least(CASE WHEN open > 0 THEN open END, close) END
      WHERE close > 0 AND NOT (coalesce(open > 0, false) AND coalesce(high > 0, false) AND coalesce(low > 0, false))`,
    ),
  'widen-high-low': (duck) =>
    change(
      duck,
      `UPDATE bars SET high = greatest(open, high, low, close), low = least(open, high, low, close)
      WHERE high < low OR low > least(open, close) OR high < greatest(open, close)`,
    ),
  'drop-invalid-rows': (duck) => change(duck, `DELETE FROM bars WHERE ${INVALID_ROW}`),
  'drop-zero-volume-rows': (duck) => change(duck, 'DELETE FROM bars WHERE volume IS NULL OR volume <= 0'),
  'apply-corporate-actions': (duck) => applyActions(duck),
  'adjust-apparent-splits': async (duck) => {
    await findJumps(duck);
    await learnApparentSplits(duck);
    return change(
      duck,
      `UPDATE bars SET factor = bars.factor * scales.scale FROM (
        SELECT bars.rowid AS id, product(ratio) AS scale FROM bars
        JOIN jumps ON jumps.code = bars.code AND bars.date < jumps.date AND ratio IS NOT NULL GROUP BY bars.rowid) scales
      WHERE bars.rowid = scales.id`,
    );
  },
};

/**
 * Applies what is named, each once, in the order of REPAIRS.
 * @param after told of each repair when it is done
 */
export async function applyRepairs(
  duck: Duck,
  names: readonly RepairName[],
  after: (name: RepairName) => Promise<void>,
): Promise<AppliedRepair[]> {
  const applied: AppliedRepair[] = [];
  for (const name of REPAIR_NAMES) {
    if (!names.includes(name)) continue;
    applied.push({ name, rows: await RULES[name](duck) });
    await after(name);
  }
  return applied;
}

function dropSuspects(duck: Duck, name: string): Promise<number> {
  return change(
    duck,
    `DELETE FROM bars WHERE (file, row) IN (SELECT (file::INTEGER, row::BIGINT) FROM suspects WHERE name = '${name}')`,
  );
}

const rescale = (name: string, columns: readonly string[]): string =>
  `UPDATE bars SET ${columns.map((column) => `${column} = bars.${column} * scale`).join(', ')} FROM suspects
    WHERE name = '${name}' AND suspects.file = bars.file AND suspects.row = bars.row`;

async function change(duck: Duck, sql: string): Promise<number> {
  return Number((await duck.row(sql)).Count);
}

function dropDuplicates(duck: Duck, keep: 'ASC' | 'DESC'): Promise<number> {
  return change(
    duck,
    `DELETE FROM bars WHERE rowid IN (SELECT id FROM (
      SELECT rowid AS id, row_number() OVER (PARTITION BY code, date ORDER BY file ${keep}, row ${keep}) AS place FROM bars
      WHERE (code, date) IN (SELECT (code, date) FROM bars GROUP BY code, date HAVING count(*) > 1)) WHERE place > 1)`,
  );
}
