// Owns the arithmetic of axes: linear scales, round tick values, ticks on the calendar.
import type { Locale } from '../../base/messages/table.ts';
import { dayOf, monthOf } from '../format.ts';

/** Maps `domain` onto `range` linearly; a domain of no width maps to the middle. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): (value: number) => number {
  const [low, high] = domain;
  if (high === low) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - low) / (high - low)) * (range[1] - range[0]);
}

/** Smallest and largest finite value, widened to hold `include`; [0, 1] when there is none. */
export function extent(values: Iterable<number | null>, ...include: number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of [...values, ...include]) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** About `count` round values that cover the domain: multiples of 1, 2, 2.5 or 5 times a power of ten. */
export function ticks([low, high]: readonly [number, number], count = 5): number[] {
  if (high === low) return ticks([low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2], count);
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Decimals that tell neighbouring ticks apart. */
export function tickDecimals(values: readonly number[]): number {
  const longest = values.map((value) => (String(value).split('.')[1] ?? '').length);
  return Math.min(6, Math.max(0, ...longest));
}

export interface DateTick {
  /** Index into the dates. */
  index: number;
  label: string;
}

/** At most `most` ticks, on first days of months or years where the span is long enough, else on single days. */
export function dateTicks(dates: readonly string[], locale: Locale, most: number): DateTick[] {
  if (dates.length === 0) return [];
  for (const months of [1, 2, 3, 6, 12, 24, 60, 120]) {
    const starts = monthStarts(dates, months);
    if (starts.length > most) continue;
    if (starts.length < 3) break;
    return starts.map((index) => ({
      index,
      label: months >= 12 ? dates[index].slice(0, 4) : monthOf(dates[index], locale),
    }));
  }
  const step = Math.max(1, Math.ceil(dates.length / most));
  return dates.map((date, index) => ({ index, label: dayOf(date, locale) })).filter(({ index }) => index % step === 0);
}

function monthStarts(dates: readonly string[], months: number): number[] {
  const monthNumber = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
  const starts: number[] = [];
  for (let i = 1; i < dates.length; i++) {
    const month = monthNumber(dates[i]);
    if (month !== monthNumber(dates[i - 1]) && month % months === 0) starts.push(i);
  }
  return starts;
}
