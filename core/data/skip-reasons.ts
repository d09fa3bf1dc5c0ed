// Owns why a check of an import could not run, with its words.
import type { Locale } from '../base/messages/table.ts';

export const SKIP_REASONS = {
  'no-calendar': {
    en: "the days show no exchange's calendar; name one",
    ja: '日付から取引所を判断できません(指定できます)',
  },
  'no-sectors': { en: 'no sectors were given', ja: '業種が与えられていません' },
  'no-listing-date': { en: 'the sectors bear no date', ja: '業種の基準日がわかりません' },
  'no-tables': { en: 'no tables with dates of disclosure', ja: '公表日を持つ表がありません' },
  'no-actions': { en: 'no table of corporate actions', ja: 'コーポレートアクション表がありません' },
  'no-adjustment': { en: 'no column to adjust by', ja: '価格調整の列がありません' },
  'no-volume': { en: 'no volume', ja: '出来高がありません' },
  'first-version': { en: 'no version before this one', ja: '比べる前の版がありません' },
  'version-unreadable': { en: 'the version before cannot be read any more', ja: '前の版を読めません' },
  'few-codes': { en: 'too few codes to judge by', ja: '判断するには銘柄が少なすぎます' },
  'short-history': { en: 'too short a history to judge by', ja: '判断するには期間が短すぎます' },
} as const satisfies Record<string, Record<Locale, string>>;

export type SkipReason = keyof typeof SKIP_REASONS;
