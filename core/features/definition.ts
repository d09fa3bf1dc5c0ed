// Owns the form of a feature: what the catalogue says about it and what it is given to compute itself.
import type { BarTable } from '../data/bars.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';

/**
 * Where a feature looks. `stock`: the past of its own stock. `cross-section`: also the day's other stocks (that day's own universe,
 * the stocks with a bar on it). `graph`: also its neighbours in the last snapshot taken on or before the day. `calendar`: the date alone.
 */
export type FeatureScope = 'stock' | 'cross-section' | 'graph' | 'calendar';

export interface FeatureDefinition {
  /** snake_case, unique in the catalogue. */
  readonly name: string;
  readonly family: string;
  /** Readable text; C, O, H, L, V are the bar's fields, r the one-bar return, sums and means run over the window. */
  readonly formula: string;
  /** The window parameter in bars, the longest where there are several; 0 for the calendar. */
  readonly window: number;
  /**
   * Index of the first bar of a stock, counted from 0, that can have a value; every earlier one is NaN. Features that are the same for
   * all stocks count days of the table instead.
   */
  readonly warmup: number;
  /** Paper or reference implementation. */
  readonly source: string;
  readonly scope: FeatureScope;
  /**
   * True when all stocks share the day's value (calendar, market regime). A z-score across the day would erase such a
   * feature, so it is scaled over time instead.
   */
  readonly sameForAllStocks?: true;
  /** One value per row in BarTable order; NaN during warm-up or where undefined, never infinite. */
  compute(context: FeatureContext): Float64Array;
}

export interface FeatureContext {
  readonly bars: BarTable;
  /** Set whenever a feature of scope `graph` is computed. */
  readonly graph?: GraphSnapshots;
  /** Another feature of the catalogue, computed once. Read only. */
  column(name: string): Float64Array;
  /** An intermediate that several features need, made once per computation. */
  shared<T>(key: string, make: () => T): T;
}
