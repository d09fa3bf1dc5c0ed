// Owns aggregates over one day's universe, the stocks that have a bar on that day.
import type { BarTable } from '../data/bars.ts';
import type { FeatureContext } from './definition.ts';

/** Mean over the day's stocks of a column's known values: [days], NaN where none is known. */
export function dayMeans(bars: BarTable, column: Float64Array): Float64Array {
  const sum = new Float64Array(bars.days.length);
  const count = new Int32Array(bars.days.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (Number.isNaN(value)) continue;
    sum[bars.dayIndex[row]] += value;
    count[bars.dayIndex[row]]++;
  }
  return meansOf(sum, count);
}

/** Sample deviation over the day's stocks: [days], NaN for fewer than two. Two passes. */
export function dayDeviations(bars: BarTable, column: Float64Array): Float64Array {
  const mean = dayMeans(bars, column);
  const sum = new Float64Array(mean.length);
  const count = new Int32Array(mean.length);
  for (let row = 0; row < column.length; row++) {
    const day = bars.dayIndex[row];
    const difference = column[row] - mean[day];
    if (Number.isNaN(difference)) continue;
    sum[day] += difference * difference;
    count[day]++;
  }
  for (let day = 0; day < sum.length; day++)
    sum[day] = count[day] > 1 ? Math.sqrt(sum[day] / (count[day] - 1)) : Number.NaN;
  return sum;
}

/**
 * For each row, the mean of a column over the day's stocks of the row's own sector, itself included. A stock whose sector is
 * unknown is compared with the whole market: strangers have nothing in common.
 */
export function sectorMeans(bars: BarTable, column: Float64Array): Float64Array {
  const sectorOf = sectorNumbers(bars);
  const sectors = 1 + sectorOf.reduce((most, sector) => Math.max(most, sector), -1);
  const days = bars.days.length;
  const sum = new Float64Array(days * sectors);
  const count = new Int32Array(days * sectors);
  forRowsOfCodes(bars, (first, end, code) => {
    const base = sectorOf[code] * days;
    if (base < 0) return;
    for (let row = first; row < end; row++) {
      const value = column[row];
      if (Number.isNaN(value)) continue;
      sum[base + bars.dayIndex[row]] += value;
      count[base + bars.dayIndex[row]]++;
    }
  });
  const means = meansOf(sum, count);
  const market = dayMeans(bars, column);
  const out = new Float64Array(column.length);
  forRowsOfCodes(bars, (first, end, code) => {
    const base = sectorOf[code] * days;
    for (let row = first; row < end; row++)
      out[row] = base < 0 ? market[bars.dayIndex[row]] : means[base + bars.dayIndex[row]];
  });
  return out;
}

/** Sectors by number, in the order of their first stock; -1 where unknown. */
export function sectorNumbers({ sectors }: Pick<BarTable, 'sectors'>): Int32Array {
  const known = [...new Set(sectors)].filter((sector) => sector !== null);
  return Int32Array.from(sectors, (sector) => (sector === null ? -1 : known.indexOf(sector)));
}

/** A value per day spread over the day's rows. */
export function spreadOverRows(bars: BarTable, perDay: Float64Array): Float64Array {
  const out = new Float64Array(bars.dayIndex.length);
  for (let row = 0; row < out.length; row++) out[row] = perDay[bars.dayIndex[row]];
  return out;
}

/** The market's one-bar return of each day: the plain mean of its stocks' one-bar returns. [days] */
export function marketReturns(context: FeatureContext): Float64Array {
  return context.shared('market returns', () => dayMeans(context.bars, context.column('return_1')));
}

function forRowsOfCodes(bars: BarTable, visit: (first: number, end: number, code: number) => void): void {
  for (let code = 0; code < bars.codes.length; code++) visit(bars.offsets[code], bars.offsets[code + 1], code);
}

/** sum / count in place, NaN where the count is 0. */
function meansOf(sum: Float64Array, count: Int32Array): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] = count[i] > 0 ? sum[i] / count[i] : Number.NaN;
  return sum;
}
