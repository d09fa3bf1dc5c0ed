// Owns finding prices and volumes in another unit than the rest: stretches of one code's, and days on which a whole source changed.
import { type BarHistory, type HistoryHit, median, usableRows } from './bar-history.ts';

const UNITS = [Math.log(100), Math.log(1000)];
/** What a day's news may add to the jump. */
const UNIT_NEWS = 0.25;

/** The factor's logarithm nearest to a jump, with its sign; 0 where the jump is none. */
function unitJump(jump: number, tolerance: number): number {
  const unit = UNITS.find((log) => Math.abs(Math.abs(jump) - log) < tolerance);
  return unit === undefined ? 0 : Math.sign(jump) * unit;
}

/** Stretches that a jump of 100 or 1000 leads into and its inverse leads out of. */
export function priceStretches(closes: Float64Array, usable: Int32Array): HistoryHit[] {
  const hits: HistoryHit[] = [];
  for (let k = 1; k < closes.length; k++) {
    const into = unitJump(closes[k] - closes[k - 1], UNIT_NEWS);
    if (into === 0) continue;
    let end = k + 1;
    while (end < closes.length && unitJump(closes[end] - closes[end - 1], UNIT_NEWS) === 0) end++;
    if (end === closes.length || unitJump(closes[end] - closes[end - 1], UNIT_NEWS) !== -into) continue;
    for (let i = k; i < end; i++)
      hits.push({
        check: 'price-unit',
        at: usable[i],
        weight: end - k,
        values: { times: Math.exp(into), bars: end - k },
        scale: Math.exp(-into),
      });
    k = end;
  }
  return hits;
}

/** A volume that changes less from one day to the next begins no stretch. */
const VOLUME_JUMP = 20;
/** Bars by which a level is told: at least, and at most on each side of a stretch. */
const LEAST_LEVEL = 5;
const MOST_LEVEL = 15;
const VOLUME_TOLERANCE = Math.log(2);

/** Stretches at a level of volume that is 100 or 1000 times that of both sides, none of whose days reaches into theirs. */
export function volumeStretches({ volume }: BarHistory, usable: Int32Array): HistoryHit[] {
  const rows = usable.filter((i) => volume[i] > 0);
  const jumps = [0];
  for (let k = 1; k < rows.length; k++) {
    const ratio = volume[rows[k]] / volume[rows[k - 1]];
    if (ratio >= VOLUME_JUMP || ratio <= 1 / VOLUME_JUMP) jumps.push(k);
  }
  jumps.push(rows.length);
  const sorted = (from: number, to: number): Float64Array =>
    Float64Array.from(rows.subarray(from, to), (i) => volume[i]).sort();
  const hits: HistoryHit[] = [];
  for (let j = 1; j + 2 < jumps.length; j++) {
    const [start, end] = [jumps[j], jumps[j + 1]];
    const from = Math.max(jumps[j - 1], start - MOST_LEVEL);
    const to = Math.min(jumps[j + 2], end + MOST_LEVEL);
    if (Math.min(start - from, end - start, to - end) < LEAST_LEVEL) continue;
    const [before, within, after] = [sorted(from, start), sorted(start, end), sorted(end, to)];
    const times = (side: Float64Array): number => Math.log(median(within) / median(side));
    const into = unitJump(times(before), VOLUME_TOLERANCE);
    if (into === 0 || into !== unitJump(times(after), VOLUME_TOLERANCE)) continue;
    const apart = (high: Float64Array, low: Float64Array): boolean => high[0] > low[low.length - 1];
    if (![before, after].every((side) => (into > 0 ? apart(within, side) : apart(side, within)))) continue;
    const bars = end - start;
    for (let k = start; k < end; k++) {
      const values = { volume: volume[rows[k]], times: Math.exp(into), bars };
      hits.push({ check: 'volume-unit', at: rows[k], weight: bars, values, scale: Math.exp(-into) });
    }
    j++;
  }
  return hits;
}

export interface UnitVote {
  readonly day: number;
  readonly column: 'close' | 'volume';
  /** 100 or 1000, or their inverse. */
  readonly times: number;
}

/** Volumes of neighbouring days differ; half the codes of a market by this much at once do not. */
const VOTE_TOLERANCE = Math.log(4);

/** Days on which this code's price or volume changes as if its unit did: where most codes say so, it was the source that changed. */
export function unitVotes(bars: BarHistory): UnitVote[] {
  const usable = usableRows(bars);
  const votes: UnitVote[] = [];
  for (let k = 1; k < usable.length; k++) {
    const [before, at] = [usable[k - 1], usable[k]];
    for (const column of ['close', 'volume'] as const) {
      const ratio = bars[column][at] / bars[column][before];
      if (ratio > 20 || ratio < 1 / 20) {
        const jump = unitJump(Math.log(ratio), column === 'close' ? UNIT_NEWS : VOTE_TOLERANCE);
        if (jump !== 0) votes.push({ day: bars.day[at], column, times: Math.exp(jump) });
      }
    }
  }
  return votes;
}
