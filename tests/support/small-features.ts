// Owns a few features of known behaviour, so that panel tests do not depend on the product's catalogue.
import type { FeatureDefinition } from '../../core/features/catalogue.ts';

type Rest = Pick<FeatureDefinition, 'warmup' | 'scope' | 'compute'> & { sameForAllStocks?: true };
const feature = (name: string, rest: Rest): FeatureDefinition => ({
  name,
  family: 'test',
  formula: name,
  window: rest.warmup,
  source: 'test',
  ...rest,
});

export const smallFeatures: readonly FeatureDefinition[] = [
  feature('momentum_3', {
    warmup: 3,
    scope: 'stock',
    compute: ({ bars: { close, offsets, codes } }) => {
      const out = new Float64Array(close.length).fill(Number.NaN);
      for (let stock = 0; stock < codes.length; stock++)
        for (let i = offsets[stock] + 3; i < offsets[stock + 1]; i++) out[i] = close[i] / close[i - 3] - 1;
      return out;
    },
  }),
  feature('candle', {
    warmup: 0,
    scope: 'stock',
    compute: ({ bars }) => bars.close.map((c, i) => c / bars.open[i] - 1),
  }),
  feature('weekday', {
    warmup: 0,
    scope: 'calendar',
    compute: ({ bars }) => Float64Array.from(bars.dayIndex, (d) => (bars.days[d] + 3) % 7),
  }),
];
