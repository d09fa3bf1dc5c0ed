// Owns the audit of the stock graph: the correlations of a snapshot must be those of the returns that end on its day, not on a later one.
import { fromEpochDay } from '../../base/clock.ts';
import type { LeakFinding } from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import { type GraphParameters, standardisedReturns } from '../../stockgraph/build.ts';
import type { GraphSnapshots } from '../../stockgraph/graph.ts';

/** Snapshots looked at, evenly spread. */
const SNAPSHOTS = 6;
/** Correlations are stored as float32. */
const TOLERANCE = 1e-4;
/** Share of a snapshot's edges that may differ: rounding at the edge of a stock's history. */
const SHARE = 0.02;
/** Days by which a snapshot may have been taken late and still be told as such. */
const LATEST = 5;

export interface GraphAudit {
  readonly findings: LeakFinding[];
  /** Edges whose correlation was computed again. */
  readonly edges: number;
}

/**
 * @param bars of the graph's stocks, on the panel's calendar
 * @param graph of the same stocks; edges to others are left out
 */
export function auditGraph(
  bars: BarTable,
  graph: GraphSnapshots,
  parameters: Pick<GraphParameters, 'lookback' | 'minOverlap'>,
): GraphAudit {
  const findings: LeakFinding[] = [];
  let edges = 0;
  const count = graph.dayIndex.length;
  const step = Math.max(1, Math.floor(count / SNAPSHOTS));
  for (let snapshot = count - 1; snapshot >= 0; snapshot -= step) {
    const day = graph.dayIndex[snapshot];
    const { looked, different } = differingEdges(bars, graph, snapshot, day, parameters);
    edges += looked;
    if (different <= SHARE * looked) continue;
    const later = Array.from({ length: LATEST }, (_, i) => day + 1 + i).find((candidate) => {
      if (candidate >= bars.days.length) return false;
      const again = differingEdges(bars, graph, snapshot, candidate, parameters);
      return again.different <= SHARE * again.looked;
    });
    findings.push({
      code: later === undefined ? 'graph-not-of-its-day' : 'graph-knows-later-days',
      verdict: 'failed',
      subject: fromEpochDay(bars.days[day]),
      params: {
        edges: looked,
        different,
        ...(later !== undefined && { later: later - day, through: fromEpochDay(bars.days[later]) }),
      },
    });
  }
  return { findings, edges };
}

/** Holds the edges of a snapshot against the correlations of the returns that end on `day`. */
function differingEdges(
  bars: BarTable,
  graph: GraphSnapshots,
  snapshot: number,
  day: number,
  parameters: Pick<GraphParameters, 'lookback' | 'minOverlap'>,
): { looked: number; different: number } {
  const { nodes, z } = standardisedReturns(bars, day, parameters);
  const { lookback } = parameters;
  const place = new Int32Array(graph.stocks).fill(-1);
  for (const [i, node] of nodes.entries()) place[node] = i;
  let looked = 0;
  let different = 0;
  for (let stock = 0; stock < graph.stocks; stock++) {
    const from = (snapshot * graph.stocks + stock) * graph.k;
    for (let slot = from; slot < from + graph.k; slot++) {
      const other = graph.neighbours[slot];
      if (other < 0) break;
      looked++;
      const [a, b] = [place[stock], place[other]];
      let correlation = Number.NaN;
      if (a >= 0 && b >= 0) {
        correlation = 0;
        for (let t = 0; t < lookback; t++) correlation += z[a * lookback + t] * z[b * lookback + t];
      }
      if (!(Math.abs(correlation - graph.correlation[slot]) <= TOLERANCE)) different++;
    }
  }
  return { looked, different };
}

/** The graph of some stocks alone, which are counted anew. @param stocks ascending */
export function graphOfStocks(
  one: { readonly stocks: number; readonly k: number },
  snapshots: Iterable<{ day: number; neighbours: Int32Array; correlation: Float32Array }>,
  stocks: Int32Array,
): GraphSnapshots {
  const place = new Int32Array(one.stocks).fill(-1);
  for (const [i, stock] of stocks.entries()) place[stock] = i;
  const { k } = one;
  const size = stocks.length * k;
  const days: number[] = [];
  const kept: { neighbours: Int32Array; correlation: Float32Array }[] = [];
  for (const { day, neighbours, correlation } of snapshots) {
    const own = { neighbours: new Int32Array(size).fill(-1), correlation: new Float32Array(size) };
    for (const [i, stock] of stocks.entries()) {
      let to = i * k;
      for (let slot = stock * k; slot < (stock + 1) * k && neighbours[slot] >= 0; slot++) {
        const other = place[neighbours[slot]];
        if (other < 0) continue;
        own.neighbours[to] = other;
        own.correlation[to++] = correlation[slot];
      }
    }
    days.push(day);
    kept.push(own);
  }
  const graph = {
    stocks: stocks.length,
    k,
    dayIndex: Int32Array.from(days),
    neighbours: new Int32Array(days.length * size),
    correlation: new Float32Array(days.length * size),
  };
  for (const [s, own] of kept.entries()) {
    graph.neighbours.set(own.neighbours, s * size);
    graph.correlation.set(own.correlation, s * size);
  }
  return graph;
}
