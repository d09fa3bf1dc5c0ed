// Owns the calls that look into a dataset's stored bars: coverage, stocks, one stock's chart.
import { join } from 'node:path';
import { fromEpochDay, toEpochDay } from '../../base/clock.ts';
import type { Handlers } from '../../contract/api.ts';
import { readCoverage, readStocks } from '../../data/coverage.node.ts';
import { actionFactors, dividendsLeftOut } from '../../data/corporate-actions.ts';
import { readActions, type StockAction } from '../../data/stock-actions.node.ts';
import {
  adjusted,
  corporateActions as factorSteps,
  historyAsOf,
  readStock,
  type StockHistory,
} from '../../data/stock-bars.node.ts';
import { overlayLines, SCALE_FREE } from '../../features/overlays.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { finite } from '../figures.ts';
import { requireDataset } from '../lookup.node.ts';

export function barReaders(store: WorkspaceReader) {
  const folderOf = async (dataset: string) => join(store.folder, (await requireDataset(store, dataset)).version.folder);
  return {
    'datasets.coverage': async ({ dataset, by }, signal) => await readCoverage(await folderOf(dataset), by, signal),
    'datasets.stocks': async ({ dataset }, signal) => await readStocks(await folderOf(dataset), signal),
    'datasets.bars': async ({ dataset, code, overlays, raw, asOf, totalReturn }, signal) => {
      const folder = await folderOf(dataset);
      const whole = await readStock(folder, code, signal);
      const traded = asOf === undefined ? whole : historyAsOf(whole, asOf, dataset);
      const until = asOf === undefined ? undefined : toEpochDay(asOf);
      const known = await readActions(folder, code, until, signal);
      const bars = adjusted(traded, totalReturn ? dividendFactors(traded, known, until) : undefined);
      const lines = overlayLines(bars, overlays);
      if (raw) {
        // Computed on adjusted prices, where a split is no jump; shown in the prices of each day.
        for (const [name, values] of Object.entries(lines))
          if (!SCALE_FREE.includes(name)) lines[name] = values.map((value, i) => value / traded.factor[i]);
      }
      const { factor: _, ...shown } = raw ? traded : bars;
      const corporateActions = known.map(({ day, kind, ratio, amount, origin }) => ({
        day: fromEpochDay(day),
        kind,
        ratio: finite(ratio),
        amount: finite(amount),
        origin,
      }));
      return { ...shown, actions: factorSteps(traded), corporateActions, lines };
    },
  } satisfies Partial<Handlers>;
}

/** What puts the dividends that the factor leaves out back into prices; those announced for after `asOf` have not been paid yet. */
function dividendFactors(
  { days, close, factor }: StockHistory,
  actions: readonly StockAction[],
  asOf: number | undefined,
): Float64Array {
  const at = days.map(toEpochDay);
  return actionFactors(at, close, dividendsLeftOut(at, close, factor, actions), { asOf, dividends: true });
}
