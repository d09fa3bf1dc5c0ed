// Owns the robust scaler: median and interquartile range of columns over the training fold alone, exact, streamed, in bounded memory.
import { AppError } from '../base/errors.ts';

/** One day's rows. */
export interface ScalerBlock {
  readonly day: number;
  readonly rowCount: number;
  /** [rowCount, width], row-major; NaN is missing. */
  readonly values: Float32Array;
  /** Rows of the day that each of these stands for, where several are alike; 1 where left out. */
  readonly times?: number;
}

export interface ScalerOptions {
  /** Names of the values of a row, in order; their number is the width. */
  readonly features: readonly string[];
  /** Columns to fit; the others keep centre 0 and scale 1 (they were scaled within their day). */
  readonly columns: readonly number[];
  /** Streams the training fold, and nothing else, from its start; called three times. */
  readonly blocks: () => Iterable<ScalerBlock>;
  readonly minDays?: number;
  readonly minRows?: number;
}

export interface RobustScaler {
  /** [width] median of each fitted column, else 0. */
  readonly center: Float32Array;
  /** [width] interquartile range of each fitted column, 1 where that is 0 (a flag that is mostly one value) and where not fitted. */
  readonly scale: Float32Array;
  /** What the statistics were taken over. */
  readonly days: number;
  readonly rows: number;
  /** Missing values of each fitted column, in the order of `columns`. */
  readonly missing: readonly number[];
}

export const MIN_SCALER_DAYS = 60;
export const MIN_SCALER_ROWS = 1_000;

/** A scale by which nothing is left of any value: of a column that had none to be fitted on. Finite, since JSON knows no infinity. */
export const NOTHING_LEFT = 2 ** 127;

const QUANTILES = [0.25, 0.5, 0.75];
/** Digits of an order-preserving 32-bit key, most significant first: shift and width in bits. */
const DIGITS = [
  { shift: 21, bits: 11 },
  { shift: 10, bits: 11 },
  { shift: 0, bits: 10 },
];

/**
 * Exact quartiles (linear interpolation between order statistics) by radix selection: each of three passes over the fold counts one digit
 * of the values' sortable bit pattern and so narrows every wanted order statistic down, to the bit at the last. Memory is a few thousand
 * counters a column, whatever the length of the fold.
 * @throws data/fold-too-small when fewer days or rows are seen than asked; data/no-value-in-fold for a column that is missing throughout
 */
export function fitRobustScaler({
  features,
  columns,
  blocks,
  minDays = MIN_SCALER_DAYS,
  minRows = MIN_SCALER_ROWS,
}: ScalerOptions): RobustScaler {
  const width = features.length;
  const selections = columns.map(() => new Selection());
  const seen = { days: 0, rows: 0 };
  for (const [pass, { shift, bits }] of DIGITS.entries()) {
    for (const selection of selections) selection.begin(shift, bits);
    for (const { rowCount, values, times = 1 } of blocks()) {
      for (const [c, column] of columns.entries())
        for (let i = column; i < rowCount * width; i += width)
          if (!Number.isNaN(values[i])) selections[c].count(sortableKey(values[i]), times);
      if (pass > 0) continue;
      seen.days++;
      seen.rows += rowCount * times;
    }
    if (seen.days < minDays || seen.rows < minRows)
      throw new AppError('data/fold-too-small', { ...seen, minDays, minRows });
    for (const [c, selection] of selections.entries())
      if (!selection.narrow())
        throw new AppError('data/no-value-in-fold', { name: features[columns[c]], days: seen.days });
  }

  const center = new Float32Array(width);
  const scale = new Float32Array(width).fill(1);
  for (const [c, column] of columns.entries()) {
    const [low, middle, high] = QUANTILES.map((q) => selections[c].quantile(q));
    center[column] = middle;
    if (Math.fround(high - low) > 0) scale[column] = high - low;
  }
  return { center, scale, ...seen, missing: selections.map((selection) => seen.rows - selection.total) };
}

const float = new Float32Array(1);
const pattern = new Uint32Array(float.buffer);

/** Unsigned integers in the order of the floats. */
function sortableKey(value: number): number {
  float[0] = value + 0; // -0 and 0 are one value
  return (pattern[0] & 0x80000000 ? ~pattern[0] : pattern[0] | 0x80000000) >>> 0;
}

function fromSortableKey(key: number): number {
  pattern[0] = (key & 0x80000000 ? key & 0x7fffffff : ~key) >>> 0;
  return float[0];
}

/** Order statistics on both sides of each quantile, known digit by digit. */
class Selection {
  /** Values counted in the first pass. */
  total = 0;
  /** Wanted ranks, each with the digits known so far and its rank among the values that share them; none before the first narrow. */
  #wanted: { rank: number; prefix: number; within: number }[] = [];
  /** Counters of the current digit, for each prefix still possible. */
  #counters = new Map<number, Uint32Array>();
  #shift = 0;
  /** Bits of the prefix stand above this one; 32 in the first pass, where there is no prefix. */
  #above = 32;

  begin(shift: number, digitBits: number): void {
    this.#shift = shift;
    this.#above = shift + digitBits;
    const prefixes = this.#above === 32 ? [0] : this.#wanted.map(({ prefix }) => prefix);
    this.#counters = new Map(prefixes.map((prefix) => [prefix, new Uint32Array(2 ** digitBits)]));
  }

  count(key: number, times: number): void {
    const counters = this.#counters.get(this.#above === 32 ? 0 : key >>> this.#above);
    if (counters) counters[(key >>> this.#shift) & (counters.length - 1)] += times;
  }

  /** Adds the counted digit to every wanted rank. @returns false when no value was counted at all */
  narrow(): boolean {
    if (this.#above === 32) {
      this.total = this.#counters.get(0)!.reduce((sum, count) => sum + count, 0);
      if (this.total === 0) return false;
      const ranks = QUANTILES.flatMap((q) => [Math.floor((this.total - 1) * q), Math.ceil((this.total - 1) * q)]);
      this.#wanted = ranks.map((rank) => ({ rank, prefix: 0, within: rank }));
    }
    for (const wanted of this.#wanted) {
      const counters = this.#counters.get(wanted.prefix)!;
      let digit = 0;
      while (wanted.within >= counters[digit]) wanted.within -= counters[digit++];
      wanted.prefix = wanted.prefix * counters.length + digit;
    }
    return true;
  }

  quantile(q: number): number {
    const position = (this.total - 1) * q;
    const at = (rank: number) => fromSortableKey(this.#wanted.find((wanted) => wanted.rank === rank)!.prefix);
    const below = at(Math.floor(position));
    return below + (position - Math.floor(position)) * (at(Math.ceil(position)) - below);
  }
}
