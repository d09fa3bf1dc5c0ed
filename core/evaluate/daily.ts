// Owns the cross-sectional metrics of one day: what each day's predictions were worth, per horizon. Never pooled over days.
import { asPart, runThrough, type Steps } from '../base/steps.ts';
import { QUANTILES } from '../data/horizons.ts';
import type { PredictionSet } from './predictions.ts';
import { isConstant, mean, pearson, rankAverage, spearman } from './statistics.ts';

export const DECILES = 10;
export const TERCILES = 3;
/** Stocks a tercile needs on a day for its RankIC to count. */
const MIN_TERCILE = 5;

/** Why a day has no IC at a horizon, or that it has one. */
export const DAY_STATUS = ['evaluated', 'unknown', 'tooFew', 'constantPrediction', 'constantOutcome'] as const;
export type DayStatus = (typeof DAY_STATUS)[number];

export interface DailyOptions {
  /** A day with fewer stocks (prediction and outcome both known) is skipped and counted. */
  minNodes: number;
  /** What the quantiles forecast: the raw forward return, or its rank in the day scaled to [-0.5, 0.5]. */
  quantileTarget: 'return' | 'rank';
}

/** One value a day at one horizon; NaN where the day has none. D = days. */
export interface DailyMetrics {
  readonly horizon: number;
  readonly status: readonly DayStatus[];
  /** Pearson correlation of prediction and realised return across the day's stocks. */
  readonly ic: Float64Array;
  /** Spearman correlation of the same. */
  readonly rankIc: Float64Array;
  /** Share of stocks whose prediction and return lie on the same side of the day's means; exact zeros left out. */
  readonly hitRate: Float64Array;
  /** Mean h-day return of the top decile less the bottom decile. */
  readonly spread: Float64Array;
  /** [D, 10] mean h-day return of each decile less the day's mean, lowest predictions first. */
  readonly deciles: Float64Array;
  /** [D, quantiles] share of outcomes at or below the predicted quantile. */
  readonly coverage: Float64Array;
  /** Share of stocks whose predicted quantiles are out of order. */
  readonly crossing: Float64Array;
  /** [D, 3] RankIC within thirds of the day's stocks by quantile spread, most certain first. */
  readonly terciles: Float64Array;
  /** Rows whose median prediction is not finite. */
  readonly nonFinite: number;
}

/** The day by day metrics of every horizon of a prediction set. The point forecast is the 0.5 quantile. */
export function dailyMetrics(predictions: PredictionSet, options: DailyOptions): DailyMetrics[] {
  return runThrough(dailyMetricsSteps(predictions, options));
}

/** The same, in steps of a day at one horizon. */
export function* dailyMetricsSteps(predictions: PredictionSet, options: DailyOptions): Steps<DailyMetrics[]> {
  const count = predictions.horizons.length;
  const metrics: DailyMetrics[] = [];
  for (let h = 0; h < count; h++)
    metrics.push(yield* asPart(horizonMetrics(predictions, h, options), h / count, (h + 1) / count));
  return metrics;
}

/** Column of the point forecast: the median where there is one, else the first. */
export function pointColumn(quantiles: readonly number[]): number {
  return Math.max(0, quantiles.indexOf(0.5));
}

function* horizonMetrics(set: PredictionSet, h: number, options: DailyOptions): Steps<DailyMetrics> {
  const D = set.days.length;
  const H = set.horizons.length;
  const Q = set.quantiles.length;
  const blank = (width = 1): Float64Array => new Float64Array(D * width).fill(Number.NaN);
  const status: DayStatus[] = [];
  const [ic, rankIc, hitRate, spread, crossing] = [blank(), blank(), blank(), blank(), blank()];
  const [deciles, coverage, terciles] = [blank(DECILES), blank(Q), blank(TERCILES)];
  const point = pointColumn(set.quantiles);
  let nonFinite = 0;

  for (let day = 0; day < D; day++) {
    yield day / D;
    const rows: number[] = [];
    for (let row = set.dayOffsets[day]; row < set.dayOffsets[day + 1]; row++) {
      const finite = Number.isFinite(set.predicted[(row * H + h) * Q + point]);
      if (!finite) nonFinite++;
      else if (Number.isFinite(set.realised[row * H + h])) rows.push(row);
    }
    const quantile = (q: number): Float64Array =>
      Float64Array.from(rows, (row) => set.predicted[(row * H + h) * Q + q]);
    const forecast = quantile(point);
    const outcome = Float64Array.from(rows, (row) => set.realised[row * H + h]);
    const verdict = judge(forecast, outcome, options.minNodes);
    status.push(verdict);
    if (verdict === 'unknown' || verdict === 'tooFew') continue;

    const columns = set.quantiles.map((_, q) => quantile(q));
    const target = options.quantileTarget === 'rank' ? scaledRanks(outcome) : outcome;
    columns.forEach((column, q) => {
      coverage[day * Q + q] = share(target, (value, i) => value <= column[i]);
    });
    crossing[day] = share(forecast, (_, i) => columns.some((column, q) => q > 0 && column[i] < columns[q - 1][i]));
    if (verdict !== 'evaluated') continue;

    const ranks = rankAverage(forecast);
    ic[day] = pearson(forecast, outcome);
    rankIc[day] = pearson(ranks, rankAverage(outcome));
    hitRate[day] = sameSide(forecast, outcome);
    const centre = mean(outcome);
    const means = groupMeans(ranks, outcome, DECILES);
    for (let g = 0; g < DECILES; g++) deciles[day * DECILES + g] = means[g] - centre;
    spread[day] = means[DECILES - 1] - means[0];
    const [low, high] = [set.quantiles.indexOf(QUANTILES[0]), set.quantiles.indexOf(QUANTILES[2])];
    if (low >= 0 && high >= 0) {
      const width = columns[high].map((value, i) => value - columns[low][i]);
      if (!isFlat(width, Math.max(largest(columns[low]), largest(columns[high]))))
        terciles.set(tercileRankIc(width, forecast, outcome), day * TERCILES);
    }
  }
  return {
    horizon: set.horizons[h],
    status,
    ic,
    rankIc,
    hitRate,
    spread,
    deciles,
    coverage,
    crossing,
    terciles,
    nonFinite,
  };
}

/** Four units in the last place of float32: differences below it are rounding, not forecasts. */
const ROUNDING = 2 ** -21;

/** Whether values are all the same but for the rounding of numbers of the given magnitude. */
function isFlat(values: Float64Array, magnitude: number): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return !(high - low > ROUNDING * magnitude);
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function judge(forecast: Float64Array, outcome: Float64Array, minNodes: number): DayStatus {
  if (outcome.length === 0) return 'unknown';
  if (outcome.length < Math.max(2, minNodes)) return 'tooFew';
  if (isFlat(forecast, largest(forecast))) return 'constantPrediction';
  return isConstant(outcome) ? 'constantOutcome' : 'evaluated';
}

/** Group of an average rank among n, 0-based; tied predictions share a group, so a group may be empty. */
export function groupOf(rank: number, n: number, groups: number): number {
  return Math.min(groups - 1, Math.floor(((rank - 0.5) * groups) / n));
}

/** Mean of `values` in each of `groups` equal groups by rank; NaN for an empty group. */
function groupMeans(ranks: Float64Array, values: Float64Array, groups: number): Float64Array {
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  for (let i = 0; i < values.length; i++) {
    const group = groupOf(ranks[i], values.length, groups);
    sums[group] += values[i];
    counts[group]++;
  }
  return sums.map((sum, group) => sum / counts[group]);
}

/** Ranks scaled to [-0.5, 0.5], as the ranked targets are. */
function scaledRanks(values: Float64Array): Float64Array {
  const ranks = rankAverage(values);
  return ranks.map((rank) => (rank - 1) / (values.length - 1) - 0.5);
}

function sameSide(forecast: Float64Array, outcome: Float64Array): number {
  const [centreF, centreO] = [mean(forecast), mean(outcome)];
  let same = 0;
  let counted = 0;
  for (let i = 0; i < forecast.length; i++) {
    const product = Math.sign(forecast[i] - centreF) * Math.sign(outcome[i] - centreO);
    if (product === 0) continue;
    counted++;
    if (product > 0) same++;
  }
  return same / counted;
}

function share(values: Float64Array, holds: (value: number, i: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (holds(values[i], i)) count++;
  return count / values.length;
}

function tercileRankIc(width: Float64Array, forecast: Float64Array, outcome: Float64Array): Float64Array {
  const result = new Float64Array(TERCILES).fill(Number.NaN);
  const ranks = rankAverage(width);
  for (let third = 0; third < TERCILES; third++) {
    const inside = (_: number, i: number): boolean => groupOf(ranks[i], width.length, TERCILES) === third;
    const part = forecast.filter(inside);
    if (part.length >= MIN_TERCILE) result[third] = spearman(part, outcome.filter(inside));
  }
  return result;
}
