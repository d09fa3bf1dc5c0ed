// Owns the checks that need one code's bars in the order of days: stale bars, prices that stand alone, adjustment against price, silences.
// They look both ways in time: they serve to judge history, never to trade.
import { type BarHistory, type HistoryHit, median, usableRows } from './bar-history.ts';
import { priceStretches, volumeStretches } from './quality-units.ts';

/** Usual daily move of a code below which nothing counts as its noise. */
const LEAST_NOISE = 0.005;
const TO_SIGMA = 1.4826; // median absolute deviation to standard deviation, of a normal distribution

export function checkHistory(bars: BarHistory): HistoryHit[] {
  const usable = usableRows(bars);
  const closes = new Float64Array(usable.length);
  for (let k = 0; k < usable.length; k++) closes[k] = Math.log(bars.close[usable[k]] * bars.factor[usable[k]]);
  const noise = usualMove(closes);
  return [
    ...outOfOrder(bars),
    ...staleBars(bars),
    ...priceStretches(bars, closes, usable),
    ...volumeStretches(bars, usable),
    ...priceSpikes(bars, closes, usable, noise),
    ...longWicks(bars, usable, noise),
    ...levels(bars, usable),
    ...adjustment(bars, usable),
    ...silences(bars, usable),
  ];
}

/** Robust standard deviation of the log returns; days without a move are left out, or a thinly traded code would have none. */
function usualMove(closes: Float64Array): number {
  const moves = new Float64Array(closes.length);
  let count = 0;
  for (let i = 1; i < closes.length; i++) {
    const move = Math.abs(closes[i] - closes[i - 1]);
    if (move > 1e-9) moves[count++] = move;
  }
  return Math.max(LEAST_NOISE, TO_SIGMA * (median(moves.subarray(0, count)) || 0));
}

/** Files that run from the newest day to the oldest are in order, too. */
function outOfOrder({ length, file, row }: BarHistory): HistoryHit[] {
  const back: number[] = [];
  let pairs = 0;
  for (let i = 1; i < length; i++) {
    if (file[i] !== file[i - 1]) continue;
    pairs++;
    if (row[i] < row[i - 1]) back.push(i);
  }
  const rising = pairs - back.length > back.length;
  if (back.length === 0 || back.length === pairs) return [];
  // In a file that runs backwards, the pairs that do not are the odd ones.
  const odd = rising ? back : range(1, length).filter((i) => file[i] === file[i - 1] && row[i] > row[i - 1]);
  return odd.map((at) => ({ check: 'out-of-order', at, weight: 0, values: { row_before: row[at - 1] } }));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Equal where both are missing, too. */
const same = (column: Float64Array, i: number): boolean =>
  column[i] === column[i - 1] || (Number.isNaN(column[i]) && Number.isNaN(column[i - 1]));

/** Bars at one price, with one small volume, can be equal by chance; so many in a row cannot. */
const FLAT_RUN = 10;
/** Two bars with a range and without volume can be equal by chance; so many cannot. */
const BARE_RUN = 4;
/** Distinct volumes that the volume's size allows, trailing zeros being the lot: with fewer two days are equal by chance. */
const LEAST_VOLUMES = 1000;

function staleBars(bars: BarHistory): HistoryHit[] {
  const { length, day, open, high, low, close, volume } = bars;
  const hits: HistoryHit[] = [];
  for (let start = 0, i = 1; i <= length; i++) {
    const repeats =
      i < length &&
      close[i] === close[i - 1] &&
      same(volume, i) &&
      same(open, i) &&
      same(high, i) &&
      same(low, i) &&
      day[i] !== day[i - 1];
    if (repeats && close[i] > 0) continue;
    const run = i - start;
    if (run === 1) {
      start = i;
      continue;
    }
    const least =
      high[start] > low[start] ? (volume[start] > 0 ? (distinct(volume[start]) ? 2 : FLAT_RUN) : BARE_RUN) : FLAT_RUN;
    if (run >= least)
      for (let at = start + 1; at < i; at++)
        hits.push({
          check: 'stale-bar',
          at,
          weight: run,
          values: { close: close[at], volume: volume[at], bars_alike: run },
        });
    start = i;
  }
  return hits;
}

function distinct(volume: number): boolean {
  if (!Number.isInteger(volume)) return true;
  let lots = volume;
  while (lots % 10 === 0) lots /= 10;
  return lots >= LEAST_VOLUMES;
}

/** Log distance from the bars around it, and in usual moves of the code, from which on a price that stands alone counts as wrong. */
const LEAST_SPIKE = 0.1;
const SPIKE_SIGMAS = 8;
/** The way back, and the next open: what is left of the spike, as a share of it. */
const RETURNED = 0.35;
/** The bar must not overlap the ranges about it by more than this share of the spike: days of limit up and back do. */
const ISOLATED = 0.6;
/** Beyond this a close alone is enough, its bar's range may be whole. */
const GROSS_SPIKE = Math.log(1.5);

function priceSpikes(bars: BarHistory, closes: Float64Array, usable: Int32Array, noise: number): HistoryHit[] {
  const { open, high, low, close, factor, volume } = bars;
  const hits: HistoryHit[] = [];
  const or = (value: number, other: number): number => (value > 0 ? value : other);
  const top = (i: number): number => Math.log(Math.max(or(high[i], 0), or(open[i], 0), close[i]) * factor[i]);
  const bottom = (i: number): number =>
    Math.log(Math.min(or(low[i], close[i]), or(open[i], close[i]), close[i]) * factor[i]);
  const steps = (k: number): number => Math.log(factor[usable[k]] / factor[usable[k - 1]]);
  for (let k = 1; k + 1 < closes.length; k++) {
    const move = closes[k] - closes[k - 1];
    const back = closes[k + 1] - closes[k];
    const size = Math.abs(move);
    const sigmas = Math.min(size, Math.abs(back)) / noise;
    if (size < LEAST_SPIKE || sigmas < SPIKE_SIGMAS || Math.abs(move + back) > RETURNED * size) continue;
    if (Math.abs(steps(k)) > LARGE_STEP || Math.abs(steps(k + 1)) > LARGE_STEP) continue; // told as a factor that steps amiss
    const [before, at, after] = [usable[k - 1], usable[k], usable[k + 1]];
    const reopened = Math.log(or(open[after], close[after]) * factor[after]);
    if (Math.abs(reopened - closes[k - 1]) > RETURNED * size) continue;
    const gap =
      move > 0 ? bottom(at) - Math.max(top(before), top(after)) : Math.min(bottom(before), bottom(after)) - top(at);
    if (gap < ISOLATED * size && size < GROSS_SPIKE) continue;
    hits.push({
      check: 'price-spike',
      at,
      weight: sigmas,
      values: {
        close_before: close[before],
        open: open[at],
        close: close[at],
        close_after: close[after],
        robust_z: sigmas,
        volume: volume[at],
      },
    });
  }
  return hits;
}

const LONG_WICK = 1.5;
const WICK_SIGMAS = 10;

function longWicks({ open, high, low, close }: BarHistory, usable: Int32Array, noise: number): HistoryHit[] {
  const hits: HistoryHit[] = [];
  for (const at of usable) {
    if (!(open[at] > 0 && high[at] > 0 && low[at] > 0)) continue;
    const reach = Math.max(high[at] / Math.max(open[at], close[at]), Math.min(open[at], close[at]) / low[at]);
    if (reach < LONG_WICK) continue;
    const wick = Math.log(reach);
    if (wick < WICK_SIGMAS * noise) continue;
    const values = { open: open[at], high: high[at], low: low[at], close: close[at], robust_z: wick / noise };
    hits.push({ check: 'long-wick', at, weight: values.robust_z, values });
  }
  return hits;
}

const IMPLAUSIBLE = 1e11;

function levels({ close }: BarHistory, usable: Int32Array): HistoryHit[] {
  const at = usable.find((i) => close[i] > IMPLAUSIBLE);
  return at === undefined ? [] : [{ check: 'implausible-level', at, weight: close[at], values: { close: close[at] } }];
}

/** A step of the factor smaller than this may be a dividend, which prices need not show. */
const LARGE_STEP = Math.log(1.3);
const COARSE = 1e-3;
const LEAST_BARS = 60;

function adjustment({ close, factor }: BarHistory, usable: Int32Array): HistoryHit[] {
  const hits: HistoryHit[] = [];
  const steps = new Float64Array(Math.max(0, usable.length - 1));
  for (let k = 1; k < usable.length; k++) {
    const [before, at] = [usable[k - 1], usable[k]];
    if (factor[at] === factor[before]) continue;
    const step = Math.log(factor[at] / factor[before]);
    steps[k - 1] = Math.abs(step);
    const left = step + Math.log(close[at] / close[before]);
    if (Math.abs(step) < LARGE_STEP || Math.abs(left) < Math.abs(step) / 2) continue;
    const values = { close_before: close[before], close: close[at], factor_before: factor[before], factor: factor[at] };
    hits.push({ check: 'adjustment-mismatch', at, weight: Math.abs(left), values });
  }
  const trembling = median(steps);
  if (usable.length >= LEAST_BARS && trembling > COARSE)
    hits.push({ check: 'coarse-adjustment', at: usable[0], weight: trembling, values: { median_step: trembling } });
  return hits;
}

const HALF_A_YEAR = 183;

function silences({ day, close }: BarHistory, usable: Int32Array): HistoryHit[] {
  const hits: HistoryHit[] = [];
  for (let k = 1; k < usable.length; k++) {
    const [before, at] = [usable[k - 1], usable[k]];
    const days = day[at] - day[before];
    if (days < HALF_A_YEAR) continue;
    hits.push({
      check: 'long-silence',
      at,
      weight: days,
      values: { close_before: close[before], close: close[at], days },
    });
  }
  return hits;
}

/**
 * Days of the dataset's own calendar that the code misses between its first and last bar: one hit for each gap, on the bar after it.
 * @param positions of the days, one after the other; a day that is none of the market's has none
 */
export function calendarHoles({ length, day }: BarHistory, positions: ReadonlyMap<number, number>): HistoryHit[] {
  const hits: HistoryHit[] = [];
  let before: number | undefined;
  for (let at = 0; at < length; at++) {
    const position = positions.get(day[at]);
    if (position === undefined) continue;
    const missing = position - (before ?? position) - 1;
    before = position;
    if (missing > 0)
      hits.push({
        check: 'calendar-hole',
        at,
        weight: missing,
        count: missing,
        values: { missing_days_before: missing },
      });
  }
  return hits;
}
