// Owns the catalogue of data findings: what each means, how severe it is, and the repair that deals with it.
import type { Locale } from '../base/messages/table.ts';
import type { RepairName } from './repairs.ts';

export type Severity = 'info' | 'warning' | 'error';

interface FindingKind {
  readonly severity: Severity;
  readonly repair: RepairName | null;
  /** Says what the count counts. The English begins with a regular plural and has no verb that depends on the number. */
  readonly en: string;
  readonly ja: string;
}

/** error: rows that cannot be used as they stand; warning: likely to mislead a model; info: worth knowing. */
export const FINDINGS = {
  'unreadable-date': {
    severity: 'error',
    repair: null,
    en: 'rows left out: the date cannot be read',
    ja: '日付を読めないため除いた行',
  },
  'missing-code': {
    severity: 'error',
    repair: null,
    en: 'rows left out for lack of a code',
    ja: '銘柄コードがないため除いた行',
  },
  'unreadable-number': {
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'values not readable as numbers, taken as missing',
    ja: '数値として読めず、欠損とした値',
  },
  'missing-open': { severity: 'warning', repair: 'fill-ohl-from-close', en: 'rows without open', ja: '始値がない行' },
  'missing-high': { severity: 'warning', repair: 'fill-ohl-from-close', en: 'rows without high', ja: '高値がない行' },
  'missing-low': { severity: 'warning', repair: 'fill-ohl-from-close', en: 'rows without low', ja: '安値がない行' },
  'missing-close': {
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows without close, of no use as bars',
    ja: '終値がなく、足として使えない行',
  },
  'missing-volume': {
    severity: 'warning',
    repair: 'drop-zero-volume-rows',
    en: 'rows without volume',
    ja: '出来高がない行',
  },
  'missing-adjustment': {
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows without adjusted close or factor, of no use as bars',
    ja: '調整後終値または調整係数がなく、足として使えない行',
  },
  duplicate: {
    severity: 'error',
    repair: 'drop-duplicates-keep-last',
    en: 'rows beyond the first of a code and day; the last of each is used',
    ja: '同じ銘柄・同じ日に重複している行(最後の行を使います)',
  },
  'high-below-low': {
    severity: 'error',
    repair: 'widen-high-low',
    en: 'rows whose high is below the low',
    ja: '高値が安値を下回る行',
  },
  'low-above-body': {
    severity: 'warning',
    repair: 'widen-high-low',
    en: 'rows whose low is above open or close',
    ja: '安値が始値または終値を上回る行',
  },
  'high-below-body': {
    severity: 'warning',
    repair: 'widen-high-low',
    en: 'rows whose high is below open or close',
    ja: '高値が始値または終値を下回る行',
  },
  'non-positive-price': {
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows with an open, high, low or close of zero or less',
    ja: '四本値のいずれかが 0 以下の行',
  },
  'non-positive-adjusted': {
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows with an adjusted close or factor of zero or less, of no use as bars',
    ja: '調整後終値または調整係数が 0 以下で、足として使えない行',
  },
  'negative-volume': {
    severity: 'error',
    repair: 'drop-zero-volume-rows',
    en: 'rows with a negative volume',
    ja: '出来高が負の行',
  },
  'zero-volume': {
    severity: 'warning',
    repair: 'drop-zero-volume-rows',
    en: 'rows with a volume of zero',
    ja: '出来高が 0 の行',
  },
  'calendar-hole': {
    severity: 'info',
    repair: null,
    en: "days of the dataset's calendar without a bar, between a code's first and last",
    ja: '銘柄の最初と最後の足の間で、データ全体の営業日に足がない日数',
  },
  'event-factors': {
    severity: 'info',
    repair: null,
    en: 'factors standing only on the day of a split; earlier prices were scaled by the product of the later factors',
    ja: '分割日だけに記された調整係数(それより前の価格は、以後の係数の積で調整しました)',
  },
  'stray-day': {
    severity: 'warning',
    repair: 'drop-stray-days',
    en: 'days on which fewer than one in twenty of the listed codes has a bar',
    ja: '上場銘柄の 20 分の 1 未満にしか足がない日',
  },
  'apparent-split': {
    severity: 'warning',
    repair: 'adjust-apparent-splits',
    en: 'jumps looking like splits or reverse splits without adjustment',
    ja: '未調整の株式分割・併合とみられる段差',
  },
  'extreme-move': {
    severity: 'info',
    repair: null,
    en: 'closes more than half above or a third below the one before, without the look of a split',
    ja: '前の終値から 5 割超の上昇または 3 分の 1 超の下落(分割とはみられないもの)',
  },
  'late-listing': {
    severity: 'info',
    repair: null,
    en: 'codes whose first bar comes after the first day of the dataset',
    ja: 'データの初日より後に始まる銘柄',
  },
  'early-end': {
    severity: 'info',
    repair: null,
    en: 'codes whose last bar comes before the last day of the dataset',
    ja: 'データの最終日より前に終わる銘柄',
  },
  'incomplete-history': {
    severity: 'info',
    repair: null,
    en: 'codes with fewer bars than the dataset has days: a late start, an early end or holes',
    ja: '途中開始・途中終了・欠落により、データの営業日数より足が少ない銘柄',
  },
  'survivors-only': {
    severity: 'warning',
    repair: null,
    en: 'codes, and in more than a year not one of them ends early: the list may have been drawn up at the end (survivorship)',
    ja: '銘柄のうち、1 年を超える期間に途中で終わるものがありません。期末時点の銘柄一覧かもしれません(生存バイアス)',
  },
  'late-decimals': {
    severity: 'info',
    repair: null,
    en: 'columns whose first decimals stand deep in the file: a type guessed from its head would be wrong',
    ja: '小数がファイルの深い位置で初めて現れる列(先頭だけの型推定では誤ります)',
  },
  'ambiguous-date-order': {
    severity: 'warning',
    repair: null,
    en: 'files whose dates can be read both as month/day and as day/month; choose the date format if the guess is wrong',
    ja: '月/日とも日/月とも読める日付のファイル(推定が誤っていれば日付形式を指定してください)',
  },
  'no-volume-column': { severity: 'warning', repair: null, en: 'files without volume', ja: '出来高の列がないファイル' },
  'no-sector': { severity: 'info', repair: null, en: 'codes without sector', ja: '業種がわからない銘柄' },
  // Found when the version is stored, since only there is the one before it known.
  'sectors-left-out': {
    severity: 'warning',
    repair: null,
    en: 'codes whose sector the version before knew (import again with the file of sectors to keep them)',
    ja: '前の版では業種がわかっていた銘柄(業種のファイルを添えて取り込み直すと引き継げます)',
  },
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof FINDINGS;

/** For instance '11 rows without open', '1 row without open'. */
export function findingText(code: FindingCode, count: number, locale: Locale = 'en'): string {
  const kind = FINDINGS[code];
  return locale === 'ja'
    ? `${kind.ja}: ${count.toLocaleString('ja-JP')}`
    : `${count.toLocaleString('en-US')} ${count === 1 ? kind.en.replace(/^(\w+)s\b/, '$1') : kind.en}`;
}
