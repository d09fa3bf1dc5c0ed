// Owns the hot loop of the graph: all pairwise correlations, each kept only if it is among a row's k strongest; no N x N matrix.

/** Per row, the k strongest partners, strongest first, ties by row number. */
export interface TopK {
  /** [rows] entries in use. */
  readonly size: Int32Array;
  /** [rows, k] partner row. */
  readonly index: Int32Array;
  /** [rows, k] signed correlation. */
  readonly value: Float64Array;
}

/** Rows of z that stay in the second-level cache while all others pass by: 192 rows of 60 doubles are 90 KiB. */
const TILE = 192;

/**
 * Symmetric product z zᵀ in register blocks of 3 x 3 over the upper triangle (9 sums and 6 operands fill the 16 registers of x86-64; float64
 * needs no conversion and was a third faster than float32 in V8). Every value is offered to both its rows at once.
 * @param z [rows, lookback] rows of unit length
 */
export function correlateTopK(
  z: Float64Array,
  rows: number,
  { lookback, k, threshold }: { lookback: number; k: number; threshold: number },
): TopK {
  const top = new BoundedRows(rows, k, threshold);
  const padded = Math.ceil(rows / 3) * 3;
  const a = new Float64Array(padded * lookback);
  a.set(z.subarray(0, rows * lookback));
  for (let tile = 0; tile < padded; tile += TILE) {
    const tileEnd = Math.min(tile + TILE, padded);
    for (let i = 0; i < tileEnd; i += 3)
      for (let j = Math.max(i, tile); j < tileEnd; j += 3) block(a, lookback, i, j, top);
  }
  top.sort();
  return top;
}

function block(a: Float64Array, lookback: number, i: number, j: number, top: BoundedRows): void {
  const i0 = i * lookback;
  const i1 = i0 + lookback;
  const i2 = i1 + lookback;
  const j0 = j * lookback;
  const j1 = j0 + lookback;
  const j2 = j1 + lookback;
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  for (let t = 0; t < lookback; t++) {
    const x0 = a[i0 + t];
    const x1 = a[i1 + t];
    const x2 = a[i2 + t];
    const y0 = a[j0 + t];
    const y1 = a[j1 + t];
    const y2 = a[j2 + t];
    c00 += x0 * y0;
    c01 += x0 * y1;
    c02 += x0 * y2;
    c10 += x1 * y0;
    c11 += x1 * y1;
    c12 += x1 * y2;
    c20 += x2 * y0;
    c21 += x2 * y1;
    c22 += x2 * y2;
  }
  top.offerPair(i, j + 1, c01);
  top.offerPair(i, j + 2, c02);
  top.offerPair(i + 1, j + 2, c12);
  if (i === j) return;
  top.offerPair(i, j, c00);
  top.offerPair(i + 1, j, c10);
  top.offerPair(i + 1, j + 1, c11);
  top.offerPair(i + 2, j, c20);
  top.offerPair(i + 2, j + 1, c21);
  top.offerPair(i + 2, j + 2, c22);
}

/** For every row a heap of at most k entries with the weakest at its root. */
class BoundedRows implements TopK {
  readonly size: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
  readonly #k: number;
  /** What an entry must reach to be looked at: the threshold, then the weakest kept. */
  readonly #floor: Float64Array;

  constructor(rows: number, k: number, threshold: number) {
    this.#k = k;
    this.size = new Int32Array(rows);
    this.index = new Int32Array(rows * k);
    this.value = new Float64Array(rows * k);
    this.#floor = new Float64Array(Math.ceil(rows / 3) * 3).fill(Number.POSITIVE_INFINITY); // padding rows take nothing
    this.#floor.fill(threshold, 0, rows);
  }

  offerPair(i: number, j: number, value: number): void {
    const strength = Math.abs(value);
    if (strength >= this.#floor[i]) this.#offer(i, j, value, strength);
    if (strength >= this.#floor[j]) this.#offer(j, i, value, strength);
  }

  #offer(row: number, partner: number, value: number, strength: number): void {
    const base = row * this.#k;
    const size = this.size[row];
    if (partner >= this.size.length) return; // padding, reached only with a threshold of 0
    if (size < this.#k) {
      let at = size;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!this.#weaker(strength, partner, base + parent)) break;
        this.#move(base + parent, base + at);
        at = parent;
      }
      this.#put(base + at, partner, value);
      this.size[row] = size + 1;
      if (size + 1 === this.#k) this.#floor[row] = Math.abs(this.value[base]);
      return;
    }
    if (this.#weaker(strength, partner, base)) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#k) break;
      if (
        child + 1 < this.#k &&
        this.#weaker(Math.abs(this.value[base + child + 1]), this.index[base + child + 1], base + child)
      )
        child++;
      if (this.#weaker(strength, partner, base + child)) break;
      this.#move(base + child, base + at);
      at = child;
    }
    this.#put(base + at, partner, value);
    this.#floor[row] = Math.abs(this.value[base]);
  }

  /** Whether (strength, partner) ranks behind the held entry: less correlated, or as much and of a higher row number. */
  #weaker(strength: number, partner: number, held: number): boolean {
    const other = Math.abs(this.value[held]);
    return strength < other || (strength === other && partner > this.index[held]);
  }

  #move(from: number, to: number): void {
    this.index[to] = this.index[from];
    this.value[to] = this.value[from];
  }

  #put(at: number, partner: number, value: number): void {
    this.index[at] = partner;
    this.value[at] = value;
  }

  /** Insertion sort of each row's few entries: strongest first. */
  sort(): void {
    for (let row = 0; row < this.size.length; row++) {
      const base = row * this.#k;
      for (let n = 1; n < this.size[row]; n++) {
        const partner = this.index[base + n];
        const value = this.value[base + n];
        let at = base + n;
        for (; at > base && !this.#weaker(Math.abs(value), partner, at - 1); at--) this.#move(at - 1, at);
        this.#put(at, partner, value);
      }
    }
  }
}
