// Owns reading a small CSV of quotes into a table of one stock, as far as the golden tests need it.
import { readFileSync } from 'node:fs';
import { toEpochDay } from '../../core/base/clock.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';

/** Columns date, open, high, low, close, volume in that order; dates as 2017-01-03, 1/3/2017 or 01/03/17; empty fields become NaN. */
export function readQuotes(path: string): BarTable {
  const rows = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(','))
    .map(([date, ...fields]) => ({
      day: parseDay(date),
      fields: fields.map((f) => (f === '' ? Number.NaN : Number(f))),
    }))
    .sort((a, b) => a.day - b.day);
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => row.fields[at]);
  return {
    codes: ['A'],
    sectors: [null],
    days: Int32Array.from(rows, (row) => row.day),
    offsets: Int32Array.of(0, rows.length),
    dayIndex: Int32Array.from(rows, (_, i) => i),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

function parseDay(text: string): number {
  const american = /^(\d+)\/(\d+)\/(\d+)$/.exec(text);
  if (!american) return toEpochDay(text);
  const [, month, day, year] = american;
  return toEpochDay(`${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

/** One snapshot at the first day in which each stock's neighbours are the next k others. */
export function ringGraph(stocks: number, k: number): GraphSnapshots {
  const neighbours = new Int32Array(stocks * k).fill(-1);
  for (let stock = 0; stock < stocks; stock++)
    for (let slot = 0; slot < Math.min(k, stocks - 1); slot++)
      neighbours[stock * k + slot] = (stock + slot + 1) % stocks;
  return { stocks, k, dayIndex: Int32Array.of(0), neighbours, correlation: new Float32Array(stocks * k).fill(0.5) };
}
