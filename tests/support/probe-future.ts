// Owns the question of the look-ahead tests to the sentinel's comparison: which past values does later data change?
import { runThrough } from '../../core/base/steps.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { SideTables } from '../../core/data/side-tables.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { compareWorlds, type Leak } from '../../core/features/sentinel/truncation.ts';
import { alteredAfter, type FeatureData, removedAfter } from '../../core/features/sentinel/worlds.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';

/**
 * Computes the features on `bars`, then, for each cut, with all later rows (and graph snapshots, and rows of side tables) altered, and with them
 * removed.
 * @param definitions may build on any feature of the catalogue
 * @param cuts day indexes; by default the quarters of the table
 * @returns every difference at or before the cut; empty when nothing looks ahead
 */
export function probeFutureRows(
  bars: BarTable,
  definitions: readonly FeatureDefinition[],
  graph?: GraphSnapshots,
  cuts: readonly number[] = [1, 2, 3].map((quarter) => Math.floor((bars.days.length * quarter) / 4) - 1),
  tables?: SideTables,
): Leak[] {
  const names = definitions.map((definition) => definition.name);
  const data: FeatureData = { bars, graph, tables };
  const known = [...catalogue, ...definitions];
  return cuts.flatMap((cut) =>
    runThrough(compareWorlds(data, names, known, [removedAfter(data, cut), alteredAfter(data, cut)])),
  );
}
