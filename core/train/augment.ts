// Owns augmentation of a training batch, in place: feature noise, feature and time masks, a share of another day mixed in.
import type { Random } from '../base/random.ts';
import type { Config } from '../config/schema.ts';

export type Augmentation = Config['train']['augmentation'];

/** The sequence of one day, [T, N, F], and the stock of each row. */
export interface Sequences {
  x: Float32Array;
  stock: Int32Array;
  days: number;
  features: number;
}

/**
 * Noise is drawn once per stock and feature and holds for the whole sequence: it moves levels, not day-to-day changes. Masked
 * entries become 0, the cross-sectional mean. Targets stay those of the batch.
 */
export function augment(
  batch: Sequences,
  { feature_noise, feature_mask, time_mask }: Augmentation,
  random: Random,
): void {
  const { x, days, features } = batch;
  const stocks = batch.stock.length;
  const width = stocks * features;
  const noise = new Float32Array(width);
  if (feature_noise > 0) for (let i = 0; i < width; i++) noise[i] = random.normal() * feature_noise;
  const keepFeature = Float32Array.from({ length: features }, () => (random.uniform() < feature_mask ? 0 : 1));
  const keepDay = Float32Array.from({ length: days }, () => (random.uniform() < time_mask ? 0 : 1));
  // The day that is predicted from is never blanked.
  keepDay[days - 1] = 1;
  for (let day = 0; day < days; day++)
    for (let i = 0, at = day * width; i < width; i++, at++)
      x[at] = keepDay[day] === 0 ? 0 : (x[at] + noise[i]) * keepFeature[i % features];
}

/** Moves each stock's sequence towards its own sequence on another training day: x + share (other - x). */
export function mixDays(batch: Sequences, other: Sequences, share: number): void {
  const rowOf = new Map<number, number>();
  other.stock.forEach((stock, row) => {
    rowOf.set(stock, row);
  });
  const { x, days, features } = batch;
  const stocks = batch.stock.length;
  const others = other.stock.length;
  for (let row = 0; row < stocks; row++) {
    const from = rowOf.get(batch.stock[row]);
    if (from === undefined) continue;
    for (let day = 0; day < days; day++) {
      const to = (day * stocks + row) * features;
      const source = (day * others + from) * features;
      for (let f = 0; f < features; f++) x[to + f] += share * (other.x[source + f] - x[to + f]);
    }
  }
}
