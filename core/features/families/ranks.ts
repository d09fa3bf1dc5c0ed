// Owns ranks within the day, across the market and within the sector, of core features, and how those ranks have changed.
import type { FeatureDefinition } from '../definition.ts';
import { sectorNumbers } from '../daily.ts';
import { ranksWithinDays } from '../day-ranks.ts';
import { rollingMean } from '../indicators/rolling.ts';
import { perStock } from '../per-stock.ts';

interface Ranked {
  readonly name: string;
  readonly warmup: number;
  readonly source: string;
  readonly inputs?: FeatureDefinition['inputs'];
  /** Bars over which changes of the rank are looked at. */
  readonly changes?: readonly number[];
  readonly inSector?: true;
}

const VOLUME = ['volume'] as const;
const CHANGES = [1, 5, 20] as const;

const RANKED: readonly Ranked[] = [
  { name: 'return_1', warmup: 1, source: 'Jegadeesh (1990)', inSector: true },
  { name: 'return_5', warmup: 5, source: 'Lehmann (1990)', changes: CHANGES, inSector: true },
  { name: 'return_20', warmup: 20, source: 'Jegadeesh (1990)', changes: CHANGES, inSector: true },
  { name: 'return_60', warmup: 60, source: 'Jegadeesh and Titman (1993)', changes: CHANGES, inSector: true },
  { name: 'momentum_12_1', warmup: 252, source: 'Asness (1994)', changes: [5, 20] },
  { name: 'high_distance_60', warmup: 59, source: 'George and Hwang (2004), shorter window' },
  { name: 'rsi_14', warmup: 14, source: 'Wilder (1978)', changes: [5] },
  {
    name: 'volatility_20',
    warmup: 20,
    source: 'Ang, Hodrick, Xing and Zhang (2006)',
    changes: CHANGES,
    inSector: true,
  },
  { name: 'volatility_60', warmup: 60, source: 'Blitz and van Vliet (2007)' },
  { name: 'skewness_60', warmup: 60, source: 'Boyer, Mitton and Vorkink (2010)' },
  { name: 'return_most_20', warmup: 20, source: 'Bali, Cakici and Whitelaw (2011)' },
  { name: 'beta_60', warmup: 60, source: 'Frazzini and Pedersen (2014)', changes: [20] },
  { name: 'overnight_gap_mean_20', warmup: 20, source: 'Lou, Polk and Skouras (2019)' },
  {
    name: 'volume_ratio_20',
    warmup: 19,
    source: 'Gervais, Kaniel and Mingelgrin (2001)',
    inputs: VOLUME,
    changes: CHANGES,
    inSector: true,
  },
  { name: 'amihud_20', warmup: 20, source: 'Amihud (2002)', inputs: VOLUME, changes: [20], inSector: true },
];

const ranks = RANKED.map(
  ({ name, warmup, source, inputs }): FeatureDefinition => ({
    name: `rank_${name}`,
    family: 'rank',
    formula: `rank of ${name} within the day, from -0.5 to 0.5`,
    window: 0,
    warmup,
    source,
    scope: 'cross-section',
    ...(inputs && { inputs }),
    uses: [name],
    range: [-0.5, 0.5],
    compute: (context) => ranksWithinDays(context.bars, context.column(name)),
  }),
);

const moneyTraded: FeatureDefinition = {
  name: 'rank_money_traded_20',
  family: 'rank',
  formula: 'rank of mean(C V) over 20 bars within the day, from -0.5 to 0.5',
  window: 20,
  warmup: 19,
  source: 'Brennan, Chordia and Subrahmanyam (1998)',
  scope: 'cross-section',
  inputs: VOLUME,
  range: [-0.5, 0.5],
  compute: (context) =>
    ranksWithinDays(
      context.bars,
      perStock(context, ({ close, volume }, out) => {
        rollingMean(
          close.map((price, i) => price * volume[i]),
          20,
          out,
        );
      }),
    ),
};

const changes = RANKED.flatMap(({ name, warmup, source, inputs, changes: spans = [] }) =>
  spans.map(
    (span): FeatureDefinition => ({
      name: `rank_change_${name}_${span}`,
      family: 'rank change',
      formula: `rank_${name} - rank_${name}[-${span}]`,
      window: span,
      warmup: warmup + span,
      source,
      scope: 'cross-section',
      ...(inputs && { inputs }),
      uses: [`rank_${name}`],
      range: [-1, 1],
      compute: (context) => {
        const column = context.column(`rank_${name}`);
        return perStock(context, ({ first, end }, out) => {
          out.fill(Number.NaN, 0, Math.min(span, out.length));
          for (let row = first + span; row < end; row++) out[row - first] = column[row] - column[row - span];
        });
      },
    }),
  ),
);

const sectorRanks = RANKED.filter(({ inSector }) => inSector).map(
  ({ name, warmup, source, inputs = [] }): FeatureDefinition => ({
    name: `sector_rank_${name}`,
    family: 'sector rank',
    formula: `rank of ${name} within the day's stocks of the sector (of the market where the sector is unknown), from -0.5 to 0.5`,
    window: 0,
    warmup,
    source,
    scope: 'cross-section',
    inputs: ['sector', ...inputs],
    uses: [name],
    range: [-0.5, 0.5],
    compute: (context) => ranksWithinDays(context.bars, context.column(name), sectorNumbers(context.bars)),
  }),
);

export const rankFeatures: readonly FeatureDefinition[] = [...ranks, moneyTraded, ...changes, ...sectorRanks];
