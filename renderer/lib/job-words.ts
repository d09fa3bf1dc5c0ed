// Owns the words of jobs: their kinds, and the stages that they name as they go on.
import { stageText } from '../../core/contract/job-words.ts';
import { words as fieldWords } from './field-words.ts';
import { defineMessages, locale, useMessages } from './i18n.ts';

export const words = defineMessages({
  en: {
    kinds: {
      import: 'Import',
      fetch: 'Download',
      features: 'Features',
      analyse: 'Feature analysis',
      examine: 'Leakage check',
      train: 'Training',
      backtest: 'Backtest',
      report: 'Report',
    },
  },
  ja: {
    kinds: {
      import: '取り込み',
      fetch: 'ダウンロード',
      features: '特徴量',
      analyse: '特徴量の分析',
      examine: 'リーク検査',
      train: '学習',
      backtest: 'バックテスト',
      report: 'レポート',
    },
  },
});

/** Words for what the host says of jobs; what has none here is shown as it was said. */
export function useJobWords(): { kind(kind: string): string; stage(stage: string): string } {
  const t = useMessages(words);
  const field = useMessages(fieldWords);
  return {
    kind: (kind) => t.find(`kinds.${kind}`) ?? kind,
    stage: (stage) => stageText(stage, locale.value, (name) => field.find(`phases.${name}`) ?? name),
  };
}
