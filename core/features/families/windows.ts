// Owns historical windows as a table: every operator over every window of returns, of volume and of volatility.
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { rollingStd } from '../indicators/moments.ts';
import { rollingMax, rollingMean, rollingMin } from '../indicators/rolling.ts';
import { LEAST_DEVIATION, overMean, rollingPercentile, rollingScore } from '../indicators/standing.ts';
import { perStock, type StockBars } from '../per-stock.ts';
import { atLeast } from './build.ts';

const WINDOWS = [5, 10, 20, 60, 120, 252] as const;

interface Series {
  /** Begins the names of its features. */
  readonly name: string;
  readonly family: string;
  /** In formulas. */
  readonly symbol: string;
  /** Of the series itself. */
  readonly warmup: number;
  readonly needs: Pick<FeatureDefinition, 'inputs' | 'uses'>;
  readonly of: (context: FeatureContext) => (stock: StockBars) => Float64Array;
  readonly operators: readonly Operator[];
}

interface Operator {
  readonly name: string;
  /** {x} is the series. */
  readonly formula: string;
  readonly source: string;
  readonly range?: (window: number) => readonly [number, number];
  /** All of them unless given: the others are in the catalogue under an older name. */
  readonly windows?: readonly number[];
  readonly kernel: (x: Float64Array, window: number, out: Float64Array) => void;
}

const score = (least: number): Operator => ({
  name: 'score',
  formula: '({x} - mean({x})) / deviation({x})',
  source: 'standard score',
  range: (n) => [-(n - 1) / Math.sqrt(n), (n - 1) / Math.sqrt(n)],
  kernel: (x, n, out) => rollingScore(x, n, out, least),
});

const percentile = (source: string, tolerance: number): Operator => ({
  name: 'percentile',
  formula: 'share of the other {x} below the last, equal ones half',
  source,
  range: () => [0, 1],
  kernel: (x, n, out) => rollingPercentile(x, n, out, tolerance),
});

/** Of a series of levels, which mean something beside their own mean only. */
const levels = (least: number, sources: { variation: string; extremes: string }): Operator[] => [
  {
    name: 'variation',
    formula: 'deviation({x}) / mean({x})',
    source: sources.variation,
    range: (n) => [0, Math.sqrt(n)],
    kernel: (x, n, out) => overMean(x, n, rollingStd(x, n, out), least),
  },
  {
    name: 'least',
    formula: 'min({x}) / mean({x})',
    source: sources.extremes,
    range: () => [0, 1],
    kernel: (x, n, out) => overMean(x, n, rollingMin(x, n, out), least),
  },
  {
    name: 'most',
    formula: 'max({x}) / mean({x})',
    source: sources.extremes,
    range: (n) => [1, n],
    kernel: (x, n, out) => overMean(x, n, rollingMax(x, n, out), least),
  },
];

const SERIES: readonly Series[] = [
  {
    name: 'return',
    family: 'return window',
    symbol: 'r',
    warmup: 1,
    needs: { uses: ['return_1'] },
    of: columnOf('return_1'),
    operators: [
      {
        name: 'mean',
        formula: 'mean({x})',
        source: 'standard',
        range: () => atLeast(-1),
        kernel: rollingMean,
      },
      {
        name: 'deviation',
        formula: 'sample deviation of {x}',
        source: 'standard',
        range: () => atLeast(0),
        windows: [120, 252],
        kernel: (x, n, out) => rollingStd(x, n, out),
      },
      score(LEAST_DEVIATION),
      {
        name: 'least',
        formula: 'min({x})',
        source: 'Bali, Cakici and Whitelaw (2011), MIN',
        range: () => atLeast(-1),
        kernel: rollingMin,
      },
      {
        name: 'most',
        formula: 'max({x})',
        source: 'Bali, Cakici and Whitelaw (2011), MAX',
        range: () => atLeast(-1),
        kernel: rollingMax,
      },
      percentile('Qlib Alpha158 RANK, of returns', LEAST_DEVIATION),
    ],
  },
  {
    name: 'volume',
    family: 'volume window',
    symbol: 'V',
    warmup: 0,
    needs: { inputs: ['volume'] },
    of: () => (stock) => stock.volume,
    operators: [
      {
        name: 'ratio',
        formula: '{x} / mean({x})',
        source: 'standard',
        range: (n) => [0, n],
        windows: [120, 252],
        kernel: (x, n, out) => {
          out.set(x);
          overMean(x, n, out);
        },
      },
      score(0),
      ...levels(0, {
        variation: 'Chordia, Subrahmanyam and Anshuman (2001)',
        extremes: 'Gervais, Kaniel and Mingelgrin (2001)',
      }),
      percentile('Gervais, Kaniel and Mingelgrin (2001)', 0),
    ],
  },
  {
    name: 'volatility',
    family: 'volatility window',
    symbol: 'volatility_20',
    warmup: 20,
    needs: { uses: ['volatility_20'] },
    of: columnOf('volatility_20'),
    operators: [
      {
        name: 'level',
        formula: '{x} / mean({x})',
        source: 'standard',
        range: (n) => [0, n],
        kernel: (x, n, out) => {
          out.set(x);
          overMean(x, n, out, LEAST_DEVIATION);
        },
      },
      score(LEAST_DEVIATION),
      ...levels(LEAST_DEVIATION, {
        variation: 'Baltussen, van Bekkum and van der Grient (2018), volatility of volatility',
        extremes: 'standard',
      }),
      percentile('standard', LEAST_DEVIATION),
    ],
  },
];

/** A feature of the catalogue as a series. */
function columnOf(name: string): Series['of'] {
  return (context) => {
    const column = context.column(name);
    return (stock) => column.subarray(stock.first, stock.end);
  };
}

export const windowFeatures: readonly FeatureDefinition[] = SERIES.flatMap(
  ({ name, family, symbol, warmup, needs, of, operators }) =>
    operators.flatMap((operator) =>
      (operator.windows ?? WINDOWS).map(
        (n): FeatureDefinition => ({
          name: `${name}_${operator.name}_${n}`,
          family,
          formula: `${operator.formula.replaceAll('{x}', symbol)} over ${n} bars`,
          window: n,
          warmup: warmup + n - 1,
          source: operator.source,
          scope: 'stock',
          ...needs,
          ...(operator.range && { range: operator.range(n) }),
          compute: (context) => {
            const series = of(context);
            return perStock(context, (stock, out) => operator.kernel(series(stock), n, out));
          },
        }),
      ),
    ),
);
