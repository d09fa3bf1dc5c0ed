// Owns random small markets for the tests of features: late listings, days without a bar, missing fields, flat and dead stretches.
import { toEpochDay } from '../../core/base/clock.ts';
import { Random } from '../../core/base/random.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';

export interface MarketShape {
  seed: number;
  stocks: number;
  days: number;
  /** Shares of rows, 0 .. 1. */
  absent: number;
  missing: number;
  flat: number;
  /** Whether some stocks start or end inside the table. */
  partial: boolean;
}

const SECTORS = ['energy', 'banks', null];

/** A geometric random walk with one market factor; all trades on Mondays to Fridays. */
export function randomMarket(shape: MarketShape): BarTable {
  const random = new Random(shape.seed);
  const days = weekdays(shape.days);
  const factor = Array.from(days, () => 0.01 * random.normal());
  const offsets = [0];
  const dayIndex: number[] = [];
  const columns: Record<'open' | 'high' | 'low' | 'close' | 'volume', number[]> = {
    open: [],
    high: [],
    low: [],
    close: [],
    volume: [],
  };
  for (let stock = 0; stock < shape.stocks; stock++) {
    const first = shape.partial && stock % 3 === 1 ? random.int(shape.days) : 0;
    const end = shape.partial && stock % 3 === 2 ? random.int(shape.days) + 1 : shape.days;
    let price = 10 ** (1 + 3 * random.uniform());
    for (let day = first; day < end; day++) {
      if (random.uniform() < shape.absent) continue;
      const still = random.uniform() < shape.flat;
      const open = still ? price : price * Math.exp(0.005 * random.normal());
      const close = still ? price : open * Math.exp(factor[day] + 0.015 * random.normal());
      const shadow = (): number => (still ? 1 : Math.exp(0.005 * random.uniform()));
      const field = (value: number): number => (random.uniform() < shape.missing ? Number.NaN : value);
      dayIndex.push(day);
      columns.open.push(field(open));
      columns.high.push(field(Math.max(open, close) * shadow()));
      columns.low.push(field(Math.min(open, close) / shadow()));
      columns.close.push(field(close));
      columns.volume.push(field(still ? 0 : Math.round(1e5 * Math.exp(0.5 * random.normal()))));
      price = close;
    }
    offsets.push(dayIndex.length);
  }
  return {
    codes: Array.from({ length: shape.stocks }, (_, i) => `S${i}`),
    sectors: Array.from({ length: shape.stocks }, (_, i) => SECTORS[i % 3]),
    days,
    offsets: Int32Array.from(offsets),
    dayIndex: Int32Array.from(dayIndex),
    open: Float64Array.from(columns.open),
    high: Float64Array.from(columns.high),
    low: Float64Array.from(columns.low),
    close: Float64Array.from(columns.close),
    volume: Float64Array.from(columns.volume),
  };
}

function weekdays(count: number): Int32Array {
  const days: number[] = [];
  for (let day = toEpochDay('2015-01-01'); days.length < count; day++) if (((day + 4) % 7) % 6 !== 0) days.push(day);
  return Int32Array.from(days);
}

/** Snapshots every five days from the first, with random neighbours and some empty slots. */
export function randomGraph(bars: BarTable, k: number, seed: number): GraphSnapshots {
  const random = new Random(seed, 7);
  const stocks = bars.codes.length;
  const dayIndex = Int32Array.from({ length: Math.ceil(bars.days.length / 5) }, (_, i) => 5 * i);
  const neighbours = new Int32Array(dayIndex.length * stocks * k).fill(-1);
  const correlation = new Float32Array(neighbours.length);
  for (let node = 0; node < dayIndex.length * stocks; node++) {
    const others = random.shuffle(Array.from({ length: stocks - 1 }, (_, i) => ((node % stocks) + 1 + i) % stocks));
    const degree = random.int(Math.min(k, others.length) + 1);
    for (let slot = 0; slot < degree; slot++) {
      neighbours[node * k + slot] = others[slot];
      correlation[node * k + slot] = 2 * random.uniform() - 1;
    }
  }
  return { stocks, k, dayIndex, neighbours, correlation };
}
