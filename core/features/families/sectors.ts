// Owns further features that set a stock against its sector, and the sector against the market.
import type { FeatureDefinition } from '../definition.ts';
import { dayMeans, sectorMeans } from '../daily.ts';
import { isRounding } from '../indicators/prices.ts';

const common = { family: 'sector relative', window: 0, scope: 'cross-section' } as const;
const OF_SECTOR = "over the day's stocks of the sector (of the market where the sector is unknown)";

type Base = Pick<FeatureDefinition, 'name' | 'warmup' | 'source'> & { inputs?: readonly ['volume'] };

const RELATIVE: readonly Base[] = [
  { name: 'return_60', warmup: 60, source: 'Moskowitz and Grinblatt (1999)' },
  { name: 'momentum_12_1', warmup: 252, source: 'Moskowitz and Grinblatt (1999)' },
  { name: 'high_distance_60', warmup: 59, source: 'George and Hwang (2004)' },
  { name: 'rsi_14', warmup: 14, source: 'Wilder (1978)' },
  { name: 'volatility_20', warmup: 20, source: 'Ang, Hodrick, Xing and Zhang (2006)' },
  { name: 'volume_ratio_20', warmup: 19, source: 'Gervais, Kaniel and Mingelgrin (2001)', inputs: ['volume'] },
];

const relative = RELATIVE.map(
  ({ name, warmup, source, inputs = [] }): FeatureDefinition => ({
    ...common,
    name: `sector_relative_${name}`,
    formula: `${name} - its mean ${OF_SECTOR}`,
    warmup,
    source,
    inputs: ['sector', ...inputs],
    uses: [name],
    compute: ({ bars, column }) => {
      const values = column(name);
      const mean = sectorMeans(bars, values);
      return values.map((value, row) => value - mean[row]);
    },
  }),
);

const SECTOR_AGAINST_MARKET: readonly (Base & { of: string })[] = [
  { name: 'sector_momentum_5', of: 'return_5', warmup: 5, source: 'Moskowitz and Grinblatt (1999)' },
  { name: 'sector_momentum_60', of: 'return_60', warmup: 60, source: 'Moskowitz and Grinblatt (1999)' },
  { name: 'sector_volatility_20', of: 'volatility_20', warmup: 20, source: 'standard' },
  { name: 'sector_volume_20', of: 'volume_ratio_20', warmup: 19, source: 'standard', inputs: ['volume'] },
];

const againstMarket = SECTOR_AGAINST_MARKET.map(
  ({ name, of, warmup, source, inputs = [] }): FeatureDefinition => ({
    ...common,
    name,
    formula: `mean of ${of} over the day's stocks of the sector - its mean over the market`,
    warmup,
    source,
    inputs: ['sector', ...inputs],
    uses: [of],
    compute: ({ bars, column }) => {
      const values = column(of);
      const sector = sectorMeans(bars, values);
      const market = dayMeans(bars, values);
      // A stock that has no value yet has no sector either, though others of it have.
      return values.map((value, row) => (Number.isNaN(value) ? value : sector[row] - market[bars.dayIndex[row]]));
    },
  }),
);

const breadth: FeatureDefinition = {
  ...common,
  name: 'sector_breadth_20',
  formula: `share of those with C above mean(C, 20), ${OF_SECTOR}`,
  warmup: 19,
  source: 'standard',
  inputs: ['sector'],
  uses: ['sma_distance_20'],
  range: [0, 1],
  compute: ({ bars, column }) => {
    const values = column('sma_distance_20');
    const above = values.map((d) => (d > 0 && !isRounding(d, 1) ? 1 : 0 * d)); // NaN stays NaN
    const share = sectorMeans(bars, above);
    return values.map((value, row) => (Number.isNaN(value) ? value : share[row]));
  },
};

export const sectorFeatures: readonly FeatureDefinition[] = [...relative, ...againstMarket, breadth];
