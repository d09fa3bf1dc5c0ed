// Owns building the stock graph: k nearest neighbours by absolute correlation of daily returns, a snapshot a week, each from its own past.
import { type Clock, systemClock } from '../base/clock.ts';
import type { BarTable } from '../data/bars.ts';
import { correlateTopK } from './correlate.ts';
import type { GraphSnapshots } from './graph.ts';

export interface GraphParameters {
  /** Trading days of returns behind each correlation. */
  readonly lookback: number;
  readonly k: number;
  /** Pairs with a smaller absolute correlation are no neighbours. */
  readonly threshold: number;
  /** Returns of the lookback that a stock must have; with fewer it has no neighbours and is nobody's. */
  readonly minOverlap: number;
}

export const GRAPH_DEFAULTS: GraphParameters = { lookback: 60, k: 20, threshold: 0.3, minOverlap: 40 };

export interface GraphStats {
  readonly snapshots: number;
  /** Neighbours per stock that had enough returns, mean over snapshots. */
  readonly averageDegree: number;
  /** Stocks with enough returns but no neighbour, mean over snapshots. */
  readonly isolated: number;
  /** Wall time of the whole build. */
  readonly buildMs: number;
}

export interface BuiltGraph {
  readonly graph: GraphSnapshots;
  readonly stats: GraphStats;
}

/**
 * Days whose close takes a snapshot: the first trading day of each ISO week once `lookback` returns can exist. Whether a day is one depends
 * on itself and the day before alone.
 * @param days epoch days, ascending
 * @returns indexes into days
 */
export function snapshotDays(days: Int32Array, lookback: number): Int32Array {
  const week = (day: number) => Math.floor((day + 3) / 7); // epoch day 0 is a Thursday
  const found: number[] = [];
  for (let d = lookback; d < days.length; d++) if (week(days[d]) !== week(days[d - 1])) found.push(d);
  return Int32Array.from(found);
}

export type Prices = Pick<BarTable, 'offsets' | 'dayIndex' | 'close'>;

/** Returns of the stocks that have enough of them: centred, unit length, so that a dot product is a correlation. */
export interface StandardisedReturns {
  /** Stock of each row. */
  readonly nodes: Int32Array;
  /** [nodes, lookback]; 0 on days without a return. */
  readonly z: Float64Array;
}

/**
 * The last `lookback` daily returns up to and including `day`. A return counts when the stock also has a bar on the trading day before.
 * Missing returns are set to 0, the stock's mean, after standardising over the rest: exact for complete pairs, slightly shrunk towards 0
 * for others, and a single matrix product for all. Stocks with fewer than minOverlap returns or without variance are left out.
 */
export function standardisedReturns(
  bars: Prices,
  day: number,
  { lookback, minOverlap }: Pick<GraphParameters, 'lookback' | 'minOverlap'>,
): StandardisedReturns {
  const { offsets, dayIndex, close } = bars;
  const stocks = offsets.length - 1;
  const nodes = new Int32Array(stocks);
  const z = new Float64Array(stocks * lookback);
  let count = 0;
  for (let stock = 0; stock < stocks; stock++) {
    const row = z.subarray(count * lookback, (count + 1) * lookback).fill(Number.NaN);
    let present = 0;
    let sum = 0;
    for (let i = lastRowAt(dayIndex, offsets[stock], offsets[stock + 1], day); i > offsets[stock]; i--) {
      const age = day - dayIndex[i];
      if (age >= lookback) break;
      if (dayIndex[i - 1] !== dayIndex[i] - 1 || !(close[i] > 0 && close[i - 1] > 0)) continue;
      sum += row[lookback - 1 - age] = close[i] / close[i - 1] - 1;
      present++;
    }
    if (present < Math.max(2, minOverlap)) continue;
    const mean = sum / present;
    let squares = 0;
    for (const value of row) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
    const length = Math.sqrt(squares);
    if (!(length > 1e-12)) continue;
    for (let t = 0; t < lookback; t++) row[t] = Number.isNaN(row[t]) ? 0 : (row[t] - mean) / length;
    nodes[count++] = stock;
  }
  return { nodes: nodes.subarray(0, count), z: z.subarray(0, count * lookback) };
}

/** The last row of [first, end) with dayIndex <= day, or first - 1. */
function lastRowAt(dayIndex: Int32Array, first: number, end: number, day: number): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dayIndex[middle] <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface SnapshotStats {
  /** Neighbours per stock that had enough returns; 0 where none had. */
  readonly degree: number;
  /** Stocks with enough returns but no neighbour. */
  readonly isolated: number;
}

/** Allocates an array; of zeros. */
export type Allocate = <A extends Int32Array | Float32Array>(
  type: { new (length: number): A; new (buffer: SharedArrayBuffer): A },
  length: number,
) => A;

/** Every snapshot that the days call for, none of them taken yet. */
export function emptyGraph(
  { days, offsets }: Pick<BarTable, 'days' | 'offsets'>,
  { lookback, k }: GraphParameters,
  allocate: Allocate = (type, length) => new type(length),
): GraphSnapshots {
  const dayIndex = snapshotDays(days, lookback);
  const stocks = offsets.length - 1;
  const size = dayIndex.length * stocks * k;
  const neighbours = allocate(Int32Array, size).fill(-1);
  return { stocks, k, dayIndex, neighbours, correlation: allocate(Float32Array, size) };
}

/** Takes one snapshot of an empty graph: writes its part of the arrays, and reads no other. */
export function takeSnapshot(
  bars: Prices,
  parameters: GraphParameters,
  { stocks, k, dayIndex, neighbours, correlation }: GraphSnapshots,
  snapshot: number,
): SnapshotStats {
  const { nodes, z } = standardisedReturns(bars, dayIndex[snapshot], parameters);
  const top = correlateTopK(z, nodes.length, parameters);
  let degrees = 0;
  let isolated = 0;
  for (let n = 0; n < nodes.length; n++) {
    const to = (snapshot * stocks + nodes[n]) * k;
    for (let slot = 0; slot < top.size[n]; slot++) {
      neighbours[to + slot] = nodes[top.index[n * k + slot]];
      correlation[to + slot] = top.value[n * k + slot];
    }
    degrees += top.size[n];
    if (top.size[n] === 0) isolated++;
  }
  return { degree: nodes.length > 0 ? degrees / nodes.length : 0, isolated };
}

/** @param taken one a snapshot, in their order */
export function statsOf(taken: readonly SnapshotStats[], buildMs: number): GraphStats {
  const snapshots = taken.length;
  const mean = (of: (stats: SnapshotStats) => number): number =>
    snapshots > 0 ? taken.reduce((sum, stats) => sum + of(stats), 0) / snapshots : 0;
  return {
    snapshots,
    averageDegree: mean(({ degree }) => degree),
    isolated: mean(({ isolated }) => isolated),
    buildMs,
  };
}

/** Builds snapshot after snapshot; between two of them the caller may report progress, yield to others or stop. */
export class GraphBuilder {
  readonly total: number;
  readonly #bars: Prices;
  readonly #parameters: GraphParameters;
  readonly #graph: GraphSnapshots;
  readonly #clock: Clock;
  readonly #taken: SnapshotStats[] = [];
  #ms = 0;

  constructor(bars: Prices & Pick<BarTable, 'days'>, parameters = GRAPH_DEFAULTS, clock: Clock = systemClock) {
    this.#graph = emptyGraph(bars, parameters);
    this.total = this.#graph.dayIndex.length;
    this.#bars = bars;
    this.#parameters = parameters;
    this.#clock = clock;
  }

  /** Takes the next snapshot. @returns how many are taken; equal to `total` when finished */
  step(): number {
    if (this.#taken.length === this.total) return this.total;
    const from = this.#clock.now();
    this.#taken.push(takeSnapshot(this.#bars, this.#parameters, this.#graph, this.#taken.length));
    this.#ms += this.#clock.now() - from;
    return this.#taken.length;
  }

  finish(): BuiltGraph {
    while (this.#taken.length < this.total) this.step();
    return { graph: this.#graph, stats: statsOf(this.#taken, this.#ms) };
  }
}

export function buildGraph(bars: Prices & Pick<BarTable, 'days'>, parameters = GRAPH_DEFAULTS): BuiltGraph {
  return new GraphBuilder(bars, parameters).finish();
}
