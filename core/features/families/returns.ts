// Owns the features that are plain returns over some bars.
import type { FeatureDefinition } from '../definition.ts';
import { perStock } from '../per-stock.ts';
import { changeRatio } from '../indicators/returns.ts';

export const returnFeatures: readonly FeatureDefinition[] = [1, 2, 3, 5, 10, 20, 40, 60].map((window) => ({
  name: `return_${window}`,
  family: 'momentum',
  formula: `C / C[-${window}] - 1`,
  window: window + 1,
  warmup: window,
  source: 'Jegadeesh and Titman (1993)',
  scope: 'stock',
  compute: (context) => perStock(context, (stock, out) => changeRatio(stock.close, stock.close, window, out)),
}));
