// Owns which codes of a table make up the universe, judged by what was known on a stated day.
import type { EpochDay } from '../base/clock.ts';
import { sharedArray } from '../base/shared-memory.ts';
import type { BarTable } from './bars.ts';

export interface UniverseRules {
  /** The day of judgement: no bar after it is looked at. Use the last day of the training fold, never the end of the data. */
  readonly asOf: EpochDay;
  /** Bars that a code must have up to that day. */
  readonly minimumBars?: number;
  /** Median of close x volume, in the currency of the prices, over the last `turnoverDays` days; days without a bar count as 0. */
  readonly minimumMedianTurnover?: number;
  readonly turnoverDays?: number;
  /** Sectors left out; Tokyo's listing calls funds 9999. */
  readonly excludedSectors?: readonly string[];
}

export type UniverseRule = 'sector' | 'minimumBars' | 'minimumMedianTurnover';

export interface Universe {
  /** Indexes into the table's codes, ascending. */
  readonly kept: Int32Array;
  /** Codes left out, by the first rule that they break. */
  readonly dropped: Readonly<Record<UniverseRule, number>>;
}

export function chooseUniverse(bars: BarTable, rules: UniverseRules): Universe {
  const { asOf, minimumBars = 0, minimumMedianTurnover = 0, turnoverDays = 60, excludedSectors = [] } = rules;
  const endDay = upperBound(bars.days, asOf); // days [0, endDay) are known
  const dropped: Record<UniverseRule, number> = { sector: 0, minimumBars: 0, minimumMedianTurnover: 0 };
  const kept: number[] = [];
  for (let code = 0; code < bars.codes.length; code++) {
    const sector = bars.sectors[code];
    let end = bars.offsets[code];
    while (end < bars.offsets[code + 1] && bars.dayIndex[end] < endDay) end++;
    if (sector !== null && excludedSectors.includes(sector)) dropped.sector++;
    else if (end - bars.offsets[code] < minimumBars) dropped.minimumBars++;
    else if (
      minimumMedianTurnover > 0 &&
      medianTurnover(bars, bars.offsets[code], end, endDay, turnoverDays) < minimumMedianTurnover
    )
      dropped.minimumMedianTurnover++;
    else kept.push(code);
  }
  return { kept: Int32Array.from(kept), dropped };
}

export interface SettledUniverse {
  /** The day of judgement: never after the training end of `bars` themselves. */
  readonly asOf: EpochDay;
  readonly universe: Universe;
  /** The table of the codes kept; empty where none is. */
  readonly bars: BarTable;
}

/**
 * The universe as it was known on the last training day. Leaving codes out can shorten the calendar, by days on which they alone had
 * bars, and with it move a split that counts days: the judgement goes back in time until it is no later than the end of training
 * in the table that it leaves.
 * @param trainEnd last training day of a calendar; throws where it leaves no day to train on
 */
export function settleUniverse(
  bars: BarTable,
  rules: Omit<UniverseRules, 'asOf'>,
  trainEnd: (days: Int32Array) => EpochDay,
): SettledUniverse {
  for (let asOf = trainEnd(bars.days); ; ) {
    const universe = chooseUniverse(bars, { ...rules, asOf });
    const kept = keepCodes(bars, universe.kept);
    const end = universe.kept.length === 0 ? asOf : trainEnd(kept.days);
    if (asOf <= end) return { asOf, universe, bars: kept };
    asOf = end;
  }
}

/** Over the `window` days before `endDay`, of the rows [start, end) of one code. */
function medianTurnover(bars: BarTable, start: number, end: number, endDay: number, window: number): number {
  const days = Math.min(window, endDay);
  const turnover = new Float64Array(days);
  for (let row = end - 1; row >= start && bars.dayIndex[row] >= endDay - days; row--) {
    const value = bars.close[row] * bars.volume[row]; // the adjustment cancels
    turnover[bars.dayIndex[row] - (endDay - days)] = Number.isFinite(value) ? value : 0;
  }
  turnover.sort();
  if (days === 0) return 0;
  const middle = days >> 1;
  return days % 2 === 1 ? turnover[middle] : (turnover[middle - 1] + turnover[middle]) / 2;
}

/** First index whose value exceeds `value`. */
function upperBound(ascending: Int32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The table of these codes alone, in memory that threads can share; days on which none of them has a bar are gone. */
export function keepCodes(bars: BarTable, kept: ArrayLike<number>): BarTable {
  const codes = Array.from(kept);
  const offsets = sharedArray(Int32Array, codes.length + 1);
  for (let i = 0; i < codes.length; i++)
    offsets[i + 1] = offsets[i] + bars.offsets[codes[i] + 1] - bars.offsets[codes[i]];
  const gather = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
    for (let i = 0; i < codes.length; i++)
      to.set(from.subarray(bars.offsets[codes[i]], bars.offsets[codes[i] + 1]), offsets[i]);
    return to;
  };
  const rows = offsets[codes.length];
  const dayIndex = gather(bars.dayIndex, sharedArray(Int32Array, rows));
  const newDay = new Int32Array(bars.days.length).fill(-1);
  for (const day of dayIndex) newDay[day] = 0;
  let count = 0;
  for (let day = 0; day < newDay.length; day++) if (newDay[day] === 0) newDay[day] = count++;
  for (let row = 0; row < rows; row++) dayIndex[row] = newDay[dayIndex[row]];
  const column = (values: Float64Array): Float64Array => gather(values, sharedArray(Float64Array, rows));
  return {
    codes: codes.map((code) => bars.codes[code]),
    sectors: codes.map((code) => bars.sectors[code]),
    days: bars.days.filter((_, day) => newDay[day] >= 0),
    offsets,
    dayIndex,
    open: column(bars.open),
    high: column(bars.high),
    low: column(bars.low),
    close: column(bars.close),
    volume: column(bars.volume),
    ...(bars.factor && { factor: column(bars.factor) }),
  };
}
