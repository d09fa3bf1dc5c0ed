// Owns a market as it stood on a day: without later bars, and with prices adjusted for nothing that came later.
import type { BarTable, EpochDay } from './bars.ts';
import { keepCodes } from './universe.ts';

/**
 * The table as of a day: adjusted prices are divided by the factor of each code's last bar on or before it, so that a later split is not
 * known, not even by the scale. Codes without a bar by then are gone.
 * @param bars loaded with `factor`, adjusted to its last bar; throws without
 */
export function barsAsOf(bars: BarTable, asOf: EpochDay): BarTable {
  if (!bars.factor) throw new Error('barsAsOf needs bars that were loaded with their factor');
  const ends = bars.codes.map((_, code) => {
    let end = bars.offsets[code + 1];
    while (end > bars.offsets[code] && bars.days[bars.dayIndex[end - 1]] > asOf) end--;
    return end;
  });
  const offsets = new Int32Array(bars.codes.length + 1);
  for (let code = 0; code < ends.length; code++) offsets[code + 1] = offsets[code] + ends[code] - bars.offsets[code];
  const rows = offsets[ends.length];
  const [open, high, low, close, volume, factor] = Array.from({ length: 6 }, () => new Float64Array(rows));
  const dayIndex = new Int32Array(rows);
  for (let code = 0; code < ends.length; code++) {
    const last = bars.factor[ends[code] - 1];
    for (let from = bars.offsets[code], to = offsets[code]; from < ends[code]; from++, to++) {
      dayIndex[to] = bars.dayIndex[from];
      open[to] = bars.open[from] / last;
      high[to] = bars.high[from] / last;
      low[to] = bars.low[from] / last;
      close[to] = bars.close[from] / last;
      volume[to] = bars.volume[from] * last;
      factor[to] = bars.factor[from] / last;
    }
  }
  const kept = ends.flatMap((end, code) => (end > bars.offsets[code] ? [code] : []));
  return keepCodes({ ...bars, offsets, dayIndex, open, high, low, close, volume, factor }, kept);
}
