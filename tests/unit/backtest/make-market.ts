// Owns small bar tables and matching predictions for backtest tests.
import { toEpochDay } from '../../../core/base/clock.ts';
import { Random } from '../../../core/base/random.ts';
import type { BarTable } from '../../../core/data/bars.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';

export const FIRST_DAY = toEpochDay('2020-01-01');

export interface Bar {
  open: number;
  close: number;
  volume?: number;
}

/** A table from prices[stock][day]; a number is a bar that opens where it closes, null a missing bar. Codes are A, B, C ... */
export function barsOf(prices: (number | Bar | null)[][]): BarTable {
  const rows = prices.map((stock) =>
    stock.flatMap((bar, day) =>
      bar === null ? [] : [{ day, volume: 1000, ...(typeof bar === 'number' ? { open: bar, close: bar } : bar) }],
    ),
  );
  const flat = rows.flat();
  return {
    codes: prices.map((_, stock) => String.fromCharCode(65 + stock)),
    sectors: prices.map(() => null),
    days: Int32Array.from(prices[0], (_, day) => FIRST_DAY + day),
    offsets: Int32Array.from([0, ...rows.map((_, stock) => rows.slice(0, stock + 1).flat().length)]),
    dayIndex: Int32Array.from(flat, (row) => row.day),
    open: Float64Array.from(flat, (row) => row.open),
    high: Float64Array.from(flat, (row) => Math.max(row.open, row.close)),
    low: Float64Array.from(flat, (row) => Math.min(row.open, row.close)),
    close: Float64Array.from(flat, (row) => row.close),
    volume: Float64Array.from(flat, (row) => row.volume),
  };
}

/** Predictions from scores[day][stock], null where a stock is not predicted; one horizon, one quantile. */
export function scoresOf(
  scores: (number | null)[][],
  horizon: PredictionSet['horizons'][number] = 1,
  firstDay = FIRST_DAY,
): PredictionSet {
  const rows = scores.map((day) => day.flatMap((score, stock) => (score === null ? [] : [{ stock, score }])));
  const flat = rows.flat();
  return {
    days: Int32Array.from(scores, (_, day) => firstDay + day),
    dayOffsets: Int32Array.from([0, ...rows.map((_, day) => rows.slice(0, day + 1).flat().length)]),
    stock: Int32Array.from(flat, (row) => row.stock),
    codes: scores[0].map((_, stock) => String.fromCharCode(65 + stock)),
    horizons: [horizon],
    quantiles: [0.5],
    predicted: Float32Array.from(flat, (row) => row.score),
    realised: new Float32Array(flat.length),
  };
}

/** A seeded random walk with gaps, halts and stocks that stop being listed. */
export function randomMarket(seed: number, stocks = 12, days = 40): BarTable {
  const random = new Random(seed, 77);
  return barsOf(
    Array.from({ length: stocks }, () => {
      let price = 50 + 100 * random.uniform();
      const lastBar = random.uniform() < 0.2 ? random.int(days) : days;
      return Array.from({ length: days }, (_, day) => {
        const open = price * Math.exp(0.01 * random.normal());
        price = open * Math.exp(0.02 * random.normal());
        if (day > lastBar || random.uniform() < 0.05) return null;
        return { open, close: price, volume: random.uniform() < 0.03 ? 0 : Math.floor(1000 + 9000 * random.uniform()) };
      });
    }),
  );
}

export function randomScores(seed: number, stocks = 12, days = 40): (number | null)[][] {
  const random = new Random(seed, 78);
  return Array.from({ length: days }, () =>
    Array.from({ length: stocks }, () => (random.uniform() < 0.05 ? null : random.normal())),
  );
}
