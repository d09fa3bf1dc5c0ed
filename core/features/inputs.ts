// Owns what features may need beside dates and prices, and which of them a dataset cannot support.
import type { BarTable } from '../data/bars.ts';
import type { DatasetManifest } from '../data/manifest.ts';
import { SIDE_TABLE_NAMES, type SideTables } from '../data/side-tables.ts';
import type { ColumnInput, FeatureDefinition, FeatureInput } from './definition.ts';
import { NEEDED_COLUMNS } from './needed-columns.ts';

/** What data hold, tables with those of their columns that have a value anywhere. */
export type Held = ReadonlySet<FeatureInput | ColumnInput>;

export interface UnsupportedFeature {
  readonly name: string;
  /** What the dataset lacks of its inputs, at least one: a table as a whole, or columns of one that it has. */
  readonly lacks: readonly (FeatureInput | ColumnInput)[];
}

/** What these data hold. */
export function inputsOf(bars: BarTable, tables: SideTables = {}): Held {
  const held = new Set<FeatureInput | ColumnInput>();
  for (const name of SIDE_TABLE_NAMES) {
    const { known, columns } = tables[name] ?? { known: [], columns: {} };
    if (known.length === 0) continue;
    held.add(name);
    for (const [column, values] of Object.entries(columns))
      if (values.some((value) => !Number.isNaN(value))) held.add(`${name}.${column}`);
  }
  if (bars.volume.some((volume) => !Number.isNaN(volume))) held.add('volume');
  if (bars.sectors.some((sector) => sector !== null)) held.add('sector');
  if (bars.factor) held.add('factor');
  return held;
}

/** What a dataset folder holds, as its manifest says; bars are loaded with their factors where those are needed. */
export function inputsOfDataset({ sources, codes, tables = [] }: DatasetManifest): Held {
  const held = new Set<FeatureInput | ColumnInput>(['factor']);
  for (const { name, rows, columns } of tables) {
    if (rows === 0) continue;
    held.add(name);
    for (const column of columns) held.add(`${name}.${column}`);
  }
  const volumes = sources.flatMap(({ columns }) => columns.filter(({ role }) => role === 'volume'));
  if (volumes.length === 0 || volumes.some(({ column }) => column !== null)) held.add('volume');
  if (codes.some(({ sector }) => sector !== null)) held.add('sector');
  return held;
}

const neededColumns = (name: string): ColumnInput[] => (NEEDED_COLUMNS[name]?.split(' ') ?? []) as ColumnInput[];

/** Those of the definitions that lack an input, in their order, each with what it lacks. */
export function lackingInputs(definitions: readonly FeatureDefinition[], held: Held): UnsupportedFeature[] {
  const lacksOf = ({ name, inputs = [] }: FeatureDefinition): UnsupportedFeature['lacks'] => {
    const lacks = inputs.filter((input) => !held.has(input));
    return lacks.length > 0 ? lacks : neededColumns(name).filter((column) => !held.has(column));
  };
  return definitions
    .map((definition) => ({ name: definition.name, lacks: lacksOf(definition) }))
    .filter(({ lacks }) => lacks.length > 0);
}
