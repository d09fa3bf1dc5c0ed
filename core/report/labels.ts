// Owns every word of a report in both languages; Japanese is typed by English, so a missing label does not compile.
import type { Locale } from '../base/messages/table.ts';

const en = {
  sheet: 'Tear sheet',
  synthetic: 'Synthetic data',
  syntheticNote: 'Made by a simulator with a planted signal. Nothing here says anything about a real market.',
  dataset: 'Dataset',
  model: 'Model',
  created: 'Created',
  evaluated: 'Evaluated',
  stocks: '{count} {count:stock:stocks}',
  tradingDays: '{count} {count:trading day:trading days}',
  walkForward: 'walk forward, {folds} folds joined, each predicted by weights that were trained before it',
  train: 'Training',
  valid: 'Validation',
  test: 'Test',
  embargo: 'Embargo',

  reading: 'In short',
  readingAbove:
    'Mean daily RankIC {value} (95 % interval {interval}, {days} {days:day:days}): the ranking carries information on these days.',
  readingOpen:
    'Mean daily RankIC {value} (95 % interval {interval}, {days} {days:day:days}): the interval holds zero, so these days are no evidence of skill.',
  readingBelow:
    'Mean daily RankIC {value} (95 % interval {interval}, {days} {days:day:days}): the ranking is inverted on these days.',
  readingNone: 'No day could be judged: see the warnings.',
  readingBook:
    'After costs the book grew {cagr} a year with a Sharpe ratio of {sharpe} ({interval}); before costs {gross}.',
  readingLuck:
    'Luck alone would have brought a best Sharpe ratio of about {luck} in {trials} {trials:trial:trials}; the probability that this one is better than that is {deflated}.',
  readingAdded: 'Added over their parent with an interval above zero: {names}.',
  readingNothingAdded: 'No phase added over its parent with an interval above zero.',
  readingBaseline: 'The baseline, {name}, stands at {value}.',
  listSeparator: ', ',

  warnings: 'Read this first',
  warnDebug:
    'Trained with mode=debug: a short run to see that the chain works. Its figures say nothing about the model.',
  warnDemo:
    'Trained with mode=demo: a small, quick run. Its figures say that the chain works, not what the model can do.',
  warnLeak:
    '{metric} of {value} is beyond {limit}. Daily cross-sections of liquid stocks rarely allow that: look for a leak before believing it. Horizons: {horizons}.',
  warnLeakingPanel:
    'The panel leaks the future, and the run was told to train on it all the same (train.allow_leaks). No figure here can be believed: {findings}.',
  warnSuspiciousPanel: 'The leakage sentinel found something to look into before believing the figures: {findings}.',
  sentenceSeparator: '; ',
  warnFewDays: 'Only {days} {days:day was:days were} evaluated; intervals want {wanted} or more.',
  warnFewBookDays: 'The backtest spans only {days} {days:day:days}; figures for a year want {wanted} or more.',
  warnConstant:
    'Predictions were constant on up to {days} {days:day, which has no IC and enters:days, which have no IC and enter} no mean. Horizons: {horizons}.',
  warnTooFewStocks:
    'Up to {days} {days:day:days} had fewer than {stocks} {stocks:stock:stocks} and {days:was:were} skipped. Horizons: {horizons}.',
  warnNonFinite:
    'Up to {rows} {rows:prediction was no number and was:predictions were no numbers and were} left out. Horizons: {horizons}.',
  warnCrossing: 'Quantiles were out of order for up to {share} of stocks. Horizons: {horizons}.',
  warnRuined: 'The book lost all its capital; it was closed and stayed in cash.',
  warnUnfilled: '{count} {count:order:orders} met a day without a tradable bar and waited.',
  warnImpact: '{count} {count:trade carries:trades carry} no impact cost, because no volume or volatility was known.',
  warnDelisted:
    '{count} {count:position was closed at its last price because its:positions were closed at their last price because their} bars ended.',
  warnUnknownCodes:
    '{count} predicted {count:stock is not among the bars and was:stocks are not among the bars and were} left out.',
  warnSurvivorship:
    'The universe holds the members of a later date. Stocks that failed or left earlier are missing, which flatters every long position (survivorship).',
  warnSurvivorshipSome:
    'The universe holds stocks that left: the bars of {ended} of {codes} end before the last day. Whether all that left are in it, the bars do not tell (survivorship).',
  warnSurvivorshipUnknown:
    'It is not known whether the universe holds delisted stocks. If it does not, results are flattered (survivorship).',
  overall: 'overall',

  keyFigures: 'Key figures',
  rankIc: 'RankIC',
  ic: 'IC',
  icir: 'ICIR',
  rankIcir: 'RankICIR',
  hitRate: 'Hit rate',
  sharpe: 'Sharpe, net',
  cagr: 'Growth a year',
  maxDrawdown: 'Deepest drawdown',
  deflated: 'Deflated Sharpe',
  turnover: 'Turnover a day',
  noteDaily: 'mean a day, all horizons',
  noteHit: 'same side of the mean',
  noteVolatility: 'volatility {value}',
  noteDrawdown: '{days} {days:day:days}, to {until}',
  noteDrawdownOpen: '{days} {days:day:days}, not over',
  noteTrials: 'probability; trials: {count}',
  noteTurnover: 'one way; costs {value} a year',
  noteInterval:
    'Figures stand with 95 % intervals from a stationary block bootstrap of days. A bar that stays clear of the tick at zero is coloured.',

  phases: 'Phases',
  phasesNote:
    'What each phase added over its parent in RankIC, on the same days and stocks, with a paired 95 % interval.',
  phase: 'Phase',
  parent: 'Parent',
  added: 'Added over parent',
  pValue: 'p',
  verdict: 'Verdict',
  baseline: 'baseline',
  verdictAbove: 'better',
  verdictBelow: 'worse',
  verdictOpen: 'no clear difference',
  carried: 'carried on',
  notCarried: 'parent carried on',
  carriedInFolds: 'carried on in {times} of {folds} folds',
  carriedNote:
    'All figures here are out of sample. Which phase is carried on was decided before, on validation, so the two need not agree.',

  skill: 'Skill',
  horizon: 'Horizon',
  horizonDays: '{count} d',
  days: 'Days',
  skipped: 'Skipped',
  spread: 'Long less short',
  spreadSharpe: 'Sharpe of it',
  skillNote:
    'Out of sample, one cross-section a day. Long less short: mean return over the horizon, top less bottom decile, before costs; its Sharpe ratio counts the returns that do not overlap.',
  dailyRankIc: 'Daily RankIC, mean of all horizons',
  rankIcAxis: 'RankIC',
  daily: 'a day',
  mean20: 'mean of 20 days',
  cumulativeIc: 'Cumulative IC',
  cumulativeAxis: 'Sum of daily values',
  cumulativeSpread: 'Long less short, summed, {horizon} {horizon:day:days} ahead',
  cumulativeSpreadAxis: 'Sum of spreads ÷ horizon, before costs, %',
  deciles: 'Return by decile, {horizon} {horizon:day:days} ahead',
  decile: 'Decile',
  decilesAxis: 'Return less the mean of the day, %',
  decilesCategory: 'Decile of prediction, 10 = highest',
  byHorizon: 'RankIC by horizon',
  horizonCategory: 'Horizon, trading days',
  calibration: 'Calibration of quantiles',
  calibrationAxis: 'Outcomes at or below the quantile, %',
  quantile: '{value} quantile',
  uncertainty: 'RankIC by stated uncertainty, {horizon} {horizon:day:days} ahead',
  uncertaintyCategory: 'Thirds of stocks by quantile spread',
  certain: 'narrow',
  middling: 'middle',
  uncertain: 'wide',

  book: 'Backtest',
  equity: 'Growth of 1',
  equityAxis: 'Value of 1 on the first day',
  net: 'net of costs',
  gross: 'before costs',
  universe: 'universe, equal weights',
  drawdown: 'Drawdown',
  drawdownAxis: 'Below the last peak, %',
  monthly: 'Return by month, net',
  year: 'Year',
  total: 'Total',
  date: 'Date',
  turnoverSeries: 'Turnover, one way, mean of 20 days',
  turnoverAxis: 'Share of equity a day, %',
  exposure: 'Exposure',
  exposureAxis: 'Share of equity, %',
  longSide: 'long',
  shortSide: 'short',
  figures: 'Figures',
  costs: 'Costs',
  commission: 'Commission',
  spreadCost: 'Half spread',
  impact: 'Market impact',
  borrow: 'Borrowing',
  haircut: 'Delisting haircut',
  costShare: 'Share',
  costTotal: 'Total',
  costYear: 'A year, of mean equity',
  totalReturn: 'Total return',
  volatility: 'Volatility a year',
  grossSharpe: 'Sharpe before costs',
  sortino: 'Sortino',
  calmar: 'Calmar',
  probabilistic: 'Probability that Sharpe > 0',
  bestDay: 'Best day',
  worstDay: 'Worst day',
  dayHitRate: 'Days with a gain',
  skewness: 'Skewness',
  kurtosis: 'Kurtosis (normal: 3)',
  positions: 'Positions, mean',
  grossExposure: 'Gross exposure, mean',
  netExposure: 'Net exposure, mean',
  holding: 'Holding, days, mean',
  trades: 'Trades',
  benchmark: 'Universe: growth a year, Sharpe',

  method: 'How it was made',
  assumptions: 'Assumptions',
  ruleSleeves:
    'Long the top and short the bottom of {groups} groups by the {horizon}-day prediction, equal weights, gross exposure {gross}; 1/{horizon} of the book is renewed each day (overlapping sleeves).',
  rulePeriodic:
    'Long the top and short the bottom of {groups} groups by the {horizon}-day prediction, equal weights, gross exposure {gross}; the whole book is renewed every {horizon} {horizon:signal day:signal days}.',
  ruleTopK:
    'Long only: {k} {k:name:names} by the {horizon}-day prediction, at most {drop} replaced a day, up to {invested} invested.',
  fillClose:
    'A signal of a close is filled at the close of the next bar. Shares may be fractional; cash earns nothing.',
  fillOpen: 'A signal of a close is filled at the open of the next bar. Shares may be fractional; cash earns nothing.',
  costRule:
    'Commission {commission} bp, half spread {spread} bp, impact {impact} × daily volatility × √(shares / 20-day mean volume), borrowing {borrow} bp a year.',
  delistRule:
    'A stock without a bar for {days} {days:day:days} is closed at its last price with a haircut of {haircut}.',
  intervalRule:
    'Intervals: stationary block bootstrap (Politis and Romano 1994; block length by Politis and White 2004, at least 20 days; critical values of Kiefer and Vogelsang 2005), {draws} {draws:draw:draws}, seed {seed}. Days with fewer than {stocks} {stocks:stock:stocks} are skipped and counted.',
  config: 'Configuration',
  lineage: 'Lineage',
  footer: 'Made by Phasor. This file holds everything it shows and asks nothing of the network.',
};

export type Labels = { readonly [K in keyof typeof en]: string };

const ja: Labels = {
  sheet: '検証レポート',
  synthetic: '合成データ',
  syntheticNote: 'シグナルを埋め込んだシミュレーターで作ったデータです。実際の市場については何も示しません。',
  dataset: 'データセット',
  model: 'モデル',
  created: '作成',
  evaluated: '評価期間',
  stocks: '{count} 銘柄',
  tradingDays: '{count} 営業日',
  walkForward: 'ウォークフォワード({folds} フォールドを連結。各フォールドはそれ以前に学習した重みで予測)',
  train: '学習',
  valid: '検証',
  test: 'テスト',
  embargo: 'エンバーゴ',

  reading: '要点',
  readingAbove: '日次 RankIC の平均は {value}(95% 区間 {interval}、{days} 日)。この期間の順位予測には情報があります。',
  readingOpen:
    '日次 RankIC の平均は {value}(95% 区間 {interval}、{days} 日)。区間がゼロを含むため、予測力の証拠にはなりません。',
  readingBelow: '日次 RankIC の平均は {value}(95% 区間 {interval}、{days} 日)。この期間の順位予測は逆向きです。',
  readingNone: '評価できた日がありません。注意事項をご覧ください。',
  readingBook: 'コスト控除後の成長率は年率 {cagr}、シャープレシオは {sharpe}({interval})、控除前は {gross} です。',
  readingLuck:
    '{trials} 回試せば、運だけでも最良のシャープレシオは約 {luck} に達します。今回の値がそれを上回る確率は {deflated} です。',
  readingAdded: '親フェーズからの改善の区間がゼロを上回ったフェーズ: {names}。',
  readingNothingAdded: '親フェーズからの改善の区間がゼロを上回ったフェーズはありません。',
  readingBaseline: 'ベースライン({name})は {value} です。',
  listSeparator: '、',

  warnings: 'はじめにご確認ください',
  warnDebug: 'mode=debug で学習した、動作確認用の短い実行です。数値はモデルの性能を示しません。',
  warnDemo: 'mode=demo で学習した、小規模で短時間の実行です。動作を示すもので、モデルの実力を示すものではありません。',
  warnLeak:
    '{metric} が {value} で、{limit} を超えています。流動性のある銘柄の日次データではまれな値です。結果を信じる前に情報漏洩(リーク)を疑ってください。対象の予測期間: {horizons}。',
  warnLeakingPanel:
    'パネルに将来の情報のリークがあり、それを承知のうえで学習しています(train.allow_leaks)。ここにある数値は信用できません: {findings}。',
  warnSuspiciousPanel: 'リーク検査で、数値を信じる前に確かめるべき点が見つかりました: {findings}。',
  sentenceSeparator: '、',
  warnFewDays: '評価できたのは {days} 日だけです。区間推定には {wanted} 日以上が望まれます。',
  warnFewBookDays: 'バックテストは {days} 日間だけです。年率の数値には {wanted} 日以上が望まれます。',
  warnConstant:
    '予測値がすべて同じ日が最大 {days} 日ありました。その日の IC は定義されず、平均に含めていません。対象の予測期間: {horizons}。',
  warnTooFewStocks: '銘柄数が {stocks} に満たない日が最大 {days} 日あり、除外しました。対象の予測期間: {horizons}。',
  warnNonFinite: '数値でない予測が最大 {rows} 件あり、除外しました。対象の予測期間: {horizons}。',
  warnCrossing: '分位点の順序が逆転した銘柄が最大 {share} ありました。対象の予測期間: {horizons}。',
  warnRuined: '資金をすべて失ったため、全ポジションを閉じて以後は現金のままです。',
  warnUnfilled: '{count} 件の注文が、取引できない日に当たり持ち越されました。',
  warnImpact: '{count} 件の取引は、出来高または変動率が不明のため市場インパクトを含みません。',
  warnDelisted: '{count} 件のポジションは、株価データが途切れたため最後の価格で閉じました。',
  warnUnknownCodes: '予測された {count} 銘柄は株価データになく、除外しました。',
  warnSurvivorship:
    'この銘柄群は後日の構成銘柄です。それ以前に破綻・除外された銘柄が含まれないため、買い持ちの成績は実際より良く見えます(生存者バイアス)。',
  warnSurvivorshipSome:
    '全 {codes} 銘柄のうち {ended} 銘柄は最終日より前に足が途切れており、市場を離れた銘柄が含まれています。ただし、そのすべてが含まれているかは足データからはわかりません(生存者バイアス)。',
  warnSurvivorshipUnknown:
    '上場廃止銘柄が含まれているか不明です。含まれていない場合、成績は実際より良く見えます(生存者バイアス)。',
  overall: '全予測期間',

  keyFigures: '主要指標',
  rankIc: 'RankIC',
  ic: 'IC',
  icir: 'ICIR',
  rankIcir: 'RankICIR',
  hitRate: '的中率',
  sharpe: 'シャープレシオ(控除後)',
  cagr: '年率成長',
  maxDrawdown: '最大ドローダウン',
  deflated: 'デフレーテッド・シャープ',
  turnover: '回転率(日次)',
  noteDaily: '日次平均、全予測期間',
  noteHit: '平均に対する方向の一致',
  noteVolatility: '変動率 {value}',
  noteDrawdown: '{days} 日間、{until} に回復',
  noteDrawdownOpen: '{days} 日間、未回復',
  noteTrials: '確率、試行 {count} 回',
  noteTurnover: '片道、コスト年率 {value}',
  noteInterval:
    '95% 区間は日単位の定常ブロック・ブートストラップによるものです。ゼロの目盛りをまたがない区間に色を付けています。',

  phases: 'フェーズ',
  phasesNote:
    '各フェーズが親フェーズに対して加えた RankIC を、同じ日・同じ銘柄での対応のある 95% 区間とともに示します。',
  phase: 'フェーズ',
  parent: '親',
  added: '親からの改善',
  pValue: 'p 値',
  verdict: '判定',
  baseline: 'ベースライン',
  verdictAbove: '改善',
  verdictBelow: '悪化',
  verdictOpen: '明らかな差なし',
  carried: '採用',
  notCarried: '親を継続',
  carriedInFolds: '{folds} フォールド中 {times} で採用',
  carriedNote:
    'ここの数値はすべてアウトオブサンプルです。どのフェーズを引き継ぐかはその前に検証期間で決めるため、判定とは一致しないことがあります。',

  skill: '予測力',
  horizon: '予測期間',
  horizonDays: '{count} 日',
  days: '日数',
  skipped: '除外',
  spread: 'ロング・ショート差',
  spreadSharpe: '同シャープ',
  skillNote:
    'アウトオブサンプル、1 日 1 断面で計算。ロング・ショート差は最上位と最下位の十分位の期間リターンの差(コスト控除前)で、シャープレシオは重複しないリターンの数で年率化しています。',
  dailyRankIc: '日次 RankIC(全予測期間の平均)',
  rankIcAxis: 'RankIC',
  daily: '日次',
  mean20: '20 日平均',
  cumulativeIc: '累積 IC',
  cumulativeAxis: '日次値の累計',
  cumulativeSpread: 'ロング・ショート差の累計({horizon} 日先)',
  cumulativeSpreadAxis: '差の累計 ÷ 予測期間、コスト控除前(%)',
  deciles: '十分位別リターン({horizon} 日先)',
  decile: '十分位',
  decilesAxis: '当日平均との差(%)',
  decilesCategory: '予測の十分位(10 が最高)',
  byHorizon: '予測期間別 RankIC',
  horizonCategory: '予測期間(営業日)',
  calibration: '分位点の較正',
  calibrationAxis: '分位点以下となった割合(%)',
  quantile: '{value} 分位点',
  uncertainty: '不確実性別 RankIC({horizon} 日先)',
  uncertaintyCategory: '分位点の幅による三分位',
  certain: '狭い',
  middling: '中間',
  uncertain: '広い',

  book: 'バックテスト',
  equity: '資産の推移(初日 = 1)',
  equityAxis: '初日を 1 とした値',
  net: 'コスト控除後',
  gross: 'コスト控除前',
  universe: '全銘柄(等加重)',
  drawdown: 'ドローダウン',
  drawdownAxis: '直近の高値からの下落(%)',
  monthly: '月次リターン(控除後)',
  year: '年',
  total: '年計',
  date: '日付',
  turnoverSeries: '回転率(片道、20 日平均)',
  turnoverAxis: '純資産に対する割合(%/日)',
  exposure: 'エクスポージャー',
  exposureAxis: '純資産に対する割合(%)',
  longSide: '買い',
  shortSide: '売り',
  figures: '統計',
  costs: 'コスト',
  commission: '手数料',
  spreadCost: 'スプレッド(半値)',
  impact: '市場インパクト',
  borrow: '貸株料',
  haircut: '上場廃止の減価',
  costShare: '割合',
  costTotal: '合計',
  costYear: '平均純資産比(年率)',
  totalReturn: '累積リターン',
  volatility: '変動率(年率)',
  grossSharpe: 'シャープレシオ(控除前)',
  sortino: 'ソルティノレシオ',
  calmar: 'カルマーレシオ',
  probabilistic: 'シャープレシオが正である確率',
  bestDay: '最良の日',
  worstDay: '最悪の日',
  dayHitRate: '上昇した日の割合',
  skewness: '歪度',
  kurtosis: '尖度(正規分布: 3)',
  positions: '平均保有銘柄数',
  grossExposure: '平均グロス・エクスポージャー',
  netExposure: '平均ネット・エクスポージャー',
  holding: '平均保有日数',
  trades: '取引件数',
  benchmark: '全銘柄: 年率成長、シャープ',

  method: '作成条件',
  assumptions: '前提',
  ruleSleeves:
    '{horizon} 日先の予測で {groups} 分位に分け、最上位を買い、最下位を売り。等加重、グロス・エクスポージャー {gross}。毎日、全体の {horizon} 分の 1 を入れ替えます(重複スリーブ)。',
  rulePeriodic:
    '{horizon} 日先の予測で {groups} 分位に分け、最上位を買い、最下位を売り。等加重、グロス・エクスポージャー {gross}。{horizon} 日ごとに全体を入れ替えます。',
  ruleTopK:
    '買いのみ。{horizon} 日先の予測の上位 {k} 銘柄、入れ替えは 1 日最大 {drop} 銘柄、投資比率は最大 {invested}。',
  fillClose: '終値時点のシグナルは翌営業日の終値で約定します。端株を認め、現金の利息はありません。',
  fillOpen: '終値時点のシグナルは翌営業日の始値で約定します。端株を認め、現金の利息はありません。',
  costRule:
    '手数料 {commission} bp、スプレッド半値 {spread} bp、市場インパクト {impact} × 日次変動率 × √(株数 ÷ 20 日平均出来高)、貸株料 年 {borrow} bp。',
  delistRule: '{days} 日間株価のない銘柄は、最後の価格から {haircut} 減価して閉じます。',
  intervalRule:
    '区間: 定常ブロック・ブートストラップ(Politis・Romano 1994。ブロック長は Politis・White 2004 による自動選択で 20 日以上、臨界値は Kiefer・Vogelsang 2005)、{draws} 回、シード {seed}。{stocks} 銘柄に満たない日は除外し、日数を数えています。',
  config: '設定',
  lineage: '来歴',
  footer: 'Phasor で作成。このファイルだけで完結し、ネットワークには一切接続しません。',
};

const tables: Record<Locale, Labels> = { en, ja };

export function labelsOf(locale: Locale): Labels {
  return tables[locale];
}

/**
 * Fills `{name}` places of a label, and `{name:one:many}` by whether that value reads 1; the result is plain text and still to be
 * escaped.
 */
export function fill(label: string, values: Record<string, string | number>): string {
  return label.replaceAll(/\{(\w+)(?::([^:{}]*):([^:{}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    if (one === undefined || many === undefined) return value;
    return value === '1' ? one : many;
  });
}
