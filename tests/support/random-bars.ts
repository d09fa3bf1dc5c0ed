// Owns small random bar tables for tests: a common factor, gaps, late listings and delistings, all from one seed.
import { Random } from '../../core/base/random.ts';
import type { BarTable } from '../../core/data/bars.ts';

export interface RandomBarsOptions {
  stocks: number;
  days: number;
  seed?: number;
  /** Chance that a stock has no bar on a day. */
  gaps?: number;
  /** Chance that a stock is listed late or delisted early. */
  partial?: number;
}

/** Weekdays from 2020-01-01 on. */
export function weekdays(count: number): Int32Array {
  const days: number[] = [];
  for (let day = 18262; days.length < count; day++) if ((day + 3) % 7 < 5) days.push(day);
  return Int32Array.from(days);
}

export function randomBars({ stocks, days, seed = 1, gaps = 0, partial = 0 }: RandomBarsOptions): BarTable {
  const random = new Random(seed);
  const factor = Array.from({ length: days }, () => 0.01 * random.normal());
  const offsets = [0];
  const dayIndex: number[] = [];
  const columns = { open: [] as number[], high: [] as number[], low: [] as number[], close: [] as number[] };
  const volume: number[] = [];
  for (let stock = 0; stock < stocks; stock++) {
    const first = random.uniform() < partial ? random.int(days) : 0;
    const last = random.uniform() < partial ? first + random.int(days - first) : days - 1;
    const beta = random.uniform() * 2 - 0.5;
    let close = 100;
    for (let day = 0; day < days; day++) {
      const open = close * (1 + 0.002 * random.normal());
      close = open * (1 + beta * factor[day] + 0.01 * random.normal());
      const spread = 1 + 0.004 * random.uniform();
      const skipped = random.uniform() < gaps;
      if (day < first || day > last || skipped) continue;
      dayIndex.push(day);
      columns.open.push(open);
      columns.high.push(Math.max(open, close) * spread);
      columns.low.push(Math.min(open, close) / spread);
      columns.close.push(close);
      volume.push(Math.round(1000 * (1 + random.uniform())));
    }
    offsets.push(dayIndex.length);
  }
  return {
    codes: Array.from({ length: stocks }, (_, i) => `S${String(i).padStart(4, '0')}`),
    sectors: Array.from({ length: stocks }, (_, i) => (i % 7 === 6 ? null : `sector ${i % 3}`)),
    days: weekdays(days),
    offsets: Int32Array.from(offsets),
    dayIndex: Int32Array.from(dayIndex),
    open: Float64Array.from(columns.open),
    high: Float64Array.from(columns.high),
    low: Float64Array.from(columns.low),
    close: Float64Array.from(columns.close),
    volume: Float64Array.from(volume),
  };
}

/** The same table without the rows that `keep` refuses; codes and days stay, so that indexes mean the same. */
export function filterBars(bars: BarTable, keep: (row: number) => boolean): BarTable {
  const rows: number[] = [];
  const offsets = [0];
  for (let stock = 0; stock < bars.codes.length; stock++) {
    for (let row = bars.offsets[stock]; row < bars.offsets[stock + 1]; row++) if (keep(row)) rows.push(row);
    offsets.push(rows.length);
  }
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  return {
    ...bars,
    offsets: Int32Array.from(offsets),
    dayIndex: Int32Array.from(rows, (row) => bars.dayIndex[row]),
    open: pick(bars.open),
    high: pick(bars.high),
    low: pick(bars.low),
    close: pick(bars.close),
    volume: pick(bars.volume),
    ...(bars.factor && { factor: pick(bars.factor) }),
  };
}
