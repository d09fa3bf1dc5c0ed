// Owns X'X of rows that stream in.

/** Rows that are added at a time, and rows of the sum that a pass over them fills: sixteen products for eight numbers read. */
const BLOCK = 4;

/** Sum of the outer products of rows, in float64 and in the order of the rows, however they come. */
export class Gram {
  readonly size: number;
  /** `size`, rounded up to whole blocks; what is beyond stays 0. */
  readonly #stride: number;
  /** [stride, stride]; right in its lower triangle. */
  readonly #sum: Float64Array;
  readonly #rows: readonly Float64Array[];
  #waiting = 0;

  constructor(size: number) {
    this.size = size;
    this.#stride = Math.ceil(size / BLOCK) * BLOCK;
    this.#sum = new Float64Array(this.#stride * this.#stride);
    this.#rows = Array.from({ length: BLOCK }, () => new Float64Array(this.#stride));
  }

  /** @param row [size] finite; copied */
  add(row: Float64Array): void {
    this.#rows[this.#waiting++].set(row);
    if (this.#waiting === BLOCK) this.#addWaiting();
  }

  /** Adds the lower triangle to `out`, [size, size]. */
  addTo(out: Float64Array): void {
    for (const row of this.#rows.slice(this.#waiting)) row.fill(0);
    if (this.#waiting > 0) this.#addWaiting();
    for (let i = 0; i < this.size; i++)
      for (let j = 0; j <= i; j++) out[i * this.size + j] += this.#sum[i * this.#stride + j];
  }

  #addWaiting(): void {
    const [a, b, c, d] = this.#rows;
    addBlock(this.#sum, this.#stride, a, b, c, d);
    this.#waiting = 0;
  }
}

/** Adds the outer products of four rows to the blocks on and below the diagonal, four rows of them in a pass. */
function addBlock(
  sum: Float64Array,
  stride: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  for (let i = 0; i < stride; i += BLOCK) {
    const p = i * stride;
    const q = p + stride;
    const r = q + stride;
    const s = r + stride;
    // Each by itself: lists taken apart would be lists made, sixteen times a pass.
    const a0 = a[i];
    const a1 = a[i + 1];
    const a2 = a[i + 2];
    const a3 = a[i + 3];
    const b0 = b[i];
    const b1 = b[i + 1];
    const b2 = b[i + 2];
    const b3 = b[i + 3];
    const c0 = c[i];
    const c1 = c[i + 1];
    const c2 = c[i + 2];
    const c3 = c[i + 3];
    const d0 = d[i];
    const d1 = d[i + 1];
    const d2 = d[i + 2];
    const d3 = d[i + 3];
    for (let j = 0; j < i + BLOCK; j++) {
      const aj = a[j];
      const bj = b[j];
      const cj = c[j];
      const dj = d[j];
      sum[p + j] += a0 * aj + b0 * bj + c0 * cj + d0 * dj;
      sum[q + j] += a1 * aj + b1 * bj + c1 * cj + d1 * dj;
      sum[r + j] += a2 * aj + b2 * bj + c2 * cj + d2 * dj;
      sum[s + j] += a3 * aj + b3 * bj + c3 * cj + d3 * dj;
    }
  }
}
