// Owns past values of core features: what they were 1 to 20 bars ago.
import type { FeatureDefinition, FeatureScope } from '../definition.ts';
import { perStock } from '../per-stock.ts';

const LAGS = [1, 2, 3, 5, 10, 20] as const;

type Lagged = Pick<FeatureDefinition, 'name' | 'warmup' | 'source' | 'inputs' | 'range'> & { scope: FeatureScope };

const LAGGED: readonly Lagged[] = [
  { name: 'return_1', warmup: 1, scope: 'stock', source: 'Jegadeesh (1990)', range: [-1, Number.POSITIVE_INFINITY] },
  { name: 'market_relative_return_1', warmup: 1, scope: 'cross-section', source: 'Lehmann (1990)' },
  {
    name: 'overnight_gap',
    warmup: 1,
    scope: 'stock',
    source: 'Lou, Polk and Skouras (2019)',
    range: [-1, Number.POSITIVE_INFINITY],
  },
  { name: 'close_location', warmup: 0, scope: 'stock', source: 'Chaikin', range: [-1, 1] },
  {
    name: 'volume_ratio_20',
    warmup: 19,
    scope: 'stock',
    source: 'Campbell, Grossman and Wang (1993)',
    inputs: ['volume'],
    range: [0, 20],
  },
  { name: 'volatility_20', warmup: 20, scope: 'stock', source: 'standard', range: [0, Number.POSITIVE_INFINITY] },
];

export const lagFeatures: readonly FeatureDefinition[] = LAGGED.flatMap(({ name, warmup, ...rest }) =>
  LAGS.map(
    (lag): FeatureDefinition => ({
      ...rest,
      name: `${name}_lag_${lag}`,
      family: 'lag',
      formula: `${name} of ${lag} bars ago`,
      window: lag,
      warmup: warmup + lag,
      uses: [name],
      compute: (context) => {
        const column = context.column(name);
        return perStock(context, ({ first, end }, out) => {
          out.fill(Number.NaN, 0, Math.min(lag, out.length));
          if (out.length > lag) out.set(column.subarray(first, end - lag), lag);
        });
      },
    }),
  ),
);
