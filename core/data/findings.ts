// Owns the catalogue of data findings: what each means, how severe it is, and the repair that deals with it.
import type { Locale } from '../base/messages/table.ts';
import type { RepairName } from './repairs.ts';

export type Severity = 'info' | 'warning' | 'error';

/** What the checks are about, in the order in which a report goes through them. */
export const AREAS = {
  schema: { en: 'Columns', ja: '列構成' },
  types: { en: 'Types', ja: 'データ型' },
  session: { en: 'Time zone and session', ja: 'タイムゾーンと立会日' },
  calendar: { en: 'Calendar', ja: '営業日' },
  duplicates: { en: 'Duplicates', ja: '重複' },
  order: { en: 'Order', ja: '並び順' },
  ohlc: { en: 'Open, high, low, close', ja: '四本値' },
  stale: { en: 'Stale bars', ja: '更新されていない足' },
  volume: { en: 'Volume', ja: '出来高' },
  outliers: { en: 'Outliers', ja: '外れ値' },
  splits: { en: 'Unadjusted splits', ja: '未調整の分割・併合' },
  adjustment: { en: 'Adjustment', ja: '価格調整' },
  units: { en: 'Units', ja: '単位' },
  survivorship: { en: 'Survivorship', ja: '生存バイアス' },
  listing: { en: 'Listing and delisting', ja: '上場・上場廃止' },
  sectors: { en: 'Sectors', ja: '業種' },
  'point-in-time': { en: 'Point in time', ja: '時点整合性' },
  drift: { en: 'Drift between versions', ja: '版の間の変化' },
} as const satisfies Record<string, Record<Locale, string>>;
export type Area = keyof typeof AREAS;

interface FindingKind {
  readonly area: Area;
  readonly severity: Severity;
  readonly repair: RepairName | null;
  /** Says what the count counts. The English begins with a regular plural and has no verb that depends on the number. */
  readonly en: string;
  readonly ja: string;
}

/** error: rows that cannot be used as they stand; warning: likely to mislead a model; info: worth knowing. */
export const FINDINGS = {
  'unreadable-date': {
    area: 'types',
    severity: 'error',
    repair: null,
    en: 'rows left out: the date cannot be read',
    ja: '日付を読めないため除いた行',
  },
  'missing-code': {
    area: 'schema',
    severity: 'error',
    repair: null,
    en: 'rows left out for lack of a code',
    ja: '銘柄コードがないため除いた行',
  },
  'unreadable-number': {
    area: 'types',
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'values not readable as numbers, taken as missing',
    ja: '数値として読めず、欠損とした値',
  },
  'missing-open': {
    area: 'ohlc',
    severity: 'warning',
    repair: 'fill-ohl-from-close',
    en: 'rows without open',
    ja: '始値がない行',
  },
  'missing-high': {
    area: 'ohlc',
    severity: 'warning',
    repair: 'fill-ohl-from-close',
    en: 'rows without high',
    ja: '高値がない行',
  },
  'missing-low': {
    area: 'ohlc',
    severity: 'warning',
    repair: 'fill-ohl-from-close',
    en: 'rows without low',
    ja: '安値がない行',
  },
  'missing-close': {
    area: 'ohlc',
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows without close, of no use as bars',
    ja: '終値がなく、足として使えない行',
  },
  'missing-volume': {
    area: 'volume',
    severity: 'warning',
    repair: 'drop-zero-volume-rows',
    en: 'rows without volume',
    ja: '出来高がない行',
  },
  'missing-adjustment': {
    area: 'adjustment',
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows without adjusted close or factor, of no use as bars',
    ja: '調整後終値または調整係数がなく、足として使えない行',
  },
  duplicate: {
    area: 'duplicates',
    severity: 'error',
    repair: 'drop-duplicates-keep-last',
    en: 'rows beyond the first of a code and day; the last of each is used',
    ja: '同じ銘柄・同じ日に重複している行(最後の行を使います)',
  },
  'high-below-low': {
    area: 'ohlc',
    severity: 'error',
    repair: 'widen-high-low',
    en: 'rows whose high is below the low',
    ja: '高値が安値を下回る行',
  },
  'low-above-body': {
    area: 'ohlc',
    severity: 'warning',
    repair: 'widen-high-low',
    en: 'rows whose low is above open or close',
    ja: '安値が始値または終値を上回る行',
  },
  'high-below-body': {
    area: 'ohlc',
    severity: 'warning',
    repair: 'widen-high-low',
    en: 'rows whose high is below open or close',
    ja: '高値が始値または終値を下回る行',
  },
  'non-positive-price': {
    area: 'ohlc',
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows with an open, high, low or close of zero or less',
    ja: '四本値のいずれかが 0 以下の行',
  },
  'non-positive-adjusted': {
    area: 'adjustment',
    severity: 'error',
    repair: 'drop-invalid-rows',
    en: 'rows with an adjusted close or factor of zero or less, of no use as bars',
    ja: '調整後終値または調整係数が 0 以下で、足として使えない行',
  },
  'negative-volume': {
    area: 'volume',
    severity: 'error',
    repair: 'drop-zero-volume-rows',
    en: 'rows with a negative volume',
    ja: '出来高が負の行',
  },
  'zero-volume': {
    area: 'volume',
    severity: 'warning',
    repair: 'drop-zero-volume-rows',
    en: 'rows with a volume of zero',
    ja: '出来高が 0 の行',
  },
  'calendar-hole': {
    area: 'calendar',
    severity: 'info',
    repair: null,
    en: "days of the dataset's calendar without a bar, between a code's first and last",
    ja: '銘柄の最初と最後の足の間で、データ全体の営業日に足がない日数',
  },
  'event-factors': {
    area: 'adjustment',
    severity: 'info',
    repair: null,
    en: 'factors standing only on the day of a split; earlier prices were scaled by the product of the later factors',
    ja: '分割日だけに記された調整係数(それより前の価格は、以後の係数の積で調整しました)',
  },
  'stray-day': {
    area: 'calendar',
    severity: 'warning',
    repair: 'drop-stray-days',
    en: 'days on which fewer than one in twenty of the listed codes has a bar',
    ja: '上場銘柄の 20 分の 1 未満にしか足がない日',
  },
  'apparent-split': {
    area: 'splits',
    severity: 'warning',
    repair: 'adjust-apparent-splits',
    en: 'jumps looking like splits or reverse splits without adjustment',
    ja: '未調整の株式分割・併合とみられる段差',
  },
  'extreme-move': {
    area: 'outliers',
    severity: 'info',
    repair: null,
    en: 'closes more than half above or a third below the one before, without the look of a split',
    ja: '前の終値から 5 割超の上昇または 3 分の 1 超の下落(分割とはみられないもの)',
  },
  'late-listing': {
    area: 'listing',
    severity: 'info',
    repair: null,
    en: 'codes whose first bar comes after the first day of the dataset',
    ja: 'データの初日より後に始まる銘柄',
  },
  'early-end': {
    area: 'listing',
    severity: 'info',
    repair: null,
    en: 'codes whose last bar comes before the last day of the dataset',
    ja: 'データの最終日より前に終わる銘柄',
  },
  'incomplete-history': {
    area: 'listing',
    severity: 'info',
    repair: null,
    en: 'codes with fewer bars than the dataset has days: a late start, an early end or holes',
    ja: '途中開始・途中終了・欠落により、データの営業日数より足が少ない銘柄',
  },
  'survivors-only': {
    area: 'survivorship',
    severity: 'warning',
    repair: null,
    en: 'codes, and in more than a year not one of them ends early: the list may have been drawn up at the end (survivorship)',
    ja: '銘柄のうち、1 年を超える期間に途中で終わるものがありません。期末時点の銘柄一覧かもしれません(生存バイアス)',
  },
  'late-decimals': {
    area: 'types',
    severity: 'info',
    repair: null,
    en: 'columns whose first decimals stand deep in the file: a type guessed from its head would be wrong',
    ja: '小数がファイルの深い位置で初めて現れる列(先頭だけの型推定では誤ります)',
  },
  'ambiguous-date-order': {
    area: 'types',
    severity: 'warning',
    repair: null,
    en: 'files whose dates can be read both as month/day and as day/month; choose the date format if the guess is wrong',
    ja: '月/日とも日/月とも読める日付のファイル(推定が誤っていれば日付形式を指定してください)',
  },
  'no-volume-column': {
    area: 'schema',
    severity: 'warning',
    repair: null,
    en: 'files without volume',
    ja: '出来高の列がないファイル',
  },
  'no-sector': {
    area: 'sectors',
    severity: 'info',
    repair: null,
    en: 'codes without sector',
    ja: '業種がわからない銘柄',
  },
  'columns-differ': {
    area: 'schema',
    severity: 'warning',
    repair: null,
    en: 'files with other columns than the first one',
    ja: '最初のファイルと列構成が異なるファイル',
  },
  'time-of-day': {
    area: 'session',
    severity: 'info',
    repair: null,
    en: 'rows whose date carries a time of day; the day is taken as written',
    ja: '日付に時刻が付いている行(日付は書かれているとおりに読みます)',
  },
  'zoned-time': {
    area: 'session',
    severity: 'warning',
    repair: null,
    en: 'rows whose date carries a time in a named zone other than midnight: at the exchange it may be another day',
    ja: '日付にタイムゾーン付きの時刻(午前 0 時以外)がある行(取引所の現地日付とは異なるおそれがあります)',
  },
  'shifted-days': {
    area: 'session',
    severity: 'error',
    repair: 'shift-days',
    en: "days fitting the exchange's calendar only once every one is moved by a day: a time zone was lost",
    ja: 'すべて 1 日ずらすと取引所の営業日に一致する日付(タイムゾーンの取り違え)',
  },
  'closed-day': {
    area: 'session',
    severity: 'warning',
    repair: 'drop-closed-days',
    en: 'days with bars on which the exchange was closed: weekends and holidays',
    ja: '取引所の休業日(土日・祝日)に足がある日',
  },
  'missing-session': {
    area: 'calendar',
    severity: 'warning',
    repair: null,
    en: 'days on which the exchange was open and not one code has a bar',
    ja: '取引所は開いていたのに、どの銘柄にも足がない日',
  },
  'conflicting-duplicate': {
    area: 'duplicates',
    severity: 'error',
    repair: 'drop-duplicates-keep-last',
    en: 'bars standing more than once for a code and day with different values',
    ja: '同じ銘柄・同じ日に、値の異なる行が複数ある足',
  },
  'out-of-order': {
    area: 'order',
    severity: 'info',
    repair: null,
    en: 'rows standing after a later day of the same code in the file; the import sorts bars',
    ja: 'ファイル内で日付の順に並んでいない行(取り込み時に並べ替えます)',
  },
  'no-trade': {
    area: 'volume',
    severity: 'info',
    repair: 'drop-invalid-rows',
    en: 'rows without any price and without volume: days without a trade',
    ja: '四本値も出来高もない行(約定のなかった日)',
  },
  'stale-bar': {
    area: 'stale',
    severity: 'warning',
    repair: 'drop-stale-bars',
    en: 'rows repeating the bar before in every price and the volume, too exactly for chance',
    ja: '前の足と四本値も出来高も同じ行(偶然とは考えにくいもの)',
  },
  'stale-day': {
    area: 'stale',
    severity: 'warning',
    repair: 'drop-stale-bars',
    en: "days on which one in ten codes or more repeats its bar of the day before: a day's file was delivered twice",
    ja: '1 割以上の銘柄が前日の足をそのまま繰り返す日(同じ日のデータが 2 度配信された疑い)',
  },
  'price-spike': {
    area: 'outliers',
    severity: 'warning',
    repair: 'drop-price-spikes',
    en: 'rows whose price stands alone, far off the bars before and after by the usual moves of the code: a wrong bar rather than news',
    ja: '前後の足からその銘柄の通常の変動幅を大きく超えて離れ、すぐに戻る価格の行(ニュースではなく誤った足の疑い)',
  },
  'long-wick': {
    area: 'outliers',
    severity: 'info',
    repair: null,
    en: 'rows whose high or low lies half above or a third below open and close, far beyond the usual moves of the code',
    ja: '高値が始値・終値を 5 割超上回る、または安値が 3 分の 1 超下回り、通常の変動幅を大きく超える行',
  },
  'implausible-level': {
    area: 'outliers',
    severity: 'warning',
    repair: null,
    en: 'codes quoted above a hundred billion: no currency quotes a price so high',
    ja: '価格が 1,000 億を超える銘柄(現実の建値としては考えにくい水準)',
  },
  'adjustment-mismatch': {
    area: 'adjustment',
    severity: 'error',
    repair: null,
    en: 'steps of the adjustment factor that the price does not show: the adjusted series jumps where the traded one does not',
    ja: '価格に対応する段差がない調整係数の変化(実際にはない段差が調整後の系列に生じます)',
  },
  'coarse-adjustment': {
    area: 'adjustment',
    severity: 'info',
    repair: null,
    en: 'codes whose adjusted close is rounded so coarsely that the factor trembles by more than a thousandth on the median day',
    ja: '調整後終値の丸めが粗く、調整係数が通常の日でも 0.1% を超えて揺れる銘柄',
  },
  'price-unit': {
    area: 'units',
    severity: 'error',
    repair: 'rescale-units',
    en: 'rows of a stretch in which the price is 100 or 1000 times too high or too low: another unit (yen and sen, pounds and pence)',
    ja: '価格が 100 倍・1000 倍(またはその逆数)になっている区間の行(円と銭など単位の混在)',
  },
  'volume-unit': {
    area: 'units',
    severity: 'warning',
    repair: 'rescale-units',
    en: 'rows of a stretch in which the volume is 100 or 1000 times too high or too low: another unit (shares and lots)',
    ja: '出来高が 100 倍・1000 倍(またはその逆数)になっている区間の行(株数と単元の混在)',
  },
  'unit-change': {
    area: 'units',
    severity: 'error',
    repair: null,
    en: 'days on which prices or volumes of most codes change 100 or 1000 times at once: the source changed its unit',
    ja: '大半の銘柄の価格または出来高が一斉に 100 倍・1000 倍(またはその逆数)に変わる日(データ元の単位変更)',
  },
  'long-silence': {
    area: 'listing',
    severity: 'info',
    repair: null,
    en: 'gaps of half a year or more inside a history: a suspension, or another company under the same code',
    ja: '履歴の途中に半年以上の空白がある箇所(長期の売買停止、または同じコードの別会社)',
  },
  'small-sector': {
    area: 'sectors',
    severity: 'info',
    repair: null,
    en: 'sectors of fewer than five codes: what is measured within them is mostly noise',
    ja: '5 銘柄未満の業種(業種内の統計はほぼ雑音になります)',
  },
  'later-listing': {
    area: 'point-in-time',
    severity: 'warning',
    repair: null,
    en: 'codes with a sector from a listing dated after the first bar: earlier bars know of later choices',
    ja: '最初の足より後の日付の銘柄一覧から業種を付けた銘柄(過去の足が後の分類を知ることになります)',
  },
  'known-too-early': {
    area: 'point-in-time',
    severity: 'error',
    repair: null,
    en: 'rows of a table stated as known before the end of the period reported on',
    ja: '対象期間が終わる前に公表されたことになっている表の行',
  },
  'restated-bars': {
    area: 'drift',
    severity: 'warning',
    repair: null,
    en: 'bars of the version before, now with other traded prices or volume',
    ja: '前の版と同じ銘柄・同じ日で、調整前の価格または出来高が変わった足',
  },
  'readjusted-history': {
    area: 'drift',
    severity: 'info',
    repair: null,
    en: 'codes whose adjusted history differs from that of the version before by more than one constant',
    ja: '調整後の系列が、前の版の定数倍ではなくなった銘柄',
  },
  'bars-gone': {
    area: 'drift',
    severity: 'warning',
    repair: null,
    en: 'bars of the version before, of codes still held, that this version lacks',
    ja: '前の版にはあり、この版にはない足(銘柄は残っているもの)',
  },
  'codes-gone': {
    area: 'drift',
    severity: 'warning',
    repair: null,
    en: 'codes of the version before that this version lacks (a list of survivors drops those that were delisted)',
    ja: '前の版にはあり、この版にはない銘柄(上場廃止銘柄が一覧から消えた疑い)',
  },
  'unapplied-action': {
    area: 'adjustment',
    severity: 'warning',
    repair: 'apply-corporate-actions',
    en: 'splits of the table of corporate actions that the price shows and the factor does not',
    ja: '価格には段差があるのに、調整係数に反映されていない分割・併合(コーポレートアクション表)',
  },
  'action-not-shown': {
    area: 'adjustment',
    severity: 'warning',
    repair: null,
    en: 'splits of the table of corporate actions on whose day neither the traded price nor the factor moves',
    ja: 'コーポレートアクション表にあるのに、価格にも調整係数にも現れない分割・併合',
  },
  // Found when the version is stored, since only there is the one before it known.
  'sectors-left-out': {
    area: 'sectors',
    severity: 'warning',
    repair: null,
    en: 'codes whose sector the version before knew (import again with the file of sectors to keep them)',
    ja: '前の版では業種がわかっていた銘柄(業種のファイルを添えて取り込み直すと引き継げます)',
  },
  'tables-left-out': {
    area: 'drift',
    severity: 'warning',
    repair: null,
    en: 'tables beside the bars that the version before held (import again with them to keep the features that need them)',
    ja: '前の版では価格とともに保持していた表(表を添えて取り込み直すと、それを使う特徴量も引き継げます)',
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
