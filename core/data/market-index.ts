// Owns which index of a dataset's table of indices stands for the market: the one that is named, else the broadest that was there first.
import type { SideTable } from './side-tables.ts';

/** Names under which sources give TOPIX, the whole of Tokyo's first sections: J-Quants by number, files by name. */
export const BROADEST_INDICES = ['0000', 'TOPIX'] as const;

/**
 * The code, as an index into the table's codes: the one that the dataset names; where it names none, the index whose bars begin first, of several
 * the first by code. An index that begins later takes nobody's place, not even for the days since: that it would come was not known before.
 * @returns -1 where there is none, or the one named has no row yet
 */
export function marketIndexOf({ main, codes, offsets, known }: SideTable): number {
  if (main !== undefined) return codes.indexOf(main);
  let first = -1;
  for (let code = 0; code + 1 < offsets.length; code++)
    if (offsets[code] < offsets[code + 1] && (first < 0 || known[offsets[code]] < known[offsets[first]])) first = code;
  return first;
}
