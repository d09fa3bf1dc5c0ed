// Owns a generated market as a CSV, for benchmarks that begin with reading one.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { fromEpochDay } from '../../core/base/clock.ts';
import { largeMarket } from './large-market.ts';

/** Ordered by day, then code, as exchanges hand it out. @param sectorFile receives the sector of every code that has one */
export function writeMarketCsv(file: string, shape: { stocks: number; days: number }, sectorFile?: string): void {
  const { codes, sectors, days, offsets, dayIndex, open, high, low, close, volume } = largeMarket(shape);
  if (sectorFile !== undefined) {
    const known = codes.flatMap((code, stock) => (sectors[stock] === null ? [] : [`${code},${sectors[stock]}\n`]));
    writeFileSync(sectorFile, `code,sector\n${known.join('')}`);
  }
  const next = offsets.slice();
  const out = openSync(file, 'wx');
  try {
    writeSync(out, 'date,code,open,high,low,close,volume\n');
    for (let day = 0; day < days.length; day++) {
      const date = fromEpochDay(days[day]);
      let text = '';
      for (let stock = 0; stock < codes.length; stock++) {
        const row = next[stock];
        if (row === offsets[stock + 1] || dayIndex[row] !== day) continue;
        next[stock]++;
        const prices = [open, high, low, close].map((column) => column[row].toFixed(4)).join(',');
        text += `${date},${codes[stock]},${prices},${volume[row]}\n`;
      }
      writeSync(out, text);
    }
  } finally {
    closeSync(out);
  }
}
