// Owns computing catalogue features over a table of bars, each dependency once.
import { AppError } from '../base/errors.ts';
import type { BarTable } from '../data/bars.ts';
import type { SideTables } from '../data/side-tables.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';
import { catalogue } from './catalogue.ts';
import type { FeatureContext, FeatureDefinition } from './definition.ts';
import { nearestName } from '../base/nearest.ts';

/**
 * The named features, in the order asked for, one value per row of `bars` (NaN where undefined, never infinite).
 * @param graph needed by features of scope `graph`
 * @param definitions where names are looked up; the product's catalogue unless a test plants its own
 * @param tables what the dataset holds beside its bars
 * @throws data/unknown-feature naming the nearest known name; data/feature-needs-graph; data/feature-lacks-input
 */
export function computeFeatures(
  bars: BarTable,
  names: readonly string[],
  graph?: GraphSnapshots,
  definitions: readonly FeatureDefinition[] = catalogue,
  tables?: SideTables,
): Map<string, Float64Array> {
  return new Map(featureColumns(bars, names, graph, definitions, tables));
}

/**
 * The same, one column at a time: a caller that stores each column before asking for the next holds only that one and the
 * few that others build on, however many features there are. All names are checked before the first is computed.
 */
export function featureColumns(
  bars: BarTable,
  names: readonly string[],
  graph?: GraphSnapshots,
  definitions: readonly FeatureDefinition[] = catalogue,
  tables?: SideTables,
): Iterable<[name: string, column: Float64Array]> {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const find = (name: string): FeatureDefinition => {
    const definition = known.get(name);
    if (!definition)
      throw new AppError('data/unknown-feature', { name, nearest: nearestName(name, [...known.keys()]) });
    if (definition.scope === 'graph' && !graph) throw new AppError('data/feature-needs-graph', { name });
    requireInputs(definition, bars, tables);
    return definition;
  };
  const wanted = names.map(find);
  const dependencies = new Map<string, Float64Array>();
  const intermediates = new Map<string, unknown>();
  const context: FeatureContext = {
    bars,
    graph,
    tables,
    column: (name) => getOrMake(dependencies, name, () => withoutInfinity(find(name).compute(context))),
    shared: <T>(key: string, make: () => T) => getOrMake(intermediates, key, make) as T,
  };
  return (function* () {
    for (const definition of wanted)
      yield [definition.name, dependencies.get(definition.name) ?? withoutInfinity(definition.compute(context))] as [
        string,
        Float64Array,
      ];
  })();
}

/** Volumes and sectors may be missing; what is not there at all cannot be computed with. */
function requireInputs({ name, inputs = [] }: FeatureDefinition, bars: BarTable, tables: SideTables = {}): void {
  const lacks = inputs.filter((input) =>
    input === 'factor' ? !bars.factor : input !== 'volume' && input !== 'sector' && !tables[input],
  );
  if (lacks.length > 0) throw new AppError('data/feature-lacks-input', { name, lacks: lacks.join(', ') });
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

/** Kernels guard their divisors; what still overflows (absurd prices) is as undefined as a division by zero. In place. */
function withoutInfinity(column: Float64Array): Float64Array {
  for (let i = 0; i < column.length; i++) if (Math.abs(column[i]) === Number.POSITIVE_INFINITY) column[i] = Number.NaN;
  return column;
}
