// Owns prediction sets made for tests: a planted signal over seeded noise.
import { toEpochDay } from '../../../core/base/clock.ts';
import { Random } from '../../../core/base/random.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';

/** Sets built from plain numbers: predicted[day][stock][horizon] holds the three quantiles, or one number for all three. */
export function predictionsOf(
  predicted: (number | [number, number, number])[][][],
  realised: number[][][],
  horizons: PredictionSet['horizons'] = [1],
  firstDay = toEpochDay('2020-01-01'),
): PredictionSet {
  const counts = predicted.map((day) => day.length);
  return {
    days: Int32Array.from(predicted, (_, day) => firstDay + day),
    dayOffsets: Int32Array.from([0, ...counts.map((_, day) => counts.slice(0, day + 1).reduce((a, b) => a + b, 0))]),
    stock: Int32Array.from(counts.flatMap((count) => Array.from({ length: count }, (_, stock) => stock))),
    codes: Array.from({ length: Math.max(...counts) }, (_, stock) => `S${String(stock).padStart(4, '0')}`),
    horizons,
    quantiles: [0.1, 0.5, 0.9],
    predicted: Float32Array.from(
      predicted.flat(2).flatMap((value) => (typeof value === 'number' ? [value, value, value] : value)),
    ),
    realised: Float32Array.from(realised.flat(2)),
  };
}

export interface Planted {
  days?: number;
  stocks?: number;
  horizons?: PredictionSet['horizons'];
  /** Correlation of the forecast with the outcome. */
  signal?: number;
  seed?: number;
  noiseSeed?: number;
}

/** Outcomes are N(0, 0.02); the forecast is signal x outcome plus the noise that keeps its deviation at 0.02. Quantiles are the normal's. */
export function plantedPredictions(options: Planted = {}): PredictionSet {
  const { days = 120, stocks = 60, horizons = [1, 5], signal = 0.05, seed = 1, noiseSeed = 2 } = options;
  const outcome = new Random(seed, 1);
  const noise = new Random(noiseSeed, 2);
  const rest = Math.sqrt(1 - signal * signal);
  const predicted: [number, number, number][][][] = [];
  const realised: number[][][] = [];
  for (let day = 0; day < days; day++) {
    predicted.push([]);
    realised.push([]);
    for (let stock = 0; stock < stocks; stock++) {
      const value = 0.02 * outcome.normal();
      const forecast = signal * (signal * value + rest * 0.02 * noise.normal());
      const width = 1.2816 * 0.02 * rest;
      predicted[day].push(horizons.map(() => [forecast - width, forecast, forecast + width]));
      realised[day].push(horizons.map(() => value));
    }
  }
  return predictionsOf(predicted, realised, horizons);
}
