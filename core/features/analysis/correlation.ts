// Owns the mean daily correlation of every pair of features across the stocks, and an order that puts alike features side by side.

/** Pairs of stocks with both values that a day's correlation needs. */
const MIN_PAIRS = 10;

/** Which stocks of a day lack a value of a feature. */
export const GAPS = { none: 0, some: 1, all: 2 } as const;
export type Gaps = (typeof GAPS)[keyof typeof GAPS];

/** Adds up daily matrices. A day on which a pair is undefined (too few stocks, or one of them constant) does not count for it. */
export class MeanCorrelation {
  readonly #size: number;
  readonly #sum: Float64Array;
  readonly #days: Int32Array;
  #unit = new Float64Array(0);

  constructor(features: number) {
    this.#size = features;
    this.#sum = new Float64Array(features * features);
    this.#days = new Int32Array(features * features);
  }

  /**
   * @param columns [features, stocks] values of one day, NaN where missing
   * @param gaps Gaps of each feature; pairs with some are correlated over the stocks that have both
   */
  add(columns: Float64Array, stocks: number, gaps: ArrayLike<number>): void {
    const size = this.#size;
    if (this.#unit.length < columns.length) this.#unit = new Float64Array(columns.length);
    const whole: number[] = [];
    for (let f = 0; f < size; f++)
      if (gaps[f] === GAPS.none && standardise(columns, f * stocks, stocks, this.#unit)) whole.push(f);
    if (stocks >= MIN_PAIRS) this.#addWhole(whole, stocks);
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        if ((gaps[i] === GAPS.none && gaps[j] === GAPS.none) || gaps[i] === GAPS.all || gaps[j] === GAPS.all) continue;
        this.#count(i, j, pairwise(columns, i * stocks, j * stocks, stocks));
      }
    }
  }

  /** Means over days; NaN where no day had one. [features, features] */
  matrix(): Float32Array {
    return Float32Array.from(this.#sum, (sum, at) => (this.#days[at] > 0 ? sum / this.#days[at] : Number.NaN));
  }

  /** Dot products of unit columns, two by two, so that each value read serves twice. */
  #addWhole(whole: readonly number[], stocks: number): void {
    const unit = this.#unit;
    for (let a = 0; a < whole.length; a += 2) {
      const [i0, i1] = [whole[a], whole[Math.min(a + 1, whole.length - 1)]];
      for (let b = a; b < whole.length; b += 2) {
        const [j0, j1] = [whole[b], whole[Math.min(b + 1, whole.length - 1)]];
        const [x0, x1, y0, y1] = [i0 * stocks, i1 * stocks, j0 * stocks, j1 * stocks];
        let c00 = 0;
        let c01 = 0;
        let c10 = 0;
        let c11 = 0;
        for (let s = 0; s < stocks; s++) {
          const p = unit[x0 + s];
          const q = unit[x1 + s];
          const u = unit[y0 + s];
          const v = unit[y1 + s];
          c00 += p * u;
          c01 += p * v;
          c10 += q * u;
          c11 += q * v;
        }
        this.#count(i0, j0, c00);
        if (j1 !== j0) this.#count(i0, j1, c01);
        if (i1 === i0) continue;
        if (a !== b) this.#count(i1, j0, c10);
        if (j1 !== j0) this.#count(i1, j1, c11);
      }
    }
  }

  #count(i: number, j: number, value: number): void {
    if (Number.isNaN(value)) return;
    const bounded = Math.max(-1, Math.min(1, value));
    for (const at of i === j ? [i * this.#size + j] : [i * this.#size + j, j * this.#size + i]) {
      this.#sum[at] += bounded;
      this.#days[at]++;
    }
  }
}

/** Centres a column and scales it to length 1. @returns false where it is constant */
function standardise(columns: Float64Array, from: number, count: number, out: Float64Array): boolean {
  let mean = 0;
  for (let i = from; i < from + count; i++) mean += columns[i];
  mean /= count;
  let squares = 0;
  for (let i = from; i < from + count; i++) squares += (columns[i] - mean) ** 2;
  if (!(squares > 1e-12 * count * mean * mean)) return false;
  const length = Math.sqrt(squares);
  for (let i = from; i < from + count; i++) out[i] = (columns[i] - mean) / length;
  return true;
}

function pairwise(columns: Float64Array, x: number, y: number, count: number): number {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let syy = 0;
  let sxy = 0;
  for (let i = 0; i < count; i++) {
    const a = columns[x + i];
    const b = columns[y + i];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n++;
    sx += a;
    sy += b;
    sxx += a * a;
    syy += b * b;
    sxy += a * b;
  }
  if (n < MIN_PAIRS) return Number.NaN;
  const [vx, vy] = [sxx - (sx * sx) / n, syy - (sy * sy) / n];
  return vx > 1e-12 * sxx && vy > 1e-12 * syy ? (sxy - (sx * sy) / n) / Math.sqrt(vx * vy) : Number.NaN;
}

/**
 * An order of the rows of a correlation matrix that puts alike ones side by side: leaves of the tree of average linkage on 1 - |r| (Sokal
 * and Michener 1958), each pair of branches turned so that their nearest ends meet. Undefined correlations count as 0. O(n^3).
 * @param matrix [size, size]
 */
export function alikeOrder(matrix: Float32Array, size: number): number[] {
  const distance = Float64Array.from(matrix, (r) => 1 - Math.abs(Number.isNaN(r) ? 0 : r));
  const apart = (i: number, j: number): number => distance[i * size + j];
  const between = distance.slice();
  const branches: (number[] | null)[] = Array.from({ length: size }, (_, i) => [i]);
  for (let merges = 1; merges < size; merges++) {
    let [first, second, least] = [-1, -1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < size; i++) {
      if (!branches[i]) continue;
      for (let j = i + 1; j < size; j++)
        if (branches[j] && between[i * size + j] < least) [first, second, least] = [i, j, between[i * size + j]];
    }
    const [a, b] = [branches[first] ?? [], branches[second] ?? []];
    for (let k = 0; k < size; k++) {
      if (!branches[k] || k === first || k === second) continue;
      const [da, db] = [between[first * size + k], between[second * size + k]];
      const mean = (a.length * da + b.length * db) / (a.length + b.length);
      between[first * size + k] = between[k * size + first] = mean;
    }
    branches[first] = joined(a, b, apart);
    branches[second] = null;
  }
  return branches.find((branch) => branch !== null) ?? [];
}

/** The two in a row, each turned so that the ends that meet are the nearest of the four pairs. */
function joined(a: readonly number[], b: readonly number[], apart: (i: number, j: number) => number): number[] {
  const ways = [
    { x: a, y: b },
    { x: a, y: b.toReversed() },
    { x: a.toReversed(), y: b },
    { x: a.toReversed(), y: b.toReversed() },
  ].map((way) => ({ ...way, gap: apart(way.x[way.x.length - 1], way.y[0]) }));
  const { x, y } = ways.reduce((best, way) => (way.gap < best.gap ? way : best));
  return [...x, ...y];
}
