// Owns figures over a trailing window: each day's value rests on what was known at that day's close, and on nothing later.
import { targetReach } from '../data/target-window.ts';
import { mean } from '../evaluate/statistics.ts';
import { sharpeRatio } from './statistics.ts';

/** Trading days behind a rolling figure: a quarter of a year. */
export const ROLLING_DAYS = 63;

/** Annualised Sharpe ratio of the trailing returns, one value a day; NaN until there are enough, and where they do not vary. */
export function rollingSharpe(
  equity: readonly number[],
  daysPerYear: number,
  window: number = ROLLING_DAYS,
): Float64Array {
  const out = new Float64Array(equity.length).fill(Number.NaN);
  for (let day = window; day < equity.length; day++)
    out[day] = sharpeRatio(equity.slice(day - window, day + 1), daysPerYear) ?? Number.NaN;
  return out;
}

/** Daily RankIC of one horizon, dated by the forecasts. */
export interface DatedRankIc {
  /** Epoch days, ascending. */
  days: Int32Array;
  /** NaN where a day has none. */
  values: Float64Array;
  /** Trading days that the forecasts look ahead. */
  horizon: number;
}

/**
 * Mean daily RankIC of the trailing forecasts whose outcome was known by each day's close: the newest of them was made
 * targetReach(horizon) trading days before. NaN until the first forecast of the window stands that far back.
 * @param calendar all trading days of the market, epoch days, ascending @param firstDay index of the first day of the result
 * @param count days of the result
 */
export function rollingRankIc(
  rankIc: DatedRankIc,
  calendar: Int32Array,
  firstDay: number,
  count: number,
  window: number = ROLLING_DAYS,
): Float64Array {
  const valueOn = new Map(Array.from(rankIc.days, (day, i) => [day, rankIc.values[i]]));
  const first = rankIc.days.length === 0 ? Number.POSITIVE_INFINITY : rankIc.days[0];
  return Float64Array.from({ length: count }, (_, t) => {
    const newest = firstDay + t - targetReach(rankIc.horizon);
    const oldest = newest - window + 1;
    if (oldest < 0 || calendar[oldest] < first) return Number.NaN;
    const known = Array.from(calendar.subarray(oldest, newest + 1), (day) => valueOn.get(day) ?? Number.NaN);
    return mean(known.filter((value) => !Number.isNaN(value)));
  });
}
