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
  const columns = new LiveColumns(wanted, find, { bars, graph, tables });
  return (function* () {
    for (const definition of wanted) yield [definition.name, columns.take(definition)] as [string, Float64Array];
  })();
}

/**
 * The same names in an order in which few columns live at a time: what builds on a column follows it, and then it goes. Always the same for
 * the same names.
 */
export function sparingOrder(
  names: readonly string[],
  definitions: readonly FeatureDefinition[] = catalogue,
): string[] {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const usesOf = (name: string): readonly string[] => known.get(name)?.uses ?? [];
  const asked = askers(names, usesOf);
  const live = new Set<string>();
  const left = new Set(names);
  /** Columns that live because of it: its own, and those that it builds on. */
  const begun = (name: string, into = new Set<string>()): Set<string> => {
    if (live.has(name) || into.has(name)) return into;
    for (const used of usesOf(name)) begun(used, into);
    return (asked.get(name) ?? 0) > 0 ? into.add(name) : into;
  };
  const ended = (name: string): string[] => usesOf(name).filter((used) => live.has(used) && asked.get(used) === 1);
  const order: string[] = [];
  while (left.size > 0) {
    let [best, least] = ['', Number.POSITIVE_INFINITY];
    for (const name of left) {
      const grown = begun(name).size - ended(name).length;
      if (grown < least) [best, least] = [name, grown];
    }
    const added = begun(best);
    left.delete(best);
    order.push(best);
    for (const name of added) live.add(name);
    for (const name of new Set([...added, best]))
      for (const used of usesOf(name)) {
        asked.set(used, asked.get(used)! - 1);
        if (asked.get(used) === 0) live.delete(used);
      }
  }
  return order;
}

/** How many of the columns that are computed for `names` ask for each other column. */
function askers(names: Iterable<string>, usesOf: (name: string) => readonly string[]): Map<string, number> {
  const asked = new Map<string, number>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const used of usesOf(name)) {
      asked.set(used, (asked.get(used) ?? 0) + 1);
      visit(used);
    }
  };
  for (const name of names) visit(name);
  return asked;
}

/** Columns that others build on: made once, kept until the last has asked for them. */
class LiveColumns {
  readonly #find: (name: string) => FeatureDefinition;
  readonly #context: Omit<FeatureContext, 'column' | 'shared'>;
  readonly #held = new Map<string, Float64Array>();
  readonly #intermediates = new Map<string, unknown>();
  /** Who is still to ask for a column; a wanted one that others ask for is asked for by its taker too. */
  readonly #asked: Map<string, number>;

  constructor(
    wanted: readonly FeatureDefinition[],
    find: (name: string) => FeatureDefinition,
    context: Omit<FeatureContext, 'column' | 'shared'>,
  ) {
    this.#find = find;
    this.#context = context;
    this.#asked = askers(
      wanted.map(({ name }) => name),
      (name) => find(name).uses ?? [],
    );
    for (const { name } of wanted) if (this.#asked.has(name)) this.#asked.set(name, this.#asked.get(name)! + 1);
  }

  take(definition: FeatureDefinition): Float64Array {
    const column = this.#get(definition.name);
    this.#release(definition.name);
    return column;
  }

  #get(name: string): Float64Array {
    const held = this.#held.get(name);
    if (held) return held;
    const made = this.#make(this.#find(name));
    if ((this.#asked.get(name) ?? 0) > 0) this.#held.set(name, made);
    return made;
  }

  #make(definition: FeatureDefinition): Float64Array {
    const uses = definition.uses ?? [];
    const column = withoutInfinity(
      definition.compute({
        ...this.#context,
        column: (name) => {
          // What is asked for without a word may be asked for again: it stays.
          if (!uses.includes(name)) this.#asked.set(name, Number.POSITIVE_INFINITY);
          return this.#get(name);
        },
        shared: <T>(key: string, make: () => T) => getOrMake(this.#intermediates, key, make) as T,
      }),
    );
    for (const used of uses) this.#release(used);
    return column;
  }

  #release(name: string): void {
    const left = (this.#asked.get(name) ?? 1) - 1;
    this.#asked.set(name, left);
    if (left <= 0) this.#held.delete(name);
  }
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
