// Owns naming the days that a download lacks: between the first and the last that came, since before and after a market may not have been.
import { type EpochDay, fromEpochDay } from '../../base/clock.ts';
import type { FetchTable, SourceNote } from './source.ts';

const EXAMPLES = 5;

/**
 * @param days of each code, in any order
 * @param isExpected whether there should be something on a day; every day unless given
 * @returns one note, or none where nothing is missing
 */
export function gapNotes(
  table: FetchTable,
  days: ReadonlyMap<string, readonly EpochDay[]>,
  isExpected: (day: EpochDay) => boolean = () => true,
): SourceNote[] {
  let count = 0;
  const examples: string[] = [];
  for (const [code, held] of days) {
    const sorted = [...held].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      const missing = range(sorted[i - 1] + 1, sorted[i] - 1).filter(isExpected);
      if (missing.length === 0) continue;
      count += missing.length;
      const [first, last] = [fromEpochDay(missing[0]), fromEpochDay(missing[missing.length - 1])];
      if (examples.length < EXAMPLES) examples.push(`${code} ${first === last ? first : `${first} – ${last}`}`);
    }
  }
  return count === 0 ? [] : [{ code: 'gap', table, count, examples }];
}

const range = (first: EpochDay, last: EpochDay): EpochDay[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
