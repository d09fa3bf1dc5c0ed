// Owns the names of the repairs, what each does, and the order in which they are applied.
import type { Locale } from '../base/messages/table.ts';

/** In order of application. No repair is applied unless it was named. */
export const REPAIRS = {
  'shift-days': {
    en: "Move every day by the one day that makes them fit the exchange's calendar.",
    ja: '取引所の営業日に一致するように、すべての日付を 1 日ずらします。',
  },
  'drop-duplicates-keep-last': {
    en: 'Of rows with the same code and day, keep the last in source order.',
    ja: '同じ銘柄・同じ日の行は、元データで最後のものだけを残します。',
  },
  'drop-duplicates-keep-first': {
    en: 'Of rows with the same code and day, keep the first in source order.',
    ja: '同じ銘柄・同じ日の行は、元データで最初のものだけを残します。',
  },
  'drop-stray-days': {
    en: 'Drop the rows of days on which hardly any of the listed codes has a bar.',
    ja: 'ほとんどの銘柄に足がない日の行を取り除きます。',
  },
  'drop-closed-days': {
    en: 'Drop the rows of weekends and holidays of the exchange.',
    ja: '取引所の休業日(土日・祝日)の行を取り除きます。',
  },
  'drop-stale-bars': {
    en: 'Drop the rows that repeat the bar before in every price and the volume.',
    ja: '前の足と四本値も出来高も同じ行を取り除きます。',
  },
  'rescale-units': {
    en: 'Scale the stretches in which price or volume is 100 or 1000 times off back to the unit of the rest.',
    ja: '価格または出来高が 100 倍・1000 倍ずれている区間を、残りの期間の単位に合わせます。',
  },
  'drop-price-spikes': {
    en: 'Drop the rows whose price stands alone, far off the bars before and after.',
    ja: '前後の足から大きく離れ、すぐに戻る価格の行を取り除きます。',
  },
  'fill-ohl-from-close': {
    en: 'Where the close is usable, set a missing or non-positive open to the close, a high to the higher and a low to the lower of open and close.',
    ja: '終値が使える行で、欠けているか 0 以下の始値を終値で、高値と安値を始値と終値の高い方・安い方で埋めます。',
  },
  'widen-high-low': {
    en: 'Raise the high and lower the low until open and close lie between them.',
    ja: '始値と終値が収まるように、高値を上げ、安値を下げます。',
  },
  'drop-invalid-rows': {
    en: 'Drop rows with a missing or non-positive price or adjusted close, or with a high and low that do not enclose open and close.',
    ja: '価格か調整後終値が欠けているか 0 以下の行、高値・安値が始値・終値を含まない行を取り除きます。',
  },
  'drop-zero-volume-rows': {
    en: 'Drop rows without volume or with a volume of zero.',
    ja: '出来高がないか 0 の行を取り除きます。',
  },
  'apply-corporate-actions': {
    en: 'Adjust by the splits and reverse splits of the table of corporate actions, where prices are not adjusted yet.',
    ja: 'まだ調整されていない価格を、コーポレートアクション表の分割・併合で調整します。',
  },
  'adjust-apparent-splits': {
    en: 'Rescale everything before each jump that looks like an unadjusted split, by the ratio of the split.',
    ja: '未調整の分割・併合とみられる段差より前の価格を、その比率で調整します。',
  },
} as const satisfies Record<string, Record<Locale, string>>;

export type RepairName = keyof typeof REPAIRS;
export const REPAIR_NAMES = Object.keys(REPAIRS) as RepairName[];
