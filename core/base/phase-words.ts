// Owns what the product's phases and baselines are called in each language, for pages and reports alike.
import type { Locale } from './messages/table.ts';

export const PHASE_WORDS = {
  en: {
    phase0_baseline: 'Baseline',
    phase1_adaptive_norm: 'Adaptive normalisation',
    phase2_gat: 'Graph attention',
    phase3_augmentation: 'Augmentation',
    phase4_finetune: 'Fine-tuning',
    ridge: 'Ridge regression',
  },
  ja: {
    phase0_baseline: 'ベースライン',
    phase1_adaptive_norm: '適応的正規化',
    phase2_gat: 'グラフアテンション',
    phase3_augmentation: 'データ拡張',
    phase4_finetune: 'ファインチューニング',
    ridge: 'リッジ回帰',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** "2 Graph attention" from phase2_gat; a name that is not one of the product's stays as it is. */
export function phaseTitle(name: string, locale: Locale): string {
  const words: Readonly<Record<string, string>> = PHASE_WORDS[locale];
  if (!Object.hasOwn(words, name)) return name;
  const number = /^phase(\d+)_/.exec(name)?.[1];
  return number === undefined ? words[name] : `${number} ${words[name]}`;
}
