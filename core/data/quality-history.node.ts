// Owns running the checks of each code's history over the table of bars: one pass in order, a code at a time, whatever the market's size.
import type { Duck } from './duckdb.node.ts';
import { FINDINGS } from './findings.ts';
import { fromEpochDay } from '../base/clock.ts';
import { type Finding, MAX_EXAMPLES } from './manifest.ts';
import type { BarHistory, HistoryCheck, HistoryHit } from './bar-history.ts';
import { calendarHoles, checkHistory } from './quality-history.ts';
import { unitVotes } from './quality-units.ts';
import { MANY_CODES } from './quality-report.ts';

/** Checks whose rows a repair goes back to. */
export const SUSPECT_CHECKS = [
  'stale-bar',
  'price-spike',
  'price-unit',
  'volume-unit',
] as const satisfies HistoryCheck[];

const COLUMNS = ['file', 'row', 'day', 'open', 'high', 'low', 'close', 'volume', 'factor'] as const;

/**
 * Leaves the table `suspects` (check, file, row, scale: NULL, or what price or volume times it makes whole) for the repairs.
 * Needs the tables `spans` and `calendar`.
 * @param files paths by the file index of the table
 * @param order see barLayout
 */
export async function findHistoryFindings(duck: Duck, files: readonly string[], order: string): Promise<Finding[]> {
  const spans = await duck.rows('SELECT code, rows FROM spans ORDER BY code');
  const sessions = await duck.rows(
    "SELECT (date - DATE '1970-01-01') AS day, position FROM calendar WHERE NOT stray AND NOT partial",
  );
  const found = new Found(files, new Map(sessions.map(({ day, position }) => [Number(day), Number(position)])));
  const longest = spans.reduce((most, { rows }) => Math.max(most, Number(rows)), 0);
  const buffers = COLUMNS.map(() => new Float64Array(longest));
  let code = 0;
  let filled = 0;
  await duck.numbers(
    `SELECT file::DOUBLE, row::DOUBLE, (date - DATE '1970-01-01')::DOUBLE, open, high, low, close, volume, factor
      FROM bars ${order}`,
    (chunk, rows) => {
      for (let from = 0; from < rows; ) {
        const take = Math.min(rows - from, Number(spans[code].rows) - filled);
        for (let c = 0; c < buffers.length; c++) buffers[c].set(chunk[c].subarray(from, from + take), filled);
        from += take;
        filled += take;
        if (filled < Number(spans[code].rows)) continue;
        const columns = Object.fromEntries(COLUMNS.map((name, c) => [name, buffers[c].subarray(0, filled)]));
        found.take(String(spans[code].code), { length: filled, ...columns } as unknown as BarHistory);
        code++;
        filled = 0;
      }
    },
  );
  await duck.run('CREATE OR REPLACE TABLE suspects (name VARCHAR, file DOUBLE, row DOUBLE, scale DOUBLE)');
  await duck.append('suspects', found.suspects());
  return found.findings(spans.length);
}

interface Striking {
  readonly hit: HistoryHit;
  readonly example: Finding['examples'][number];
}

class Found {
  readonly #files: readonly string[];
  readonly #positions: ReadonlyMap<number, number>;
  readonly #counts = new Map<HistoryCheck, number>();
  /** The most striking of each check, found so far. */
  readonly #best = new Map<HistoryCheck, Striking[]>();
  readonly #suspects: [number, number, number, number][] = [];
  readonly #votes = new Map<string, number>();

  /** @param positions of the dataset's own days, one after the other */
  constructor(files: readonly string[], positions: ReadonlyMap<number, number>) {
    this.#files = files;
    this.#positions = positions;
  }

  take(code: string, bars: BarHistory): void {
    for (const hit of [...checkHistory(bars), ...calendarHoles(bars, this.#positions)]) {
      const { check, at, values, scale, count = 1 } = hit;
      this.#counts.set(check, (this.#counts.get(check) ?? 0) + count);
      const suspect = SUSPECT_CHECKS.indexOf(check as (typeof SUSPECT_CHECKS)[number]);
      if (suspect >= 0) this.#suspects.push([suspect, bars.file[at], bars.row[at], scale ?? Number.NaN]);
      const best = this.#best.get(check) ?? [];
      this.#best.set(check, best);
      if (best.length === MAX_EXAMPLES && best[best.length - 1].hit.weight >= hit.weight) continue;
      const place = best.findIndex(({ hit: other }) => other.weight < hit.weight);
      const rounded = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, finite(value)]));
      const example = {
        file: this.#files[bars.file[at]],
        row: bars.row[at],
        code,
        day: fromEpochDay(bars.day[at]),
        values: rounded,
      };
      best.splice(place < 0 ? best.length : place, 0, { hit, example });
      if (best.length > MAX_EXAMPLES) best.pop();
    }
    for (const { day, column, times } of unitVotes(bars)) {
      const key = `${day} ${column} ${times > 1 ? 'up' : 'down'}`;
      this.#votes.set(key, (this.#votes.get(key) ?? 0) + 1);
    }
  }

  async *suspects(): AsyncGenerator<(string | number | null)[]> {
    for (const [check, file, row, scale] of this.#suspects)
      yield [SUSPECT_CHECKS[check], file, row, Number.isNaN(scale) ? null : scale];
  }

  findings(codes: number): Finding[] {
    const findings = [...this.#counts].map(([check, count]): Finding => {
      const { severity, repair } = FINDINGS[check];
      return { code: check, severity, count, examples: this.#best.get(check)!.map(({ example }) => example), repair };
    });
    const changed = codes < MANY_CODES ? [] : [...this.#votes].filter(([, votes]) => votes * 2 > codes);
    if (changed.length === 0) return findings;
    const { severity, repair } = FINDINGS['unit-change'];
    const examples = changed.slice(0, MAX_EXAMPLES).map(([key, votes]) => {
      const [day, column, direction] = key.split(' ');
      return {
        file: this.#files[0],
        row: null,
        code: null,
        day: fromEpochDay(Number(day)),
        values: { column, direction, codes: votes },
      };
    });
    return [...findings, { code: 'unit-change', severity, count: changed.length, examples, repair }];
  }
}

/** Six digits say it all; what is missing stays missing. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
