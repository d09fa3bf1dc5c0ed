// Owns writing a synthetic market as the CSV files that an analyst would bring, so that the demo goes through the real import.
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { fromEpochDay } from '../base/clock.ts';
import type { SyntheticMarket } from './synthetic.ts';

/** Every so many codes, one splits two for one in the middle of its life: raw prices jump, adjusted ones do not. */
const SPLIT_EVERY = 40;
const SPLIT_RATIO = 2;

/**
 * Writes `<name>-bars.csv` (code, date, raw OHLC and volume, adjusted close) and `<name>-sectors.csv` into `folder`.
 * Prices are rounded to 1e-4, so that what is imported equals the market to about that.
 */
export function writeSampleCsv(folder: string, { name, bars }: SyntheticMarket): { bars: string; sectors: string } {
  const days = Array.from(bars.days, fromEpochDay);
  const lines = ['code,date,open,high,low,close,volume,adj_close'];
  for (let code = 0; code < bars.codes.length; code++) {
    const [start, end] = [bars.offsets[code], bars.offsets[code + 1]];
    const splitAt = code % SPLIT_EVERY === SPLIT_EVERY - 1 ? (start + end) >> 1 : start;
    for (let row = start; row < end; row++) {
      const scale = row < splitAt ? SPLIT_RATIO : 1;
      const price = (value: number): number => Math.round(value * scale * 1e4) / 1e4;
      const close = price(bars.close[row]);
      const cells = [bars.codes[code], days[bars.dayIndex[row]], price(bars.open[row]), price(bars.high[row])];
      lines.push(
        [...cells, price(bars.low[row]), close, Math.round(bars.volume[row] / scale), close / scale].join(','),
      );
    }
  }
  const files = { bars: join(folder, `${name}-bars.csv`), sectors: join(folder, `${name}-sectors.csv`) };
  writeFileAtomic(files.bars, `${lines.join('\n')}\n`);
  const sectors = bars.codes.map((code, i) => `${code},${bars.sectors[i] ?? ''}`);
  writeFileAtomic(files.sectors, `code,sector\n${sectors.join('\n')}\n`);
  return files;
}
