// Owns where the real data lie in the folder given by --data.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from './measure.ts';

const TOKYO = { bars: 'tse_daily_all_2013_2018.csv.zst', listing: 'listed_info_20230314.csv' };

/** Whole Tokyo; undefined where it was not given, having said so. */
export function tokyoFiles({ data }: Pick<BenchOptions, 'data'>): { bars: string; listing: string } | undefined {
  const [bars, listing] = [TOKYO.bars, TOKYO.listing].map((file) => join(data ?? '', 'jp_tse_daily', file));
  if (data !== undefined && existsSync(bars)) return { bars, listing };
  console.log(`  Tokyo left out: say --data FOLDER, which holds jp_tse_daily/${TOKYO.bars}`);
  return undefined;
}
