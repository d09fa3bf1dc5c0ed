// Owns a backtest from predictions to figures: checks the request, runs the daily loop, states every assumption in its result.
import { fromEpochDay, toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { EXCHANGE_DAYS, tradingDaysPerYear } from '../data/trading-year.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { mean } from '../evaluate/statistics.ts';
import type { BookSeries, PositionLedger, TradeLedger } from './book.ts';
import { COST_DEFAULTS, COST_PARTS, type CostPart, type Costs } from './costs.ts';
import { type MarketBars, sliceBars } from './market.ts';
import { RULE_DEFAULTS, type Rule } from './rules.ts';
import { simulate } from './simulate.ts';
import {
  type CalendarRow,
  type CurveStatistics,
  calendarTable,
  curveStatistics,
  dailyReturns,
  type SharpeBelief,
  sharpeBelief,
  sharpeRatio,
} from './statistics.ts';

export interface BacktestOptions {
  rule: Rule;
  costs: Costs;
  /** Money at the start, in the currency of the bars. */
  capital: number;
  /** ISO dates, both included; the span of the predictions where absent. */
  dates: { from?: string; to?: string };
  /** Fill at the close (as the targets are entered) or the open of the bar after the signal. */
  fill: 'close' | 'open';
  /** Trading days without a bar after which a stock counts as delisted and is closed at its last price. */
  delistedAfter: number;
  /** Strategies tried on this data set so far, this one included, and the variance of their daily Sharpe ratios if known. */
  trials: { count: number; sharpeVariance?: number };
  /** For annualising; what the traded days show unless given. */
  daysPerYear: number;
  draws: number;
  seed: number;
}

export const BACKTEST_DEFAULTS: BacktestOptions = {
  rule: RULE_DEFAULTS['long-short'],
  costs: COST_DEFAULTS,
  capital: 1_000_000,
  dates: {},
  fill: 'close',
  delistedAfter: 10,
  trials: { count: 1 },
  daysPerYear: EXCHANGE_DAYS,
  draws: 2000,
  seed: 0,
};

export interface BacktestInput extends Partial<BacktestOptions> {
  predictions: PredictionSet;
  bars: MarketBars;
}

export interface BacktestStatistics extends CurveStatistics {
  belief: SharpeBelief;
  /** Annualised Sharpe ratio before all costs. */
  grossSharpe: number | null;
  /** One-way: half of the value traded over the equity of the day before; mean a day. */
  turnover: number;
  /** Mean long plus short value over equity. */
  grossExposure: number;
  /** Mean long less short value over equity. */
  netExposure: number;
  /** Mean number of positions. */
  positions: number;
  /** Trading days that a position is held, from opening to closing or turning; those still open count to the last day. */
  averageHolding: number | null;
  trades: number;
  /** Money over the whole span. */
  costs: Record<CostPart, number>;
  /** All costs a year over mean equity. */
  costDrag: number;
  benchmark: Pick<CurveStatistics, 'totalReturn' | 'cagr' | 'volatility' | 'maxDrawdown'> & { sharpe: number | null };
}

export type BacktestWarning =
  | { code: 'few-days'; days: number; wanted: number }
  | { code: 'ruined' }
  | { code: 'unfilled-orders'; orders: number }
  | { code: 'impact-unknown'; trades: number }
  | { code: 'delisted-positions'; positions: number }
  | { code: 'unknown-codes'; codes: number };

export interface BacktestResult {
  schema: 1;
  options: BacktestOptions;
  days: string[];
  /** Codes that the ledgers index. */
  codes: readonly string[];
  series: BookSeries & {
    /** Growth of 1 before costs: the net return plus the day's costs over the equity of the day before. */
    gross: number[];
    /** Growth of 1 in the equally weighted universe, without costs. */
    benchmark: number[];
  };
  trades: TradeLedger;
  positions: PositionLedger;
  statistics: BacktestStatistics;
  calendar: CalendarRow[];
  warnings: BacktestWarning[];
}

/** A result without its ledgers, which are large. */
export type BacktestSummary = Omit<BacktestResult, 'trades' | 'positions'>;

/** Fewer days than this say little about a strategy. */
const FEW_DAYS = 126;

/**
 * Runs a rule over out-of-sample predictions. A signal of a day's close is filled on the next bar; shares may be fractional; cash
 * earns nothing; dividends count only as far as the bars are adjusted for them.
 * @throws input/horizon-not-predicted, data/no-common-codes, data/no-common-days, input/bad-option
 */
export function backtest(input: BacktestInput): BacktestResult {
  const { predictions, bars, ...given } = input;
  const { firstDay, lastDay } = check(predictions, bars, { ...BACKTEST_DEFAULTS, ...given });
  const daysPerYear = tradingDaysPerYear(bars.days.subarray(firstDay, lastDay + 1));
  const options: BacktestOptions = { ...BACKTEST_DEFAULTS, daysPerYear, ...given };
  const run = simulate({ predictions, bars, ...options, firstDay, lastDay });
  const { series, trades, positions } = run.book;
  const days = Array.from(bars.days.subarray(firstDay, lastDay + 1), fromEpochDay);
  const costOf = (day: number): number => COST_PARTS.reduce((sum, part) => sum + series.costs[part][day], 0);
  const returns = dailyReturns(series.equity);
  const gross = grow([0, ...returns.map((value, t) => value + costOf(t + 1) / series.equity[t])]);
  const benchmark = grow(run.benchmark);
  const costs = Object.fromEntries(
    COST_PARTS.map((part) => [part, series.costs[part].reduce((sum, value) => sum + value, 0)]),
  ) as Record<CostPart, number>;
  const overEquity = (value: (day: number) => number): number =>
    mean(days.map((_, day) => value(day) / series.equity[day]));
  const total = Object.values(costs).reduce((sum, value) => sum + value, 0);
  const market = curveStatistics(benchmark, days, options);
  const delisted = trades.reason.filter((reason) => reason === 'delisted').length;

  const warnings: BacktestWarning[] = [];
  if (days.length < FEW_DAYS) warnings.push({ code: 'few-days', days: days.length, wanted: FEW_DAYS });
  if (run.ruined) warnings.push({ code: 'ruined' });
  if (run.unfilled > 0) warnings.push({ code: 'unfilled-orders', orders: run.unfilled });
  if (run.withoutImpact > 0) warnings.push({ code: 'impact-unknown', trades: run.withoutImpact });
  if (delisted > 0) warnings.push({ code: 'delisted-positions', positions: delisted });
  const known = new Set(bars.codes);
  const unknown = predictions.codes.filter((code) => !known.has(code)).length;
  if (unknown > 0) warnings.push({ code: 'unknown-codes', codes: unknown });

  return {
    schema: 1,
    options,
    days,
    codes: bars.codes,
    series: { ...series, gross, benchmark },
    trades,
    positions,
    statistics: {
      ...curveStatistics(series.equity, days, options),
      belief: sharpeBelief(series.equity, options.trials.count, options.daysPerYear, options.trials.sharpeVariance),
      grossSharpe: sharpeRatio(gross, options.daysPerYear),
      turnover: days.length < 2 ? 0 : mean(returns.map((_, t) => series.traded[t + 1] / 2 / series.equity[t])),
      grossExposure: overEquity((day) => series.long[day] + series.short[day]),
      netExposure: overEquity((day) => series.long[day] - series.short[day]),
      positions: mean(series.positions),
      averageHolding: averageHolding(positions),
      trades: trades.day.length,
      costs,
      costDrag: (total / mean(series.equity) / Math.max(1, days.length - 1)) * options.daysPerYear,
      benchmark: {
        totalReturn: market.totalReturn,
        cagr: market.cagr,
        volatility: market.volatility,
        maxDrawdown: market.maxDrawdown,
        sharpe: market.sharpe.value,
      },
    },
    calendar: calendarTable(series.equity, days),
    warnings,
  };
}

/** The bars that a backtest of this input can see, and no others: it gives the same result on them. @throws what {@link backtest} throws */
export function visibleBars(input: BacktestInput): MarketBars {
  const { predictions, bars, ...given } = input;
  const { firstDay, lastDay } = check(predictions, bars, { ...BACKTEST_DEFAULTS, ...given });
  return sliceBars(bars, new Set(predictions.codes), firstDay, lastDay);
}

function check(
  predictions: PredictionSet,
  bars: MarketBars,
  { rule, dates, capital, costs, delistedAfter, trials }: BacktestOptions,
): { firstDay: number; lastDay: number } {
  const demand = (holds: boolean, option: string, problem: string): void => {
    if (!holds) throw new AppError('input/bad-option', { option, problem });
  };
  demand(capital > 0, 'capital', `${capital} is not above 0`);
  demand(delistedAfter >= 1, 'delistedAfter', `${delistedAfter} is below 1 day`);
  demand(trials.count >= 1, 'trials', `${trials.count} is below 1`);
  for (const [name, value] of Object.entries(costs)) demand(value >= 0, `costs.${name}`, `${value} is below 0`);
  if (rule.kind === 'long-short') {
    demand(
      Number.isInteger(rule.groups) && rule.groups >= 2,
      'rule.groups',
      `${rule.groups} is not a whole number from 2`,
    );
    demand(rule.gross > 0, 'rule.gross', `${rule.gross} is not above 0`);
  } else {
    demand(Number.isInteger(rule.k) && rule.k >= 1, 'rule.k', `${rule.k} is not a whole number from 1`);
    demand(Number.isInteger(rule.drop) && rule.drop >= 0, 'rule.drop', `${rule.drop} is not a whole number from 0`);
    demand(rule.invested > 0 && rule.invested <= 1, 'rule.invested', `${rule.invested} is not in (0, 1]`);
  }
  if (!predictions.horizons.includes(rule.horizon as never))
    throw new AppError('input/horizon-not-predicted', {
      horizon: rule.horizon,
      known: predictions.horizons.join(', '),
    });
  const known = new Set(bars.codes);
  if (!predictions.codes.some((code) => known.has(code)))
    throw new AppError('data/no-common-codes', { predicted: predictions.codes[0] ?? '-', bar: bars.codes[0] ?? '-' });
  const from = Math.max(predictions.days[0] ?? 0, dates.from ? toEpochDay(dates.from) : Number.NEGATIVE_INFINITY);
  const to = Math.min(predictions.days.at(-1) ?? -1, dates.to ? toEpochDay(dates.to) : Number.POSITIVE_INFINITY);
  const firstDay = bars.days.findIndex((day) => day >= from);
  const lastDay = bars.days.findLastIndex((day) => day <= to);
  if (firstDay < 0 || lastDay < firstDay) {
    const span = (days: Int32Array): string =>
      days.length === 0 ? '-' : `${fromEpochDay(days[0])} to ${fromEpochDay(days[days.length - 1])}`;
    throw new AppError('data/no-common-days', { predicted: span(predictions.days), bars: span(bars.days) });
  }
  return { firstDay, lastDay };
}

/** Growth of 1 under daily returns; the first return is of the first day itself. */
function grow(returns: readonly number[]): number[] {
  let value = 1;
  return returns.map((change) => (value *= 1 + change));
}

function averageHolding(positions: PositionLedger): number | null {
  // A position-day continues an episode when the same code stood on the same side the day before; mean length = days / episodes.
  const previous = new Map<number, { day: number; side: number }>();
  let episodes = 0;
  for (let i = 0; i < positions.day.length; i++) {
    const [day, code, side] = [positions.day[i], positions.code[i], Math.sign(positions.shares[i])];
    const before = previous.get(code);
    if (!before || before.day !== day - 1 || before.side !== side) episodes++;
    previous.set(code, { day, side });
  }
  return episodes === 0 ? null : positions.day.length / episodes;
}
