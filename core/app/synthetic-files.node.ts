// Owns writing a synthetic market as the files that a user would bring: bars as CSV, and a sector of each code.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { fromEpochDay } from '../base/clock.ts';
import type { BarTable } from '../data/bars.ts';

/** Names of generated datasets and of their files start so; the import carries it on as the label. */
export const SYNTHETIC_PREFIX = 'synthetic-';

export interface SyntheticFiles {
  bars: string;
  sectors: string;
}

/** Writes `name`.csv (date, code, open, high, low, close, volume) and `name`-sectors.csv (code, sector) into `folder`. */
export function writeSyntheticFiles(folder: string, name: string, market: BarTable): SyntheticFiles {
  mkdirSync(folder, { recursive: true });
  const dates = Array.from(market.days, fromEpochDay);
  const columns = [market.open, market.high, market.low, market.close, market.volume];
  const lines = ['date,code,open,high,low,close,volume'];
  for (const [c, code] of market.codes.entries())
    for (let row = market.offsets[c]; row < market.offsets[c + 1]; row++) {
      const values = columns.map((column) => (Number.isNaN(column[row]) ? '' : column[row]));
      lines.push(`${dates[market.dayIndex[row]]},${code},${values.join(',')}`);
    }
  const files = { bars: join(folder, `${name}.csv`), sectors: join(folder, `${name}-sectors.csv`) };
  writeFileAtomic(files.bars, `${lines.join('\n')}\n`);
  const sectors = market.codes.map((code, c) => `${code},${market.sectors[c] ?? ''}`);
  writeFileAtomic(files.sectors, `code,sector\n${sectors.join('\n')}\n`);
  return files;
}
