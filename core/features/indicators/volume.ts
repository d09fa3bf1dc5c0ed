// Owns kernels of volume: on-balance volume, money flow, Chaikin money flow, Amihud illiquidity, spikes.
import { rollingMean, rollingSum } from './rolling.ts';
import { rollingStd } from './moments.ts';
import { closeLocation, isRounding, typicalPrice } from './prices.ts';
import { temporary } from './temporary.ts';

/** Volume with the sign of the close's change; the first bar is NaN. Its running sum is OBV. */
export function signedVolume(
  close: Float64Array,
  volume: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < out.length; i++) out[i] = Math.sign(close[i] - close[i - 1]) * volume[i];
  return out;
}

/** On-balance volume (Granville 1963), in shares, 0 at the first bar; a bar that cannot be compared gives NaN and adds nothing. */
export function onBalanceVolume(
  close: Float64Array,
  volume: Float64Array,
  out: Float64Array = temporary(close.length),
): Float64Array {
  signedVolume(close, volume, out);
  let sum = 0;
  if (out.length > 0) out[0] = Number.isNaN(close[0]) ? Number.NaN : 0;
  for (let i = 1; i < out.length; i++) if (!Number.isNaN(out[i])) out[i] = sum += out[i];
  return out;
}

/**
 * Change of on-balance volume over the volume traded in the window, -1 .. 1: OBV itself has an arbitrary origin and grows with
 * the listing's age, so it cannot be compared between stocks.
 */
export function onBalanceChange(
  close: Float64Array,
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const traded = rollingSum(volume, window);
  rollingSum(signedVolume(close, volume), window, out);
  for (let i = 0; i < out.length; i++) out[i] = traded[i] > 0 ? out[i] / traded[i] : Number.NaN;
  return out;
}

/** Money flow index (Quong and Soudack 1989), 0 .. 100: an RSI of typical price weighted by volume. NaN where no money moved. */
export function moneyFlowIndex(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const price = typicalPrice(high, low, close);
  const rising = temporary(price.length).fill(Number.NaN, 0, 1);
  const moved = temporary(price.length).fill(Number.NaN, 0, 1);
  for (let i = 1; i < price.length; i++) {
    const change = isRounding(price[i] - price[i - 1], price[i]) ? 0 : price[i] - price[i - 1];
    const flow = price[i] * volume[i];
    rising[i] = change > 0 ? flow : 0 * flow * change; // 0, or NaN where either is missing
    moved[i] = change === 0 ? 0 * flow : flow + 0 * change;
  }
  const total = rollingSum(moved, window);
  rollingSum(rising, window, out);
  for (let i = 0; i < out.length; i++) out[i] = total[i] > 0 ? (100 * out[i]) / total[i] : Number.NaN;
  return out;
}

/** Chaikin money flow, -1 .. 1: volume weighted by where each close stands in its bar. NaN where nothing was traded. */
export function chaikinMoneyFlow(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const flow = closeLocation(high, low, close);
  for (let i = 0; i < flow.length; i++) flow[i] *= volume[i];
  const traded = rollingSum(volume, window);
  rollingSum(flow, window, out);
  for (let i = 0; i < out.length; i++) out[i] = traded[i] > 0 ? out[i] / traded[i] : Number.NaN;
  return out;
}

/**
 * Amihud (2002) illiquidity: mean of |return| per million of money traded, over the bars of the window that traded at all (as in the
 * paper); NaN where none did.
 */
export function amihud(
  returns: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(close.length),
): Float64Array {
  const impact = temporary(close.length);
  const traded = temporary(close.length);
  for (let i = 0; i < impact.length; i++) {
    const money = close[i] * volume[i];
    const untraded = money <= 0;
    traded[i] = untraded ? 0 : 1;
    impact[i] = untraded ? 0 * returns[i] : (1e6 * Math.abs(returns[i])) / money;
  }
  const count = rollingSum(traded, window);
  rollingSum(impact, window, out);
  for (let i = 0; i < out.length; i++) out[i] = count[i] > 0 ? out[i] / count[i] : Number.NaN;
  return out;
}

/** Volume over its mean of the last `window` bars, this one included; NaN where nothing was traded. */
export function volumeRatio(
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(volume.length),
): Float64Array {
  rollingMean(volume, window, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i] > 0 ? volume[i] / out[i] : Number.NaN;
  return out;
}

/** A bar that traded less than this share of the mean counts as having traded this share: no trade at all has no logarithm. */
const LEAST_SHARE = 0.01;

/**
 * ln(volume), at least 1 % of its mean over the last `window` bars; NaN where nothing was traded in them. Rescaling the volume, as a
 * later split does to the whole past, only adds a constant; ln(1 + volume) would not bear it.
 */
export function logVolume(
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(volume.length),
): Float64Array {
  rollingMean(volume, window, out);
  for (let i = 0; i < out.length; i++) {
    // There is no mean before the first full window, nor for a window after a missing volume.
    const counted = Number.isNaN(out[i]) ? volume[i] : Math.max(volume[i], LEAST_SHARE * out[i]);
    out[i] = counted > 0 ? Math.log(counted) : Number.NaN;
  }
  return out;
}

/** logVolume in standard deviations from its mean over the `window` bars before this one. */
export function volumeSpike(
  volume: Float64Array,
  window: number,
  out: Float64Array = temporary(volume.length),
): Float64Array {
  const logs = logVolume(volume, window);
  const mean = rollingMean(logs, window);
  const deviation = rollingStd(logs, window);
  if (out.length > 0) out[0] = Number.NaN;
  for (let i = 1; i < out.length; i++)
    out[i] = deviation[i - 1] > 0 ? (logs[i] - mean[i - 1]) / deviation[i - 1] : Number.NaN;
  return out;
}
