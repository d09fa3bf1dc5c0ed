// Owns how numbers and dates read in reports: fixed decimals for tabular columns, a true minus sign, a dash for "undefined".
import type { Locale } from '../base/messages/table.ts';
import type { Estimate } from '../evaluate/bootstrap.ts';

export const UNDEFINED = '–';

/** How a figure is written: 'ic' 0.0312, 'ratio' 1.25, 'percent' 12.3%, 'fine' 0.34% (small returns), 'count' 1,250. */
export type Style = 'ic' | 'ratio' | 'percent' | 'fine' | 'count';

const DECIMALS: Record<Style, number> = { ic: 4, ratio: 2, percent: 1, fine: 2, count: 0 };

export function number(value: number | null | undefined, style: Style, signed = false): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNDEFINED;
  const scaled = style === 'percent' || style === 'fine' ? value * 100 : value;
  const fixed = Math.abs(scaled).toFixed(DECIMALS[style]);
  const [whole, rest] = fixed.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') + (rest ? `.${rest}` : '');
  const zero = Number(fixed) === 0;
  const sign = scaled < 0 && !zero ? '−' : signed && !zero ? '+' : '';
  return sign + grouped + (style === 'percent' || style === 'fine' ? '%' : '');
}

/** "low … high" of an interval, which does not break, or the dash. */
export function interval(estimate: Pick<Estimate, 'low' | 'high'>, style: Style, signed = false): string {
  if (estimate.low === null || estimate.high === null) return UNDEFINED;
  return `${number(estimate.low, style, signed)}\u00A0…\u00A0${number(estimate.high, style, signed)}`;
}

/** The verdict an interval allows. 'open' when it holds zero or is missing. */
export function direction(estimate: Pick<Estimate, 'low' | 'high'>): 'above' | 'below' | 'open' {
  if (estimate.low !== null && estimate.low > 0) return 'above';
  return estimate.high !== null && estimate.high < 0 ? 'below' : 'open';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function monthName(month: number, locale: Locale): string {
  return locale === 'ja' ? `${month}月` : MONTHS[month - 1];
}

/** "Mar 2017" or its Japanese form, from an ISO date. */
export function monthOf(date: string, locale: Locale): string {
  const [year, month] = date.split('-').map(Number);
  return locale === 'ja' ? `${year}年${month}月` : `${MONTHS[month - 1]} ${year}`;
}

/** "3 Mar" or its Japanese form. */
export function dayOf(date: string, locale: Locale): string {
  const [, month, day] = date.split('-').map(Number);
  return locale === 'ja' ? `${month}月${day}日` : `${day} ${MONTHS[month - 1]}`;
}
