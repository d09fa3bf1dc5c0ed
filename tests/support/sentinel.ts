// Owns panels to be examined for leaks: markets with missing bars, statements, listings and splits, built and examined as the product does.
import { join } from 'node:path';
import { examinePanel, type ExamineOptions } from '../../core/app/sentinel/examine.node.ts';
import { Random } from '../../core/base/random.ts';
import type { LeakFinding, ProbeName, ProbeReport, SentinelReport } from '../../core/base/sentinel.ts';
import { runThrough } from '../../core/base/steps.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { SIDE_TABLES, type SideTable, type SideTables } from '../../core/data/side-tables.ts';
import { keepCodes, type UniverseRules } from '../../core/data/universe.ts';
import { catalogue, type FeatureDefinition } from '../../core/features/catalogue.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { cachedGraph, graphKey } from '../../core/stockgraph/graph-cache.node.ts';
import { holdout } from '../../core/splits/folds.ts';
import { filterBars } from './random-bars.ts';
import { temporaryFolder } from './training.ts';

export interface Subject extends Partial<ExamineOptions> {
  bars: BarTable;
  /** Of the panel. */
  features: readonly string[];
  tables?: SideTables;
  definitions?: readonly FeatureDefinition[];
  /** Changes the cache of graphs before the panel is built from it. */
  spoilGraphs?(folder: string): void;
  /** Changes the panel's folder after it was built. */
  spoil?(folder: string): void;
}

/** A planted definition, on top of the catalogue. */
export function planted(
  name: string,
  compute: FeatureDefinition['compute'],
  rest: Partial<FeatureDefinition> = {},
): FeatureDefinition {
  const form = { family: 'planted', formula: '', window: 0, warmup: 0, source: '', scope: 'stock' } as const;
  return { ...form, ...rest, name, compute };
}

export async function examined({
  bars,
  features,
  tables,
  definitions = [],
  spoil,
  spoilGraphs,
  ...options
}: Subject): Promise<SentinelReport> {
  const root = temporaryFolder('sentinel');
  const folder = join(root, 'panel');
  const graphCache = join(root, 'graphs');
  const known = [...catalogue, ...definitions];
  const recipe = { dataHash: 'test', parameters: GRAPH_DEFAULTS };
  if (spoilGraphs) {
    await cachedGraph({ bars, ...recipe, cacheFolder: graphCache });
    spoilGraphs(join(graphCache, graphKey(recipe.dataHash, recipe.parameters)));
  }
  await buildPanel({ bars, tables, dataHash: recipe.dataHash, features, definitions: known, folder, graphCache });
  spoil?.(folder);
  return await examinePanel({
    panel: folder,
    loadBars: async (codes) =>
      keepCodes(
        bars,
        codes.map((code) => bars.codes.indexOf(code)),
      ),
    ...(tables && { loadTables: async () => tables }),
    definitions: known,
    folds: (days) => [split(days)],
    run: async (_, steps) => runThrough(steps),
    ...options,
  });
}

/** Three fifths to train on, one each to validate and to test. */
export function split(days: Int32Array) {
  const at = (share: number): number => days[Math.floor(days.length * share) - 1];
  return holdout(days, { trainEnd: at(0.6), validEnd: at(0.8) });
}

/** A table as the universe of a panel is chosen from. */
export function universeOf(bars: BarTable, judged?: { rules: Omit<UniverseRules, 'asOf'>; asOf: number }) {
  const all = bars.codes.map((code, i) => ({ code, lastDay: bars.days[bars.dayIndex[bars.offsets[i + 1] - 1]] }));
  return { all, ...(judged && { judged: { ...judged, bars } }) };
}

export function probe(report: SentinelReport, name: ProbeName): ProbeReport {
  return report.probes.find((one) => one.probe === name)!;
}

export const findings = (report: SentinelReport): LeakFinding[] => report.probes.flatMap((one) => one.findings);

/** Some bars are not there, some lack a field. */
export function withGaps(bars: BarTable, seed: number, share = 0.01): BarTable {
  const random = new Random(seed, 0x9a9);
  const kept = filterBars(bars, () => random.uniform() >= share);
  const lacking = (column: Float64Array): Float64Array =>
    column.map((value) => (random.uniform() < share / 2 ? Number.NaN : value));
  return { ...kept, open: lacking(kept.open), high: lacking(kept.high), volume: lacking(kept.volume) };
}

export function sideTable(
  name: keyof SideTables,
  rows: readonly { code: string; period: number; known: number; values: Record<string, number> }[],
): SideTable {
  const sorted = [...rows].sort((a, b) =>
    a.code < b.code ? -1 : a.code > b.code ? 1 : a.known - b.known || a.period - b.period,
  );
  const codes = [...new Set(sorted.map(({ code }) => code))];
  const offsets = new Int32Array(codes.length + 1);
  for (const { code } of sorted) offsets[codes.indexOf(code) + 1]++;
  for (let i = 0; i < codes.length; i++) offsets[i + 1] += offsets[i];
  return {
    codes,
    offsets,
    known: Int32Array.from(sorted, ({ known }) => known),
    period: Int32Array.from(sorted, ({ period }) => period),
    columns: Object.fromEntries(
      SIDE_TABLES[name].columns.map((column) => [
        column,
        Float64Array.from(sorted, ({ values }) => values[column] ?? Number.NaN),
      ]),
    ),
  };
}

/** Quarterly results, disclosed 30 to 45 days after the quarter; every fifth is restated 20 days later. */
export function statements(bars: BarTable, seed: number): SideTable {
  const random = new Random(seed, 0x57a);
  const [first, last] = [bars.days[0], bars.days[bars.days.length - 1]];
  return sideTable(
    'statements',
    bars.codes.flatMap((code) => {
      const rows: { code: string; period: number; known: number; values: Record<string, number> }[] = [];
      for (let period = first - 180; period < last; period += 91) {
        const known = period + 30 + random.int(15);
        const row = (eps: number) => ({ eps, profit: 1e6 * eps, quarter: 1 + (rows.length % 4) });
        rows.push({ code, period, known, values: row(1 + random.normal()) });
        if (random.uniform() < 0.2) rows.push({ code, period, known: known + 20, values: row(1 + random.normal()) });
      }
      return rows;
    }),
  );
}

/** Prices and volumes as if some stocks had split two for one on the way: adjusted, with the factor of each bar. */
export function withSplits(bars: BarTable, seed: number): BarTable {
  const random = new Random(seed, 0x591);
  const factor = new Float64Array(bars.close.length).fill(1);
  const volume = bars.volume.slice();
  for (let stock = 0; stock < bars.codes.length; stock++) {
    if (random.uniform() > 0.3) continue;
    const [from, end] = [bars.offsets[stock], bars.offsets[stock + 1]];
    const at = from + random.int(Math.max(1, end - from));
    for (let row = from; row < at; row++) {
      factor[row] = 0.5;
      volume[row] *= 2;
    }
  }
  return { ...bars, volume, factor };
}
