// Owns the summary of a prediction set that phases are chosen by: daily metrics, weighted over horizons as the losses are.
import { dailyMetrics } from '../evaluate/daily.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { informationRatio, mean } from '../evaluate/statistics.ts';
import type { PartMetrics } from './spec.ts';

const TRADING_DAYS = 252;

/** @param horizonWeights in the order of the set's horizons */
export function partMetrics(set: PredictionSet, horizonWeights: readonly number[], minNodes: number): PartMetrics {
  const daily = dailyMetrics(set, { minNodes, quantileTarget: 'return' });
  const total = horizonWeights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (h: number) => number): number =>
    daily.reduce((sum, _, h) => sum + (horizonWeights[h] / total) * of(h), 0);
  const known = (series: Float64Array): Float64Array => series.filter((value) => !Number.isNaN(value));
  return {
    rankIc: weighted((h) => mean(known(daily[h].rankIc))),
    ic: weighted((h) => mean(known(daily[h].ic))),
    rankIcir: weighted((h) => informationRatio(known(daily[h].rankIc))),
    icir: weighted((h) => informationRatio(known(daily[h].ic))),
    hitRate: weighted((h) => mean(known(daily[h].hitRate))),
    sharpe: informationRatio(known(daily[0].spread)) * Math.sqrt(TRADING_DAYS / set.horizons[0]),
  };
}
