// Owns which backtests of a list a filter lets through.
import type { BacktestListing } from '../../../core/contract/views/backtests.ts';

export interface BacktestFilter {
  text: string;
  dataset: string | null;
  /** Id. */
  run: string | null;
}

/** Every word of the text must be found somewhere in the row. @param rule how a rule reads */
export function matchingBacktests(
  rows: readonly BacktestListing[],
  { text, dataset, run }: BacktestFilter,
  rule: (rule: BacktestListing['rule']) => string,
): BacktestListing[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (dataset !== null && row.dataset !== dataset) return false;
    if (run !== null && row.runId !== run) return false;
    const all = [row.run, row.phase, row.dataset, row.id, row.mode, rule(row.rule)].join(' ').toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  });
}
