// Owns the words of phasor backtest and phasor report.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

const RULE_SETTINGS: Readonly<Record<string, string>> = {
  rebalance: 'リバランス',
  groups: 'グループ数',
  gross: 'グロス',
  k: '保有銘柄数',
  drop: '入れ替え上限',
  invested: '投資比率',
};

interface CostFigures {
  commission: number | null;
  halfSpread: number | null;
  impact: number | null;
  borrow: number | null;
  haircut: string;
}

export const BACKTEST = bilingual(
  {
    about: "trade a checkpoint's out-of-sample predictions, filled on the next bar, after costs",
    rule: 'long-short (groups by rank) or top-k (long only)',
    horizon: 'horizon of the predictions that are traded',
    groups: 'long-short: groups that the day is cut into',
    k: 'top-k: names held',
    drop: 'top-k: names replaced a day, at most',
    commission: 'basis points of traded value',
    halfSpread: 'half the bid-ask spread, basis points of traded value',
    impact: 'factor of the square-root law; 0 for none',
    borrow: 'basis points a year of the value held short',
    capital: 'money at the start',
    fill: 'fill at the close or the open of the next bar',
    badNumber: 'write a number',
    badRule: 'write long-short or top-k',
    badFill: 'write close or open',
    head: (id: string, checkpoint: string, span: string, trials: number) =>
      `backtest ${id} of checkpoint ${checkpoint}, ${span}; ${counted(trials, 'trial')} on this dataset so far`,
    ruleLine: (kind: string, horizon: string, settings: readonly string[]) =>
      `rule: ${kind} by the ${horizon}-day prediction; ${settings.join(', ')}`,
    ruleSetting: (name: string, value: string) => `${name} ${value}`,
    fills: { close: 'close', open: 'open' },
    filled: (fill: string, capital: string) => `filled at the ${fill} of the next bar; capital ${capital}`,
    costs: ({ commission, halfSpread, impact, borrow, haircut }: CostFigures) =>
      `costs: commission ${commission} bp, half spread ${halfSpread} bp, impact ${impact} × the square-root law, ` +
      `borrowing ${borrow} bp a year, ${haircut} lost on a delisting`,
    heads: ['figure', 'value', ''],
    interval: (low: string, high: string) => `95 % [${low}, ${high}]`,
    /** By their stored names. */
    figures: {
      cagr: 'growth a year, after costs',
      volatility: 'volatility a year',
      sharpe: 'Sharpe, after costs',
      gross_sharpe: 'Sharpe, before costs',
      deflated_sharpe: 'deflated Sharpe (probability)',
      sortino: 'Sortino',
      calmar: 'Calmar',
      max_drawdown: 'deepest drawdown',
      hit_rate: 'days with a gain',
      turnover: 'turnover a day, one way',
      cost_drag: 'costs a year, of equity',
      gross_exposure: 'gross exposure, mean',
      net_exposure: 'net exposure, mean',
      positions: 'positions, mean',
      days: 'days',
      trades: 'trades',
      benchmark_cagr: 'universe: growth a year',
      benchmark_sharpe: 'universe: Sharpe',
    },
  },
  {
    about: 'チェックポイントのアウトオブサンプル予測を翌営業日の足で約定させ、コスト控除後の成績を計算',
    rule: 'long-short(順位でグループ分け)または top-k(買いのみ)',
    horizon: '取引に使う予測のホライズン',
    groups: 'long-short: 一日の銘柄を分けるグループ数',
    k: 'top-k: 保有銘柄数',
    drop: 'top-k: 一日に入れ替える銘柄数の上限',
    commission: '手数料(売買代金に対するベーシスポイント)',
    halfSpread: '売買スプレッドの半分(売買代金に対するベーシスポイント)',
    impact: '平方根則の係数。0 でなし',
    borrow: '貸株料(空売り残高に対する年率ベーシスポイント)',
    capital: '初期資金',
    fill: '翌営業日の足の終値(close)または始値(open)で約定',
    badNumber: '数値を指定してください',
    badRule: 'long-short または top-k を指定してください',
    badFill: 'close または open を指定してください',
    head: (id, checkpoint, span, trials) =>
      `バックテスト ${id}、チェックポイント ${checkpoint}、${span}。このデータセットでの試行はこれまで ${formatCount(trials)} 回`,
    ruleLine: (kind, horizon, settings) => `ルール: ${kind}、${horizon} 日先の予測による。${settings.join('、')}`,
    ruleSetting: (name, value) => `${RULE_SETTINGS[name] ?? name} ${value === 'sleeves' ? 'スリーブ' : value}`,
    fills: { close: '終値', open: '始値' },
    filled: (fill, capital) => `約定: 翌営業日の${fill}、初期資金 ${capital}`,
    costs: ({ commission, halfSpread, impact, borrow, haircut }) =>
      `コスト: 手数料 ${commission} bp、スプレッドの半分 ${halfSpread} bp、マーケットインパクト 平方根則の ${impact} 倍、` +
      `貸株料 年率 ${borrow} bp、上場廃止時の損失 ${haircut}`,
    heads: ['指標', '値', ''],
    interval: (low, high) => `95 % 信頼区間 [${low}, ${high}]`,
    figures: {
      cagr: '年率成長(コスト控除後)',
      volatility: '年率ボラティリティ',
      sharpe: 'シャープレシオ(コスト控除後)',
      gross_sharpe: 'シャープレシオ(コスト控除前)',
      deflated_sharpe: 'デフレーテッド・シャープレシオ(確率)',
      sortino: 'ソルティノレシオ',
      calmar: 'カルマーレシオ',
      max_drawdown: '最大ドローダウン',
      hit_rate: '利益の出た日',
      turnover: '回転率(日次、片道)',
      cost_drag: 'コスト(年率、資産比)',
      gross_exposure: 'グロスエクスポージャー(平均)',
      net_exposure: 'ネットエクスポージャー(平均)',
      positions: '保有銘柄数(平均)',
      days: '日数',
      trades: '売買回数',
      benchmark_cagr: 'ユニバース: 年率成長',
      benchmark_sharpe: 'ユニバース: シャープレシオ',
    },
  },
);

export const REPORT = bilingual(
  {
    about: 'write the tear sheet of a checkpoint: one HTML file that reads offline and prints',
    out: "where to (else into the workspace's reports folder)",
  },
  {
    about: 'チェックポイントのティアシートを作成。オフラインで読め、印刷できる一つの HTML ファイルです',
    out: '書き出し先(省略時はワークスペースの reports フォルダー)',
  },
);
