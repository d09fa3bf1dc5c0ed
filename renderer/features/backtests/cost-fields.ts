// Owns the fields of costs as forms show them: which there are, how far a slider goes, and the way between shown and stored values.
import type { BacktestCosts } from '../../../core/contract/views/backtests.ts';

export interface CostField {
  key: keyof BacktestCosts;
  /** Of the slider, in shown units; what is typed may go beyond. */
  most: number;
  step: number;
}

export const COST_FIELDS: readonly CostField[] = [
  { key: 'commission', most: 20, step: 0.5 },
  { key: 'halfSpread', most: 20, step: 0.5 },
  { key: 'impact', most: 3, step: 0.1 },
  { key: 'borrow', most: 500, step: 10 },
  { key: 'delistingHaircut', most: 100, step: 5 },
];

/** The haircut is stored as a share and shown in percent; the others are shown as they are. */
export function shownCost(key: keyof BacktestCosts, stored: number): number {
  return key === 'delistingHaircut' ? Number((stored * 100).toFixed(6)) : stored;
}

export function storedCost(key: keyof BacktestCosts, shown: number): number {
  return key === 'delistingHaircut' ? shown / 100 : shown;
}

export function isCost(key: keyof BacktestCosts, shown: number | null): shown is number {
  return shown !== null && Number.isFinite(shown) && shown >= 0 && (key !== 'delistingHaircut' || shown <= 100);
}

export const FREE: BacktestCosts = { commission: 0, halfSpread: 0, impact: 0, borrow: 0, delistingHaircut: 0 };

/** Every cost times `factor`; a haircut never takes more than all. */
export function scaledCosts(costs: BacktestCosts, factor: number): BacktestCosts {
  const scaled = Object.fromEntries(Object.entries(costs).map(([key, value]) => [key, value * factor]));
  return { ...(scaled as unknown as BacktestCosts), delistingHaircut: Math.min(1, costs.delistingHaircut * factor) };
}

export const sameCosts = (a: BacktestCosts, b: BacktestCosts): boolean =>
  COST_FIELDS.every(({ key }) => a[key] === b[key]);
