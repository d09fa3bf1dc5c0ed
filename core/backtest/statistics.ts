// Owns the figures of an equity curve: growth, risk, drawdowns, calendar tables. Null where a figure is undefined.
import { type Estimate, estimate, expectedBlock } from '../evaluate/bootstrap.ts';
import { deviation, isConstant, kurtosis, mean, skewness } from '../evaluate/statistics.ts';
import { deflatedSharpe, expectedMaximumSharpe, probabilisticSharpe } from './sharpe.ts';

export interface Drawdown {
  /** Fall from peak to trough as a share of the peak, 0 or above. */
  depth: number;
  peak: string;
  trough: string;
  /** First day back at the peak; null when not yet. */
  recovered: string | null;
  /** Trading days from peak to recovery, or to the last day. */
  days: number;
}

export interface CurveStatistics {
  days: number;
  totalReturn: number;
  /** Compound growth a year. */
  cagr: number | null;
  /** Deviation of daily returns, annualised. */
  volatility: number | null;
  /** Mean over deviation of daily returns, annualised; no risk-free rate is subtracted. */
  sharpe: Estimate;
  /** Mean over the root of the mean squared negative return, annualised. */
  sortino: number | null;
  /** CAGR over the deepest drawdown. */
  calmar: number | null;
  /** The deepest one; null when the curve never falls. */
  maxDrawdown: Drawdown | null;
  /** Share of days with a gain among days that moved. */
  hitRate: number | null;
  skewness: number | null;
  kurtosis: number | null;
  bestDay: number | null;
  worstDay: number | null;
}

export interface SharpeBelief {
  /** Probability that the true Sharpe ratio is above zero. */
  probabilistic: number | null;
  /** The same against the best of so many trials by luck. */
  deflated: number | null;
  trials: number;
  /** That best, annualised. */
  luck: number | null;
}

export interface CalendarRow {
  year: number;
  /** January first; null where the curve has no return in that month. */
  months: (number | null)[];
  total: number;
}

export interface CurveOptions {
  daysPerYear: number;
  draws: number;
  seed: number;
}

/** Daily returns: entry t is equity[t + 1] / equity[t] - 1. */
export function dailyReturns(equity: readonly number[]): Float64Array {
  return Float64Array.from({ length: Math.max(0, equity.length - 1) }, (_, t) => equity[t + 1] / equity[t] - 1);
}

/** @param equity positive values, one a day @param dates ISO dates, aligned */
export function curveStatistics(
  equity: readonly number[],
  dates: readonly string[],
  options: CurveOptions,
): CurveStatistics {
  const returns = dailyReturns(equity);
  const n = returns.length;
  const { daysPerYear } = options;
  const growth = n === 0 ? 1 : equity[n] / equity[0];
  const cagr = n === 0 ? Number.NaN : growth > 0 ? growth ** (daysPerYear / n) - 1 : -1;
  const downside = Math.sqrt(mean(returns.map((value) => Math.min(0, value) ** 2)));
  const maxDrawdown = deepestDrawdown(equity, dates);
  const moved = returns.filter((value) => value !== 0);
  const sharpeOf = ([sample]: readonly Float64Array[]): number => sharpePerPeriod(sample) * Math.sqrt(daysPerYear);
  return {
    days: n,
    totalReturn: growth - 1,
    cagr: orNull(cagr),
    volatility: orNull(deviation(returns) * Math.sqrt(daysPerYear)),
    sharpe: estimate([returns], sharpeOf, { ...options, block: expectedBlock(returns, 1) }),
    sortino: orNull((mean(returns) / downside) * Math.sqrt(daysPerYear)),
    calmar: maxDrawdown ? orNull(cagr / maxDrawdown.depth) : null,
    maxDrawdown,
    hitRate: orNull(moved.filter((value) => value > 0).length / moved.length),
    skewness: orNull(skewness(returns)),
    kurtosis: orNull(kurtosis(returns)),
    bestDay: orNull(Math.max(...returns)),
    worstDay: orNull(Math.min(...returns)),
  };
}

/** @param trials how many strategies were tried on these data, this one included @param variance of their ratios per period */
export function sharpeBelief(
  equity: readonly number[],
  trials: number,
  daysPerYear: number,
  variance?: number,
): SharpeBelief {
  const returns = dailyReturns(equity);
  const sample = {
    sharpe: sharpePerPeriod(returns),
    periods: returns.length,
    skewness: skewness(returns),
    kurtosis: kurtosis(returns),
  };
  const spread = variance ?? 1 / (sample.periods - 1);
  return {
    probabilistic: orNull(probabilisticSharpe(sample)),
    deflated: orNull(deflatedSharpe(sample, trials, spread)),
    trials,
    luck: orNull(expectedMaximumSharpe(trials, spread) * Math.sqrt(daysPerYear)),
  };
}

/** Annualised Sharpe ratio of a curve, without an interval. */
export function sharpeRatio(equity: readonly number[], daysPerYear: number): number | null {
  return orNull(sharpePerPeriod(dailyReturns(equity)) * Math.sqrt(daysPerYear));
}

function sharpePerPeriod(returns: Float64Array): number {
  return returns.length < 2 || isConstant(returns) ? Number.NaN : mean(returns) / deviation(returns);
}

/** Fall below the running peak, 0 or negative, a day each. */
export function drawdowns(equity: readonly number[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

function deepestDrawdown(equity: readonly number[], dates: readonly string[]): Drawdown | null {
  const falls = drawdowns(equity);
  const trough = falls.reduce((best, fall, day) => (fall < falls[best] ? day : best), 0);
  if (!(falls[trough] < 0)) return null;
  let peak = trough;
  while (falls[peak] < 0) peak--;
  const back = falls.findIndex((fall, day) => day > trough && fall === 0);
  return {
    depth: -falls[trough],
    peak: dates[peak],
    trough: dates[trough],
    recovered: back < 0 ? null : dates[back],
    days: (back < 0 ? equity.length - 1 : back) - peak,
  };
}

/** Compounded returns by month and year. The first day has no return, so it opens no month by itself. */
export function calendarTable(equity: readonly number[], dates: readonly string[]): CalendarRow[] {
  const rows: CalendarRow[] = [];
  for (let day = 1; day < equity.length; day++) {
    const [year, month] = dates[day].split('-').map(Number);
    if (rows.at(-1)?.year !== year) rows.push({ year, months: Array<null>(12).fill(null), total: 0 });
    const row = rows.at(-1)!;
    const growth = equity[day] / equity[day - 1];
    row.months[month - 1] = (1 + (row.months[month - 1] ?? 0)) * growth - 1;
    row.total = (1 + row.total) * growth - 1;
  }
  return rows;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
