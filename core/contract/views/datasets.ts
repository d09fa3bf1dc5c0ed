// Owns what the interface sees of stored bars: coverage, the stocks of a dataset, one stock's chart, the repairs on offer.
import { z } from 'zod';
import { float64s, uint8s } from '../arrays.ts';
import { ACTION_KINDS, ACTION_ORIGINS } from '../data-words.ts';
import { findingSchema } from '../entities.ts';

export { OVERLAYS, type Overlay } from '../overlays.ts';

/** What the rules do, and what the kinds of finding mean, stands in data-words.ts. */
export const repairRuleSchema = z.object({
  name: z.string(),
  /** Kinds of finding that it answers. */
  answers: z.array(z.string()),
});

export const findingViewSchema = findingSchema.extend({
  /** Names of the repair rules on offer for it, the usual one first; none where nothing can be repaired. */
  offers: z.array(z.string()),
});
export type FindingView = z.infer<typeof findingViewSchema>;

/** One check of an import. What the kinds and areas mean stands in data-words.ts. */
export const qualityCheckSchema = z.object({
  kind: z.string(),
  area: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  /** 'skipped': there was nothing to check by, see reason. 'unknown': the check is younger than the version. */
  state: z.enum(['found', 'clean', 'skipped', 'unknown']),
  /** A word of SKIP_REASONS in data-words.ts; null unless skipped. */
  reason: z.string().nullable(),
  finding: findingViewSchema.nullable(),
});
export type QualityCheck = z.infer<typeof qualityCheckSchema>;

export const qualitySchema = z.object({
  dataset: z.string(),
  version: z.number().int(),
  /** The exchange whose days the bars were held against; null where none was told and the days show none. */
  calendar: z
    .object({
      name: z.string(),
      reason: z.enum(['guessed', 'chosen']),
      /** Share of the exchange's own holidays that the days keep; of a guess alone. */
      agreement: z.number().nullable(),
    })
    .nullable(),
  /** Against the version before; null for a first one. */
  drift: z
    .object({
      against: z.string(),
      common: z.number().int(),
      changed: z.number().int(),
      hashBefore: z.string(),
      hashAfter: z.string(),
    })
    .nullable(),
  /** Codes whose bars were made the past of another, as asked at the import. */
  codeChanges: z.array(z.object({ from: z.string(), to: z.string(), day: z.string(), rows: z.number().int() })),
  /** The version that rows were added to, and how many; null for one that was imported as a whole. */
  appended: z
    .object({
      version: z.number().int(),
      added: z.number().int(),
      ignored: z.number().int(),
      replaced: z.number().int(),
      /** Files that the rows came from. */
      files: z.array(z.string()),
    })
    .nullable(),
  /** Column that was taken for the sector, and its file; null without sectors. */
  sectors: z.object({ column: z.string(), file: z.string() }).nullable(),
  /** Rows that repairs dropped or changed, as they were read, and the file that holds them; null where none did. */
  asRead: z.object({ rows: z.number().int(), file: z.string() }).nullable(),
  /** By area, in the order of AREAS in data-words.ts. */
  checks: z.array(qualityCheckSchema),
});
export type Quality = z.infer<typeof qualitySchema>;

export const corporateActionSchema = z.object({
  /** First day whose price shows it. */
  day: z.iso.date(),
  kind: z.enum(ACTION_KINDS),
  /** Shares for one held before: 2 for a split of two for one, 0.1 for ten made one. */
  ratio: z.number().nullable(),
  /** Cash for a share held before. */
  amount: z.number().nullable(),
  /** Where it is known from: the user's table, factors that stand on their day alone, or a jump that was adjusted for on request. */
  origin: z.enum(ACTION_ORIGINS),
});
export type CorporateAction = z.infer<typeof corporateActionSchema>;

export const coverageSchema = z.object({
  codes: z.array(z.string()),
  sectors: z.array(z.string().nullable()),
  /** ISO days, or months as 2024-03. */
  periods: z.array(z.string()),
  /** [codes, periods]: share of the period's trading days with a bar, 0 to 255; 0 none, 255 all. */
  cells: uint8s,
});
export type Coverage = z.infer<typeof coverageSchema>;

export const stockSchema = z.object({
  code: z.string(),
  sector: z.string().nullable(),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  bars: z.number().int(),
  /** Bars over the trading days of the dataset: a stock listed late, or gone early, has less than 1. */
  coverage: z.number(),
  /** Median of close x volume over its last 60 bars, as traded, in the currency of the prices. */
  turnover: z.number().nullable(),
});
export type Stock = z.infer<typeof stockSchema>;

export const barsSchema = z.object({
  code: z.string(),
  sector: z.string().nullable(),
  days: z.array(z.iso.date()),
  open: float64s,
  high: float64s,
  low: float64s,
  close: float64s,
  volume: float64s,
  /**
   * Where the adjustment factor changes: splits (ratio 2 for two for one), reverse splits (below 1), and dividends where the source
   * adjusts for them (a little above 1). On the day, the first with the new factor.
   */
  actions: z.array(z.object({ day: z.iso.date(), ratio: z.number() })),
  /** What the dataset's tables say: splits, dividends, changes of code, mergers, delistings; those known by `asOf`, ascending by day. */
  corporateActions: z.array(corporateActionSchema),
  /**
   * Names of lines to one value a day, NaN while warming up: those of OVERLAYS, but bollinger is bollinger_upper and bollinger_lower
   * (about sma20), and macd comes with macd_signal. In units of the prices shown, save rsi14, 0 to 100.
   */
  lines: z.record(z.string(), float64s),
});
export type StockBars = z.infer<typeof barsSchema>;

/** A file that is a database, with what can be read of it. */
export const databaseSchema = z.object({
  path: z.string(),
  kind: z.enum(['duckdb', 'sqlite']),
  /** Tables and views, by the names that datasets.import takes. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
export type DatabaseView = z.infer<typeof databaseSchema>;

/** What a file would be as a table beside the bars. */
export const sideTablePreviewSchema = z.object({
  /** What it is read as; null where that is neither asked nor told by its name and columns. */
  table: z.string().nullable(),
  /** Tables whose columns it has; of a database of several tables, those that it has by name. */
  fits: z.array(z.string()),
  /** Columns; none where a database has several tables and none is meant. */
  names: z.array(z.string()),
  /** First rows as text, in the order of `names`. */
  rows: z.array(z.array(z.string())),
});
export type SideTablePreview = z.infer<typeof sideTablePreviewSchema>;

/** What a file of sectors would be read as. */
export const sectorPreviewSchema = z.object({
  /** Taken for the sector; null where none is known by its name. */
  column: z.string().nullable(),
  /** Columns that could be named instead. */
  others: z.array(z.string()),
  /** The one that holds codes of the bars, as far as the first rows show. */
  codeColumn: z.string().nullable(),
  examples: z.array(z.object({ code: z.string(), sector: z.string() })),
});
export type SectorPreview = z.infer<typeof sectorPreviewSchema>;

/** A table that a dataset version holds beside its bars. */
export const sideTableSchema = z.object({
  name: z.string(),
  rows: z.number().int(),
  firstPeriod: z.iso.date(),
  lastPeriod: z.iso.date(),
  /** Numeric columns that have a value anywhere. */
  columns: z.array(z.string()),
});
