// Owns the words of phasor sentinel beside those of the probes themselves.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

interface Sample {
  stocks: number;
  ofStocks: number;
  cuts: readonly string[];
  days: number;
}

export const SENTINEL = bilingual(
  {
    about: 'show whether a panel leaks the future: probes, findings, what was fitted where',
    panel: 'id or hash of the panel, or the last letters of its id',
    dataset: 'the newest panel of this dataset instead',
    again: 'examine it again',
    exits: 'Exits with 2 when the panel leaks.',
    none: 'this panel was not examined yet; --again does it',
    leaks: 'leaks',
    probes: (count: number) => counted(count, 'probe'),
    comma: ', ',
    looked: ({ stocks, ofStocks, cuts, days }: Sample) =>
      `looked at ${formatCount(stocks)} of ${formatCount(ofStocks)} stocks, cut off after ${cuts.join(', ')}, returns of ${formatCount(days)} training days`,
    probeHeads: ['probe', 'verdict', 'figure', 'threshold', 'findings', 'the figure is'],
    scopeHeads: ['fitted', 'verdict', 'on', 'may see through', 'days', 'rows'],
  },
  {
    about: 'パネルに将来の情報が漏れていないかを表示: 検査、検出内容、統計量の計算に使った期間',
    panel: 'パネルの ID またはハッシュ、もしくは ID の末尾の文字',
    dataset: '代わりにこのデータセットの最新のパネルを表示',
    again: '検査し直す',
    exits: 'リークがあれば終了コード 2 を返します。',
    none: 'このパネルはまだ検査されていません。--again で検査できます。',
    leaks: 'リーク検査',
    probes: (count) => `検査 ${formatCount(count)} 件`,
    comma: '、',
    looked: ({ stocks, ofStocks, cuts, days }) =>
      `対象: ${formatCount(ofStocks)} 銘柄中 ${formatCount(stocks)} 銘柄、切り捨て日 ${cuts.join('、')}、リターンは学習期間の ${formatCount(days)} 日`,
    probeHeads: ['検査', '判定', '値', 'しきい値', '検出', '値の意味'],
    scopeHeads: ['統計量', '判定', '計算に使った期間', '使ってよい末日', '日数', '行数'],
  },
);
