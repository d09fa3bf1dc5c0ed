// Owns what is read from a snapshot's edges: neighbours of a stock, each pair once, how often a stock is chosen by others.
import type { GraphSnapshot } from '../../../core/contract/views/graph.ts';

export interface Neighbour {
  /** Index into the snapshot's codes. */
  stock: number;
  /** Signed correlation. */
  weight: number;
  /** The other counts this one among its neighbours as well. */
  mutual: boolean;
}

/** Those that `stock` counts among its neighbours, the strongest first. */
export function neighboursOf({ source, target, correlation }: GraphSnapshot, stock: number): Neighbour[] {
  const back = new Set<number>();
  for (let e = 0; e < source.length; e++) if (target[e] === stock) back.add(source[e]);
  const found: Neighbour[] = [];
  for (let e = 0; e < source.length; e++)
    if (source[e] === stock) found.push({ stock: target[e], weight: correlation[e], mutual: back.has(target[e]) });
  return found.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

export interface Pairs {
  a: Int32Array;
  b: Int32Array;
  weight: Float32Array;
}

/** Each joined pair once, whichever of the two counts the other; weakest first, so that the strongest are drawn on top. */
export function pairsOf({ codes, source, target, correlation }: GraphSnapshot, least = 0): Pairs {
  const seen = new Set<number>();
  const kept: number[] = [];
  for (let e = 0; e < source.length; e++) {
    if (Math.abs(correlation[e]) < least) continue;
    const key = Math.min(source[e], target[e]) * codes.length + Math.max(source[e], target[e]);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(e);
  }
  kept.sort((x, y) => Math.abs(correlation[x]) - Math.abs(correlation[y]));
  return {
    a: Int32Array.from(kept, (e) => source[e]),
    b: Int32Array.from(kept, (e) => target[e]),
    weight: Float32Array.from(kept, (e) => correlation[e]),
  };
}

/** How many others count each stock among their neighbours. */
export function inDegree({ codes, target }: GraphSnapshot): Int32Array {
  const counts = new Int32Array(codes.length);
  for (const stock of target) counts[stock]++;
  return counts;
}

/** Edges that join stocks of the same sector. */
export function withinSectors({ sectors, source, target }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < source.length; e++) {
    const own = sectors[source[e]];
    if (own !== null && own === sectors[target[e]]) count++;
  }
  return count;
}

/** Whole degrees in at most `most` bins of equal width. */
export function degreeBins(degrees: ArrayLike<number>, most = 30): { edges: Float64Array; counts: Int32Array } {
  let highest = 0;
  for (let i = 0; i < degrees.length; i++) highest = Math.max(highest, degrees[i]);
  const width = Math.max(1, Math.ceil((highest + 1) / most));
  const counts = new Int32Array(Math.floor(highest / width) + 1);
  for (let i = 0; i < degrees.length; i++) counts[Math.floor(degrees[i] / width)]++;
  return { edges: Float64Array.from({ length: counts.length + 1 }, (_, i) => i * width), counts };
}
