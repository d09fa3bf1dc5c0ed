// Owns what a value of a panel was made of: for each feature its version, the bars that it looks at, and the rows that it joined.
import { fromEpochDay } from '../base/clock.ts';
import type { TracedFeature } from '../contract/views/lineage.ts';
import type { BarTable } from '../data/bars.ts';
import type { SideTables } from '../data/side-tables.ts';
import { catalogue } from '../features/catalogue.ts';
import type { FeatureDefinition } from '../features/definition.ts';
import { scaleColumns } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import { joinedRows } from '../features/store/joined.ts';
import { memoriesOf } from '../features/store/new-rows.node.ts';
import { tailOf } from '../features/store/tail.ts';
import { featureVersions } from '../features/store/versions.node.ts';
import type { CheckpointManifest } from '../train/checkpoint.node.ts';

export interface FeatureTraceRequest {
  readonly reader: PanelReader;
  readonly row: number;
  readonly checkpoint: CheckpointManifest;
  readonly names: readonly string[];
  /** The stock's bars through the day, and what was known beside them. */
  readonly bars: BarTable;
  readonly tables: SideTables;
}

/** @returns with each the index of the first bar that can have left a trace in it */
export function traceFeatures(request: FeatureTraceRequest): (TracedFeature & { firstBar: number })[] {
  const { reader, row, checkpoint, names, bars, tables } = request;
  const { features } = reader.manifest;
  const stored = reader.featuresOf(row);
  const scaled = stored.slice();
  scaleColumns(scaled, features.length, reader.foldColumns, {
    center: Float32Array.from(checkpoint.scaling.center),
    scale: Float32Array.from(checkpoint.scaling.scale),
  });
  const versions = featureVersions(names, catalogue);
  const memories = memoriesOf(names, catalogue);
  const definitions = new Map(catalogue.map((definition) => [definition.name, definition]));
  const last = bars.close.length - 1;
  const dayAt = (bar: number): string => fromEpochDay(bars.days[bars.dayIndex[bar]]);
  return names.map((name) => {
    const column = features.findIndex((feature) => feature.name === name);
    const definition = definitions.get(name);
    const memory = memories.get(name) ?? null;
    const first = Math.max(0, last - (definition?.warmup ?? 0));
    const firstBar = fades(memory, last - first) ? Math.max(0, last - (memory ?? last)) : first;
    return {
      name,
      version: features[column].version ?? null,
      current: versions.get(name) || null,
      formula: definition?.formula ?? '',
      source: definition?.source ?? '',
      scaling: features[column].scaling,
      stored: orNull(stored[column]),
      scaled: orNull(scaled[column]),
      inputs: [...(definition?.inputs ?? [])],
      uses: [...(definition?.uses ?? [])],
      scope: definition?.scope ?? 'stock',
      window: { first: dayAt(first), last: dayAt(last), bars: last - first + 1 },
      reachesBack: dayAt(firstBar),
      joined: definition ? joined(definition, bars, tables, memory) : [],
      firstBar,
    };
  });
}

/** Memory is measured in steps: what lies within the next one or two of the window is the window's. */
const fades = (memory: number | null, window: number): boolean => memory === null || memory > 2 * window + 10;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function joined(
  definition: FeatureDefinition,
  bars: BarTable,
  tables: SideTables,
  memory: number | null,
): TracedFeature['joined'] {
  if (!definition.inputs?.some((input) => input in tables)) return [];
  const end = tailOf(bars, bars.days.length - 1, memory, false);
  return joinedRows(definition, end, tables, catalogue).map(({ period, known, ...row }) => ({
    ...row,
    period: fromEpochDay(period),
    known: fromEpochDay(known),
  }));
}
