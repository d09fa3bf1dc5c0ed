// Owns the oracle's predictions: what the synthetic market is known to be expected to do, for the rows of another prediction set.
import type { SyntheticMarket } from '../../core/data/synthetic.ts';
import type { PredictionSet } from '../../core/evaluate/predictions.ts';

/** The same days, rows and outcomes, predicted by the market's own expectation (every quantile alike). */
export function oraclePredictions(set: PredictionSet, { bars, expected }: SyntheticMarket): PredictionSet {
  const dayOf = new Map([...bars.days].map((day, index) => [day, index]));
  const rowOf = (stock: number, day: number): number => {
    const dates = bars.dayIndex.subarray(bars.offsets[stock], bars.offsets[stock + 1]);
    return bars.offsets[stock] + dates.indexOf(dayOf.get(day)!);
  };
  const width = set.horizons.length;
  const levels = set.quantiles.length;
  const predicted = new Float32Array(set.predicted.length);
  set.days.forEach((day, d) => {
    for (let row = set.dayOffsets[d]; row < set.dayOffsets[d + 1]; row++) {
      const at = rowOf(set.stock[row], day);
      for (let h = 0; h < width; h++)
        predicted.fill(expected[h][at], (row * width + h) * levels, (row * width + h + 1) * levels);
    }
  });
  return { ...set, predicted };
}
