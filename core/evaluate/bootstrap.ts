// Owns confidence intervals and tests for means of dependent daily series: the stationary block bootstrap.
import { Random } from '../base/random.ts';
import { isConstant, mean } from './statistics.ts';

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
 * Expected block for a daily series of h-day outcomes: what its own autocorrelation asks for, but at least max(20, h), which spans
 * the overlap and a month of persistence, and at most a quarter of the series, so that a short sample is still cut into several.
 * @param series the days that have a value; of a paired comparison, their differences
 */
export function expectedBlock(series: Float64Array, horizon: number): number {
  const wanted = Math.max(20, horizon, Math.ceil(automaticBlock(series)));
  return Math.max(1, Math.min(wanted, Math.floor(series.length / 4)));
}

/**
 * The block length that makes the stationary bootstrap's variance of the mean most accurate (Politis and White 2004, as corrected by
 * Patton, Politis and White 2009): flat-top estimates of the autocovariances up to twice the lag after which none stands out.
 */
export function automaticBlock(series: Float64Array): number {
  const n = series.length;
  const quiet = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n)))); // so many lags in a row must be negligible
  const longest = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + quiet);
  if (longest <= quiet || isConstant(series)) return 1;
  const covariance = autocovariances(series, longest);
  const negligible = 2 * Math.sqrt(Math.log10(n) / n) * covariance[0];
  let last = longest;
  for (let lag = 1, run = 0; lag <= longest; lag++) {
    run = Math.abs(covariance[lag]) < negligible ? run + 1 : 0;
    if (run < quiet) continue;
    last = lag - quiet;
    break;
  }
  const reach = Math.min(2 * Math.max(1, last), longest);
  let longRun = covariance[0];
  let slope = 0;
  for (let lag = 1; lag <= reach; lag++) {
    const weight = Math.min(1, 2 * (1 - lag / reach));
    longRun += 2 * weight * covariance[lag];
    slope += 2 * weight * lag * covariance[lag];
  }
  return longRun > 0 ? Math.cbrt((slope / longRun) ** 2 * n) : 1;
}

/** Sample autocovariances of lags 0 .. `longest`, divisor n. */
function autocovariances(series: Float64Array, longest: number): Float64Array {
  const n = series.length;
  const centre = mean(series);
  return Float64Array.from({ length: longest + 1 }, (_, lag) => {
    let sum = 0;
    for (let day = lag; day < n; day++) sum += (series[day] - centre) * (series[day - lag] - centre);
    return sum / n;
  });
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
 * How much wider than its bootstrap draws a 95 % interval must be: blocks of mean L weigh the autocovariances of n days much as
 * Bartlett's kernel of 2L - 1 lags does, whose long-run variance is too small, being centred on the sample's own mean, and uncertain.
 * Both are in the critical value at that share of the sample (Kiefer and Vogelsang 2005, table 1; for the bootstrap Goncalves and
 * Vogelsang 2011), here over the normal 1.96 that the draws stand for.
 */
function widening(days: number, block: number): number {
  const share = Math.min(1, (2 * block - 1) / days);
  return (1.96 + 2.9694 * share + 0.416 * share ** 2 - 0.5324 * share ** 3) / 1.96;
}

/**
 * A statistic of daily series with its 95 % percentile interval, widened for how few blocks the sample holds.
 * @param columns series of equal length, without NaN
 */
export function estimate(columns: readonly Float64Array[], statistic: Statistic, options: BootstrapOptions): Estimate {
  const days = columns[0].length;
  const value = days === 0 ? Number.NaN : statistic(columns);
  if (!Number.isFinite(value)) return { value: null, low: null, high: null, days };
  if (days < MIN_DAYS_FOR_INTERVAL) return { value, low: null, high: null, days };
  const draws = bootstrapDraws(columns, statistic, options);
  if (draws.length < options.draws / 2) return { value, low: null, high: null, days };
  const widen = widening(days, options.block);
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
  const widen = widening(days, options.block);
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
