// Owns the words of phasor features.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

interface GraphFigures {
  snapshots: number;
  lookback: number;
  degree: string;
  isolated: string;
}

export const FEATURES = bilingual(
  {
    about: "build a dataset's panel: features, targets and the stock graph",
    dataset: 'the dataset',
    list: 'list the catalogue of features, and build nothing',
    heads: ['feature', 'family', 'set', 'window', 'warm-up', 'scope', 'needs', 'formula'],
    panel: (key: string, figures: readonly string[]) => `panel ${key}: ${figures.join(', ')}`,
    reused: ' (unchanged, reused)',
    added: (days: number) => ` (${counted(days, 'day')} added)`,
    leaks: (panel: string) => `phasor sentinel ${panel} shows what leaks`,
    features: (count: number) => counted(count, 'feature'),
    lacking: (count: number, inputs: readonly string[]) =>
      `; ${formatCount(count)} of the catalogue need what the dataset lacks: ${inputs.join(', ')}`,
    graph: ({ snapshots, lookback, degree, isolated }: GraphFigures) =>
      `graph: ${counted(snapshots, 'snapshot')} of ${counted(lookback, 'day')}; ${degree} neighbours a stock, ${isolated} stocks without any`,
  },
  {
    about: 'データセットのパネル(特徴量、目的変数、銘柄グラフ)を作成',
    dataset: '対象のデータセット',
    list: '特徴量カタログの一覧を表示するだけで、作成しない',
    heads: ['特徴量', 'ファミリー', 'セット', '窓', '助走', '範囲', '必要な入力', '計算式'],
    panel: (key, figures) => `パネル ${key}: ${figures.join('、')}`,
    reused: '(変更なし、再利用)',
    added: (days) => `(${formatCount(days)} 日分を追加)`,
    leaks: (panel) => `リークの内容: phasor sentinel ${panel}`,
    features: (count) => `特徴量 ${formatCount(count)} 個`,
    lacking: (count, inputs) =>
      `。カタログのうち ${formatCount(count)} 個は、データセットにない入力が必要です: ${inputs.join('、')}`,
    graph: ({ snapshots, lookback, degree, isolated }) =>
      `銘柄グラフ: ${formatCount(lookback)} 日ごとの相関から ${formatCount(snapshots)} 枚、1 銘柄あたり隣接 ${degree} 銘柄、孤立 ${isolated} 銘柄`,
  },
);
