// Owns features that set a stock against its day's market or sector.
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { dayMeans, marketReturns, sectorMeans } from '../daily.ts';
import { rollingPair } from '../indicators/moments.ts';
import { rollingSum } from '../indicators/rolling.ts';
import { perStock } from '../per-stock.ts';
import { atLeast, type Entry } from './build.ts';

const marketRelative = [1, 5, 20].map(
  (n): FeatureDefinition => ({
    name: `market_relative_return_${n}`,
    family: 'market relative',
    formula: `return_${n} - its mean over the day's stocks`,
    window: n,
    warmup: n,
    source: 'standard',
    scope: 'cross-section',
    uses: [`return_${n}`],
    compute: (context) => {
      const column = context.column(`return_${n}`);
      const mean = dayMeans(context.bars, column);
      return column.map((value, row) => value - mean[context.bars.dayIndex[row]]);
    },
  }),
);

const sectorRelative = [1, 5, 20].map(
  (n): FeatureDefinition => ({
    name: `sector_relative_return_${n}`,
    family: 'sector relative',
    formula: `return_${n} - its mean over the day's stocks of the sector (of the market where the sector is unknown)`,
    window: n,
    warmup: n,
    source: 'Moskowitz and Grinblatt (1999)',
    scope: 'cross-section',
    uses: [`return_${n}`],
    compute: (context) => {
      const column = context.column(`return_${n}`);
      const mean = sectorMeans(context.bars, column);
      return column.map((value, row) => value - mean[row]);
    },
  }),
);

const sectorMomentum: FeatureDefinition = {
  name: 'sector_momentum_20',
  family: 'sector relative',
  formula: "mean of return_20 over the day's stocks of the sector - its mean over the market",
  window: 20,
  warmup: 20,
  source: 'Moskowitz and Grinblatt (1999)',
  scope: 'cross-section',
  uses: ['return_20'],
  compute: (context) => {
    const column = context.column('return_20');
    const sector = sectorMeans(context.bars, column);
    const market = dayMeans(context.bars, column);
    // A stock that has no return yet has no momentum either, though its sector has.
    return column.map((value, row) => (Number.isNaN(value) ? value : sector[row] - market[context.bars.dayIndex[row]]));
  },
};

/** One stock's regression of its returns on the market's over 60 bars. */
interface Regression {
  readonly returns: Float64Array;
  readonly market: Float64Array;
  readonly varianceX: Float64Array;
  readonly varianceY: Float64Array;
  readonly covariance: Float64Array;
}

const REGRESSION_WINDOW = 60;

function fromRegression(entry: Entry, finish: (regression: Regression, out: Float64Array) => void): FeatureDefinition {
  return {
    ...entry,
    family: 'market model',
    scope: 'cross-section',
    uses: ['return_1'],
    compute: (context: FeatureContext) => {
      const marketOfDay = marketReturns(context);
      const column = context.column('return_1');
      return perStock(context, (stock, out) => {
        const returns = column.subarray(stock.first, stock.end);
        const market = new Float64Array(returns.length);
        for (let i = 0; i < market.length; i++) market[i] = marketOfDay[context.bars.dayIndex[stock.first + i]];
        finish({ returns, market, ...rollingPair(returns, market, REGRESSION_WINDOW) }, out);
      });
    },
  };
}

/** Variance of the residual, 0 where rounding makes it negative, NaN where the market did not move. */
function residualVariance({ varianceX, varianceY, covariance }: Regression, i: number): number {
  return varianceY[i] > 0 ? Math.max(0, varianceX[i] - (covariance[i] * covariance[i]) / varianceY[i]) : Number.NaN;
}

const marketModel = [
  fromRegression(
    {
      name: 'beta_60',
      formula: "cov(r, m) / var(m) over 60 bars, m the mean r of the day's stocks",
      window: 60,
      warmup: 60,
      source: 'Sharpe (1964)',
    },
    ({ varianceY, covariance }, out) => {
      for (let i = 0; i < out.length; i++) out[i] = varianceY[i] > 0 ? covariance[i] / varianceY[i] : Number.NaN;
    },
  ),
  fromRegression(
    {
      name: 'market_correlation_60',
      formula: 'correlation of r with m over 60 bars',
      window: 60,
      warmup: 60,
      source: 'standard',
      range: [-1, 1],
    },
    ({ varianceX, varianceY, covariance }, out) => {
      for (let i = 0; i < out.length; i++) {
        const scale = Math.sqrt(varianceX[i] * varianceY[i]);
        out[i] = scale > 0 ? Math.max(-1, Math.min(1, covariance[i] / scale)) : Number.NaN;
      }
    },
  ),
  fromRegression(
    {
      name: 'idiosyncratic_volatility_60',
      formula: 'deviation of r - beta m over 60 bars',
      window: 60,
      warmup: 60,
      source: 'Ang, Hodrick, Xing and Zhang (2006)',
      range: atLeast(0),
    },
    (regression, out) => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(residualVariance(regression, i));
    },
  ),
  fromRegression(
    {
      name: 'residual_momentum_20',
      formula: 'sum(r - beta m) over 20 bars / (sqrt(20) deviation of the residual), beta over 60 bars',
      window: 60,
      warmup: 60,
      source: 'Blitz, Huij and Martens (2011), shorter windows',
    },
    (regression, out) => {
      const own = rollingSum(regression.returns, 20);
      const market = rollingSum(regression.market, 20);
      for (let i = 0; i < out.length; i++) {
        const deviation = Math.sqrt(residualVariance(regression, i));
        const beta = regression.covariance[i] / regression.varianceY[i];
        // Deviations below 1e-9 a bar are rounding of a stock that is the market itself.
        out[i] = deviation > 1e-9 ? (own[i] - beta * market[i]) / (Math.sqrt(20) * deviation) : Number.NaN;
      }
    },
  ),
];

export const relativeFeatures: readonly FeatureDefinition[] = [
  ...marketRelative,
  ...sectorRelative,
  sectorMomentum,
  ...marketModel,
];
