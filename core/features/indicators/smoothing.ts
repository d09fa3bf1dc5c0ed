// Owns recursive averages (EMA, Wilder) and volume-weighted means.
//
// Missing values: a recursive kernel gives NaN where its input is NaN and keeps its state, so it resumes at the next bar, unless so
// many are missing that it has forgotten and must be seeded again; windowed kernels follow rolling.ts.
import { firstBlock } from './grid.ts';
import { rollingSum } from './rolling.ts';
import { temporary } from './temporary.ts';

/**
 * Exponential moving average with factor 2 / (window + 1), seeded by the plain mean of the first `window` known values
 * (as TA-Lib and Stock.Indicators do; pandas' ewm seeds with the first value alone).
 */
export function ema(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  return recursiveMean(x, window, 2 / (window + 1), out);
}

/** Wilder's smoothing, factor 1 / window, seeded by the plain mean (Wilder 1978). */
export function wilder(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  return recursiveMean(x, window, 1 / window, out);
}

/** What a seed still weighs after a span: e^-20, some 1e-9. */
const FADED = 20;

/**
 * The average forgets: a second one is begun at every span of bars and takes the place of the first a span later, when its seed has faded.
 * Past the second span a value so depends on two spans at most, which differs from the endless recursion by some 1e-9 of a seed's error,
 * and a day can be computed without the history before (see grid.ts).
 */
function recursiveMean(x: Float64Array, window: number, factor: number, out: Float64Array): Float64Array {
  const span = Math.ceil(FADED / factor);
  let boundary = firstBlock(span);
  let [known, state, nextKnown, nextState] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (i === boundary + span) {
      boundary = i;
      known = nextKnown;
      state = nextState;
      nextKnown = 0;
      nextState = 0;
    }
    const value = x[i];
    if (Number.isNaN(value)) {
      out[i] = Number.NaN;
      continue;
    }
    if (known < window) {
      state += value;
      if (++known === window) state /= window;
    } else state += factor * (value - state);
    if (nextKnown < window) {
      nextState += value;
      if (++nextKnown === window) nextState /= window;
    } else nextState += factor * (value - nextState);
    out[i] = known === window ? state : Number.NaN;
  }
  return out;
}

/** Mean of `price` weighted by `volume` over the last `window` bars; NaN where nothing was traded. */
export function volumeWeightedMean(
  price: Float64Array,
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(price.length),
): Float64Array {
  const value = price.map((p, i) => p * volume[i]);
  const traded = rollingSum(volume, window);
  rollingSum(value, window, out);
  for (let i = 0; i < out.length; i++) out[i] = traded[i] > 0 ? out[i] / traded[i] : Number.NaN;
  return out;
}

export interface Macd {
  readonly line: Float64Array;
  readonly signal: Float64Array;
}

/** Fast EMA minus slow EMA, and the EMA of that line (Appel 1979); usual windows 12, 26, 9. In units of x. */
export function macd(x: Float64Array, fast: number, slow: number, signal: number): Macd {
  const line = ema(x, fast);
  const slowLine = ema(x, slow);
  for (let i = 0; i < line.length; i++) line[i] -= slowLine[i];
  return { line, signal: ema(line, signal) };
}
