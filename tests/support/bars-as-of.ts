// Owns a whole market as it stood on a day, by the rule of factorsAsOf: without later bars, and with prices adjusted for nothing that came later.
import type { BarTable, EpochDay } from '../../core/data/bars.ts';
import { factorsAsOf } from '../../core/data/corporate-actions.ts';
import { keepCodes } from '../../core/data/universe.ts';

/**
 * The table as of a day: adjusted prices are divided by the factor of each code's last bar on or before it, so that a later split is not
 * known, not even by the scale. Codes without a bar by then are gone.
 * @param bars loaded with `factor`, adjusted to its last bar; throws without
 */
export function barsAsOf(bars: BarTable, asOf: EpochDay): BarTable {
  const { factor: full } = bars;
  if (!full) throw new Error('barsAsOf needs bars that were loaded with their factor');
  const codes = bars.codes.map((_, code) => {
    const [start, end] = [bars.offsets[code], bars.offsets[code + 1]];
    const days = bars.dayIndex.subarray(start, end).map((day) => bars.days[day]);
    const factors = factorsAsOf(days, full.subarray(start, end), asOf).filter((factor) => !Number.isNaN(factor));
    return { start, factors };
  });
  const offsets = new Int32Array(codes.length + 1);
  codes.forEach(({ factors }, code) => {
    offsets[code + 1] = offsets[code] + factors.length;
  });
  const rows = offsets[codes.length];
  const dayIndex = new Int32Array(rows);
  const [open, high, low, close, volume, factor] = Array.from({ length: 6 }, () => new Float64Array(rows));
  codes.forEach(({ start, factors }, code) => {
    factors.forEach((scale, i) => {
      const [from, to] = [start + i, offsets[code] + i];
      const change = scale / full[from];
      dayIndex[to] = bars.dayIndex[from];
      open[to] = bars.open[from] * change;
      high[to] = bars.high[from] * change;
      low[to] = bars.low[from] * change;
      close[to] = bars.close[from] * change;
      volume[to] = bars.volume[from] / change;
      factor[to] = scale;
    });
  });
  const kept = codes.flatMap(({ factors }, code) => (factors.length > 0 ? [code] : []));
  return keepCodes({ ...bars, offsets, dayIndex, open, high, low, close, volume, factor }, kept);
}
