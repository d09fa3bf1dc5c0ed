// Owns the summary of a prediction set that phases are chosen by: daily metrics, weighted over horizons as the losses are.
import { runWithPauses } from '../base/steps.ts';
import { dailyMetricsSteps } from '../evaluate/daily.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { informationRatio, mean } from '../evaluate/statistics.ts';
import type { PartMetrics } from './spec.ts';

const TRADING_DAYS = 252;

/**
 * @param horizonWeights in the order of the set's horizons
 * @param pause hears the share that is done, several times a second
 */
export async function partMetrics(
  set: PredictionSet,
  horizonWeights: readonly number[],
  minNodes: number,
  pause: (share: number) => void = () => {},
): Promise<PartMetrics> {
  const daily = await runWithPauses(dailyMetricsSteps(set, { minNodes, quantileTarget: 'return' }), pause);
  const total = horizonWeights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (h: number) => number): number =>
    daily.reduce((sum, _, h) => sum + (horizonWeights[h] / total) * of(h), 0);
  const known = (series: Float64Array): Float64Array => series.filter((value) => !Number.isNaN(value));
  const ofHorizons = set.horizons.map((horizon, h) => [`rankIc.${horizon}`, mean(known(daily[h].rankIc))]);
  return {
    ...Object.fromEntries(ofHorizons),
    rankIc: weighted((h) => mean(known(daily[h].rankIc))),
    ic: weighted((h) => mean(known(daily[h].ic))),
    rankIcir: weighted((h) => informationRatio(known(daily[h].rankIc))),
    icir: weighted((h) => informationRatio(known(daily[h].ic))),
    hitRate: weighted((h) => mean(known(daily[h].hitRate))),
    sharpe: informationRatio(known(daily[0].spread)) * Math.sqrt(TRADING_DAYS / set.horizons[0]),
  };
}
