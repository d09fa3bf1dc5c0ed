// Owns features of a stock's neighbours in the stock graph; which those are on a day, see peer-statistics.
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import {
  correlationWithPeers,
  countOfPeers,
  meanOfPeers,
  peerStatistic,
  varianceOfPeers,
  weightedMeanOfPeers,
} from '../peer-statistics.ts';
import { perStock } from '../per-stock.ts';
import { atLeast } from './build.ts';

const common = { family: 'peers', scope: 'graph' } as const;
const PEERS = 'Ali and Hirshleifer (2020), correlation peers';
const HORIZONS = [1, 5, 20] as const;

const meanReturn = (n: number): FeatureDefinition => ({
  ...common,
  name: `peer_return_mean_${n}`,
  formula: `mean of return_${n} over the stock's graph neighbours`,
  window: n,
  warmup: n,
  source: PEERS,
  uses: [`return_${n}`],
  range: atLeast(-1),
  compute: (context) => peerStatistic(context, context.column(`return_${n}`), meanOfPeers),
});

const variance = (n: number): FeatureDefinition => ({
  ...common,
  name: `peer_return_variance_${n}`,
  formula: `sample variance of return_${n} over the stock's graph neighbours`,
  window: n,
  warmup: n,
  source: PEERS,
  uses: [`return_${n}`],
  range: atLeast(0),
  compute: (context) => peerStatistic(context, context.column(`return_${n}`), varianceOfPeers),
});

const relative = (n: number): FeatureDefinition => ({
  ...common,
  name: `peer_relative_return_${n}`,
  formula: `return_${n} - peer_return_mean_${n}`,
  window: n,
  warmup: n,
  source: 'Gatev, Goetzmann and Rouwenhorst (2006), in spirit',
  uses: [`return_${n}`, `peer_return_mean_${n}`],
  compute: (context) => difference(context, `return_${n}`, `peer_return_mean_${n}`),
});

function difference({ column }: FeatureContext, name: string, other: string): Float64Array {
  const peers = column(other);
  return column(name).map((value, row) => value - peers[row]);
}

/** Of the core set. */
export const peerFeatures: readonly FeatureDefinition[] = [
  ...HORIZONS.map(meanReturn),
  ...HORIZONS.map(variance),
  ...[5, 20].map(relative),
];

const weighted = HORIZONS.map(
  (n): FeatureDefinition => ({
    ...common,
    name: `peer_weighted_return_${n}`,
    formula: `sum(correlation x return_${n}) / sum(|correlation|) over the stock's graph neighbours`,
    window: n,
    warmup: n,
    source: PEERS,
    uses: [`return_${n}`],
    compute: (context) => peerStatistic(context, context.column(`return_${n}`), weightedMeanOfPeers),
  }),
);

const lead = HORIZONS.map(
  (n): FeatureDefinition => ({
    ...common,
    name: `peer_lead_${n}`,
    formula: `peer_return_mean_${n} of ${n} bars ago - return_${n}: what neighbours did and the stock has not done since`,
    window: 2 * n,
    warmup: 2 * n,
    source: 'Hou (2007); Parsons, Sabbatucci and Titman (2020)',
    uses: [`return_${n}`, `peer_return_mean_${n}`],
    compute: (context) => {
      const own = context.column(`return_${n}`);
      const peers = context.column(`peer_return_mean_${n}`);
      return perStock(context, ({ first, end }, out) => {
        out.fill(Number.NaN, 0, Math.min(n, out.length));
        for (let row = first + n; row < end; row++) out[row - first] = peers[row - n] - own[row];
      });
    },
  }),
);

const breadth = [1, 5].map(
  (n): FeatureDefinition => ({
    ...common,
    name: `peer_breadth_${n}`,
    formula: `share of the stock's graph neighbours with return_${n} above 0`,
    window: n,
    warmup: n,
    source: PEERS,
    uses: [`return_${n}`],
    range: [0, 1],
    compute: (context) => {
      const rose = context.column(`return_${n}`).map((r) => (r > 1e-12 ? 1 : 0 * r));
      return peerStatistic(context, rose, meanOfPeers);
    },
  }),
);

/** Mean, spread and the stock's own distance, of a feature that is not a return. */
const levels = (
  [
    {
      key: 'volume',
      of: 'volume_ratio_20',
      warmup: 19,
      inputs: ['volume'],
      source: 'Lee and Swaminathan (2000), of peers',
    },
    {
      key: 'volatility',
      of: 'volatility_20',
      warmup: 20,
      inputs: [],
      source: 'Herskovic, Kelly, Lustig and Van Nieuwerburgh (2016)',
    },
  ] as const
).flatMap(({ key, of, warmup, inputs, source }): FeatureDefinition[] => {
  const entry = { ...common, window: 20, warmup, source, ...(inputs.length > 0 && { inputs }) };
  return [
    {
      ...entry,
      name: `peer_${key}_mean_20`,
      formula: `mean of ${of} over the stock's graph neighbours`,
      uses: [of],
      range: atLeast(0),
      compute: (context) => peerStatistic(context, context.column(of), meanOfPeers),
    },
    {
      ...entry,
      name: `peer_${key}_spread_20`,
      formula: `sample deviation of ${of} over the stock's graph neighbours`,
      uses: [of],
      range: atLeast(0),
      compute: (context) => {
        const out = peerStatistic(context, context.column(of), varianceOfPeers);
        for (let row = 0; row < out.length; row++) out[row] = Math.sqrt(out[row]);
        return out;
      },
    },
    {
      ...entry,
      name: `peer_relative_${key}_20`,
      formula: `${of} - peer_${key}_mean_20`,
      uses: [of, `peer_${key}_mean_20`],
      compute: (context) => difference(context, of, `peer_${key}_mean_20`),
    },
  ];
});

const ties: readonly FeatureDefinition[] = [
  {
    ...common,
    name: 'peer_count',
    formula: "the stock's graph neighbours that have a bar on the day",
    window: 0,
    warmup: 0,
    source: 'degree in the stock graph',
    kind: 'count',
    range: atLeast(0),
    compute: (context) => peerStatistic(context, context.bars.close, countOfPeers),
  },
  {
    ...common,
    name: 'peer_correlation',
    formula: 'mean |correlation| with those neighbours',
    window: 0,
    warmup: 0,
    source: 'strength in the stock graph',
    range: [0, 1],
    compute: (context) => peerStatistic(context, context.bars.close, correlationWithPeers),
  },
];

export const furtherPeerFeatures: readonly FeatureDefinition[] = [
  meanReturn(60),
  variance(60),
  relative(1),
  relative(60),
  ...weighted,
  ...lead,
  ...breadth,
  ...levels,
  ...ties,
];
