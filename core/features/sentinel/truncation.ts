// Owns the check that features do not look ahead: it takes away and changes what came later and compares every past value bit by bit.
import type { EpochDay } from '../../base/clock.ts';
import { runThrough, type Steps } from '../../base/steps.ts';
import type { BarTable } from '../../data/bars.ts';
import { featureColumns } from '../compute.ts';
import type { FeatureDefinition } from '../definition.ts';
import { DATA_PARTS, type DataPart, type FeatureData, removedAfter, type World } from './worlds.ts';

/** A value that later data had a part in. The first one found of each feature and world. */
export interface Leak {
  readonly feature: string;
  readonly change: World['change'];
  /** Last day whose rows were left alone. */
  readonly cut: EpochDay;
  readonly code: string;
  readonly day: EpochDay;
  readonly before: number;
  readonly after: number;
  /** How many values differ, of how many compared. */
  readonly values: number;
  readonly compared: number;
}

/** Relative difference below which values in other units are the same: rounding, but for what a sum of many terms adds to it. */
const UNIT_TOLERANCE = 1e-6;
/** Share of the values that has to differ in other units: comparisons of equal values may come out either way by rounding. */
const UNIT_SHARE = 1e-3;

/**
 * Computes every feature in all worlds side by side, so that a whole market's features are never held at once, and compares what is of both:
 * NaN equal to NaN, all else by bits, but in a world of other units, where values may differ by rounding.
 * @param onColumn hears of each feature's values in the data as given
 */
export function* compareWorlds(
  data: FeatureData,
  names: readonly string[],
  definitions: readonly FeatureDefinition[],
  worlds: readonly World[],
  onColumn?: (name: string, values: Float64Array) => void,
): Steps<Leak[]> {
  const asked = ({ names: some }: World) => (some ? names.filter((name) => some.has(name)) : names);
  const others = worlds.map((world) => columnsOf(world, asked(world), definitions));
  const leaks: Leak[] = [];
  let done = 0;
  for (const [feature, before] of columnsIn(data, names, definitions)) {
    yield done++ / names.length;
    onColumn?.(feature, before);
    for (const [w, world] of worlds.entries()) {
      if (world.names && !world.names.has(feature)) continue;
      const leak = compare(data.bars, feature, before, others[w](), world);
      if (leak) leaks.push(leak);
    }
  }
  return leaks;
}

/** The parts of the data through which a feature that looks ahead does so. */
export function leakingParts(
  data: FeatureData,
  feature: string,
  definitions: readonly FeatureDefinition[],
  cut: number,
): DataPart[] {
  return DATA_PARTS.filter(
    (part) => runThrough(compareWorlds(data, [feature], definitions, [removedAfter(data, cut, [part])])).length > 0,
  );
}

const columnsIn = (
  { bars, graph, tables }: FeatureData,
  names: readonly string[],
  known: readonly FeatureDefinition[],
) => featureColumns(bars, names, graph, known, tables);

/** Each call gives the next feature's column. */
function columnsOf(...given: Parameters<typeof columnsIn>): () => Float64Array {
  const iterator = columnsIn(...given)[Symbol.iterator]();
  return () => {
    const next = iterator.next();
    if (next.done) throw new TypeError('asked for more columns than features');
    return next.value[1];
  };
}

function compare(
  bars: BarTable,
  feature: string,
  before: Float64Array,
  after: Float64Array,
  { change, cut, cuts, rows, ownRows }: World,
): Leak | undefined {
  const same = change === 'rescaled' ? alike : Object.is;
  let first = -1;
  let values = 0;
  for (let i = 0; i < rows.length; i++) {
    if (same(before[rows[i]], after[ownRows[i]])) continue;
    if (values++ === 0) first = i;
  }
  if (values === 0 || (change === 'rescaled' && values < UNIT_SHARE * rows.length)) return undefined;
  const row = rows[first];
  const stock = bars.offsets.findLastIndex((offset) => offset <= row);
  return {
    feature,
    change,
    cut: bars.days[cuts?.[stock] ?? cut],
    code: bars.codes[stock],
    day: bars.days[bars.dayIndex[row]],
    before: before[row],
    after: after[ownRows[first]],
    values,
    compared: rows.length,
  };
}

function alike(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= UNIT_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
