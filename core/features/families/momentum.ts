// Owns features of returns over some bars and of distance from past extremes.
import type { FeatureDefinition } from '../definition.ts';
import { rangePosition } from '../indicators/oscillators.ts';
import { changeRatio, distanceFrom } from '../indicators/prices.ts';
import { rollingMax } from '../indicators/rolling.ts';
import { atLeast, fromBars } from './build.ts';
import { highDistance, lowDistance, rangePositionOver, returnOver } from './windowed.ts';

/** Over a month and less, past returns are partly taken back; momentum begins beyond. */
const SHORT_TERM_REVERSAL = 'short-term reversal, Jegadeesh (1990), Lehmann (1990)';

const returns = [1, 2, 3, 5, 10, 20, 40, 60].map((n) =>
  returnOver(n, n <= 20 ? SHORT_TERM_REVERSAL : 'Jegadeesh and Titman (1993)'),
);

const momentum12to1 = fromBars(
  'momentum',
  {
    name: 'momentum_12_1',
    formula: 'C[-21] / C[-252] - 1: twelve months without the latest',
    window: 252,
    warmup: 252,
    source: 'Jegadeesh and Titman (1993); Asness (1994)',
    range: atLeast(-1),
  },
  (stock, out) => {
    out.fill(Number.NaN);
    if (out.length > 252) changeRatio(stock.close.subarray(231, -21), stock.close, 0, out.subarray(252));
  },
);

const extremes = [5, 10, 20, 60].flatMap((n) => [
  highDistance(n, 'Qlib Alpha158 MAX'),
  lowDistance(n),
  rangePositionOver(n),
]);

const yearly = [
  ...[60, 252].map((n) =>
    fromBars(
      'extremes',
      {
        name: `drawdown_${n}`,
        formula: `C / max(C) - 1 over ${n} bars`,
        window: n,
        warmup: n - 1,
        source: 'standard',
        range: [-1, 0],
      },
      (stock, out) => distanceFrom(stock.close, rollingMax(stock.close, n, out)),
    ),
  ),
  fromBars(
    'extremes',
    {
      name: 'position_52_week',
      formula: '(C - min(L)) / (max(H) - min(L)) over 252 bars',
      window: 252,
      warmup: 251,
      source: 'George and Hwang (2004)',
      range: [0, 1],
    },
    (stock, out) => rangePosition(stock.high, stock.low, stock.close, 252, out),
  ),
];

export const momentumFeatures: readonly FeatureDefinition[] = [...returns, momentum12to1, ...extremes, ...yearly];
