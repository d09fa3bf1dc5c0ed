// Owns a small panel as of an evening, the same in every process, for tests of adding days.
import { join } from 'node:path';
import type { PanelBuildOptions } from '../../core/features/panel-build.node.ts';
import { featureMarket } from '../golden/feature-market.ts';
import { barNames } from './feature-names.ts';
import { until } from './until.ts';

const FIRST = 280;

/** @param evenings since the first */
export function eveningPanel(root: string, evenings: number): PanelBuildOptions {
  const { bars } = featureMarket(9, 300);
  return {
    bars: until(bars, FIRST + evenings),
    dataHash: `evening ${evenings}`,
    features: barNames.slice(0, 40),
    graph: { lookback: 30, k: 4, threshold: 0.2, minOverlap: 15 },
    folder: join(root, `evening-${evenings}`),
    threads: 1,
  };
}
