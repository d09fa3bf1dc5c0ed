// Owns confidence intervals and tests for means of dependent daily series: the stationary block bootstrap.
import { Random } from '../base/random.ts';

/** One number with its 95 % interval; null where it is undefined. JSON-safe. */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
  /** Days (or pairs of days) that the value rests on. */
  days: number;
}

export interface BootstrapOptions {
  /** Expected block length in days. */
  block: number;
  draws: number;
  seed: number;
}

/** Fewer days than this carry no interval: the resampled distribution would be an invention. */
export const MIN_DAYS_FOR_INTERVAL = 10;

/**
 * Expected block for a daily series of h-day outcomes: max(20, h), which spans the overlap and a month of persistence,
 * but at most a quarter of the series, so that a short sample is still cut into several blocks.
 */
export function expectedBlock(days: number, horizon: number): number {
  return Math.max(1, Math.min(Math.max(20, horizon), Math.floor(days / 4)));
}

/**
 * Row indexes of one stationary bootstrap draw (Politis and Romano 1994): blocks start anywhere, have geometric
 * length with the expected size, and wrap around the end.
 */
export function drawBlocks(out: Int32Array, days: number, block: number, random: Random): void {
  const logContinue = Math.log1p(-1 / block); // -Infinity for block 1: every length is then 1
  for (let filled = 0; filled < out.length; ) {
    const start = random.int(days);
    const length = 1 + Math.floor(Math.log(1 - random.uniform()) / logContinue);
    const end = Math.min(out.length, filled + length);
    for (let k = start; filled < end; filled++) {
      out[filled] = k;
      if (++k === days) k = 0;
    }
  }
}

type Statistic = (columns: readonly Float64Array[]) => number;

/** Draws of a statistic of one or more series of equal length, resampled together. Undefined draws are left out. */
export function bootstrapDraws(
  columns: readonly Float64Array[],
  statistic: Statistic,
  options: BootstrapOptions,
): Float64Array {
  const days = columns[0].length;
  const random = new Random(options.seed, days);
  const index = new Int32Array(days);
  const resampled = columns.map(() => new Float64Array(days));
  const draws = new Float64Array(options.draws);
  let kept = 0;
  for (let draw = 0; draw < options.draws; draw++) {
    drawBlocks(index, days, options.block, random);
    for (let c = 0; c < columns.length; c++) {
      const from = columns[c];
      const to = resampled[c];
      for (let i = 0; i < days; i++) to[i] = from[index[i]];
    }
    const value = statistic(resampled);
    if (Number.isFinite(value)) draws[kept++] = value;
  }
  return draws.subarray(0, kept).sort();
}

/**
 * How much a bootstrap deviation falls short of the truth because the series is centred on its own mean: the long-run variance of
 * n days with blocks of mean L loses about (2L - 1) / n of itself (each sample autocovariance is short by 1/n of it).
 */
function shortfall(days: number, block: number): number {
  return Math.sqrt(1 - Math.min(0.75, (2 * block - 1) / days));
}

/**
 * A statistic of daily series with its 95 % percentile interval, widened for the small-sample shortfall.
 * @param columns series of equal length, without NaN
 */
export function estimate(columns: readonly Float64Array[], statistic: Statistic, options: BootstrapOptions): Estimate {
  const days = columns[0].length;
  const value = days === 0 ? Number.NaN : statistic(columns);
  if (!Number.isFinite(value)) return { value: null, low: null, high: null, days };
  if (days < MIN_DAYS_FOR_INTERVAL) return { value, low: null, high: null, days };
  const draws = bootstrapDraws(columns, statistic, options);
  if (draws.length < options.draws / 2) return { value, low: null, high: null, days };
  const widen = 1 / shortfall(days, options.block);
  return {
    value,
    low: value + (quantileOf(draws, 0.025) - value) * widen,
    high: value + (quantileOf(draws, 0.975) - value) * widen,
    days,
  };
}

/**
 * Two-sided p-value of "the statistic is zero": the share of centred draws at least as far from zero as the statistic,
 * counted with the sample itself (Davison and Hinkley 1997, 4.11). Null where no interval is given.
 */
export function pValue(
  columns: readonly Float64Array[],
  statistic: Statistic,
  options: BootstrapOptions,
): number | null {
  const days = columns[0].length;
  if (days < MIN_DAYS_FOR_INTERVAL) return null;
  const value = statistic(columns);
  if (!Number.isFinite(value)) return null;
  const draws = bootstrapDraws(columns, statistic, options);
  const widen = 1 / shortfall(days, options.block);
  let asFar = 0;
  for (const draw of draws) if (Math.abs(draw - value) * widen >= Math.abs(value)) asFar++;
  return (asFar + 1) / (draws.length + 1);
}

/** Linear interpolation between the order statistics of an ascending array (type 7). */
export function quantileOf(sorted: ArrayLike<number>, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}
