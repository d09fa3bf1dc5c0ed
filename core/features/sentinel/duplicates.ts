// Owns the probe for rows that stand twice: out of order in the panel, one stock under two codes, or the same bars before and after a split.
import { fromEpochDay } from '../../base/clock.ts';
import { type LeakFinding, type ProbeReport, probeReport } from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import type { StoredDay } from './stored.ts';

/** Bars in a row that have to be the same, to the last digit, with at least so many closes among them that differ. */
const WINDOW = 5;
const DISTINCT = 3;
/** Days with a return that two codes have to share, all of them. */
const TWIN_DAYS = 10;
/** Days before and behind a split. */
export interface Parts {
  /** Day indexes. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * @param bars some or all stocks of the panel, on its calendar
 * @param codes of the panel
 * @param stored returns of days of the panel, of all its stocks
 * @param disordered day indexes whose rows do not ascend by stock
 */
export function probeDuplicates(
  bars: BarTable,
  parts: Parts | undefined,
  codes: readonly string[],
  stored: readonly Pick<StoredDay, 'stocks' | 'targets'>[],
  disordered: readonly number[],
): ProbeReport {
  const findings: LeakFinding[] = disordered.slice(0, 5).map((day) => ({
    code: 'rows-out-of-order',
    verdict: 'failed',
    subject: fromEpochDay(bars.days[day]),
    params: { days: disordered.length },
  }));
  const repeated = parts ? repeatedWindows(bars, parts) : [];
  findings.push(...repeated, ...twins(codes, stored));
  const rows = repeated.reduce((sum, { params }) => sum + Number(params.windows), 0);
  return probeReport('duplicate-rows', rows + disordered.length, 0, findings);
}

/** Stretches of bars of training days that stand again among held-out ones, a finding a pair of codes. */
function repeatedWindows(bars: BarTable, { train, heldOut }: Parts): LeakFinding[] {
  const partOf = new Uint8Array(bars.days.length);
  for (const day of train) partOf[day] = 1;
  for (const day of heldOut) partOf[day] = 2;
  const seen = new Map<number, number>();
  visitWindows(bars, partOf, 1, (hash, row) => {
    if (!seen.has(hash)) seen.set(hash, row);
  });
  const pairs = new Map<string, { row: number; other: number; windows: number }>();
  visitWindows(bars, partOf, 2, (hash, row) => {
    const other = seen.get(hash);
    if (other === undefined || !sameWindow(bars, row, other)) return;
    const key = `${codeOf(bars, other)} / ${codeOf(bars, row)}`;
    const pair = pairs.get(key);
    if (pair) pair.windows++;
    else pairs.set(key, { row, other, windows: 1 });
  });
  return [...pairs].map(([, { row, other, windows }]) => ({
    code: 'repeated-across-split',
    verdict: 'failed',
    subject: codeOf(bars, row),
    params: {
      windows,
      bars: WINDOW,
      other: codeOf(bars, other),
      day: fromEpochDay(bars.days[bars.dayIndex[row]]),
      otherDay: fromEpochDay(bars.days[bars.dayIndex[other]]),
    },
  }));
}

/** Calls back with the last row of each stretch of WINDOW bars that moves and ends in the part. */
function visitWindows(
  bars: BarTable,
  partOf: Uint8Array,
  part: number,
  visit: (hash: number, row: number) => void,
): void {
  const { open, high, low, close, volume } = bars;
  const ownHash = new Float64Array(1);
  const words = new Uint32Array(ownHash.buffer);
  const hashes = new Uint32Array(close.length);
  for (let row = 0; row < hashes.length; row++) {
    let hash = 0x811c9dc5;
    for (const value of [open[row], high[row], low[row], close[row], volume[row]]) {
      ownHash[0] = Number.isNaN(value) ? -1 : value;
      hash = Math.imul(hash ^ words[0], 0x01000193);
      hash = Math.imul(hash ^ words[1] ^ (hash >>> 15), 0x85ebca6b);
    }
    hashes[row] = hash >>> 0;
  }
  for (let stock = 0; stock < bars.codes.length; stock++) {
    for (let row = bars.offsets[stock] + WINDOW - 1; row < bars.offsets[stock + 1]; row++) {
      if (partOf[bars.dayIndex[row]] !== part) continue;
      const distinct = new Set(close.subarray(row - WINDOW + 1, row + 1)).size;
      if (distinct < DISTINCT) continue;
      let [a, b] = [0, 0];
      for (let i = row - WINDOW + 1; i <= row; i++) {
        a = (Math.imul(a, 31) + hashes[i]) >>> 0;
        b = (Math.imul(b ^ hashes[i], 0x9e3779b1) ^ (b >>> 13)) >>> 0;
      }
      visit(a * 2 ** 21 + (b >>> 11), row);
    }
  }
}

function sameWindow({ open, high, low, close, volume }: BarTable, row: number, other: number): boolean {
  for (let back = 0; back < WINDOW; back++)
    for (const column of [open, high, low, close, volume])
      if (!Object.is(column[row - back], column[other - back])) return false;
  return true;
}

const codeOf = ({ codes, offsets }: BarTable, row: number): string =>
  codes[offsets.findLastIndex((offset) => offset <= row)];

/** Codes whose returns of the longest horizon are the same on every day looked at: one thing listed twice, counted twice. */
function twins(codes: readonly string[], stored: readonly Pick<StoredDay, 'stocks' | 'targets'>[]): LeakFinding[] {
  const prints = new Map<number, string[]>();
  for (const { stocks, targets } of stored) {
    const horizons = targets.length / Math.max(1, stocks.length);
    for (const [i, stock] of stocks.entries()) {
      const value = targets[(i + 1) * horizons - 1];
      if (Number.isNaN(value) || value === 0) continue;
      const print = prints.get(stock) ?? [];
      print.push(String(value));
      prints.set(stock, print);
    }
  }
  const groups = Map.groupBy(
    [...prints].filter(([, print]) => print.length >= TWIN_DAYS),
    ([, print]) => print.join(),
  );
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      code: 'twins',
      verdict: 'suspicious',
      subject: group.map(([stock]) => codes[stock]).join(', '),
      params: { days: group[0][1].length, codes: group.length },
    }));
}
