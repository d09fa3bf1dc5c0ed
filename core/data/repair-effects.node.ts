// Owns telling which repair took care of how many of a finding's rows: rows that were dropped, or no longer show the finding.
import type { Duck } from './duckdb.node.ts';
import type { FindingCode } from './findings.ts';
import type { AppliedRepair, Finding } from './manifest.ts';
import { ROW_CHECKS } from './quality-rows.ts';
import type { RepairName } from './repairs.ts';

const CHECKS = Object.entries(ROW_CHECKS) as [keyof typeof ROW_CHECKS, string][];

/** Findings that repairs can take care of, with how many of their rows are still there. */
type Remaining = Partial<Record<FindingCode, number>>;

/** Watches the findings while repairs are applied; made after the findings were counted and before the first repair. */
export class RepairEffects {
  readonly #duck: Duck;
  readonly #effects = new Map<string, AppliedRepair[]>();
  #remaining: Remaining = {};

  private constructor(duck: Duck) {
    this.#duck = duck;
  }

  static async watch(duck: Duck): Promise<RepairEffects> {
    const effects = new RepairEffects(duck);
    await duck.run(`CREATE OR REPLACE TEMP TABLE flagged AS
      SELECT file, row, ${CHECKS.map(([name, where]) => `coalesce(${where}, false) AS "${name}"`).join(', ')} FROM bars
      WHERE ${CHECKS.map(([, where]) => `coalesce(${where}, false)`).join(' OR ')}`);
    await duck.run('CREATE OR REPLACE TEMP TABLE stray_days AS SELECT date FROM calendar WHERE stray');
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
        (SELECT count(*) - count(DISTINCT (code, date)) FROM bars) AS duplicate,
        (SELECT count(*) FROM stray_days WHERE date IN (SELECT date FROM bars)) AS "stray-day",
        (SELECT count(*) FROM split_rows SEMI JOIN bars USING (file, row)) AS "apparent-split"
      FROM flagged JOIN bars USING (file, row)`);
    return Object.fromEntries(Object.entries(row).map(([code, count]) => [code, Number(count)]));
  }
}
