// Owns the check that features do not look ahead: it changes and removes future rows and compares every past value bit by bit.
import type { EpochDay } from '../base/clock.ts';
import { Random } from '../base/random.ts';
import type { BarTable } from '../data/bars.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';
import { catalogue } from './catalogue.ts';
import { featureColumns } from './compute.ts';
import type { FeatureDefinition } from './definition.ts';

/** A value that rows after `cut` had a part in. The first one found of each feature, change and cut. */
export interface Leak {
  readonly feature: string;
  readonly change: 'altered' | 'removed';
  /** Last day whose rows were left alone. */
  readonly cut: EpochDay;
  readonly code: string;
  readonly day: EpochDay;
  readonly before: number;
  readonly after: number;
}

/**
 * Computes the features on `bars`, then, for each cut, with all later rows (and graph snapshots) altered, and with them removed.
 * @param definitions may build on any feature of the catalogue
 * @param cuts day indexes; by default the quarters of the table
 * @returns every difference at or before the cut, NaN equal to NaN and all else compared by bits; empty when nothing looks ahead
 */
export function probeFutureRows(
  bars: BarTable,
  definitions: readonly FeatureDefinition[],
  graph?: GraphSnapshots,
  cuts: readonly number[] = [1, 2, 3].map((quarter) => Math.floor((bars.days.length * quarter) / 4) - 1),
): Leak[] {
  const names = definitions.map((definition) => definition.name);
  const known = [...catalogue, ...definitions];
  const leaks: Leak[] = [];
  for (const cut of cuts) {
    const kept = rowsUntil(bars, cut);
    // Column by column, so that a whole market's features are never held at once.
    const removed = columns(removeAfter(bars, cut, kept), names, graph && removeSnapshots(graph, cut), known);
    const altered = columns(alterAfter(bars, cut), names, graph && alterSnapshots(graph, cut), known);
    for (const [feature, before] of featureColumns(bars, names, graph, known)) {
      const report = (change: Leak['change'], after: Float64Array, at: (i: number) => number): void => {
        const i = kept.findIndex((row, index) => !Object.is(before[row], after[at(index)]));
        if (i < 0) return;
        const row = kept[i];
        const code = bars.codes[bars.offsets.findLastIndex((offset) => offset <= row)];
        const day = bars.days[bars.dayIndex[row]];
        leaks.push({ feature, change, cut: bars.days[cut], code, day, before: before[row], after: after[at(i)] });
      };
      report('removed', removed(), (i) => i);
      report('altered', altered(), (i) => kept[i]);
    }
  }
  return leaks;
}

/** Each call gives the next feature's column. */
function columns(...given: Parameters<typeof featureColumns>): () => Float64Array {
  const iterator = featureColumns(...given)[Symbol.iterator]();
  return () => {
    const next = iterator.next();
    if (next.done) throw new TypeError('asked for more columns than features');
    return next.value[1];
  };
}

/** Rows on or before the cut, ascending. */
function rowsUntil(bars: BarTable, cut: number): Int32Array {
  const kept: number[] = [];
  for (let row = 0; row < bars.dayIndex.length; row++) if (bars.dayIndex[row] <= cut) kept.push(row);
  return Int32Array.from(kept);
}

/** The table as it stood at the close of the cut. A stock not yet listed keeps its code, without rows. */
function removeAfter(bars: BarTable, cut: number, kept: Int32Array): BarTable {
  const take = (column: Float64Array): Float64Array => Float64Array.from(kept, (row) => column[row]);
  const offsets = Int32Array.from(bars.offsets, (offset) => countBelow(kept, offset));
  return {
    codes: bars.codes,
    sectors: bars.sectors,
    days: bars.days.slice(0, cut + 1),
    offsets,
    dayIndex: Int32Array.from(kept, (row) => bars.dayIndex[row]),
    open: take(bars.open),
    high: take(bars.high),
    low: take(bars.low),
    close: take(bars.close),
    volume: take(bars.volume),
  };
}

function countBelow(ascending: Int32Array, limit: number): number {
  const found = ascending.findIndex((row) => row >= limit);
  return found < 0 ? ascending.length : found;
}

/** Later rows get other prices and volumes, some missing, and later days other dates. */
function alterAfter(bars: BarTable, cut: number): BarTable {
  const random = new Random(cut, 0x1ea4);
  const alter = (column: Float64Array): Float64Array =>
    column.map((value, row) => {
      if (bars.dayIndex[row] <= cut) return value;
      return random.uniform() < 0.05 ? Number.NaN : (Number.isNaN(value) ? 1 : value) * Math.exp(2 * random.normal());
    });
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map(alter);
  const days = bars.days.map((day, index) => (index <= cut ? day : day + 45));
  return { ...bars, days, open, high, low, close, volume };
}

function removeSnapshots(graph: GraphSnapshots, cut: number): GraphSnapshots {
  const count = graph.dayIndex.filter((day) => day <= cut).length;
  const size = graph.stocks * graph.k;
  return {
    ...graph,
    dayIndex: graph.dayIndex.slice(0, count),
    neighbours: graph.neighbours.slice(0, count * size),
    correlation: graph.correlation.slice(0, count * size),
  };
}

/** In later snapshots every stock has a single neighbour, the next one, and that with another sign. */
function alterSnapshots(graph: GraphSnapshots, cut: number): GraphSnapshots {
  const first = graph.dayIndex.filter((day) => day <= cut).length * graph.stocks * graph.k;
  const change = (i: number): boolean => i >= first;
  const isFirstSlot = (i: number): boolean => i % graph.k === 0;
  return {
    ...graph,
    neighbours: graph.neighbours.map((stock, i) =>
      change(i) ? (isFirstSlot(i) ? (Math.floor(i / graph.k) + 1) % graph.stocks : -1) : stock,
    ),
    correlation: graph.correlation.map((value, i) => (change(i) ? (isFirstSlot(i) ? -0.9 : 0) : value)),
  };
}
