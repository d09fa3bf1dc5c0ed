// Owns the linear baseline that every trained model stands beside: ridge regression from streamed batches.
import { Gram } from './gram.ts';
import { mean, spearman } from './statistics.ts';

/** Penalties tried, as shares of the row count (features are z-scores, so each has a diagonal of about one a row). */
export const RIDGE_LAMBDAS = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const;

/**
 * Ridge regression (Hoerl and Kennard 1970) with an unpenalised intercept, one solution per horizon. Rows stream in; only the
 * normal equations are kept, in float64, so memory does not grow with the history.
 */
export class RidgeBaseline {
  readonly features: number;
  readonly horizons: number;
  /** Intercept last. */
  readonly #size: number;
  /** X'X over rows whose every target is known. */
  readonly #common: Gram;
  /** The same over the remaining rows, per horizon that has some. */
  readonly #extra: (Gram | undefined)[];
  /** X'y per horizon. */
  readonly #moments: Float64Array[];
  readonly #rows: Float64Array;
  #weights: Float64Array[] = [];

  constructor(features: number, horizons: number) {
    this.features = features;
    this.horizons = horizons;
    this.#size = features + 1;
    this.#common = new Gram(this.#size);
    this.#extra = Array.from({ length: horizons }, () => undefined);
    this.#moments = Array.from({ length: horizons }, () => new Float64Array(this.#size));
    this.#rows = new Float64Array(horizons);
  }

  /** Rows that each horizon has seen. */
  get rows(): number[] {
    return [...this.#rows];
  }

  /**
   * @param x [rows, features] row-major; a missing feature counts as 0, the cross-sectional mean
   * @param y [rows, horizons] targets, ranked in their day; NaN leaves the row out for that horizon
   */
  accumulate(x: Float32Array, y: Float32Array): void {
    const rows = y.length / this.horizons;
    const row = new Float64Array(this.#size);
    for (let r = 0; r < rows; r++) {
      this.#load(row, x, r);
      let known = 0;
      for (let h = 0; h < this.horizons; h++) {
        const target = y[r * this.horizons + h];
        if (Number.isNaN(target)) continue;
        known++;
        this.#rows[h]++;
        const moments = this.#moments[h];
        for (let i = 0; i < this.#size; i++) moments[i] += row[i] * target;
      }
      if (known === this.horizons) this.#common.add(row);
      else if (known > 0)
        for (let h = 0; h < this.horizons; h++)
          if (!Number.isNaN(y[r * this.horizons + h])) (this.#extra[h] ??= new Gram(this.#size)).add(row);
    }
  }

  /** Solves every horizon at a penalty of `lambda` times its row count. @param lambda above 0 */
  solve(lambda: number): void {
    this.#weights = this.#solutions(lambda);
  }

  /** @returns [rows, horizons]; NaN at a horizon that saw no row @param x [rows, features] */
  predict(x: Float32Array): Float32Array {
    return this.#apply(this.#weights, x);
  }

  /**
   * Solves with the penalty whose predictions have the highest mean daily RankIC on validation days, averaged over horizons.
   * All penalties are tried in one pass. @param days one cross-section each; x as in accumulate, y [rows, horizons]
   */
  async choose(
    days: AsyncIterable<RidgeDay> | Iterable<RidgeDay>,
    lambdas: readonly number[] = RIDGE_LAMBDAS,
  ): Promise<{ lambda: number; rankIc: { lambda: number; rankIc: number }[] }> {
    const trials = lambdas.map((lambda) => ({ lambda, weights: this.#solutions(lambda), daily: [] as number[] }));
    for await (const { x, y } of days)
      for (const trial of trials) {
        const value = this.#rankIc(this.#apply(trial.weights, x), y);
        if (!Number.isNaN(value)) trial.daily.push(value);
      }
    const rankIc = trials.map(({ lambda, daily }) => ({ lambda, rankIc: mean(daily) }));
    // Without a usable validation day the strongest penalty is the cautious choice; a tie goes to the stronger one too.
    const best = rankIc.reduce((a, b) => (b.rankIc >= a.rankIc || Number.isNaN(a.rankIc) ? b : a));
    this.solve(best.lambda);
    return { lambda: best.lambda, rankIc };
  }

  #solutions(lambda: number): Float64Array[] {
    if (!(lambda > 0)) throw new RangeError(`ridge penalty ${lambda} is not above 0`);
    return this.#moments.map((moments, h) => {
      const rows = this.#rows[h];
      if (rows === 0) return new Float64Array(this.#size).fill(Number.NaN);
      const gram = new Float64Array(this.#size * this.#size);
      this.#common.addTo(gram);
      this.#extra[h]?.addTo(gram);
      for (let i = 0; i < this.features; i++) gram[i * this.#size + i] += lambda * rows;
      return choleskySolve(gram, moments);
    });
  }

  #apply(weights: readonly Float64Array[], x: Float32Array): Float32Array {
    const rows = x.length / this.features;
    const out = new Float32Array(rows * this.horizons).fill(Number.NaN);
    const row = new Float64Array(this.#size);
    for (let r = 0; r < rows; r++) {
      this.#load(row, x, r);
      weights.forEach((solution, h) => {
        let sum = 0;
        for (let i = 0; i < this.#size; i++) sum += row[i] * solution[i];
        out[r * this.horizons + h] = sum;
      });
    }
    return out;
  }

  #rankIc(predicted: Float32Array, y: Float32Array): number {
    const column = (values: Float32Array, h: number): Float32Array => values.filter((_, i) => i % this.horizons === h);
    const perHorizon = this.#moments
      .map((_, h) => spearman(column(predicted, h), column(y, h)))
      .filter((value) => !Number.isNaN(value));
    return mean(perHorizon);
  }

  #load(row: Float64Array, x: Float32Array, r: number): void {
    for (let i = 0; i < this.features; i++) {
      const value = x[r * this.features + i];
      row[i] = Number.isNaN(value) ? 0 : value;
    }
    row[this.features] = 1;
  }
}

/** One day's cross-section for validation. */
export interface RidgeDay {
  x: Float32Array;
  y: Float32Array;
}

/** Solves A w = b for a symmetric positive definite A given by its lower triangle, which is overwritten by its factor. */
export function choleskySolve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i > j) a[i * n + j] = sum / a[j * n + j];
      else if (sum > 0) a[j * n + j] = Math.sqrt(sum);
      else throw new RangeError('matrix is not positive definite');
    }
  }
  const w = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) w[i] -= a[i * n + k] * w[k];
    w[i] /= a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) w[i] -= a[k * n + i] * w[k];
    w[i] /= a[i * n + i];
  }
  return w;
}
