// Owns mapping a graph snapshot, whose nodes are all stocks, onto the rows of one day's batch.

/** What a batch receives; each array is written whole. */
export interface BatchGraph {
  /** [N, K] */
  readonly neighbours: Int32Array;
  /** [N, K] */
  readonly edgeMask: Float32Array;
  /** [N, K, 3] */
  readonly edges: Float32Array;
}

/**
 * Keeps the neighbours that are rows of the batch, strongest first, and pads the rest with the row itself under mask 0.
 * @param snapshot one snapshot, [stocks, k] each; undefined before the first one: every slot is padding
 * @param stock [N] stock of each batch row
 * @param sectorOf sector id of each stock; -1 unknown, which equals no sector
 * @param rowOf scratch, one entry per stock, all -1; left so
 */
export function writeBatchGraph(
  out: BatchGraph,
  snapshot: { neighbours: Int32Array; correlation: Float32Array } | undefined,
  stock: Int32Array,
  k: number,
  sectorOf: Int32Array,
  rowOf: Int32Array,
): void {
  out.edgeMask.fill(0);
  out.edges.fill(0);
  for (let row = 0; row < stock.length; row++) out.neighbours.fill(row, row * k, (row + 1) * k);
  if (!snapshot) return;
  for (let row = 0; row < stock.length; row++) rowOf[stock[row]] = row;
  for (let row = 0; row < stock.length; row++) {
    const from = stock[row] * k;
    let slot = row * k;
    for (let i = from; i < from + k; i++) {
      const other = snapshot.neighbours[i];
      if (other < 0) break;
      if (rowOf[other] < 0) continue;
      const correlation = snapshot.correlation[i];
      out.neighbours[slot] = rowOf[other];
      out.edgeMask[slot] = 1;
      out.edges[slot * 3] = correlation;
      out.edges[slot * 3 + 1] = Math.abs(correlation);
      out.edges[slot * 3 + 2] = sectorOf[other] >= 0 && sectorOf[other] === sectorOf[stock[row]] ? 1 : 0;
      slot++;
    }
  }
  for (let row = 0; row < stock.length; row++) rowOf[stock[row]] = -1;
}

/** Sector ids in order of first appearance; -1 where unknown. */
export function sectorIds(sectors: readonly (string | null)[]): Int32Array {
  const ids = new Map<string, number>();
  return Int32Array.from(sectors, (sector) => {
    if (sector === null) return -1;
    const id = ids.get(sector) ?? ids.size;
    ids.set(sector, id);
    return id;
  });
}
