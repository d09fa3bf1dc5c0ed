// Owns kernels of relative change between two bars.

/**
 * value[i] / base[i - lag] - 1. NaN for the first `lag` rows, and where either is missing or the base is not positive.
 * @param value,base one stock's series, equally long @param out receives the result
 */
export function changeRatio(
  value: Float64Array,
  base: Float64Array,
  lag: number,
  out: Float64Array = new Float64Array(value.length),
): Float64Array {
  out.fill(Number.NaN, 0, Math.min(lag, out.length));
  for (let i = lag; i < value.length; i++) {
    const from = base[i - lag];
    out[i] = from > 0 ? value[i] / from - 1 : Number.NaN;
  }
  return out;
}
