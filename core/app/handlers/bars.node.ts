// Owns the calls that look into a dataset's stored bars: coverage, stocks, one stock's chart.
import { join } from 'node:path';
import type { Handlers } from '../../contract/api.ts';
import { readCoverage, readStocks } from '../../data/coverage.node.ts';
import { adjusted, corporateActions, readStock } from '../../data/stock-bars.node.ts';
import { overlayLines, SCALE_FREE } from '../../features/overlays.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { requireDataset } from '../lookup.node.ts';

export function barReaders(store: WorkspaceReader) {
  const folderOf = async (dataset: string) => join(store.folder, (await requireDataset(store, dataset)).version.folder);
  return {
    'datasets.coverage': async ({ dataset, by }, signal) => await readCoverage(await folderOf(dataset), by, signal),
    'datasets.stocks': async ({ dataset }, signal) => await readStocks(await folderOf(dataset), signal),
    'datasets.bars': async ({ dataset, code, overlays, raw }, signal) => {
      const traded = await readStock(await folderOf(dataset), code, signal);
      const bars = adjusted(traded);
      const lines = overlayLines(bars, overlays);
      if (raw) {
        // Computed on adjusted prices, where a split is no jump; shown in the prices of each day.
        for (const [name, values] of Object.entries(lines))
          if (!SCALE_FREE.includes(name)) lines[name] = values.map((value, i) => value / traded.factor[i]);
      }
      const { factor: _, ...shown } = raw ? traded : bars;
      return { ...shown, actions: corporateActions(traded), lines };
    },
  } satisfies Partial<Handlers>;
}
