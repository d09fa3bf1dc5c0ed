// Owns reading the stock graph that stands in a panel folder: which snapshots there are, and one of them.
import { setImmediate } from 'node:timers/promises';
import { fromEpochDay, toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { snapshotAt } from '../stockgraph/graph.ts';
import type { PanelManifest } from './panel.ts';
import { readPanelManifest } from './panel.node.ts';
import { type ArraySource, openPanelArray } from './store/parts.node.ts';

/** One entry a snapshot, ascending by day. A snapshot's stocks are those with a bar on its day, or with a neighbour. */
export interface GraphTimeline {
  readonly days: string[];
  /** Neighbours per stock. */
  readonly averageDegree: Float64Array;
  /** Stocks without a neighbour: too few returns yet, or nobody alike enough. */
  readonly isolated: Int32Array;
  /** Mean absolute correlation of the edges; NaN without edges. */
  readonly meanCorrelation: Float64Array;
}

export interface GraphSnapshot {
  readonly day: string;
  /** First and last day of the returns that the edges are correlations of. */
  readonly windowFirst: string;
  readonly windowLast: string;
  readonly codes: string[];
  readonly sectors: (string | null)[];
  /** Edges out of each stock. */
  readonly degree: Int32Array;
  /** One entry an edge: indexes into codes, and the signed correlation; by source, strongest first. */
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly correlation: Float32Array;
}

/** Holds open files; close it. */
export class PanelGraph {
  readonly manifest: PanelManifest;
  readonly #days: Int32Array;
  readonly #dayOffsets: Int32Array;
  readonly #snapshotDays: Int32Array;
  readonly #files: Record<'stock' | 'neighbours' | 'correlation', ArraySource>;
  readonly #neighbours: Int32Array;
  readonly #correlation: Float32Array;

  /** @throws data/damaged-panel or data/damaged-array */
  static open(folder: string): PanelGraph {
    return new PanelGraph(folder, readPanelManifest(folder));
  }

  private constructor(folder: string, manifest: PanelManifest) {
    const { rows, days, graph, codes } = manifest;
    const open = (name: string, dtype: '<i4' | '<f4', shape: readonly number[]): ArraySource =>
      openPanelArray(folder, manifest, `${name}.npy`, dtype, shape);
    const whole = (name: string, length: number): Int32Array => {
      const file = open(name, '<i4', [length]);
      const values = new Int32Array(length);
      file.read(0, values);
      file.close();
      return values;
    };
    this.manifest = manifest;
    this.#days = whole('days', days);
    this.#dayOffsets = whole('day_offsets', days + 1);
    this.#snapshotDays = whole('graph/dayIndex', graph.snapshots);
    const shape = [graph.snapshots, codes.length, graph.k];
    this.#files = {
      stock: open('stock', '<i4', [rows]),
      neighbours: open('graph/neighbours', '<i4', shape),
      correlation: open('graph/correlation', '<f4', shape),
    };
    this.#neighbours = new Int32Array(codes.length * graph.k);
    this.#correlation = new Float32Array(codes.length * graph.k);
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close();
  }

  /** Reads every snapshot, one at a time; others run in between. @throws cancelled */
  async timeline(signal?: AbortSignal): Promise<GraphTimeline> {
    const count = this.#snapshotDays.length;
    const timeline: GraphTimeline = {
      days: Array.from(this.#snapshotDays, (day) => fromEpochDay(this.#days[day])),
      averageDegree: new Float64Array(count),
      isolated: new Int32Array(count),
      meanCorrelation: new Float64Array(count),
    };
    for (let index = 0; index < count; index++) {
      if (index % 16 === 0) await setImmediate();
      if (signal?.aborted) throw new AppError('cancelled', {});
      const nodes = this.#nodesOf(index);
      let edges = 0;
      let strength = 0;
      for (const stock of nodes) {
        const degree = this.#degreeOf(stock);
        if (degree === 0) timeline.isolated[index]++;
        edges += degree;
        const from = stock * this.manifest.graph.k;
        for (let i = from; i < from + degree; i++) strength += Math.abs(this.#correlation[i]);
      }
      timeline.averageDegree[index] = nodes.length > 0 ? edges / nodes.length : 0;
      timeline.meanCorrelation[index] = strength / edges;
    }
    return timeline;
  }

  /** The snapshot that serves a day: the last one taken at or before its close. @throws data/no-snapshot where that is none */
  snapshot(day: string): GraphSnapshot {
    const { codes, sectors, graph } = this.manifest;
    const index = snapshotAt({ dayIndex: this.#snapshotDays.map((d) => this.#days[d]) }, toEpochDay(day));
    if (index < 0) {
      const first = this.#snapshotDays.length > 0 ? fromEpochDay(this.#days[this.#snapshotDays[0]]) : '-';
      throw new AppError('data/no-snapshot', { day, first, lookback: graph.lookback });
    }
    const nodes = this.#nodesOf(index);
    const place = new Int32Array(codes.length).fill(-1);
    nodes.forEach((stock, i) => {
      place[stock] = i;
    });
    const degree = Int32Array.from(nodes, (stock) => this.#degreeOf(stock));
    const edges = degree.reduce((sum, value) => sum + value, 0);
    const [source, target, correlation] = [new Int32Array(edges), new Int32Array(edges), new Float32Array(edges)];
    let edge = 0;
    nodes.forEach((stock, i) => {
      for (let slot = stock * graph.k; slot < stock * graph.k + degree[i]; slot++) {
        source[edge] = i;
        target[edge] = place[this.#neighbours[slot]];
        correlation[edge++] = this.#correlation[slot];
      }
    });
    const last = this.#snapshotDays[index];
    return {
      day: fromEpochDay(this.#days[last]),
      windowFirst: fromEpochDay(this.#days[last - graph.lookback + 1]),
      windowLast: fromEpochDay(this.#days[last]),
      codes: nodes.map((stock) => codes[stock]),
      sectors: nodes.map((stock) => sectors[stock]),
      degree,
      source,
      target,
      correlation,
    };
  }

  /** Reads a snapshot into the buffers. @returns its stocks, ascending */
  #nodesOf(index: number): number[] {
    this.#files.neighbours.read(index, this.#neighbours);
    this.#files.correlation.read(index, this.#correlation);
    const first = this.#dayOffsets[this.#snapshotDays[index]];
    const traded = new Int32Array(this.#dayOffsets[this.#snapshotDays[index] + 1] - first);
    this.#files.stock.read(first, traded);
    const present = new Uint8Array(this.manifest.codes.length);
    for (const stock of traded) present[stock] = 1;
    for (const stock of this.#neighbours) if (stock >= 0) present[stock] = 1;
    const nodes: number[] = [];
    for (let stock = 0; stock < present.length; stock++)
      if (present[stock] === 1 || this.#degreeOf(stock) > 0) nodes.push(stock);
    return nodes;
  }

  #degreeOf(stock: number): number {
    const { k } = this.manifest.graph;
    let degree = 0;
    while (degree < k && this.#neighbours[stock * k + degree] >= 0) degree++;
    return degree;
  }
}
