// Owns finding prices and volumes in another unit than the rest: stretches of one code's, ends of its history, and days on which a whole source changed.
import { type BarHistory, type HistoryHit, median, usableRows } from './bar-history.ts';

const UNITS = [Math.log(100), Math.log(1000)];
/** What a day's news may add to the jump. */
const UNIT_NEWS = 0.25;

/** The factor's logarithm nearest to a jump, with its sign; 0 where the jump is none. */
function unitJump(jump: number, tolerance: number, units: readonly number[] = UNITS): number {
  const unit = units.find((log) => Math.abs(Math.abs(jump) - log) < tolerance);
  return unit === undefined ? 0 : Math.sign(jump) * unit;
}

/** Tenfold is a usual ratio of splits, too: only beside a volume that stays is it a unit, and not on a day alone, which is a spike. */
const TENFOLD = Math.log(10);
/** A level of ten times the price that stays for longer is left to the splits. */
const TENFOLD_EDGE = 20;
/** The largest ratio of splits that companies make; a greater one needs no witness. */
const LARGEST_SPLIT = Math.log(100) + UNIT_NEWS;

interface Jump {
  /** Index into the closes: the first bar after it. */
  readonly at: number;
  readonly log: number;
}

/**
 * Stretches that a jump of 10, 100 or 1000 leads into and its inverse leads out of; and at either end of the history the shorter side of the only such
 * jump, where the volume says that it is no split.
 * @param closes logarithms of the adjusted closes of the `usable` rows
 */
export function priceStretches(bars: BarHistory, closes: Float64Array, usable: Int32Array): HistoryHit[] {
  const jumps: Jump[] = [];
  for (let k = 1; k < closes.length; k++) {
    const log = unitJump(closes[k] - closes[k - 1], UNIT_NEWS, [TENFOLD, ...UNITS]);
    if (log !== 0) jumps.push({ at: k, log });
  }
  const hits: HistoryHit[] = [];
  const note = (from: number, to: number, log: number): void => {
    const values = { times: Math.exp(log), bars: to - from };
    for (let i = from; i < to; i++)
      hits.push({ check: 'price-unit', at: usable[i], weight: to - from, values, scale: Math.exp(-log) });
  };
  const stays = (at: number): boolean => volumeStays(bars.volume, usable, at);
  const large = jumps.filter(({ log }) => Math.abs(log) > TENFOLD);
  const alone: Jump[] = [];
  for (const some of [large, jumps.filter((jump) => !large.includes(jump))])
    for (let j = 0; j < some.length; j++) {
      const [into, out] = [some[j], some[j + 1]];
      const pair = out !== undefined && out.log === -into.log;
      if (pair && (some === large || (out.at - into.at > 1 && stays(into.at) && stays(out.at))))
        note(into.at, out.at, into.log);
      else if (!pair) alone.push(into);
      if (pair) j++;
    }
  if (alone.length !== 1) return hits;
  const [{ at, log }] = alone;
  const head = at <= closes.length - at;
  const length = head ? at : closes.length - at;
  const step = bars.factor[usable[at]] !== bars.factor[usable[at - 1]];
  if (step || (Math.abs(log) === TENFOLD && length > TENFOLD_EDGE)) return hits;
  if (Math.abs(log) < LARGEST_SPLIT && !stays(at)) return hits;
  if (head) note(0, at, -log);
  else note(at, closes.length, log);
  return hits;
}

/** Medians of so many bars on either side. */
const WITNESSES = 15;

/** Whether as many shares change hands after a jump as before it; false where no volume says so. */
function volumeStays(volume: Float64Array, usable: Int32Array, at: number): boolean {
  const level = (from: number, to: number): number =>
    median(Float64Array.from(usable.subarray(Math.max(0, from), to), (i) => volume[i]).filter((shares) => shares > 0));
  return Math.abs(Math.log(level(at, at + WITNESSES) / level(at - WITNESSES, at))) < Math.log(2);
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
