// Owns the evaluation of one prediction set: per horizon and overall, by day, with intervals, as plain JSON.
import { fromEpochDay } from '../base/clock.ts';
import { EXCHANGE_DAYS, tradingDaysPerYear } from '../data/trading-year.ts';
import { nansToNulls } from '../base/missing.ts';
import { asPart, runThrough, type Steps } from '../base/steps.ts';
import { type BootstrapOptions, type Estimate, estimate, expectedBlock } from './bootstrap.ts';
import {
  DAY_STATUS,
  type DailyMetrics,
  type DailyOptions,
  type DayStatus,
  DECILES,
  dailyMetricsSteps,
  TERCILES,
} from './daily.ts';
import type { PredictionSet } from './predictions.ts';
import { informationRatio, mean } from './statistics.ts';

export interface EvaluationOptions extends DailyOptions {
  /** Bootstrap draws behind every interval. */
  draws: number;
  seed: number;
  /** Trading days a year, for annualising; what the days of the predictions show unless given. */
  daysPerYear: number;
  /** A mean daily IC or RankIC beyond this, either sign, is rather a leak than a discovery, provided its interval excludes zero. */
  implausibleIc: number;
  /** Fewer evaluated days than this are pointed out. */
  fewDays: number;
}

export const EVALUATION_DEFAULTS: EvaluationOptions = {
  minNodes: 20,
  quantileTarget: 'return',
  draws: 2000,
  seed: 0,
  daysPerYear: EXCHANGE_DAYS,
  implausibleIc: 0.1,
  fewDays: 60,
};

/** The ranking metrics that exist per horizon and overall. ICIR is the mean of daily ICs over their deviation, not annualised. */
export interface RankingMetrics {
  ic: Estimate;
  rankIc: Estimate;
  icir: Estimate;
  rankIcir: Estimate;
  hitRate: Estimate;
}

export interface HorizonEvaluation extends RankingMetrics {
  horizon: number;
  /** Days by what became of them. */
  days: Record<DayStatus, number>;
  /** Mean h-day return of each decile less the day's mean, lowest predictions first. */
  deciles: Estimate[];
  /** Mean h-day return, top decile less bottom decile. */
  spread: Estimate;
  /** Mean over deviation of the daily h-day spreads times sqrt(daysPerYear / h): a year holds that many which do not overlap. */
  spreadSharpe: Estimate;
  /** Share of outcomes at or below each predicted quantile. */
  calibration: { quantile: number; coverage: Estimate }[];
  /** Mean share of stocks whose quantiles are out of order. */
  crossing: number | null;
  /** RankIC among the most certain, middling and least certain third of stocks, by predicted quantile spread. */
  uncertainty: Estimate[];
}

export type EvaluationWarning =
  | { code: 'implausible-ic'; horizon: number | 'overall'; metric: 'ic' | 'rankIc'; value: number }
  | { code: 'few-days'; days: number; wanted: number }
  | { code: 'constant-predictions'; horizon: number; days: number }
  | { code: 'too-few-stocks'; horizon: number; days: number; minNodes: number }
  | { code: 'non-finite-predictions'; horizon: number; rows: number }
  | { code: 'crossing-quantiles'; horizon: number; share: number };

export interface Evaluation {
  schema: 1;
  options: EvaluationOptions;
  firstDay: string;
  lastDay: string;
  days: number;
  /** Distinct stocks that were predicted. */
  stocks: number;
  horizons: HorizonEvaluation[];
  /** Mean over horizons of each day's metric, on the days where every horizon has one. */
  overall: RankingMetrics;
  /** The daily series behind the means; null where a day has none. */
  daily: {
    days: string[];
    overall: { ic: (number | null)[]; rankIc: (number | null)[] };
    horizons: { horizon: number; ic: (number | null)[]; rankIc: (number | null)[]; spread: (number | null)[] }[];
  };
  warnings: EvaluationWarning[];
}

/** Evaluates out-of-sample predictions. Days are skipped and counted, never filled with zero. */
export function evaluate(predictions: PredictionSet, options: Partial<EvaluationOptions> = {}): Evaluation {
  return runThrough(evaluationSteps(predictions, options));
}

/** About the share of the work that the daily metrics take; the intervals take the rest. */
const DAILY_SHARE = 0.3;

/** The same, in steps of a day or an interval. */
export function* evaluationSteps(
  predictions: PredictionSet,
  options: Partial<EvaluationOptions> = {},
): Steps<Evaluation> {
  const settings = { ...EVALUATION_DEFAULTS, daysPerYear: tradingDaysPerYear(predictions.days), ...options };
  const daily = yield* asPart(dailyMetricsSteps(predictions, settings), 0, DAILY_SHARE);
  const horizons: HorizonEvaluation[] = [];
  const shareAt = (horizon: number): number => DAILY_SHARE + ((1 - DAILY_SHARE) * horizon) / (daily.length + 1);
  for (const [h, metrics] of daily.entries())
    horizons.push(yield* asPart(summarise(metrics, predictions.quantiles, settings), shareAt(h), shareAt(h + 1)));
  const longest = Math.max(...predictions.horizons);
  const overallDaily = {
    ic: acrossHorizons(daily.map((metrics) => metrics.ic)),
    rankIc: acrossHorizons(daily.map((metrics) => metrics.rankIc)),
    hitRate: acrossHorizons(daily.map((metrics) => metrics.hitRate)),
  };
  const overall = yield* asPart(ranking(overallDaily, longest, settings), shareAt(daily.length), 1);
  const dates = Array.from(predictions.days, fromEpochDay);
  return {
    schema: 1,
    options: settings,
    firstDay: dates[0] ?? '',
    lastDay: dates.at(-1) ?? '',
    days: dates.length,
    stocks: new Set(predictions.stock).size,
    horizons,
    overall,
    daily: {
      days: dates,
      overall: { ic: nansToNulls(overallDaily.ic), rankIc: nansToNulls(overallDaily.rankIc) },
      horizons: daily.map(({ horizon, ic, rankIc, spread }) => ({
        horizon,
        ic: nansToNulls(ic),
        rankIc: nansToNulls(rankIc),
        spread: nansToNulls(spread),
      })),
    },
    warnings: warningsOf(horizons, overall, daily, settings),
  };
}

/** Mean of equal-length daily series, NaN on days where any is NaN. */
export function acrossHorizons(series: readonly Float64Array[]): Float64Array {
  return series[0].map((_, day) => mean(series.map((values) => values[day])));
}

/** The days that have a value. */
export function defined(series: Float64Array): Float64Array {
  return series.filter((value) => !Number.isNaN(value));
}

const meanOf = ([column]: readonly Float64Array[]): number => mean(column);
const ratioOf = ([column]: readonly Float64Array[]): number => informationRatio(column);

function bootstrapFor(days: Float64Array, horizon: number, options: EvaluationOptions): BootstrapOptions {
  return { block: expectedBlock(days, horizon), draws: options.draws, seed: options.seed };
}

function meanEstimate(series: Float64Array, horizon: number, options: EvaluationOptions): Estimate {
  const days = defined(series);
  return estimate([days], meanOf, bootstrapFor(days, horizon, options));
}

/** Of a share, whose interval ends where shares do. */
function shareEstimate(series: Float64Array, horizon: number, options: EvaluationOptions): Estimate {
  const { low, high, ...rest } = meanEstimate(series, horizon, options);
  return { ...rest, low: low === null ? null : Math.max(0, low), high: high === null ? null : Math.min(1, high) };
}

function ratioEstimate(series: Float64Array, horizon: number, options: EvaluationOptions, scale = 1): Estimate {
  const days = defined(series);
  return estimate([days], (columns) => ratioOf(columns) * scale, bootstrapFor(days, horizon, options));
}

/** One value after the other, with a pause before each. */
function* inTurn<T>(makers: readonly (() => T)[]): Steps<T[]> {
  const made: T[] = [];
  for (const [i, make] of makers.entries()) {
    yield i / makers.length;
    made.push(make());
  }
  return made;
}

function* ranking(
  daily: Pick<DailyMetrics, 'ic' | 'rankIc' | 'hitRate'>,
  horizon: number,
  options: EvaluationOptions,
): Steps<RankingMetrics> {
  const [ic, rankIc, icir, rankIcir, hitRate] = yield* inTurn([
    () => meanEstimate(daily.ic, horizon, options),
    () => meanEstimate(daily.rankIc, horizon, options),
    () => ratioEstimate(daily.ic, horizon, options),
    () => ratioEstimate(daily.rankIc, horizon, options),
    () => shareEstimate(daily.hitRate, horizon, options),
  ]);
  return { ic, rankIc, icir, rankIcir, hitRate };
}

function* summarise(
  daily: DailyMetrics,
  quantiles: readonly number[],
  options: EvaluationOptions,
): Steps<HorizonEvaluation> {
  const { horizon } = daily;
  const columns = (values: Float64Array, width: number, estimateOf = meanEstimate): Steps<Estimate[]> =>
    inTurn(
      Array.from({ length: width }, (_, place) => () => {
        const column = Float64Array.from({ length: values.length / width }, (_, day) => values[day * width + place]);
        return estimateOf(column, horizon, options);
      }),
    );
  const figures = yield* asPart(ranking(daily, horizon, options), 0, 0.2);
  const deciles = yield* asPart(columns(daily.deciles, DECILES), 0.2, 0.6);
  const [spread, spreadSharpe] = yield* asPart(
    inTurn([
      () => meanEstimate(daily.spread, horizon, options),
      () => ratioEstimate(daily.spread, horizon, options, Math.sqrt(options.daysPerYear / horizon)),
    ]),
    0.6,
    0.7,
  );
  const coverage = yield* asPart(columns(daily.coverage, quantiles.length, shareEstimate), 0.7, 0.85);
  const uncertainty = yield* asPart(columns(daily.terciles, TERCILES), 0.85, 1);
  const crossing = mean(defined(daily.crossing));
  return {
    horizon,
    days: Object.fromEntries(
      DAY_STATUS.map((status) => [status, daily.status.filter((found) => found === status).length]),
    ) as Record<DayStatus, number>,
    ...figures,
    deciles,
    spread,
    spreadSharpe,
    calibration: quantiles.map((quantile, q) => ({ quantile, coverage: coverage[q] })),
    crossing: Number.isNaN(crossing) ? null : crossing,
    uncertainty,
  };
}

/** More quantiles out of order than this share of stocks are pointed out. */
const CROSSING_LIMIT = 0.01;

function warningsOf(
  horizons: readonly HorizonEvaluation[],
  overall: RankingMetrics,
  daily: readonly DailyMetrics[],
  options: EvaluationOptions,
): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = [];
  for (const metric of ['ic', 'rankIc'] as const) {
    // Over a few days chance alone goes beyond the limit: the interval must exclude zero as well.
    const judge = (horizon: number | 'overall', { value, low, high }: Estimate): void => {
      if (value === null || low === null || high === null) return;
      if (Math.abs(value) > options.implausibleIc && low * high > 0)
        warnings.push({ code: 'implausible-ic', horizon, metric, value });
    };
    judge('overall', overall[metric]);
    for (const evaluation of horizons) judge(evaluation.horizon, evaluation[metric]);
  }
  const days = Math.min(...horizons.map((evaluation) => evaluation.days.evaluated));
  if (days < options.fewDays) warnings.push({ code: 'few-days', days, wanted: options.fewDays });
  horizons.forEach(({ horizon, days: counts, crossing }, h) => {
    const { constantPrediction, tooFew } = counts;
    if (constantPrediction > 0) warnings.push({ code: 'constant-predictions', horizon, days: constantPrediction });
    if (tooFew > 0) warnings.push({ code: 'too-few-stocks', horizon, days: tooFew, minNodes: options.minNodes });
    if (daily[h].nonFinite > 0) warnings.push({ code: 'non-finite-predictions', horizon, rows: daily[h].nonFinite });
    if (crossing !== null && crossing > CROSSING_LIMIT)
      warnings.push({ code: 'crossing-quantiles', horizon, share: crossing });
  });
  return warnings;
}
