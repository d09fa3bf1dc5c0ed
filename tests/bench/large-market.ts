// Owns markets too large for the small generators of the tests: columns are written in place, nothing is held twice; and as many
// features as asked for, the catalogue's first, then copies of them that cost the same.
import { Random } from '../../core/base/random.ts';
import { sharedArray } from '../../core/base/shared-memory.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { catalogue, type FeatureDefinition } from '../../core/features/catalogue.ts';
import { weekdays } from '../support/random-bars.ts';

/** Share of days on which a stock has no bar. */
const GAPS = 0.002;

/** In memory that threads can share, as datasets are loaded: a common factor, own noise, some days missed; every stock is listed throughout. */
export function largeMarket({ stocks, days, seed = 1 }: { stocks: number; days: number; seed?: number }): BarTable {
  const random = new Random(seed);
  const factor = Float64Array.from({ length: days }, () => 0.01 * random.normal());
  const absent = new Random(seed, 1);
  const offsets = sharedArray(Int32Array, stocks + 1);
  for (let stock = 0; stock < stocks; stock++) {
    offsets[stock + 1] = offsets[stock];
    for (let day = 0; day < days; day++) if (absent.uniform() >= GAPS) offsets[stock + 1]++;
  }
  const rows = offsets[stocks];
  const dayIndex = sharedArray(Int32Array, rows);
  const [open, high, low, close, volume] = Array.from({ length: 5 }, () => sharedArray(Float64Array, rows));
  const again = new Random(seed, 1);
  let row = 0;
  for (let stock = 0; stock < stocks; stock++) {
    const beta = random.uniform() * 2 - 0.5;
    let price = 100;
    for (let day = 0; day < days; day++) {
      const opened = price * (1 + 0.002 * random.normal());
      price = opened * (1 + beta * factor[day] + 0.01 * random.normal());
      if (again.uniform() < GAPS) continue;
      const spread = 1 + 0.004 * random.uniform();
      dayIndex[row] = day;
      open[row] = opened;
      high[row] = Math.max(opened, price) * spread;
      low[row] = Math.min(opened, price) / spread;
      close[row] = price;
      volume[row] = Math.round(1000 * (1 + random.uniform()));
      row++;
    }
  }
  const codes = Array.from({ length: stocks }, (_, i) => `S${String(i).padStart(4, '0')}`);
  const sectors = codes.map((_, i) => (i % 34 === 33 ? null : `sector ${i % 33}`));
  return { codes, sectors, days: weekdays(days), offsets, dayIndex, open, high, low, close, volume };
}

/** `count` features of bars alone, copies of the first under other names where the catalogue has fewer; and where they are looked up. */
export function manyFeatures(count: number): { names: string[]; definitions: readonly FeatureDefinition[] } {
  const ofBars = catalogue.filter(({ inputs = [] }) =>
    inputs.every((input) => input === 'volume' || input === 'sector'),
  );
  const wanted = Array.from({ length: count }, (_, i) => {
    const definition = ofBars[i % ofBars.length];
    const copy = Math.floor(i / ofBars.length);
    return copy === 0 ? definition : { ...definition, name: `${definition.name}_copy_${copy}` };
  });
  return { names: wanted.map(({ name }) => name), definitions: [...new Set([...catalogue, ...wanted])] };
}
