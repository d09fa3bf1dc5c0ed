// Owns telling which repair took care of how many of a finding's rows: rows that were dropped, or no longer show the finding.
import type { Duck } from './duckdb.node.ts';
import type { FindingCode } from './findings.ts';
import type { AppliedRepair, Finding } from './manifest.ts';
import { CONFLICTS, STALE_SHARE } from './quality.node.ts';
import { SUSPECT_CHECKS } from './quality-history.node.ts';
import { MANY_CODES } from './quality-report.ts';
import { ROW_CHECKS } from './quality-rows.ts';
import type { RepairName } from './repairs.ts';

const CHECKS = Object.entries(ROW_CHECKS) as [keyof typeof ROW_CHECKS, string][];

const suspects = (check: string): string =>
  `SELECT bars.date FROM suspect_rows JOIN bars USING (file, row) WHERE name = '${check}'`;

/** Findings that repairs can take care of, with how many of their rows are still there. */
type Remaining = Partial<Record<FindingCode, number>>;

/** Watches the findings while repairs are applied; made after the findings were counted and before the first repair. */
export class RepairEffects {
  readonly #duck: Duck;
  readonly #repeated: boolean;
  readonly #effects = new Map<string, AppliedRepair[]>();
  #remaining: Remaining = {};

  private constructor(duck: Duck, repeated: boolean) {
    this.#duck = duck;
    this.#repeated = repeated;
  }

  /** @param repeated whether a code may stand more than once on a day */
  static async watch(duck: Duck, repeated: boolean): Promise<RepairEffects> {
    const effects = new RepairEffects(duck, repeated);
    await duck.run(`CREATE OR REPLACE TEMP TABLE flagged AS
      SELECT file, row, ${CHECKS.map(([name, where]) => `coalesce(${where}, false) AS "${name}"`).join(', ')} FROM bars
      WHERE ${CHECKS.map(([, where]) => `coalesce(${where}, false)`).join(' OR ')}`);
    await duck.run('CREATE OR REPLACE TEMP TABLE stray_days AS SELECT date FROM calendar WHERE stray');
    await duck.run(`CREATE OR REPLACE TEMP TABLE suspect_rows AS
      SELECT name, file::INTEGER AS file, row::BIGINT AS row FROM suspects`);
    await duck.run(`CREATE OR REPLACE TEMP TABLE stale_days AS SELECT date FROM (${suspects('stale-bar')}) JOIN calendar USING (date)
      GROUP BY date, traded HAVING count(*) * ${STALE_SHARE} >= traded AND traded >= ${MANY_CODES}`);
    await duck.run(`CREATE OR REPLACE TEMP TABLE conflicts AS ${CONFLICTS} ${repeated ? '' : 'LIMIT 0'}`);
    await duck.run('CREATE OR REPLACE TEMP TABLE split_rows AS SELECT file, row FROM jumps WHERE ratio IS NOT NULL');
    effects.#remaining = await effects.#count();
    return effects;
  }

  /** To be called after each repair. */
  async record(name: RepairName): Promise<void> {
    // The rows before a split were rescaled, not the row that shows it; `jumps` is as that repair found it.
    if (name === 'adjust-apparent-splits')
      await this.#duck.run(`DELETE FROM split_rows WHERE (file, row) IN (
        SELECT (file, row) FROM jumps WHERE ratio IS NOT NULL)`);
    // Rescaled rows stay; the rows of a market moved to other days are the same rows.
    if (name === 'rescale-units')
      await this.#duck.run("DELETE FROM suspect_rows WHERE name IN ('price-unit', 'volume-unit')");
    if (name === 'shift-days') {
      for (const table of ['stray_days', 'stale_days', 'conflicts'])
        await this.#duck.run(`UPDATE ${table} SET date = date + (SELECT days FROM day_shift)`);
      await this.#duck.run('UPDATE day_shift SET days = 0');
    }
    if (name === 'apply-corporate-actions') {
      await this.#duck.run(`DELETE FROM split_rows WHERE (file, row) IN (
        SELECT (jumps.file, jumps.row) FROM jumps JOIN split_states USING (code, date) WHERE shown AND NOT applied)`);
      await this.#duck.run('UPDATE split_states SET applied = true WHERE shown');
    }
    const before = this.#remaining;
    this.#remaining = await this.#count();
    for (const [code, now] of Object.entries(this.#remaining)) {
      const rows = (before[code as FindingCode] ?? 0) - now;
      if (rows > 0) this.#effects.set(code, [...(this.#effects.get(code) ?? []), { name, rows }]);
    }
  }

  /** The finding with what took care of it. */
  explain(finding: Finding): Finding {
    return { ...finding, repaired: this.#effects.get(finding.code) ?? [] };
  }

  async #count(): Promise<Remaining> {
    const shows = CHECKS.map(([name, where]) => `count(*) FILTER (flagged."${name}" AND (${where})) AS "${name}"`);
    const row = await this.#duck.row(`SELECT ${shows.join(', ')},
        ${this.#repeated ? '(SELECT count(*) - count(DISTINCT (code, date)) FROM bars)' : '0'} AS duplicate,
        (SELECT count(*) FROM stray_days WHERE date IN (SELECT date FROM bars)) AS "stray-day",
        (SELECT count(*) FROM closed_days WHERE date IN (SELECT date FROM bars)) AS "closed-day",
        (SELECT CASE WHEN max(days) = 0 THEN 0 ELSE (SELECT count(DISTINCT date) FROM bars) END FROM day_shift) AS "shifted-days",
        ${SUSPECT_CHECKS.map((check) => `(SELECT count(*) FROM (${suspects(check)})) AS "${check}",`).join('\n        ')}
        (SELECT count(*) FROM stale_days WHERE date IN (SELECT date FROM (${suspects('stale-bar')}))) AS "stale-day",
        (SELECT count(*) FROM (SELECT 1 FROM bars JOIN conflicts USING (code, date) GROUP BY code, date HAVING count(*) > 1)) AS "conflicting-duplicate",
        (SELECT count(*) FROM split_states WHERE shown AND NOT applied) AS "unapplied-action",
        (SELECT count(*) FROM split_rows SEMI JOIN bars USING (file, row)) AS "apparent-split"
      FROM flagged JOIN bars USING (file, row)`);
    return Object.fromEntries(Object.entries(row).map(([code, count]) => [code, Number(count)]));
  }
}
