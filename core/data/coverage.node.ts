// Owns which bars a dataset has: codes by trading days or by months, and a summary of each code.
import { toEpochDay } from '../base/clock.ts';
import { barsQuery, queryBars, readManifest } from './load.node.ts';
import { sqlText } from './sql.ts';

export interface CoverageMap {
  readonly codes: string[];
  readonly sectors: (string | null)[];
  /** ISO days, or months as 2024-03. */
  readonly periods: string[];
  /** [codes, periods]: share of the period's trading days with a bar, from 0, none, to 255, all; neither is rounded to. */
  readonly cells: Uint8Array<ArrayBuffer>;
}

/** Trading days are the days on which any code has a bar. */
export async function readCoverage(folder: string, by: 'day' | 'month', signal?: AbortSignal): Promise<CoverageMap> {
  const manifest = readManifest(folder);
  const first = toEpochDay(manifest.firstDay);
  const span = toEpochDay(manifest.lastDay) - first;
  // One text of zeros and ones a code: a fifth of the time of one row a bar.
  const query = `SELECT code, CAST(bitstring_agg((date - DATE ${sqlText(manifest.firstDay)})::INTEGER, 0, ${span}) AS VARCHAR) AS bits
    FROM (${barsQuery(folder, { duplicates: false })}) GROUP BY code`;
  const rows = await queryBars(folder, (duck) => duck.rows(query), signal);
  const bits = new Map(rows.map((row) => [String(row.code), String(row.bits)]));

  const trading = new Uint8Array(span + 1);
  for (const text of bits.values()) for (let i = 0; i <= span; i++) if (text.charCodeAt(i) === ONE) trading[i] = 1;
  const { periods, periodOf, sizes } = periodsOf(trading, first, by);
  const codes = manifest.codes.map(({ code }) => code);
  const cells = new Uint8Array(codes.length * periods.length);
  const counts = new Uint32Array(periods.length);
  for (const [c, code] of codes.entries()) {
    const text = bits.get(code);
    if (text === undefined) continue; // none of its rows is a bar
    counts.fill(0);
    for (let i = 0; i <= span; i++) if (text.charCodeAt(i) === ONE) counts[periodOf[i]]++;
    for (let p = 0; p < periods.length; p++) cells[c * periods.length + p] = shade(counts[p], sizes[p]);
  }
  return { codes, sectors: manifest.codes.map(({ sector }) => sector), periods, cells };
}

const ONE = '1'.charCodeAt(0);

function shade(count: number, of: number): number {
  if (count === 0 || count === of) return count === 0 ? 0 : 255;
  return Math.max(1, Math.min(254, Math.round((255 * count) / of)));
}

/** @param trading one entry a calendar day: 1 where any code has a bar */
function periodsOf(trading: Uint8Array, first: number, by: 'day' | 'month') {
  const periods: string[] = [];
  const sizes: number[] = [];
  const periodOf = new Int32Array(trading.length);
  for (let i = 0; i < trading.length; i++) {
    if (trading[i] === 0) continue;
    const day = new Date((first + i) * 86_400_000).toISOString();
    const period = day.slice(0, by === 'day' ? 10 : 7);
    if (periods.at(-1) !== period) {
      periods.push(period);
      sizes.push(0);
    }
    sizes[periods.length - 1]++;
    periodOf[i] = periods.length - 1;
  }
  return { periods, periodOf, sizes };
}

export interface StockSummary {
  readonly code: string;
  readonly sector: string | null;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly bars: number;
  /** Bars over the dataset's trading days. */
  readonly coverage: number;
  /** Median of close x volume over its last 60 bars that have both, as traded, not adjusted; null where none has. */
  readonly turnover: number | null;
}

const TURNOVER_BARS = 60;

/** Every code that has a bar, ascending. */
export async function readStocks(folder: string, signal?: AbortSignal): Promise<StockSummary[]> {
  const manifest = readManifest(folder);
  const sectors = new Map(manifest.codes.map(({ code, sector }) => [code, sector]));
  const source = barsQuery(folder, manifest);
  const [rows, days] = await queryBars(
    folder,
    async (duck) => [
      await duck.rows(`SELECT code, min(date) AS first, max(date) AS last, count(*) AS bars,
        list_median(arg_max(close * volume, date, ${TURNOVER_BARS}) FILTER (volume >= 0)) AS turnover
        FROM (${source}) GROUP BY code ORDER BY code`),
      Number((await duck.row(`SELECT count(DISTINCT date) AS days FROM (${source})`)).days),
    ],
    signal,
  );
  return rows.map(({ code, first, last, bars, turnover }) => ({
    code: String(code),
    sector: sectors.get(String(code)) ?? null,
    firstDay: String(first),
    lastDay: String(last),
    bars: Number(bars),
    coverage: Number(bars) / days,
    turnover: turnover === null ? null : Number(turnover),
  }));
}
