// Owns the scale of a small chart: round ticks that hold every value, and zero.

export interface Scale {
  least: number;
  most: number;
  ticks: number[];
  /** Decimals that tell its ticks apart. */
  digits: number;
}

/** @param values those that are not numbers are left out */
export function niceScale(values: readonly (number | null | undefined)[], wanted = 4): Scale {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  if (low === high) return { least: -1, most: 1, ticks: [-1, 0, 1], digits: 0 };
  const rough = (high - low) / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  // + 0 turns minus zero into zero.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)) + 0);
  const digits = Math.max(...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  return { least: ticks[0], most: ticks[ticks.length - 1], ticks, digits };
}
