// Owns the part of a prediction set that a rule sees: the point forecasts of one horizon.
import { pointColumn } from '../evaluate/daily.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';

/** The set with one horizon and one quantile: a rule of that horizon trades it as it would the whole. */
export function pointForecasts(set: PredictionSet, horizon: number): PredictionSet {
  const h = set.horizons.indexOf(horizon as never);
  const point = pointColumn(set.quantiles);
  const [H, Q] = [set.horizons.length, set.quantiles.length];
  return {
    ...set,
    horizons: [set.horizons[h]],
    quantiles: [set.quantiles[point]],
    predicted: Float32Array.from(set.stock, (_, row) => set.predicted[(row * H + h) * Q + point]),
    realised: Float32Array.from(set.stock, (_, row) => set.realised[row * H + h]),
  };
}
