// Owns the calls on datasets: looking into files, importing, generating, and what a stored dataset shows of itself.
import { z } from 'zod';
import { APPEND_MODES, CALENDAR_NAMES } from '../data-words.ts';
import { datasetSchema } from '../entities.ts';
import { nameSchema } from '../names.ts';
import { datasetDetailSchema, datasetViewSchema, inspectionSchema } from '../views.ts';
import {
  barsSchema,
  coverageSchema,
  databaseSchema,
  OVERLAYS,
  qualitySchema,
  repairRuleSchema,
  sectorPreviewSchema,
  sideTablePreviewSchema,
  sideTableSchema,
  stockSchema,
} from '../views/datasets.ts';
import { none, reference, started } from './common.ts';

const columns = z.record(z.string(), z.string()).default({});
/** What to read of files that are DuckDB or SQLite databases: a table or view by name. Queries are for the command line alone. */
const database = { sourceTable: z.string().min(1).optional() };

export const datasetCalls = {
  'datasets.inspect': {
    input: z.object({
      files: z.array(z.string()).min(1, 'name at least one file'),
      columns,
      encoding: z.string().optional(),
      ...database,
    }),
    output: inspectionSchema,
  },
  /** Those of the files that are databases, with their tables. */
  'datasets.databases': { input: z.object({ files: z.array(z.string()) }), output: z.array(databaseSchema) },
  /**
   * Whether a file has the columns of a table to hold beside the bars; without a name, which table it may be.
   * @throws input/unknown-table, data/unknown-table-column, data/missing-table-column, and what reading a file throws
   */
  'datasets.inspectTable': {
    input: z.object({ path: z.string(), table: z.string().optional() }),
    output: sideTablePreviewSchema,
  },
  /** @throws input/unknown-column, and what reading a file throws */
  'datasets.inspectSectors': {
    input: z.object({
      path: z.string(),
      column: z.string().optional(),
      /** Some of the bars', to tell the column of codes by. */
      codes: z.array(z.string()).default([]),
    }),
    output: sectorPreviewSchema,
  },
  'datasets.import': {
    input: z.object({
      files: z.array(z.string()).min(1, 'name at least one file'),
      name: nameSchema,
      /** Role to column: { close: "Adj Close" }; the others are found by name and content. */
      columns,
      /** A second file that gives each code its sector, and its column where the guess is wrong. */
      sectors: z.string().optional(),
      sectorColumn: z.string().optional(),
      /** Tables to hold beside the bars: "statements", "margin-interest" and so on, each with a file or folder. */
      tables: z.array(z.object({ name: z.string(), path: z.string() })).default([]),
      /** Names of repair rules to apply; none unless named. */
      repairs: z.array(z.string()).default([]),
      dateFormat: z.string().optional(),
      encoding: z.string().optional(),
      ...database,
      /** The exchange whose days the bars are held against; told from the days themselves unless given. */
      calendar: z.enum(CALENDAR_NAMES).optional(),
      /** Code of the index that stands for the market, where the table of indices has several. */
      marketIndex: z.string().min(1).optional(),
      /** Codes that became others on a day: their bars become one history under the newest code. */
      codeChanges: z.array(z.object({ from: z.string().min(1), to: z.string().min(1), day: z.iso.date() })).default([]),
      /** Adds the rows to those of the newest version; rows that differ from what it holds are refused, or take its place. */
      append: z.enum(APPEND_MODES).optional(),
      /** Joins several bars of a day into one instead of refusing them. */
      joinIntraday: z.boolean().default(false),
    }),
    output: started,
  },
  /** The repair rules there are, and which findings each answers. */
  'datasets.repairs': { input: none, output: z.array(repairRuleSchema) },
  /** Writes a seeded market with a planted signal as files to import, in the workspace; labelled synthetic from then on. */
  'datasets.synthesise': {
    input: z.object({
      stocks: z.number().int().min(20).max(5_000),
      days: z.number().int().min(100).max(20_000),
      seed: z.number().int(),
      /** 0 plants nothing: what a model finds then is noise. */
      signalStrength: z.number().min(0).default(1),
    }),
    output: z.object({ name: z.string(), bars: z.string(), sectors: z.string() }),
  },
  'datasets.list': { input: none, output: z.array(datasetViewSchema) },
  /** Findings of the newest version, or of `version`. */
  'datasets.get': {
    input: z.object({ dataset: reference, version: z.number().int().positive().optional() }),
    output: datasetDetailSchema,
  },
  /** What the newest version, or `version`, holds beside its bars. */
  'datasets.tables': {
    input: z.object({ dataset: reference, version: z.number().int().positive().optional() }),
    output: z.array(sideTableSchema),
  },
  /** Every check of the newest version, or of `version`: what it found, or why it could not run. */
  'datasets.quality': {
    input: z.object({ dataset: reference, version: z.number().int().positive().optional() }),
    output: qualitySchema,
  },
  'datasets.update': {
    input: z.object({ dataset: reference, name: nameSchema.optional(), notes: z.string().optional() }),
    output: datasetSchema,
  },
  /** Into the trash: workspace.restore takes it back. Refused while a run on it is active. */
  'datasets.delete': { input: z.object({ dataset: reference }), output: z.null() },
  /** Which bars there are: codes by trading days, or by months. */
  'datasets.coverage': {
    input: z.object({ dataset: reference, by: z.enum(['day', 'month']).default('month') }),
    output: coverageSchema,
  },
  /** Every code with what a universe filter asks about. */
  'datasets.stocks': { input: z.object({ dataset: reference }), output: z.array(stockSchema) },
  /** One code's adjusted bars with overlays computed on the whole history before the window. */
  'datasets.bars': {
    input: z
      .object({
        dataset: reference,
        code: z.string(),
        overlays: z.array(z.enum(OVERLAYS)).default([]),
        /** Prices as they were traded, before adjustment. */
        raw: z.boolean().default(false),
        /** The series as it stood on this day: without later bars, splits and dividends. */
        asOf: z.iso.date().optional(),
        /** Dividends of the dataset's tables put back in on their ex-day; not with raw. */
        totalReturn: z.boolean().default(false),
      })
      .refine(({ raw, totalReturn }) => !(raw && totalReturn), {
        path: ['totalReturn'],
        error: 'prices as traded have no dividends put back in',
      }),
    output: barsSchema,
  },
};
