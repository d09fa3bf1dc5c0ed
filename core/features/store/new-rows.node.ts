// Owns the feature values of a panel's last days, each column from the end of the bars that it looks back to.
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import type { BarTable } from '../../data/bars.ts';
import type { SideTables } from '../../data/side-tables.ts';
import type { GraphSnapshots } from '../../stockgraph/graph.ts';
import { type ZScoreOptions, zScoreByDay } from '../cross-section.ts';
import { type DayOrder, dayOrder } from '../day-order.ts';
import type { FeatureDefinition } from '../definition.ts';
import type { PanelManifest } from '../panel.ts';
import { MEASURED } from './memory.ts';
import { looksAround, type Memory, tailColumns, tailOf } from './tail.ts';
import { featureVersions } from './versions.node.ts';

type Column = PanelManifest['features'][number];

export interface NewRowsRequest {
  readonly bars: BarTable;
  readonly tables?: SideTables;
  readonly definitions: readonly FeatureDefinition[];
  readonly columns: readonly Column[];
  readonly zScore: ZScoreOptions;
  readonly minHistory: number;
  /** First of the days that are wanted; index into bars.days. */
  readonly firstDay: number;
  /** The snapshots that serve the days from `day` on, or more. */
  readonly graphFrom: (day: number) => GraphSnapshots;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface NewRows {
  /** [rows of the days, columns], scaled as they are stored. */
  readonly values: Float32Array;
  /** Of each column, rows past minHistory without a value, by day: [columns, days]. */
  readonly missing: Int32Array;
}

/** What was measured of a feature counts for the version that it was measured on; any other is given the whole history. */
export function memoriesOf(names: readonly string[], definitions: readonly FeatureDefinition[]): Map<string, Memory> {
  const versions = featureVersions(names, definitions);
  return new Map(
    names.map((name) => {
      const [version, memory] = MEASURED[name] ?? ['', null];
      return [name, version === versions.get(name) ? memory : null];
    }),
  );
}

/** @param memories of each column's feature @throws cancelled */
export async function computeNewRows(request: NewRowsRequest, memories: ReadonlyMap<string, Memory>): Promise<NewRows> {
  const { bars, columns, definitions, firstDay, graphFrom, onProgress, signal } = request;
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const place = new Map(columns.map(({ name }, at) => [name, at]));
  const { rows, sizes } = daysFrom(bars, firstDay);
  const out: NewRows = {
    values: new Float32Array(rows * columns.length),
    missing: new Int32Array(columns.length * sizes.length),
  };
  let done = 0;
  for (const { memory, around, names } of groups(columns, byName, memories)) {
    const tail = tailOf(bars, firstDay, memory, around);
    const first = tail.before?.days ?? 0;
    const order = orderFrom(tail, firstDay - first);
    const graph = names.some((name) => byName.get(name)?.scope === 'graph') ? graphFrom(first) : undefined;
    for (const [name, values] of tailColumns(tail, names, graph, definitions, request.tables)) {
      storeColumn(request, out, place.get(name)!, values, tail, order);
      onProgress?.(++done, columns.length);
      await setImmediate();
      if (signal?.aborted) throw new AppError('cancelled', {});
    }
  }
  return out;
}

/** Features that look equally far are computed together, on one tail. */
function groups(
  columns: readonly Column[],
  byName: ReadonlyMap<string, FeatureDefinition>,
  memories: ReadonlyMap<string, Memory>,
): { memory: Memory; around: boolean; names: string[] }[] {
  const found = new Map<string, { memory: Memory; around: boolean; names: string[] }>();
  for (const { name } of columns) {
    const definition = byName.get(name);
    const memory = memories.get(name) ?? null;
    const around = definition !== undefined && looksAround(definition);
    const key = `${memory} ${around && memory !== null}`;
    const group = found.get(key) ?? { memory, around, names: [] };
    group.names.push(name);
    found.set(key, group);
  }
  return [...found.values()];
}

/** Scales one column's values as they are stored and puts them in their place. */
function storeColumn(
  { columns, zScore, minHistory }: NewRowsRequest,
  { values: out, missing }: NewRows,
  at: number,
  values: Float64Array,
  tail: BarTable,
  order: DayOrder,
): void {
  const { barRow, dayOffsets, stock } = order;
  const days = dayOffsets.length - 1;
  const stored = columns[at].scaling === 'fold' ? undefined : zScoreByDay(values, order, zScore);
  for (let day = 0; day < days; day++)
    for (let row = dayOffsets[day]; row < dayOffsets[day + 1]; row++) {
      const bar = barRow[row];
      out[row * columns.length + at] = stored ? stored[row] : values[bar];
      const age = (tail.before?.rows[stock[row]] ?? 0) + bar - tail.offsets[stock[row]] + 1;
      if (age > minHistory && Number.isNaN(values[bar])) missing[at * days + day]++;
    }
}

/** The panel order of the days from `firstDay` on. */
function orderFrom(bars: BarTable, firstDay: number): DayOrder {
  const { dayOffsets, barRow, stock } = dayOrder(bars);
  const first = dayOffsets[firstDay];
  return {
    dayOffsets: dayOffsets.subarray(firstDay).map((offset) => offset - first),
    barRow: barRow.subarray(first),
    stock: stock.subarray(first),
  };
}

function daysFrom(bars: BarTable, firstDay: number): { rows: number; sizes: Int32Array } {
  const { dayOffsets } = dayOrder(bars);
  const sizes = new Int32Array(bars.days.length - firstDay);
  for (let day = 0; day < sizes.length; day++) sizes[day] = dayOffsets[firstDay + day + 1] - dayOffsets[firstDay + day];
  return { rows: dayOffsets[bars.days.length] - dayOffsets[firstDay], sizes };
}
