// Owns the as-of join: which row of a side table could be looked at on which day. Rows are chosen by the day from which they were usable,
// never by the period they are about, so that what is disclosed or restated later changes no earlier day.
import type { BarTable, EpochDay } from './bars.ts';
import type { SideTable } from './side-tables.ts';

export interface AsOfRule {
  /** Rows of the table that take part, for instance annual results alone; all unless given. */
  where?: (row: number) => boolean;
  /**
   * 'period' (default): the latest period known by the day, in its newest version; a restatement of an older period is passed over.
   * 'known': the row that was disclosed last, whatever it is about.
   */
  by?: 'period' | 'known';
  /** 0 (default) is that row, 1 the one before it (by 'period': of the period before, in the version known by the day), and so on. */
  lag?: number;
}

/** The code of the side table that a stock (index into bars.codes) is joined to; null where there is none. */
export type AsOfKey = (stock: number) => string | null;

export const byStock = (bars: BarTable): AsOfKey => {
  return (stock) => bars.codes[stock];
};

/** By the sector that the dataset states: not point-in-time where its listing is of one day. */
export const bySector = (bars: BarTable): AsOfKey => {
  return (stock) => bars.sectors[stock];
};

/** One index, or with '' the whole market, for every stock. */
export const byCode = (code: string): AsOfKey => {
  return () => code;
};

/**
 * The primitive of every join: for each of `days` (epoch days, ascending) the row of the table's code number `code` that the rule picks
 * at that day's close, or -1 where none was usable yet.
 */
export function asOfDays(table: SideTable, code: number, days: Int32Array, rule: AsOfRule = {}): Int32Array {
  const { where, by = 'period', lag = 0 } = rule;
  const rows = new Int32Array(days.length).fill(-1);
  const end = table.offsets[code + 1];
  /** Usable rows in the order in which the rule looks back: one for each period, or one for each disclosure. */
  const usable: number[] = [];
  let next = table.offsets[code];
  for (let d = 0; d < days.length; d++) {
    for (; next < end && table.known[next] <= days[d]; next++) {
      if (where && !where(next)) continue;
      if (by === 'known') usable.push(next);
      else insertPeriod(usable, next, table.period);
    }
    if (usable.length > lag) rows[d] = usable[usable.length - 1 - lag];
  }
  return rows;
}

/** Keeps `rows` ascending by period, one row a period: the newest version takes the place of the one before. */
function insertPeriod(rows: number[], row: number, period: Int32Array): void {
  let at = rows.length;
  if (at === 0 || period[rows[at - 1]] < period[row]) {
    rows.push(row);
    return;
  }
  while (at > 0 && period[rows[at - 1]] > period[row]) at--;
  const restates = at > 0 && period[rows[at - 1]] === period[row];
  rows.splice(restates ? at - 1 : at, restates ? 1 : 0, row);
}

/**
 * For each row of `bars` the row of the table that the rule picks at that day's close, or -1.
 * @param key whose row a stock gets: byStock, bySector or byCode
 */
export function asOf(bars: BarTable, table: SideTable, key: AsOfKey, rule: AsOfRule = {}): Int32Array {
  const position = new Map(table.codes.map((code, c) => [code, c]));
  const shared = new Map<number, Int32Array>();
  const users = new Map<number, number>();
  const codes = bars.codes.map((_, stock) => position.get(key(stock) ?? '\0') ?? -1);
  for (const code of codes) users.set(code, (users.get(code) ?? 0) + 1);

  const joined = new Int32Array(bars.dayIndex.length).fill(-1);
  codes.forEach((code, stock) => {
    if (code < 0) return;
    const [start, end] = [bars.offsets[stock], bars.offsets[stock + 1]];
    if (users.get(code) === 1) {
      const days = bars.dayIndex.subarray(start, end).map((index) => bars.days[index]);
      joined.set(asOfDays(table, code, days, rule), start);
      return;
    }
    // What many stocks share is looked up once for every day of the market.
    const rows = shared.get(code) ?? asOfDays(table, code, bars.days, rule);
    shared.set(code, rows);
    for (let i = start; i < end; i++) joined[i] = rows[bars.dayIndex[i]];
  });
  return joined;
}

/**
 * For each row of `bars` the row whose period comes next, that day included, of those known at that day's close; -1 where none is
 * announced. For days that are announced ahead: results due, ex-days of dividends. Of several versions of a period the newest counts.
 * @param stands whether a newest version still announces its day; one that does not is passed over
 */
export function nextDue(
  bars: BarTable,
  table: SideTable,
  key: AsOfKey,
  where?: (row: number) => boolean,
  stands: (row: number) => boolean = () => true,
): Int32Array {
  const position = new Map(table.codes.map((code, c) => [code, c]));
  const joined = new Int32Array(bars.dayIndex.length).fill(-1);
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const code = position.get(key(stock) ?? '\0');
    if (code === undefined) continue;
    const due: number[] = [];
    let next = table.offsets[code];
    for (let i = bars.offsets[stock]; i < bars.offsets[stock + 1]; i++) {
      const day: EpochDay = bars.days[bars.dayIndex[i]];
      for (; next < table.offsets[code + 1] && table.known[next] <= day; next++)
        if (!where || where(next)) insertPeriod(due, next, table.period);
      while (due.length > 0 && table.period[due[0]] < day) due.shift();
      joined[i] = due.find(stands) ?? -1;
    }
  }
  return joined;
}

/**
 * For each row of `bars` the rows of its code, known at that day's close, whose period lies within the `within` calendar days up to and
 * including the day; one a period, the newest version, ascending. `visit` hears them as rows[first .. end), to be read at once.
 */
export function forPassed(
  bars: BarTable,
  table: SideTable,
  key: AsOfKey,
  within: number,
  visit: (barRow: number, rows: readonly number[], first: number, end: number) => void,
): void {
  const position = new Map(table.codes.map((code, c) => [code, c]));
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const code = position.get(key(stock) ?? '\0');
    if (code === undefined) continue;
    const known: number[] = [];
    let next = table.offsets[code];
    let [first, end] = [0, 0];
    for (let i = bars.offsets[stock]; i < bars.offsets[stock + 1]; i++) {
      const day: EpochDay = bars.days[bars.dayIndex[i]];
      const before = next;
      for (; next < table.offsets[code + 1] && table.known[next] <= day; next++)
        insertPeriod(known, next, table.period);
      if (next > before) first = end = 0;
      while (first < known.length && table.period[known[first]] <= day - within) first++;
      if (end < first) end = first;
      while (end < known.length && table.period[known[end]] <= day) end++;
      visit(i, known, first, end);
    }
  }
}
