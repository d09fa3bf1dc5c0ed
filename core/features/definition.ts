// Owns the form of a feature: what the catalogue says about it and what it is given to compute itself.
import type { BarTable } from '../data/bars.ts';
import type { SideTableName, SideTables } from '../data/side-tables.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';

/**
 * Where a feature looks. `stock`: the past of its own stock. `cross-section`: also the day's other stocks (that day's own universe,
 * the stocks with a bar on it). `graph`: also its neighbours in the last snapshot taken on or before the day. `calendar`: the date alone.
 * Rows of side tables are looked at from the day that they were known.
 */
export type FeatureScope = 'stock' | 'cross-section' | 'graph' | 'calendar';

/**
 * `volume`: a traded volume. `sector`: the sector of some stock. `factor`: the adjustment factor of each bar, without which nothing
 * counted in shares or by the share can be set beside adjusted prices. Else a side table.
 */
export type FeatureInput = 'volume' | 'sector' | 'factor' | SideTableName;

/** 'statements.cash': a column of a side table, in which there is a value. */
export type ColumnInput = `${SideTableName}.${string}`;

/** What its values are: any number, a whole number that is not negative, or 1 and 0 for yes and no (never missing). */
export type FeatureKind = 'number' | 'count' | 'flag';

export interface FeatureDefinition {
  /** snake_case, unique in the catalogue. */
  readonly name: string;
  readonly family: string;
  /** Readable text; C, O, H, L, V are the bar's fields, r the one-bar return, sums and means run over the window. */
  readonly formula: string;
  /** The window parameter in bars, the longest where there are several; 0 for the calendar and for what side tables say of a day. */
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
  /** What it needs beside dates and prices; nothing where absent. A dataset without them does not support the feature. */
  readonly inputs?: readonly FeatureInput[];
  /** The features that its own computation builds on: exactly those that it asks `column` for. None where absent. */
  readonly uses?: readonly string[];
  /** Raised whenever its values change though nothing else here does: panels and caches go by it. 1 where absent. */
  readonly revision?: number;
  /** 'number' where absent. */
  readonly kind?: FeatureKind;
  /** Least and greatest value that bars without contradictions can give, where the formula bounds them on either side. */
  readonly range?: readonly [least: number, greatest: number];
  /**
   * The feature that says whether there is a value, where its absence tells something of the stock. Whatever is missing is stored as the
   * day's mean (as the fold's median where all stocks share the value), so that a model cannot tell it from an ordinary stock without this.
   */
  readonly indicator?: string;
  /** One value per row in BarTable order; NaN during warm-up or where undefined, never infinite. */
  compute(context: FeatureContext): Float64Array;
}

export interface FeatureContext {
  readonly bars: BarTable;
  /** Set whenever a feature of scope `graph` is computed. */
  readonly graph?: GraphSnapshots;
  /** What the dataset holds beside its bars; a feature's own tables are there whenever it is computed. */
  readonly tables?: SideTables;
  /** Another feature of the catalogue, computed once. Read only. */
  column(name: string): Float64Array;
  /** An intermediate that several features need, made once per computation. */
  shared<T>(key: string, make: () => T): T;
}
