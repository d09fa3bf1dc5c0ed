// Owns which sector each stock had on a day, where the dataset's listing tells: the sectors that bars carry are of one listing for all days.
import type { BarTable } from '../../data/bars.ts';
import type { SideTable } from '../../data/side-tables.ts';

const SECTOR_COLUMNS = ['sector_33', 'sector_17'] as const;

/**
 * The sectors of the bars with those set back that only a later row of the listing gave. A stock that was in its sector before keeps it though
 * it had moved on by then, and may come back to it: a sector that was known on the day is none of a later listing. A stock without an earlier
 * row keeps its sector too: whether it had another one before cannot be told.
 * @param listing as in SIDE_TABLES; without one nothing changes
 * @param day epoch day
 */
export function sectorsKnownAt(
  bars: Pick<BarTable, 'codes' | 'sectors'>,
  listing: SideTable | undefined,
  day: number,
): readonly (string | null)[] {
  if (!listing) return bars.sectors;
  const place = new Map(listing.codes.map((code, i) => [code, i]));
  const { column, labels } = sectorColumn(bars, listing, place);
  return bars.sectors.map((sector, stock) => {
    const at = place.get(bars.codes[stock]);
    if (at === undefined || sector === null) return sector;
    let known: number | undefined;
    let [held, later] = [false, false];
    for (let row = listing.offsets[at]; row < listing.offsets[at + 1]; row++) {
      if (Number.isNaN(column[row])) continue;
      const same = labels.get(column[row]) === sector;
      if (listing.known[row] <= day && listing.period[row] <= day) {
        known = column[row];
        held ||= same;
      } else later ||= same;
    }
    if (known === undefined || held || !later) return sector;
    return labels.get(known) ?? `listed as ${known}`;
  });
}

/** The column whose codes go with the sectors of the bars, and the sector that goes with each code: those of most stocks' last rows. */
function sectorColumn(
  { codes, sectors }: Pick<BarTable, 'codes' | 'sectors'>,
  listing: SideTable,
  place: ReadonlyMap<string, number>,
): { column: Float64Array; labels: Map<number, string> } {
  let best: { column: Float64Array; labels: Map<number, string> } = {
    column: new Float64Array(listing.known.length).fill(Number.NaN),
    labels: new Map(),
  };
  let bestShare = -1;
  for (const name of SECTOR_COLUMNS) {
    const column = listing.columns[name];
    if (!column) continue;
    const counts = new Map<number, Map<string, number>>();
    let stocks = 0;
    for (const [stock, code] of codes.entries()) {
      const at = place.get(code);
      const sector = sectors[stock];
      if (at === undefined || sector === null) continue;
      let row = listing.offsets[at + 1] - 1;
      while (row >= listing.offsets[at] && Number.isNaN(column[row])) row--;
      if (row < listing.offsets[at]) continue;
      const ofCode = counts.get(column[row]) ?? new Map<string, number>();
      ofCode.set(sector, (ofCode.get(sector) ?? 0) + 1);
      counts.set(column[row], ofCode);
      stocks++;
    }
    const labels = new Map<number, string>();
    let agreed = 0;
    for (const [code, ofCode] of counts) {
      const [label, count] = [...ofCode].reduce((a, b) => (b[1] > a[1] ? b : a));
      labels.set(code, label);
      agreed += count;
    }
    // Codes finer than the sectors agree no less, so that distinct labels decide between two that agree alike.
    const share = stocks === 0 ? 0 : agreed / stocks - 1e-6 * (labels.size - new Set(labels.values()).size);
    if (share > bestShare) {
      best = { column, labels };
      bestShare = share;
    }
  }
  return best;
}
