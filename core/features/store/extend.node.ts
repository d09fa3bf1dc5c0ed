// Owns adding days to a panel: the panel of a longer table, made of one that ends earlier and of what its new days say. Bit by bit what a
// build of the whole would give, at the cost of the days that came.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writeFolderAtomic } from '../../base/atomic-file.node.ts';
import { type Log, silentLog } from '../../base/log.ts';
import type { BarTable } from '../../data/bars.ts';
import { HORIZONS } from '../../data/horizons.ts';
import type { SideTables } from '../../data/side-tables.ts';
import { LONGEST_HORIZON, targetReach } from '../../data/target-window.ts';
import { writeArray } from '../array-file.node.ts';
import { catalogue } from '../catalogue.ts';
import { rankByDay } from '../cross-section.ts';
import { type DayOrder, dayOrder, rowPast } from '../day-order.ts';
import { marketIndexUsed, type PanelBuildOptions, panelKey } from '../panel-build.node.ts';
import { PANEL_MANIFEST, panelStands, readPanelManifest } from '../panel.node.ts';
import type { PanelManifest } from '../panel.ts';
import { forwardReturns } from '../targets.ts';
import { extendGraph, type ExtendedGraph } from './extend-graph.node.ts';
import { computeNewRows, memoriesOf, type NewRows } from './new-rows.node.ts';
import { type Base, type Continued, continueArray, openPanelArray, requireUnchanged } from './parts.node.ts';
import { tailOf } from './tail.ts';

export interface ExtendOptions extends PanelBuildOptions {
  readonly tables?: SideTables;
  readonly log?: Log;
}

export interface Extended {
  readonly manifest: PanelManifest;
  readonly base: PanelManifest;
  /** Days added. */
  readonly days: number;
}

/**
 * Writes the panel of `options.bars` to `options.folder`: what the base holds of it is shared with it, the rest is computed.
 * @param baseFolder a panel of the same recipe whose inputs are those of these bars through its last day; see inputsHash
 * @returns undefined, and nothing written, where the code of today does not give the base's own last day: it was built by another
 * @throws cancelled; data/damaged-panel for the base
 */
export async function extendPanel(options: ExtendOptions, baseFolder: string): Promise<Extended | undefined> {
  const { bars, folder, log = silentLog } = options;
  const base: Base = { folder: baseFolder, manifest: readPanelManifest(baseFolder) };
  const { manifest } = base;
  const order = dayOrder(bars);
  if (order.dayOffsets[manifest.days] !== manifest.rows) return undefined;
  const place = placesOf(manifest.codes, bars.codes);
  const definitions = options.definitions ?? catalogue;

  options.onProgress?.('graph', 0, 1);
  const graph = extendGraph(base, bars, place);
  if (!graph) return undefined;
  options.onProgress?.('graph', 1, 1);

  // The base's last day is computed once more: were the code another than the base's, it would show.
  const request = {
    bars,
    tables: options.tables,
    definitions,
    columns: manifest.features,
    zScore: manifest.zScore,
    minHistory: manifest.minHistory,
    firstDay: manifest.days - 1,
    graphFrom: graph.from,
    onProgress: (done: number, total: number) => options.onProgress?.('features', done, total),
    signal: options.signal,
  };
  const memories = memoriesOf(options.features, definitions);
  let computed = await computeNewRows(request, memories);
  const lastDay = lastDayOf(base);
  const differ = columnsThatDiffer(computed.values, lastDay, manifest.features.length);
  if (differ.length > 0) {
    const names = differ.map((at) => manifest.features[at].name);
    log('warn', 'features look back further than was measured, and are computed from the whole history', { names });
    for (const name of names) memories.set(name, null);
    computed = await computeNewRows(request, memories);
    if (columnsThatDiffer(computed.values, lastDay, manifest.features.length).length > 0) return undefined;
  }

  const key = panelKey(options, definitions);
  const write = (temporary: string): Extended => {
    const written = writePanel(temporary, base, bars, order, place, computed, graph);
    const extended: PanelManifest = {
      ...manifest,
      key,
      dataHash: options.dataHash,
      features: withMissing(manifest, computed.missing),
      unsupported: options.unsupported?.map(({ name, lacks }) => ({ name, lacks: [...lacks] })),
      ...marketIndexUsed(options),
      codes: [...bars.codes],
      sectors: [...bars.sectors],
      rows: order.barRow.length,
      days: bars.days.length,
      graph: graph.described,
      ...written,
    };
    writeFileAtomic(join(temporary, PANEL_MANIFEST), `${JSON.stringify(extended)}\n`);
    return { manifest: extended, base: manifest, days: bars.days.length - manifest.days };
  };
  return await writeFolderAtomic(folder, write, () => panelStands(folder, key));
}

/** Index of each of the base's codes among today's; undefined where they are the same ones. */
function placesOf(old: readonly string[], codes: readonly string[]): Int32Array | undefined {
  if (old.length === codes.length && old.every((code, at) => code === codes[at])) return undefined;
  const index = new Map(codes.map((code, at) => [code, at]));
  return Int32Array.from(old, (code) => index.get(code)!);
}

/** Features of the base's last day, [rows, columns]. */
function lastDayOf({ folder, manifest }: Base): Float32Array {
  const width = manifest.features.length;
  const offsets = readWhole({ folder, manifest }, 'day_offsets.npy', manifest.days + 1);
  const first = offsets[manifest.days - 1];
  const values = new Float32Array((manifest.rows - first) * width);
  const file = openPanelArray(folder, manifest, 'features.npy', '<f4', [manifest.rows, width]);
  try {
    file.read(first, values);
  } finally {
    file.close();
  }
  return values;
}

function readWhole({ folder, manifest }: Base, name: string, length: number): Int32Array {
  requireUnchanged({ folder, manifest }, name, 0);
  const values = new Int32Array(length);
  const file = openPanelArray(folder, manifest, name, '<i4', [length]);
  try {
    file.read(0, values);
  } finally {
    file.close();
  }
  return values;
}

/** Columns in which the first rows of `values` have other bits than `stored`. */
function columnsThatDiffer(values: Float32Array, stored: Float32Array, width: number): number[] {
  const [a, b] = [values, stored].map((array) => new Int32Array(array.buffer, array.byteOffset, stored.length));
  const differ = new Set<number>();
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) differ.add(i % width);
  return [...differ].sort((x, y) => x - y);
}

/** `missing` is [columns, days], the base's last day first: that one is counted already. */
function withMissing({ features }: PanelManifest, missing: Int32Array): PanelManifest['features'] {
  const days = missing.length / features.length;
  return features.map((feature, at) => {
    const added = missing.subarray(at * days + 1, (at + 1) * days).reduce((sum, count) => sum + count, 0);
    return { ...feature, missing: feature.missing + added };
  });
}

function writePanel(
  folder: string,
  base: Base,
  bars: BarTable,
  order: DayOrder,
  place: Int32Array | undefined,
  computed: NewRows,
  graph: ExtendedGraph,
): Pick<PanelManifest, 'files' | 'parts'> {
  const { manifest } = base;
  const { rows: kept, features } = manifest;
  const width = features.length;
  const files: PanelManifest['files'] = {};
  const parts: PanelManifest['parts'] = {};
  const whole = (name: string, values: Int32Array): void => {
    files[name] = writeArray(join(folder, name), '<i4', [values.length], values);
  };
  const continued = (array: Continued): void => {
    const written = continueArray(base, folder, array);
    Object.assign(files, written.files);
    const [first] = written.parts;
    if (written.parts.length !== 1 || first.file !== array.name || first.held !== first.rows)
      parts[array.name] = written.parts;
  };
  whole('days.npy', bars.days);
  whole('day_offsets.npy', order.dayOffsets);
  const { prev, age } = rowPast(bars, order);
  const history = age.subarray(kept).map((bars) => Math.max(0, bars - manifest.minHistory));
  // Where stocks came in between, all their numbers are others.
  const stock = place ? { kept: 0, added: order.stock } : { kept, added: order.stock.subarray(kept) };
  continued({ name: 'stock.npy', dtype: '<i4', row: [], ...stock });
  continued({ name: 'prev.npy', dtype: '<i4', row: [], kept, added: prev.subarray(kept) });
  continued({ name: 'history.npy', dtype: '<i4', row: [], kept, added: history });

  const cut = Math.max(0, manifest.days - targetReach(LONGEST_HORIZON));
  const targets = targetRows(tailOf(bars, cut, 0, false));
  const settled = { dtype: '<f4' as const, row: [HORIZONS.length], kept: order.dayOffsets[cut] };
  continued({ name: 'targets.npy', ...settled, added: targets.raw });
  continued({ name: 'targets_rank.npy', ...settled, added: targets.ranked });

  const lastDayRows = kept - order.dayOffsets[manifest.days - 1];
  const added = computed.values.subarray(lastDayRows * width);
  continued({ name: 'features.npy', dtype: '<f4', row: [width], kept, added });

  mkdirSync(join(folder, 'graph'));
  whole('graph/dayIndex.npy', graph.dayIndex);
  for (const array of graph.arrays) continued(array);
  return { files, parts: Object.keys(parts).length > 0 ? parts : undefined };
}

/** Forward returns and their ranks within the day, [rows, horizons] each, in panel order. */
function targetRows(bars: BarTable): { raw: Float32Array; ranked: Float32Array } {
  const { barRow, dayOffsets } = dayOrder(bars);
  const width = HORIZONS.length;
  const raw = new Float32Array(barRow.length * width);
  const ranked = new Float32Array(barRow.length * width);
  for (const [h, horizon] of HORIZONS.entries()) {
    const returns = forwardReturns(bars, horizon);
    const column = Float32Array.from(barRow, (bar) => returns[bar]);
    const ranks = rankByDay(column, dayOffsets);
    for (let row = 0; row < column.length; row++) {
      raw[row * width + h] = column[row];
      ranked[row * width + h] = ranks[row];
    }
  }
  return { raw, ranked };
}
