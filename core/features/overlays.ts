// Owns the lines that a chart draws over or under one stock's bars: the catalogue's kernels on its whole adjusted history.
import { rollingStd } from './indicators/moments.ts';
import { rsi } from './indicators/oscillators.ts';
import { averageTrueRange } from './indicators/ranges.ts';
import { rollingMean } from './indicators/rolling.ts';
import { ema, macd } from './indicators/smoothing.ts';

interface Prices {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}
type Lines = Record<string, Float64Array>;

const LINES = {
  sma20: ({ close }) => ({ sma20: rollingMean(close, 20) }),
  sma60: ({ close }) => ({ sma60: rollingMean(close, 60) }),
  sma200: ({ close }) => ({ sma200: rollingMean(close, 200) }),
  ema20: ({ close }) => ({ ema20: ema(close, 20) }),
  bollinger: ({ close }) => bollinger(close, 20, 2),
  rsi14: ({ close }) => ({ rsi14: rsi(close, 14) }),
  macd: ({ close }) => {
    const { line, signal } = macd(close, 12, 26, 9);
    return { macd: line, macd_signal: signal };
  },
  atr14: ({ high, low, close }) => ({ atr14: averageTrueRange(high, low, close, 14) }),
} as const satisfies Record<string, (prices: Prices) => Lines>;

export type OverlayName = keyof typeof LINES;

/** Lines that are no prices: nothing of them changes with the scale of the prices. */
export const SCALE_FREE: readonly string[] = ['rsi14'];

/** @param prices adjusted, one stock, oldest first @returns lines by name, one value a bar, NaN while warming up */
export function overlayLines(prices: Prices, names: readonly OverlayName[]): Lines {
  return Object.assign({}, ...names.map((name) => LINES[name](prices)));
}

/** Mean plus and minus `width` population deviations (Bollinger 2002). */
function bollinger(close: Float64Array, window: number, width: number): Lines {
  const middle = rollingMean(close, window);
  const deviation = rollingStd(close, window, undefined, 0);
  return {
    bollinger_upper: middle.map((value, i) => value + width * deviation[i]),
    bollinger_lower: middle.map((value, i) => value - width * deviation[i]),
  };
}
