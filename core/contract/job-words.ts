// Owns the words of the stages that jobs name as they go on, in both languages.
import type { Locale } from '../base/messages/table.ts';
import { TABLE_NAMES, tableText } from './data-words.ts';
import { partsOfName } from './phase-names.ts';

type Stages = Readonly<Record<string, string>>;

/** A download names the table that it is at. */
const fetching = (locale: Locale, say: (table: string) => string): Stages =>
  Object.fromEntries(TABLE_NAMES.map((name) => [`fetch: ${name}`, say(tableText(name, locale))]));

const STAGES: Readonly<Record<Locale, Stages>> = {
  en: {
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
  ja: {
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
};

/** What a phase is at. */
const PARTS: Readonly<Record<Locale, Readonly<Record<string, (epoch: string) => string>>>> = {
  en: {
    epoch: (epoch) => `epoch ${epoch}`,
    validation: (epoch) => `epoch ${epoch}, validation`,
    checkpoint: (epoch) => `epoch ${epoch}, writing the checkpoint`,
    preparation: () => 'preparing',
    test: () => 'predicting the test days',
    evaluation: () => 'evaluating out of sample',
  },
  ja: {
    epoch: (epoch) => `エポック ${epoch}`,
    validation: (epoch) => `エポック ${epoch} 検証`,
    checkpoint: (epoch) => `エポック ${epoch} チェックポイントの保存`,
    preparation: () => '準備',
    test: () => 'テスト期間の予測',
    evaluation: () => 'アウトオブサンプル評価',
  },
};

/** What a stage works on, where that is no name: a backtest has three parts. */
const DETAILS: Stages = { bars: '足', days: '日次の売買', write: '書き出し' };

const FOLD: Readonly<Record<Locale, (fold: number) => string>> = {
  en: (fold) => `Fold ${fold}`,
  ja: (fold) => `フォールド ${fold}`,
};

const EPOCH = /^(phase\d+_\w+) epoch (\d+(?:\/\d+)?)(?: (validation|checkpoint).*)?$/;
const PART = /^(phase\d+_\w+) (preparation|test|evaluation)$/;

/** @param phaseText what a phase is called; what has no words here reads as it was said */
export function stageText(stage: string, locale: Locale, phaseText: (name: string) => string = (name) => name): string {
  const { fold, name } = partsOfName(stage);
  const [, phase, epoch = '', during = 'epoch'] = EPOCH.exec(name) ?? partOf(name);
  const text = phase ? `${phaseText(phase)}: ${PARTS[locale][during](epoch)}` : (STAGES[locale][name] ?? name);
  return fold === null ? text : `${FOLD[locale](fold)}: ${text}`;
}

/** As EPOCH matches, of what has no epochs. */
function partOf(name: string): (string | undefined)[] {
  const [whole, phase, doing] = PART.exec(name) ?? [];
  return [whole, phase, undefined, doing];
}

export const stageDetailText = (detail: string, locale: Locale): string =>
  locale === 'ja' ? (DETAILS[detail] ?? detail) : detail;
