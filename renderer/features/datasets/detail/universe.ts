// Owns how a universe's bounds sort the stocks of a dataset, and the histograms beside them.
import type { Stock } from '../../../../core/contract/views/datasets.ts';

export interface UniverseBounds {
  minimumBars: number;
  minimumTurnover: number;
  excludedSectors: readonly string[];
}

/** As configs/data/daily.yaml has it. */
export const UNIVERSE_DEFAULTS: UniverseBounds = { minimumBars: 60, minimumTurnover: 0, excludedSectors: [] };

export type Dropped = 'sector' | 'bars' | 'turnover';

/** The first bound that leaves the stock out; null where none does. */
export function droppedBy({ sector, bars, turnover }: Stock, bounds: UniverseBounds): Dropped | null {
  if (sector !== null && bounds.excludedSectors.includes(sector)) return 'sector';
  if (bars < bounds.minimumBars) return 'bars';
  return bounds.minimumTurnover > 0 && (turnover ?? 0) < bounds.minimumTurnover ? 'turnover' : null;
}

export interface Histogram {
  edges: Float64Array;
  counts: Int32Array;
}

/** Equal bins, on the logarithm where `logarithmic` (values of zero or less are then left out). */
export function histogram(values: readonly number[], bins: number, logarithmic = false): Histogram {
  const used = values.filter((value) => Number.isFinite(value) && (!logarithmic || value > 0));
  const scale = logarithmic ? Math.log10 : (value: number) => value;
  const back = logarithmic ? (value: number) => 10 ** value : (value: number) => value;
  const counts = new Int32Array(used.length === 0 ? 0 : bins);
  if (used.length === 0) return { edges: new Float64Array(1), counts };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of used) {
    low = Math.min(low, scale(value));
    high = Math.max(high, scale(value));
  }
  const width = (high - low || 1) / bins;
  for (const value of used) counts[Math.min(bins - 1, Math.floor((scale(value) - low) / width))]++;
  return { edges: Float64Array.from({ length: bins + 1 }, (_, i) => back(low + i * width)), counts };
}

/** What Train takes over: only what differs from the defaults. */
export function universeOverrides(bounds: UniverseBounds): string[] {
  const pairs = [
    ['min_history', bounds.minimumBars, UNIVERSE_DEFAULTS.minimumBars],
    ['min_turnover', bounds.minimumTurnover, UNIVERSE_DEFAULTS.minimumTurnover],
    ['exclude_sectors', bounds.excludedSectors, UNIVERSE_DEFAULTS.excludedSectors],
  ] as const;
  return pairs
    .filter(([, value, usual]) => JSON.stringify(value) !== JSON.stringify(usual))
    .map(([key, value]) => `data.universe.${key}=${JSON.stringify(value)}`);
}
