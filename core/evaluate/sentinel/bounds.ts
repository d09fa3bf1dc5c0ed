// Owns how far from zero the mean of a daily series lies for sure: means of blocks of days and Student's t, strict enough for a whole
// catalogue of features to be judged at once.

/** Trading days of a block, at the least: a month, and four times what one value looks over, so that its neighbours hardly depend on it. */
const BLOCK_DAYS = 20;
const BLOCK_REACHES = 4;
/** Blocks that a spread needs. */
export const LEAST_BLOCKS = 5;
/** Chance that any of the series tested together is put beyond its threshold though its true mean stands just on it. */
const FALSE_ALARM = 0.01;

export interface Bound {
  readonly mean: number;
  /** How far from zero at the least, on the mean's own side; below 0 where its sign is not certain. */
  readonly least: number;
  readonly blocks: number;
}

export interface BoundOptions {
  /** Trading days from one sampled day to the next. */
  readonly spacing: number;
  /** Trading days that one value looks over. */
  readonly reach: number;
  /** Series that are judged together (Bonferroni). */
  readonly tests: number;
}

/**
 * @param values one a sampled day, NaN where undefined
 * @returns undefined with fewer than LEAST_BLOCKS blocks of values
 */
export function boundOf(values: ArrayLike<number>, { spacing, reach, tests }: BoundOptions): Bound | undefined {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const length = Math.max(1, Math.ceil(Math.max(BLOCK_DAYS, BLOCK_REACHES * reach) / spacing));
  const blocks = Math.floor(known.length / length);
  if (blocks < LEAST_BLOCKS) return undefined;
  const average = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const means = Array.from({ length: blocks }, (_, b) =>
    average(known.slice(b * length, b === blocks - 1 ? known.length : (b + 1) * length)),
  );
  const mean = average(means);
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1);
  const quantile = studentQuantile(normalTailQuantile(FALSE_ALARM / Math.max(1, tests)), blocks - 1);
  return { mean, least: Math.abs(mean) - quantile * Math.sqrt(variance / blocks), blocks };
}

/** Quantile of Student's t with so many degrees of freedom from that of the normal (Koehler 1983); within some per cent in the far tail. */
export function studentQuantile(z: number, degrees: number): number {
  return Math.sqrt(degrees * Math.expm1(z * z * ((degrees - 1.5) / (degrees - 1) ** 2)));
}

/** The value that a normal exceeds with this chance, which is to be below 0.02: Acklam's rational approximation, relative error below 1.2e-9. */
export function normalTailQuantile(chance: number): number {
  const r = Math.sqrt(-2 * Math.log(chance));
  const above = horner(
    [-0.00778489400243, -0.322396458041, -2.40075827716, -2.54973253934, 4.37466414146, 2.93816398269],
    r,
  );
  const below = horner([0.00778469570904, 0.32246712907, 2.44513413714, 3.7544086619, 1], r);
  return -above / below;
}

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
