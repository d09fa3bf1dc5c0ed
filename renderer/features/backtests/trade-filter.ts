// Owns which trades of a ledger a filter lets through.
import type { Trades } from '../../../core/contract/views/backtests.ts';

export type TradeSide = 'both' | 'buy' | 'sell';

/** @param code part of a code, in any case @returns rows, in the ledger's order */
export function matchingTrades(
  trades: Pick<Trades, 'codes' | 'code' | 'shares'>,
  code: string,
  side: TradeSide,
): number[] {
  const wanted = code.trim().toLocaleUpperCase();
  const fits = Uint8Array.from(trades.codes, (one) => (one.toLocaleUpperCase().includes(wanted) ? 1 : 0));
  const rows: number[] = [];
  for (let row = 0; row < trades.code.length; row++) {
    const bought = trades.shares[row] > 0;
    if (fits[trades.code[row]] === 1 && (side === 'both' || bought === (side === 'buy'))) rows.push(row);
  }
  return rows;
}
