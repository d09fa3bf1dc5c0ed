// Owns who made the money: profit and costs of a backtest by stock and by sector, which add up to the whole.
import type { BacktestResult } from './backtest.ts';

export interface Contribution {
  /** Change of value from prices alone, in money, over the whole span. */
  pnl: number;
  /** Commission, spread, impact and haircut of its trades, and its part of the borrowing. */
  costs: number;
  trades: number;
}

export interface StockContribution extends Contribution {
  /** Index into the backtest's codes. */
  code: number;
}

/**
 * Of every stock that was traded, greatest profit first. The sum of pnl less the sum of costs is what equity gained. Borrowing is
 * charged on the value held short at the close before, so each stock bears it in proportion to its own.
 */
export function stockContributions({
  series,
  trades,
  positions,
}: Pick<BacktestResult, 'series' | 'trades' | 'positions'>): StockContribution[] {
  const byCode = new Map<number, StockContribution>();
  const of = (code: number): StockContribution => {
    const found = byCode.get(code) ?? { code, pnl: 0, costs: 0, trades: 0 };
    byCode.set(code, found);
    return found;
  };
  // What a stock brought in is what its sales brought, less what its purchases took, plus what it is worth in the end.
  for (let i = 0; i < trades.day.length; i++) {
    const stock = of(trades.code[i]);
    stock.pnl -= trades.shares[i] * trades.price[i];
    stock.costs += trades.cost[i];
    stock.trades++;
  }
  const last = series.equity.length - 1;
  for (let i = 0; i < positions.day.length; i++) {
    const [day, value] = [positions.day[i], positions.shares[i] * positions.price[i]];
    if (day === last) of(positions.code[i]).pnl += value;
    else if (value < 0 && series.short[day] > 0)
      of(positions.code[i]).costs += series.costs.borrow[day + 1] * (-value / series.short[day]);
  }
  return [...byCode.values()].sort((a, b) => b.pnl - a.pnl || a.code - b.code);
}

/** @param sectorOf by code index; null where unknown @returns greatest profit first */
export function sectorContributions(
  stocks: readonly StockContribution[],
  sectorOf: (code: number) => string | null,
): (Contribution & { sector: string | null; stocks: number })[] {
  const bySector = new Map<string | null, Contribution & { sector: string | null; stocks: number }>();
  for (const { code, pnl, costs, trades } of stocks) {
    const sector = sectorOf(code);
    const sum = bySector.get(sector) ?? { sector, pnl: 0, costs: 0, trades: 0, stocks: 0 };
    sum.pnl += pnl;
    sum.costs += costs;
    sum.trades += trades;
    sum.stocks++;
    bySector.set(sector, sum);
  }
  return [...bySector.values()].sort((a, b) => b.pnl - a.pnl);
}
