// Owns the view of the bars on one day at a time: it walks forward and holds nothing of any later day.
import type { BarTable } from '../data/bars.ts';

/** Bars behind the trailing volume and volatility that impact costs rest on. */
export const TRAILING_BARS = 20;

/** The columns of a bar table that trading looks at. */
export type MarketBars = Pick<BarTable, 'codes' | 'days' | 'offsets' | 'dayIndex' | 'open' | 'close' | 'volume'>;

/**
 * The rows that the view of `codes` can touch from `firstDay` to `lastDay` (indexes into bars.days): of each code its bars up to the
 * last day, from so far before the first one that trailing figures and marks stand on what they stood on. Codes, days and their
 * indexes stay as they are, so that ledgers index both alike; a code that is not in `codes` keeps no row.
 */
export function sliceBars(bars: MarketBars, codes: ReadonlySet<string>, firstDay: number, lastDay: number): MarketBars {
  const offsets = new Int32Array(bars.codes.length + 1);
  const spans = bars.codes.map((code, c): [from: number, to: number] => {
    const [start, end] = [bars.offsets[c], bars.offsets[c + 1]];
    if (!codes.has(code)) return [start, start];
    let to = start;
    let known = start - 1; // the last bar on or before the first day
    while (to < end && bars.dayIndex[to] <= lastDay) {
      if (bars.dayIndex[to] <= firstDay) known = to;
      to++;
    }
    let from = Math.max(start, known - TRAILING_BARS);
    while (from > start && !(bars.close[from] > 0)) from--;
    return [from, to];
  });
  for (const [c, [from, to]] of spans.entries()) offsets[c + 1] = offsets[c] + to - from;
  const column = <T extends Int32Array | Float64Array>(values: T, into: T): T => {
    for (const [c, [from, to]] of spans.entries()) into.set(values.subarray(from, to), offsets[c]);
    return into;
  };
  const rows = offsets[bars.codes.length];
  const [open, close, volume] = [bars.open, bars.close, bars.volume].map((values) =>
    column(values, new Float64Array(rows)),
  );
  const { days } = bars;
  return {
    codes: bars.codes,
    days,
    offsets,
    dayIndex: column(bars.dayIndex, new Int32Array(rows)),
    open,
    close,
    volume,
  };
}

export class Market {
  readonly bars: MarketBars;
  /** Index into bars.days of the present day; -1 before the first {@link advance}. */
  day = -1;
  /** Per code, the last row on or before the present day; offsets[code] - 1 where there is none yet. */
  readonly #row: Int32Array;
  readonly #changes: Float64Array;

  constructor(bars: MarketBars) {
    this.bars = bars;
    this.#changes = logReturns(bars);
    this.#row = bars.offsets.slice(0, -1).map((first) => first - 1);
  }

  /** Moves to a later day. */
  advance(day: number): void {
    this.day = day;
    const { offsets, dayIndex } = this.bars;
    for (let code = 0; code < this.#row.length; code++)
      while (this.#row[code] + 1 < offsets[code + 1] && dayIndex[this.#row[code] + 1] <= day) this.#row[code]++;
  }

  /** Price at which `code` can be dealt in today, or NaN: no bar, no price, or a bar in which nothing was traded. */
  price(code: number, at: 'open' | 'close'): number {
    const row = this.#today(code);
    if (row < 0 || this.bars.volume[row] === 0) return Number.NaN;
    const price = this.bars[at][row];
    return price > 0 ? price : Number.NaN;
  }

  /** Last known positive close on or before today; NaN before the first. */
  mark(code: number): number {
    for (let row = this.#row[code]; row >= this.bars.offsets[code]; row--)
      if (this.bars.close[row] > 0) return this.bars.close[row];
    return Number.NaN;
  }

  /** Trading days of the table since the last bar of `code`: 0 when it has one today. */
  daysWithoutBar(code: number): number {
    const row = this.#row[code];
    return row < this.bars.offsets[code] ? this.day + 1 : this.day - this.bars.dayIndex[row];
  }

  /** Mean shares traded over the trailing bars, today's included; NaN when none is known. */
  trailingVolume(code: number): number {
    let sum = 0;
    let count = 0;
    for (let row = this.#firstTrailing(code); row <= this.#row[code]; row++) {
      if (Number.isNaN(this.bars.volume[row])) continue;
      sum += this.bars.volume[row];
      count++;
    }
    return sum / count;
  }

  /** Deviation of the trailing close-to-close log returns, a day; NaN below two of them. */
  trailingVolatility(code: number): number {
    let [sum, squares, count] = [0, 0, 0];
    for (let row = this.#firstTrailing(code); row <= this.#row[code]; row++) {
      const change = this.#changes[row];
      if (!Number.isFinite(change)) continue;
      sum += change;
      squares += change * change;
      count++;
    }
    return count < 2 ? Number.NaN : Math.sqrt(Math.max(0, (squares - (sum * sum) / count) / (count - 1)));
  }

  #today(code: number): number {
    const row = this.#row[code];
    return row >= this.bars.offsets[code] && this.bars.dayIndex[row] === this.day ? row : -1;
  }

  #firstTrailing(code: number): number {
    return Math.max(this.bars.offsets[code], this.#row[code] - TRAILING_BARS + 1);
  }
}

/** Of each row the log return since the row before of the same code; NaN of the first. Each is looked at for as many days as trail. */
function logReturns({ offsets, close }: MarketBars): Float64Array {
  const changes = new Float64Array(close.length);
  for (let row = 0; row < close.length; row++) changes[row] = Math.log(close[row] / close[row - 1]);
  for (let code = 0; code < offsets.length - 1; code++)
    if (offsets[code] < offsets[code + 1]) changes[offsets[code]] = Number.NaN;
  return changes;
}
