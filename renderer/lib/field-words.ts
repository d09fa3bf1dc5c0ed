// Owns the words of training that several pages share: phases, metrics, parts of the loss, modes.
import { PHASE_WORDS, partsOfName, phaseTitle } from '../../core/contract/phase-names.ts';
import { defineMessages, locale, useMessages } from './i18n.ts';

export const words = defineMessages({
  en: {
    phases: PHASE_WORDS.en,
    metrics: {
      rankIc: 'RankIC',
      ic: 'IC',
      rankIcir: 'RankICIR',
      icir: 'ICIR',
      hitRate: 'Hit rate',
      spread: 'Decile spread',
      spreadSharpe: 'Spread Sharpe',
      sharpe: 'Sharpe',
    },
    losses: {
      loss: 'Total',
      pinball: 'Pinball',
      mse: 'MSE',
      rank_ic: 'RankIC loss',
      ic: 'IC loss',
      sharpe: 'Sharpe loss',
    },
    modes: { debug: 'Debug', demo: 'Demo', full: 'Full', production: 'Production' },
    kinds: { best: 'best', last: 'last' },
    horizon: '{n}-day | {n}-day',
    horizonTitle: 'Horizon',
    daysTitle: 'Days',
    overall: 'Overall',
    fold: 'Fold {n} | Fold {n}',
    synthetic: 'Synthetic',
    syntheticWhy: 'Generated bars with a planted signal: it shows that the chain works, not what markets do.',
    champion: 'Champion',
  },
  ja: {
    phases: PHASE_WORDS.ja,
    metrics: {
      rankIc: 'RankIC',
      ic: 'IC',
      rankIcir: 'RankICIR',
      icir: 'ICIR',
      hitRate: '方向的中率',
      spread: '十分位スプレッド',
      spreadSharpe: 'スプレッドのシャープレシオ',
      sharpe: 'シャープレシオ',
    },
    losses: {
      loss: '合計',
      pinball: 'ピンボール',
      mse: 'MSE',
      rank_ic: 'RankIC 損失',
      ic: 'IC 損失',
      sharpe: 'シャープ損失',
    },
    modes: { debug: 'デバッグ', demo: 'デモ', full: '通常', production: '本番' },
    kinds: { best: '最良', last: '最終' },
    horizon: '{n}日',
    horizonTitle: 'ホライズン',
    daysTitle: '日数',
    overall: '全体',
    fold: 'フォールド{n}',
    synthetic: '合成データ',
    syntheticWhy:
      'シグナルを埋め込んだ生成データです。処理の流れを確かめるためのもので、実際の市場を示すものではありません。',
    champion: 'チャンピオン',
  },
});

type Group = 'phases' | 'metrics' | 'losses' | 'modes' | 'kinds';

/** Names of the field in the reader's language; what has no word here is shown as it is stored. */
export function useWords() {
  const t = useMessages(words);
  const known = (group: Group, name: string): string => t.find(`${group}.${name}`) ?? name;
  return {
    t,
    /** "2 Graph attention" from phase2_gat, with its fold where there are folds; the name itself where it is not one of the product's. */
    phase: (full: string): string => {
      const { fold, name } = partsOfName(full);
      const phase = phaseTitle(name, locale.value);
      return fold === null ? phase : `${t('fold', { n: fold })} · ${phase}`;
    },
    phaseOnly: (name: string): string => known('phases', name),
    metric: (name: string): string => known('metrics', name),
    loss: (name: string): string => known('losses', name),
    mode: (name: string): string => known('modes', name),
    kind: (name: string): string => known('kinds', name),
    horizon: (horizon: number | 'overall'): string =>
      horizon === 'overall' ? t('overall') : t('horizon', { n: horizon }),
  };
}
