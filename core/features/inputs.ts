// Owns what features may need beside dates and prices, and which of them a dataset cannot support.
import type { BarTable } from '../data/bars.ts';
import type { DatasetManifest } from '../data/manifest.ts';
import { SIDE_TABLE_NAMES, type SideTables } from '../data/side-tables.ts';
import type { FeatureDefinition, FeatureInput } from './definition.ts';

export interface UnsupportedFeature {
  readonly name: string;
  /** What the dataset lacks of its inputs, at least one. */
  readonly lacks: readonly FeatureInput[];
}

/** What these data hold. */
export function inputsOf(bars: BarTable, tables: SideTables = {}): Set<FeatureInput> {
  const held = new Set<FeatureInput>(SIDE_TABLE_NAMES.filter((name) => (tables[name]?.known.length ?? 0) > 0));
  if (bars.volume.some((volume) => !Number.isNaN(volume))) held.add('volume');
  if (bars.sectors.some((sector) => sector !== null)) held.add('sector');
  if (bars.factor) held.add('factor');
  return held;
}

/** What a dataset folder holds, as its manifest says; bars are loaded with their factors where those are needed. */
export function inputsOfDataset({ sources, codes, tables = [] }: DatasetManifest): Set<FeatureInput> {
  const held = new Set<FeatureInput>(['factor']);
  for (const { name, rows } of tables) if (rows > 0) held.add(name);
  const volumes = sources.flatMap(({ columns }) => columns.filter(({ role }) => role === 'volume'));
  if (volumes.length === 0 || volumes.some(({ column }) => column !== null)) held.add('volume');
  if (codes.some(({ sector }) => sector !== null)) held.add('sector');
  return held;
}

/** Those of the definitions that lack an input, in their order, each with what it lacks. */
export function lackingInputs(
  definitions: readonly FeatureDefinition[],
  held: ReadonlySet<FeatureInput>,
): UnsupportedFeature[] {
  return definitions
    .map(({ name, inputs = [] }) => ({ name, lacks: inputs.filter((input) => !held.has(input)) }))
    .filter(({ lacks }) => lacks.length > 0);
}
