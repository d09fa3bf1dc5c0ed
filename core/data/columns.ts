// Owns which column of a source plays which role: by name first, by what stands in it second, by the user's word above both.
import { AppError } from '../base/errors.ts';
import { nearestName } from '../base/nearest.ts';
import type { Locale } from '../base/messages/table.ts';
import { candidateFormats } from './dates.ts';

export const COLUMN_ROLES = [
  'date',
  'code',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'adjustedClose',
  'factor',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];
export type ColumnMap = Record<ColumnRole, string>;

const REQUIRED: readonly ColumnRole[] = ['date', 'open', 'high', 'low', 'close'];

/** Names in their folded form, best first. */
const KNOWN_NAMES: Record<ColumnRole, readonly string[]> = {
  date: ['date', 'timestamp', 'datetime', 'day', 'tradedate', 'tradingday', 'time', '日付', '年月日', '取引日'],
  code: [
    'code',
    'ticker',
    'symbol',
    'name',
    'securitycode',
    'stockcode',
    'secid',
    'ric',
    'isin',
    'instrument',
    'asset',
    '銘柄コード',
    '証券コード',
    'コード',
    '銘柄',
  ],
  open: ['open', 'o', 'openprice', 'priceopen', '始値'],
  high: ['high', 'h', 'highprice', 'pricehigh', '高値'],
  low: ['low', 'l', 'lowprice', 'pricelow', '安値'],
  close: ['close', 'c', 'closeprice', 'priceclose', 'last', 'price', '終値'],
  volume: ['volume', 'vol', 'v', 'shares', 'sharestraded', 'turnovervolume', '出来高', '売買高'],
  adjustedClose: [
    'adjclose',
    'adjustedclose',
    'adjustmentclose',
    'closeadj',
    'closeadjusted',
    'adjcloseprice',
    'adjustedcloseprice',
    '調整後終値',
    '調整後終値調整値',
    '修正後終値',
  ],
  factor: ['factor', 'adjfactor', 'adjustmentfactor', 'adjustedfactor', 'cumulativefactor', '調整係数', '修正係数'],
};

export type ColumnReason = 'name' | 'content' | 'chosen' | 'file-name' | 'absent';

export interface ColumnChoice {
  readonly role: ColumnRole;
  /** null: no such column; a code then comes from the file's name, a volume is unknown, prices are taken as adjusted. */
  readonly column: string | null;
  readonly reason: ColumnReason;
}

const REASON_TEXT: Record<ColumnReason, Record<Locale, string>> = {
  name: { en: 'its name', ja: '列名から' },
  content: { en: 'what stands in it', ja: '列の内容から' },
  chosen: { en: 'you chose it', ja: '指定による' },
  'file-name': {
    en: 'no such column: the name of the file is the code',
    ja: '列がないため、ファイル名をコードとします',
  },
  absent: { en: 'no such column', ja: '該当する列がありません' },
};

export function columnReasonText(choice: ColumnChoice, locale: Locale = 'en'): string {
  return REASON_TEXT[choice.reason][locale];
}

/** Lower case, without what separates words. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-./()%"']/g, '');
}

export const EMPTY_WORDS = ['', 'na', 'n/a', 'nan', 'null', 'none', '-', '--', '#n/a'] as const;

/** How a value looks when it is a number, thousands separators and a decimal comma included. */
const NUMBER = /^[+-]?(\d[\d,]*\.?\d*|\.\d+|\d[\d.]*,\d+)([eE][+-]?\d+)?$/;

function filled(values: readonly string[]): string[] {
  return values.map((value) => value.trim()).filter((value) => !EMPTY_WORDS.includes(value.toLowerCase() as never));
}

/** Share of the filled values that pass; a column without any value rules nothing out. */
function share(values: readonly string[], pass: (value: string) => boolean): number {
  const some = filled(values);
  return some.length === 0 ? 1 : some.filter(pass).length / some.length;
}

const looksNumeric = (values: readonly string[]): boolean => share(values, (value) => NUMBER.test(value)) >= 0.5;
const looksLikeDates = (values: readonly string[]): boolean => candidateFormats(values).length > 0;

function suits(role: ColumnRole, values: readonly string[]): boolean {
  if (role === 'code') return true;
  return role === 'date' ? looksLikeDates(values) : looksNumeric(values);
}

/**
 * @param columns each column's name and the values of some rows, as text
 * @param overrides the user's choices; a name is matched exactly, else without regard to case
 * @returns one choice a role, in the order of COLUMN_ROLES
 * @throws input/unknown-column for an override that names no column
 */
export function suggestColumns(
  file: string,
  columns: readonly { name: string; values: readonly string[] }[],
  overrides: Partial<ColumnMap> = {},
): ColumnChoice[] {
  const names = columns.map(({ name }) => name);
  const stranger = Object.keys(overrides).find((role) => !COLUMN_ROLES.some((known) => known === role));
  if (stranger !== undefined)
    throw new AppError('input/unknown-role', {
      role: stranger,
      nearest: nearestName(stranger, COLUMN_ROLES),
      known: COLUMN_ROLES.join(', '),
    });
  const taken = new Map<ColumnRole, { column: string; reason: ColumnReason }>();
  const isFree = (name: string): boolean => ![...taken.values()].some(({ column }) => column === name);

  for (const role of COLUMN_ROLES) {
    const wanted = overrides[role];
    if (wanted === undefined) continue;
    const column = names.find((name) => name === wanted) ?? names.find((name) => foldName(name) === foldName(wanted));
    if (column === undefined)
      throw new AppError('input/unknown-column', { file, column: wanted, role, found: names.join(', ') });
    taken.set(role, { column, reason: 'chosen' });
  }
  for (const role of COLUMN_ROLES) {
    if (taken.has(role)) continue;
    const named = columns
      .map(({ name, values }) => ({ name, rank: KNOWN_NAMES[role].indexOf(foldName(name)), fits: suits(role, values) }))
      .filter(({ name, rank }) => rank >= 0 && isFree(name))
      .sort((a, b) => Number(b.fits) - Number(a.fits) || a.rank - b.rank)[0];
    if (named) taken.set(role, { column: named.name, reason: 'name' });
  }
  for (const role of ['date', 'code'] as const) {
    if (taken.has(role)) continue;
    const alike = columns.filter(
      ({ name, values }) => isFree(name) && (role === 'date' ? looksLikeDates(values) : looksLikeCodes(values)),
    );
    if (alike.length === 1) taken.set(role, { column: alike[0].name, reason: 'content' });
  }

  return COLUMN_ROLES.map((role) => {
    const choice = taken.get(role);
    return {
      role,
      column: choice?.column ?? null,
      reason: choice?.reason ?? (role === 'code' ? 'file-name' : 'absent'),
    };
  });
}

/** What a column is called in the file: a name that came twice was made distinct by a number. */
const ownName = (name: string): string => foldName(name.replace(/ \(\d+\)$/, ''));

/**
 * A role that was given to a column by its name although another column of that name would do as well; undefined where there is none.
 * Only the user can tell which of the two it is.
 */
export function repeatedColumn(
  columns: readonly { name: string; values: readonly string[] }[],
  choices: readonly ColumnChoice[],
): { role: ColumnRole; columns: string[] } | undefined {
  for (const { role, column, reason } of choices) {
    if (column === null || reason !== 'name') continue;
    const alike = columns.filter(({ name, values }) => ownName(name) === ownName(column) && suits(role, values));
    if (alike.length > 1) return { role, columns: alike.map(({ name }) => name) };
  }
  return undefined;
}

/** Roles without which rows are no bars, and that have no column. */
export function missingRoles(choices: readonly ColumnChoice[]): ColumnRole[] {
  return choices.filter(({ role, column }) => column === null && REQUIRED.includes(role)).map(({ role }) => role);
}

/** Short words that are no dates and not all numbers: tickers. */
function looksLikeCodes(values: readonly string[]): boolean {
  const some = filled(values);
  if (some.length === 0 || looksLikeDates(values)) return false;
  return !looksNumeric(values) && share(values, (value) => /^[\p{L}\p{N}.\-^=]{1,12}$/u.test(value)) === 1;
}
