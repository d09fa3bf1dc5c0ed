// Owns how figures, dates, sizes and times read in each language. A dash stands for what is not known; minus is a true minus sign.
import type { Interval } from '../../core/contract/entities.ts';
import { type Locale, locale as currentLocale } from './i18n.ts';

export const UNKNOWN = '–';
type Maybe = number | null | undefined;

const isKnown = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

const numberFormats = new Map<string, Intl.NumberFormat>();
function fixed(value: number, digits: number, signed: boolean): string {
  const key = `${digits}${signed}`;
  let format = numberFormats.get(key);
  if (!format) {
    // Both languages group by thousands with commas.
    format = new Intl.NumberFormat('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: signed ? 'exceptZero' : 'negative',
    });
    numberFormats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

export interface FigureOptions {
  digits?: number;
  /** Writes + before what is above zero. */
  signed?: boolean;
}

/** 0.0102; four decimals, as for an IC, unless told otherwise. */
export function figure(value: Maybe, { digits = 4, signed = false }: FigureOptions = {}): string {
  return isKnown(value) ? fixed(value, digits, signed) : UNKNOWN;
}

/** 1,250 */
export function count(value: Maybe): string {
  return figure(value, { digits: 0 });
}

/** Large figures in four digits with their unit: 12.3M, 4.607B, 46.07億; others in six at most: 12,345.5, 0.0123. */
export function compact(value: Maybe, locale: Locale): string {
  if (!isKnown(value)) return UNKNOWN;
  const notation = Math.abs(value) >= 100_000 ? 'compact' : 'standard';
  const key = `${locale}${notation}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { notation, maximumSignificantDigits: notation === 'compact' ? 4 : 6 });
    numberFormats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** 12.3%, from 0.123 */
export function percent(value: Maybe, { digits = 1, signed = false }: FigureOptions = {}): string {
  return isKnown(value) ? `${fixed(value * 100, digits, signed)}%` : UNKNOWN;
}

/** 12.5 bp, from basis points */
export function basisPoints(value: Maybe, { digits = 1, signed = false }: FigureOptions = {}): string {
  return isKnown(value) ? `${fixed(value, digits, signed)} bp` : UNKNOWN;
}

/** 0.0102 [−0.0121, 0.0355]; the dash where there is no value, and the value alone where there are no bounds. */
export function interval(
  estimate: Interval | null | undefined,
  write: (value: Maybe, options?: FigureOptions) => string = figure,
  options?: FigureOptions,
): string {
  if (!isKnown(estimate?.value)) return UNKNOWN;
  const bounds = intervalBounds(estimate, write, options);
  return bounds ? `${write(estimate.value, options)} ${bounds}` : write(estimate.value, options);
}

/** [−0.0121, 0.0355], or nothing where there are no bounds. */
export function intervalBounds(
  estimate: Interval | null | undefined,
  write: (value: Maybe, options?: FigureOptions) => string = figure,
  options?: FigureOptions,
): string {
  if (!isKnown(estimate?.low) || !isKnown(estimate.high)) return '';
  return `[${write(estimate.low, options)}, ${write(estimate.high, options)}]`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** 1.4 GB, in powers of 1000, as disks are sold and file managers count. */
export function bytes(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  let rest = value;
  let unit = 0;
  // 999.5 would round to 1000.
  while (Math.abs(rest) >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${fixed(rest, unit === 0 || Math.abs(rest) >= 99.5 ? 0 : 1, false)} ${UNITS[unit]}`;
}

const WORDS = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', milli: ' ms', gap: ' ' },
  ja: { day: '日', hour: '時間', minute: '分', second: '秒', milli: 'ミリ秒', gap: '' },
} as const;

/** "2 min 5 s", the two largest units; below ten seconds with one decimal, below one with milliseconds. */
export function duration(milliseconds: Maybe, locale: Locale): string {
  if (!isKnown(milliseconds)) return UNKNOWN;
  const words = WORDS[locale];
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return `${Math.round(ms)}${words.milli}`;
  if (ms < 9_950) return `${fixed(ms / 1000, 1, false)}${words.second}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${words.second}`;
  const pair = (large: number, largeWord: string, small: number, smallWord: string) =>
    small === 0 ? `${large}${largeWord}` : `${large}${largeWord}${words.gap}${small}${smallWord}`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), words.minute, seconds % 60, words.second);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), words.hour, minutes % 60, words.minute);
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), words.day, hours % 24, words.hour);
}

/** A guess, rounded so that it does not flicker: "about 2 min". */
export function remaining(milliseconds: Maybe, locale: Locale): string {
  if (!isKnown(milliseconds)) return UNKNOWN;
  const seconds = Math.max(1, milliseconds / 1000);
  const step = seconds < 20 ? 1 : seconds < 90 ? 5 : seconds < 3600 ? 60 : 600;
  const rounded = duration(Math.max(1, Math.round(seconds / step)) * step * 1000, locale).replace('.0', '');
  return locale === 'ja' ? `約${rounded}` : `about ${rounded}`;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', options);
    dateFormats.set(key, format);
  }
  return format;
}

/** A trading day, "2024-03-31": 31 Mar 2024, 2024年3月31日. */
export function day(iso: string | null | undefined, locale: Locale): string {
  if (!iso) return UNKNOWN;
  const month = locale === 'ja' ? 'long' : 'short';
  return dateFormat(locale, { year: 'numeric', month, day: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${iso}T00:00:00Z`),
  );
}

/** A moment in the reader's time zone: 31 Mar 2024, 14:05. */
export function moment(time: Maybe, locale: Locale): string {
  if (!isKnown(time)) return UNKNOWN;
  const month = locale === 'ja' ? 'long' : 'short';
  const date = dateFormat(locale, { year: 'numeric', month, day: 'numeric' }).format(time);
  const clock = dateFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false }).format(time);
  return locale === 'ja' ? `${date} ${clock}` : `${date}, ${clock}`;
}

/** The time of day with seconds, for log lines: 14:05:09. */
export function clockTime(time: Maybe, locale: Locale): string {
  if (!isKnown(time)) return UNKNOWN;
  return dateFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).format(time);
}

/** "3 minutes ago"; beyond a month the date. */
export function ago(time: Maybe, now: number, locale: Locale): string {
  if (!isKnown(time)) return UNKNOWN;
  const seconds = Math.round((time - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 45) return format.format(0, 'second');
  if (size < 3570) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 84_600) return format.format(Math.round(seconds / 3600), 'hour');
  if (size < 30 * 86_400) return format.format(Math.round(seconds / 86_400), 'day');
  return moment(time, locale);
}

/** The functions above in the reader's language; used in a template or computed value they follow it. */
export function useFormats() {
  return {
    figure,
    count,
    percent,
    basisPoints,
    compact: (value: Maybe) => compact(value, currentLocale.value),
    interval,
    intervalBounds,
    bytes,
    duration: (milliseconds: Maybe) => duration(milliseconds, currentLocale.value),
    remaining: (milliseconds: Maybe) => remaining(milliseconds, currentLocale.value),
    day: (iso: string | null | undefined) => day(iso, currentLocale.value),
    moment: (time: Maybe) => moment(time, currentLocale.value),
    clockTime: (time: Maybe) => clockTime(time, currentLocale.value),
    ago: (time: Maybe, now: number = Date.now()) => ago(time, now, currentLocale.value),
  };
}
