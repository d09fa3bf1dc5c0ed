// Owns what clients are shown of a stored backtest: its folder, turned into columns and lists.
import type { BacktestSummary } from '../backtest/backtest.ts';
import { sectorContributions } from '../backtest/contributions.ts';
import { COST_PARTS } from '../backtest/costs.ts';
import { rollingSharpe } from '../backtest/rolling.ts';
import { drawdowns } from '../backtest/statistics.ts';
import type { BacktestDay, BacktestDetail, Scenario, Trades } from '../contract/views/backtests.ts';
import { AppError } from '../base/errors.ts';
import { nullsToNaNs } from '../base/missing.ts';
import { type BacktestFile, type PositionColumns, readPositions, readTrades } from './backtest-file.node.ts';
import { backtestFigures } from './evaluations.ts';

/** Growth of 1. */
const net = ({ series }: BacktestSummary): Float64Array =>
  Float64Array.from(series.equity, (value) => value / series.equity[0]);

export function detailOf({ result, sectors, stocks, rollingRankIc }: BacktestFile): Omit<BacktestDetail, 'backtest'> {
  const { options, days, codes, series, statistics, calendar, warnings } = result;
  const { equity } = series;
  const overEquity = (values: readonly number[]) => Float64Array.from(values, (value, day) => value / equity[day]);
  return {
    rule: options.rule,
    costSettings: options.costs,
    capital: options.capital,
    fill: options.fill,
    days,
    series: {
      equity: nullsToNaNs(equity),
      net: net(result),
      gross: nullsToNaNs(series.gross),
      benchmark: nullsToNaNs(series.benchmark),
      drawdown: Float64Array.from(drawdowns(equity)),
      rollingSharpe: rollingSharpe(equity, options.daysPerYear),
      rollingRankIc: nullsToNaNs(rollingRankIc),
      long: overEquity(series.long),
      short: overEquity(series.short),
      turnover: Float64Array.from(series.traded, (value, day) => (day === 0 ? 0 : value / 2 / equity[day - 1])),
      costs: Float64Array.from(days, (_, day) => COST_PARTS.reduce((sum, part) => sum + series.costs[part][day], 0)),
      positions: Int32Array.from(series.positions),
    },
    statistics: backtestFigures(result),
    luck: statistics.belief.luck,
    drawdown: statistics.maxDrawdown,
    calendar,
    costs: statistics.costs,
    byStock: stocks.map(({ code, ...sums }) => ({ ...sums, code: codes[code], sector: sectors[code] })),
    bySector: sectorContributions(stocks, (code) => sectors[code]),
    warnings: warnings.map(({ code, ...params }) => ({ code, params })),
  };
}

export function scenarioOf(result: BacktestSummary): Omit<Scenario, 'milliseconds'> {
  return {
    costSettings: result.options.costs,
    days: result.days,
    net: net(result),
    drawdown: Float64Array.from(drawdowns(result.series.equity)),
    statistics: backtestFigures(result),
    costs: result.statistics.costs,
  };
}

export function tradesOf(folder: string, { result }: BacktestFile): Trades {
  return { days: result.days, codes: [...result.codes], ...readTrades(folder) };
}

/** @throws input/no-such-day */
export function dayOf(folder: string, { result, sectors }: BacktestFile, day: string): BacktestDay {
  const index = result.days.indexOf(day);
  if (index < 0)
    throw new AppError('input/no-such-day', { day, first: result.days[0], last: result.days[result.days.length - 1] });
  const positions = readPositions(folder);
  const trades = readTrades(folder);
  const equity = result.series.equity[index];
  return {
    day,
    positions: rowsOf(positions.day, index)
      .map((row) => positionOf(positions, row, equity, result.codes, sectors))
      .sort((a, b) => b.weight - a.weight),
    trades: rowsOf(trades.day, index).map((row) => ({
      code: result.codes[trades.code[row]],
      shares: trades.shares[row],
      price: trades.price[row],
      cost: trades.cost[row],
      delisted: trades.delisted[row] === 1,
    })),
  };
}

function positionOf(
  { code, shares, price }: PositionColumns,
  row: number,
  equity: number,
  codes: readonly string[],
  sectors: readonly (string | null)[],
): BacktestDay['positions'][number] {
  return {
    code: codes[code[row]],
    sector: sectors[code[row]],
    shares: shares[row],
    price: price[row],
    weight: (shares[row] * price[row]) / equity,
  };
}

/** The rows of a day in a ledger, which stands in day order. */
function rowsOf(days: Int32Array, day: number): number[] {
  const first = days.indexOf(day);
  if (first < 0) return [];
  const rows: number[] = [];
  for (let row = first; days[row] === day; row++) rows.push(row);
  return rows;
}
