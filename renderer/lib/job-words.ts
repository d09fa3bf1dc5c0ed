// Owns the words of jobs: their kinds, and the stages that workers name as they go on.
import { TABLE_NAMES, tableText } from '../../core/contract/data-words.ts';
import { partsOfName } from '../../core/contract/phase-names.ts';
import { words as fieldWords } from './field-words.ts';
import { defineMessages, useMessages } from './i18n.ts';

/** A download names the table that it is at. */
const fetching = (locale: 'en' | 'ja', say: (table: string) => string): Record<string, string> =>
  Object.fromEntries(TABLE_NAMES.map((name) => [`fetch: ${name}`, say(tableText(name, locale))]));

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
    stages: {
      'load bars': 'Loading bars',
      graph: 'Stock graph',
      features: 'Computing features',
      rows: 'Writing the panel',
      'verify panel': 'Checking the panel',
      engine: 'Choosing the engine',
      'fit scaling': 'Fitting the scaler',
      'parent validation': 'Validating the parent',
      'parent validation metrics': 'Validating the parent',
      'ridge baseline': 'Ridge baseline',
      evaluate: 'Evaluating out of sample',
      backtest: 'Backtest',
      report: 'Writing the report',
      ...fetching('en', (table) => `Fetching ${table}`),
      'fetch: plan': 'Looking for what is missing',
      'fetch: convert': 'Converting what came',
      'import: prepare': 'Preparing the import',
      'import: read': 'Reading files',
      'import: check': 'Checking rows',
      'import: repair': 'Repairing rows',
      'import: store': 'Storing the dataset',
      'measuring: days': 'Measuring columns day by day',
      'examining: stored': 'Looking for leaks: stored columns',
      'examining: look-ahead': 'Looking for leaks: later data',
      'examining: rank-ic': 'Looking for leaks: RankIC',
      'examining: lag-one': 'Looking for leaks: lag of a day',
      'examining: shuffled-target': 'Looking for leaks: shuffled targets',
      'measuring: intervals': 'Computing intervals',
    },
    parts: {
      epoch: 'epoch {epoch}',
      validation: 'epoch {epoch}, validation',
      checkpoint: 'epoch {epoch}, writing the checkpoint',
      preparation: 'preparing',
      test: 'predicting the test days',
      evaluation: 'evaluating out of sample',
    },
    fold: 'Fold {fold}',
    join: '{before}: {after}',
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
    stages: {
      'load bars': '足データの読み込み',
      graph: '銘柄グラフの構築',
      features: '特徴量の計算',
      rows: 'パネルの書き出し',
      'verify panel': 'パネルの確認',
      engine: '計算エンジンの選択',
      'fit scaling': 'スケーラーの推定',
      'parent validation': '親チェックポイントの検証',
      'parent validation metrics': '親チェックポイントの検証',
      'ridge baseline': 'リッジ回帰のベースライン',
      evaluate: 'アウトオブサンプル評価',
      backtest: 'バックテスト',
      report: 'レポートの作成',
      ...fetching('ja', (table) => `${table}の取得`),
      'fetch: plan': '不足分の確認',
      'fetch: convert': '取得データの変換',
      'import: prepare': '取り込みの準備',
      'import: read': 'ファイルの読み込み',
      'import: check': '行の検査',
      'import: repair': '行の修復',
      'import: store': 'データセットの保存',
      'measuring: days': '列を日ごとに測定',
      'examining: stored': 'リーク検査: 保存された列',
      'examining: look-ahead': 'リーク検査: 将来データ',
      'examining: rank-ic': 'リーク検査: RankIC',
      'examining: lag-one': 'リーク検査: 1 日のずれ',
      'examining: shuffled-target': 'リーク検査: シャッフル',
      'measuring: intervals': '信頼区間の計算',
    },
    parts: {
      epoch: 'エポック {epoch}',
      validation: 'エポック {epoch} 検証',
      checkpoint: 'エポック {epoch} チェックポイントの保存',
      preparation: '準備',
      test: 'テスト期間の予測',
      evaluation: 'アウトオブサンプル評価',
    },
    fold: 'フォールド {fold}',
    join: '{before}: {after}',
  },
});

const EPOCH = /^(phase\d+_\w+) epoch (\d+(?:\/\d+)?)(?: (validation|checkpoint).*)?$/;
const PART = /^(phase\d+_\w+) (preparation|test|evaluation)$/;

/** Words for what the host says of jobs; what has none here is shown as it was said. */
export function useJobWords(): { kind(kind: string): string; stage(stage: string): string } {
  const t = useMessages(words);
  const field = useMessages(fieldWords);
  const phaseOf = (name: string) => field.find(`phases.${name}`) ?? name;
  const part = (text: string): string => {
    const [, phase, epoch, during = 'epoch'] = EPOCH.exec(text) ?? [];
    if (phase) return t('join', { before: phaseOf(phase), after: t.find(`parts.${during}`, { epoch }) ?? text });
    const [, other, doing] = PART.exec(text) ?? [];
    if (other) return t('join', { before: phaseOf(other), after: t.find(`parts.${doing}`) ?? text });
    return t.find(`stages.${text}`) ?? text;
  };
  return {
    kind: (kind) => t.find(`kinds.${kind}`) ?? kind,
    stage: (stage) => {
      const { fold, name } = partsOfName(stage);
      const text = part(name);
      return fold === null ? text : t('join', { before: t('fold', { fold }), after: text });
    },
  };
}
