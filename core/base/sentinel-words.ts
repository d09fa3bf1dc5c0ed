// Owns how leakage reports are said, in both languages: what each probe looks for, what it found, and what to do about it.
import type { Locale } from './messages/table.ts';
import type { LeakCode, LeakFinding, ProbeName, SkipCode, StatisticName, Verdict } from './sentinel.ts';

type Words = Readonly<Record<Locale, string>>;

export const VERDICT_WORDS: Readonly<Record<Verdict, Words>> = {
  passed: { en: 'passed', ja: '問題なし' },
  suspicious: { en: 'suspicious', ja: '要確認' },
  failed: { en: 'failed', ja: 'リークあり' },
  'not-run': { en: 'not run', ja: '未実行' },
};

/** `figure` names what a probe's figure is. */
export const PROBE_WORDS: Readonly<Record<ProbeName, { title: Words; looks: Words; figure: Words }>> = {
  'future-truncation': {
    title: { en: 'Future truncation', ja: '将来データの切り捨て' },
    looks: {
      en: 'Every feature is computed again without what came after a day, and with it changed: no earlier value may move.',
      ja: 'ある日より後のデータを除いた場合と変えた場合とで全特徴量を計算し直し、それ以前の値が変わらないことを確かめます。',
    },
    figure: { en: 'features that look ahead', ja: '将来を参照する特徴量の数' },
  },
  'future-adjustment': {
    title: { en: 'Later splits', ja: '後日の株式分割' },
    looks: {
      en: 'Every feature is computed again in the units that later splits would give prices and volumes: no value may move.',
      ja: '後日の分割で株価と出来高の単位が変わったものとして全特徴量を計算し直し、値が変わらないことを確かめます。',
    },
    figure: { en: 'features that know later splits', ja: '後日の分割に依存する特徴量の数' },
  },
  'target-alignment': {
    title: { en: 'Targets', ja: '目的変数の起点' },
    looks: {
      en: "Stored targets are held against returns from the next bar's close, the first at which a forecast can be traded.",
      ja: '保存された目的変数を、予測にもとづいて最初に売買できる翌営業日の終値からのリターンと照合します。',
    },
    figure: { en: 'share of targets that differ', ja: '一致しない目的変数の割合' },
  },
  'statistic-scope': {
    title: { en: 'Scope of statistics', ja: '統計量の計算範囲' },
    looks: {
      en: 'What was fitted where: scores and winsorisation within the day, the graph on its past, universe and scaler on training days.',
      ja: '各統計量がどの期間から計算されたかを確かめます。標準化と裾の処理は当日内、グラフは過去、ユニバースとスケーラーは学習期間に限られます。',
    },
    figure: { en: 'statistics and columns out of scope', ja: '範囲外の統計量・列の数' },
  },
  'overlapping-windows': {
    title: { en: 'Overlapping windows', ja: '期間の重なり' },
    looks: {
      en: 'No target of one part of a split may reach into a day of another.',
      ja: '分割の一方の目的変数の期間が、もう一方の期間に入り込んでいないことを確かめます。',
    },
    figure: { en: 'splits that are crossed', ja: '重なりのある分割の数' },
  },
  'duplicate-rows': {
    title: { en: 'Duplicate rows', ja: '重複した行' },
    looks: {
      en: 'The same bars may not stand in training and in held-out days, nor one stock under two codes.',
      ja: '同じ足が学習期間と検証・テスト期間の両方にないこと、同じ銘柄が別のコードで重複していないことを確かめます。',
    },
    figure: { en: 'stretches of bars that stand twice', ja: '重複した足の並びの数' },
  },
  'shuffled-target': {
    title: { en: 'Shuffled targets', ja: '目的変数のシャッフル' },
    looks: {
      en: 'A ridge regression on targets dealt out at random within the day must find nothing.',
      ja: '目的変数を日ごとに無作為に入れ替えて学習したリッジ回帰が、何も見つけないことを確かめます。',
    },
    figure: { en: 'highest |RankIC| on shuffled targets', ja: 'シャッフル後の最大 |RankIC|' },
  },
  'lag-one': {
    title: { en: 'Lag of one day', ja: '1 日のずれ' },
    looks: {
      en: 'A feature may not lose its edge when it is a day older, nor foresee the move from the close to the entry.',
      ja: '1 日前の値にすると効果が消える特徴量や、終値から建玉までの値動きを言い当てる特徴量がないことを確かめます。',
    },
    figure: {
      en: 'highest |RankIC| with the move before the entry; what is held against the limit is its lower bound',
      ja: '建玉前の値動きとの最大 |RankIC|(上限と比べるのは信頼区間の下限)',
    },
  },
  'implausible-ic': {
    title: { en: 'Implausible IC', ja: '高すぎる IC' },
    looks: {
      en: 'No honest feature has a mean daily RankIC that surely lies beyond 0.10.',
      ja: '日次 RankIC の平均が確実に 0.10 を超える特徴量は、まず正常ではありません。',
    },
    figure: {
      en: 'highest |mean daily RankIC|; what is held against the limit is its lower bound',
      ja: '日次 RankIC 平均の最大絶対値(上限と比べるのは信頼区間の下限)',
    },
  },
};

const FUTURE_ADVICE: Words = {
  en: 'Correct its formula to use only what was known at the close of its day, or leave it out.',
  ja: 'その日の終値の時点で分かっていた値だけを使うように式を直すか、この特徴量を外してください。',
};
const STATISTIC_ADVICE: Words = {
  en: 'Fit it on the training days of the split alone and build the panel again.',
  ja: '分割の学習期間だけで計算し直し、パネルを作り直してください。',
};
const LOOK_CLOSER: Words = {
  en: 'Check where its values come from before you trust a model that uses it.',
  ja: 'この特徴量を使うモデルを信用する前に、値の出どころを確かめてください。',
};

/** Sentences whose placeholders are the finding's subject and params. */
export const LEAK_WORDS: Readonly<Record<LeakCode, { found: Words; advice: Words }>> = {
  'depends-on-later-rows': {
    found: {
      en: '{subject} of {code} on {day} was {before} with all bars and {after} with those up to {cut}: it looks at later bars ({values} of {compared} values moved)',
      ja: '{subject}: {code} の {day} の値が、全期間では {before}、{cut} までの足では {after} になります。後の足を参照しています({compared} 件中 {values} 件が変化)',
    },
    advice: FUTURE_ADVICE,
  },
  'depends-on-later-tables': {
    found: {
      en: '{subject} of {code} on {day} was {before} with all disclosures and {after} with those known by {cut}: it uses figures before they were disclosed ({values} of {compared} values moved)',
      ja: '{subject}: {code} の {day} の値が、全開示では {before}、{cut} までの開示では {after} になります。開示前の数値を使っています({compared} 件中 {values} 件が変化)',
    },
    advice: {
      en: 'Join by the day from which a row was known (core/data/as-of), never by the period it is about, and never by its last restatement.',
      ja: '対象期間や最後の訂正ではなく、その行が知られた日で結合してください(core/data/as-of)。',
    },
  },
  'depends-on-later-listing': {
    found: {
      en: '{subject} of {code} on {day} was {before} with the sectors of the bars and {after} with those listed by {cut}: it uses sectors of a later listing',
      ja: '{subject}: {code} の {day} の値が、株価データの業種では {before}、{cut} 時点の上場情報の業種では {after} になります。後日の業種を使っています',
    },
    advice: {
      en: 'Take each day’s sector from the listing table as of that day, or leave the feature out.',
      ja: '各日の業種をその日時点の上場情報から取るか、この特徴量を外してください。',
    },
  },
  'differs-from-its-definition': {
    found: {
      en: '{subject} is not what its definition gives on {days} of {compared} days looked at, first on {day}',
      ja: '{subject}: 保存された値が、調べた {compared} 日中 {days} 日で定義どおりの計算結果と異なります(最初は {day})',
    },
    advice: {
      en: 'Delete the panel and build it again; where it stays so, the panel was not made by this program.',
      ja: 'パネルを削除して作り直してください。それでも変わらない場合、このプログラムで作られたパネルではありません。',
    },
  },
  'depends-on-later-splits': {
    found: {
      en: '{subject} moves with the units of prices and volumes, which later splits decide ({share} of its values, for example {code} on {day})',
      ja: '{subject}: 後日の分割で決まる株価・出来高の単位に依存します(値の {share}、例: {code} の {day})',
    },
    advice: {
      en: 'Use ratios of prices or of volumes of the same stock, or raw figures (adjusted ones divided by the factor).',
      ja: '同じ銘柄の株価や出来高の比を使うか、調整係数で割り戻した生の値を使ってください。',
    },
  },
  'entered-today': {
    found: {
      en: "{subject} is the return from today's close, at which the forecast cannot be traded yet ({different} of {rows} values looked at)",
      ja: '{subject} は当日の終値からのリターンで、予測の時点ではまだ売買できません(調べた {rows} 件中 {different} 件)',
    },
    advice: {
      en: "Enter targets at the next bar's close and build the panel again.",
      ja: '翌営業日の終値を起点にして、パネルを作り直してください。',
    },
  },
  'other-target': {
    found: {
      en: '{subject} is not the return from the next close for {different} of {rows} values looked at',
      ja: '{subject}: 調べた {rows} 件中 {different} 件が、翌営業日の終値からのリターンと一致しません',
    },
    advice: {
      en: 'Delete the panel and build it again from the dataset that it belongs to.',
      ja: 'パネルを削除し、対応するデータセットから作り直してください。',
    },
  },
  'scaled-beyond-its-day': {
    found: {
      en: '{subject} does not have mean 0 and deviation 1 on {days} of {looked} days, first on {day}: it was scaled by statistics of other days',
      ja: '{subject}: {looked} 日中 {days} 日で平均 0・標準偏差 1 になっておらず(最初は {day})、他の日の統計量で標準化されています',
    },
    advice: {
      en: "Scale it within its day, over that day's stocks, and build the panel again.",
      ja: '当日の銘柄だけを使って日ごとに標準化し、パネルを作り直してください。',
    },
  },
  'scaled-over-all-days': {
    found: {
      en: '{subject} has mean 0 and deviation 1 over all {days} days of the panel: it was scaled by statistics that include held-out days',
      ja: '{subject}: パネルの全 {days} 日で平均 0・標準偏差 1 であり、検証・テスト期間を含む統計量で標準化されています',
    },
    advice: STATISTIC_ADVICE,
  },
  'saw-other-days': {
    found: {
      en: 'the scaler saw {days} days from {first} to {last}; training has {trainDays}, from {trainFirst} to {trainLast}',
      ja: 'スケーラーは {first} から {last} までの {days} 日を参照しました。学習期間は {trainFirst} から {trainLast} までの {trainDays} 日です',
    },
    advice: STATISTIC_ADVICE,
  },
  'graph-knows-later-days': {
    found: {
      en: 'the snapshot of {subject} holds correlations of returns through {through}: it was taken {later} trading days late ({different} of {edges} edges)',
      ja: '{subject} のスナップショットの相関は {through} までのリターンで計算されており、{later} 営業日遅れています({edges} 辺中 {different} 辺)',
    },
    advice: {
      en: 'End the returns of a snapshot on its own day and build the graph again.',
      ja: 'スナップショットの日までのリターンで相関を計算し、グラフを作り直してください。',
    },
  },
  'graph-not-of-its-day': {
    found: {
      en: 'in the snapshot of {subject}, {different} of {edges} edges are not the correlation of the returns up to that day',
      ja: '{subject} のスナップショットで、{edges} 辺中 {different} 辺がその日までのリターンの相関と一致しません',
    },
    advice: {
      en: 'Delete the cached graphs and the panel, and build both again.',
      ja: 'グラフのキャッシュとパネルを削除し、両方を作り直してください。',
    },
  },
  'universe-judged-later': {
    found: {
      en: 'the universe knows days after the end of training, {day}: it was judged by data through {through} ({codes} codes differ, {gone} of them left the market: {subject})',
      ja: 'ユニバースが学習期間の末日 {day} より後({through} まで)のデータで選ばれています(異なる銘柄 {codes}、うち上場廃止など {gone}: {subject})',
    },
    advice: {
      en: 'Choose stocks by what was known on the last training day, and keep those that left the market later.',
      ja: '学習期間の末日に分かっていた情報で銘柄を選び、その後に市場を去った銘柄も残してください。',
    },
  },
  'universe-judged-otherwise': {
    found: {
      en: '{codes} codes are in the universe, or are missing from it, against its rules as of {day}: {subject}',
      ja: '{day} 時点の規則と異なる銘柄がユニバースに {codes} あります: {subject}',
    },
    advice: {
      en: 'Delete the panel and build it again with the rules of the config.',
      ja: 'パネルを削除し、設定の規則で作り直してください。',
    },
  },
  'nobody-leaves': {
    found: {
      en: 'none of {stocks} stocks leaves the market in {years} years, though about {expected} should: the list looks chosen by who survived',
      ja: '{stocks} 銘柄のうち {years} 年間に市場を去ったものが一つもありません(通常は約 {expected} 銘柄)。生き残った銘柄だけを集めた可能性があります',
    },
    advice: {
      en: 'Add the stocks that were delisted, or read every figure as too good.',
      ja: '上場廃止銘柄を加えるか、すべての数値が実力より良く見えるものとして扱ってください。',
    },
  },
  'window-crosses-split': {
    found: {
      en: '{subject}: targets reach {reach} trading days ahead, so that those of {day} and of {heldOut}, in another part, meet',
      ja: '{subject}: 目的変数は {reach} 営業日先に及び、{day} と別の期間の {heldOut} の目的変数が重なります',
    },
    advice: {
      en: 'Raise data.split.embargo to the reach of the targets or more.',
      ja: 'data.split.embargo を目的変数の及ぶ日数以上にしてください。',
    },
  },
  'rows-out-of-order': {
    found: {
      en: 'the rows of {subject} do not ascend by stock, or a stock stands twice ({days} days)',
      ja: '{subject} の行が銘柄順でないか、同じ銘柄が重複しています({days} 日)',
    },
    advice: {
      en: 'Delete the panel and build it again.',
      ja: 'パネルを削除して作り直してください。',
    },
  },
  'repeated-across-split': {
    found: {
      en: '{windows} stretches of {bars} bars of {subject}, first on {day}, stand among the training days of {other} too, on {otherDay}',
      ja: '{subject} の {bars} 本の足の並びが {windows} 組(最初は {day})、{other} の学習期間({otherDay})にもあります',
    },
    advice: {
      en: 'Find where the bars were appended or copied twice, and import the data again.',
      ja: '足が二重に追加・複製された箇所を確かめ、データを取り込み直してください。',
    },
  },
  twins: {
    found: {
      en: 'the same returns on all of {days} days: {subject}',
      ja: '{days} 日すべてで同じリターンです: {subject}',
    },
    advice: {
      en: 'Keep one code of each, or what they share counts twice.',
      ja: 'いずれか一つのコードを残してください。重複して数えられます。',
    },
  },
  'shuffled-yet-found': {
    found: {
      en: 'a ridge regression reached a RankIC of {rankIc} on targets dealt out at random; by chance none of {deals} deals passes {threshold}',
      ja: '無作為に入れ替えた目的変数でリッジ回帰の RankIC が {rankIc} になりました。偶然では {deals} 回とも {threshold} を超えません',
    },
    advice: {
      en: 'Rows of training and of held-out days are not apart: look at the other probes, then at how days are read.',
      ja: '学習用と評価用の行が分かれていません。他の検査の結果と、日の読み取り方を確かめてください。',
    },
  },
  'edge-of-a-day': {
    found: {
      en: '{subject} has a RankIC of {rankIc} at {horizon} days and {lagged} when it is a day older: such an edge is nearly always a leak',
      ja: '{subject} の RankIC は予測期間 {horizon} 日で {rankIc} ですが、1 日前の値では {lagged} です。このような効果はほぼ確実にリークです',
    },
    advice: LOOK_CLOSER,
  },
  'moves-before-entry': {
    found: {
      en: '{subject} has a RankIC of {rankIc} with the move from its own close to the next, surely beyond {least}: it may hold a value of the next day',
      ja: '{subject} は当日終値から翌日終値までの値動きとの RankIC が {rankIc}(少なくとも {least})あり、翌日の値を含む可能性があります',
    },
    advice: LOOK_CLOSER,
  },
  'implausible-ic': {
    found: {
      en: '{subject} has a mean daily RankIC of {rankIc} at {horizon} days, surely beyond {least}',
      ja: '{subject} の日次 RankIC の平均は予測期間 {horizon} 日で {rankIc}(少なくとも {least})です',
    },
    advice: LOOK_CLOSER,
  },
  'implausible-ridge': {
    found: {
      en: 'a ridge regression on all features has a mean daily RankIC of {rankIc} at {horizon} days, surely beyond {least}',
      ja: '全特徴量によるリッジ回帰の日次 RankIC の平均は予測期間 {horizon} 日で {rankIc}(少なくとも {least})です',
    },
    advice: LOOK_CLOSER,
  },
};

export const SKIP_WORDS: Readonly<Record<SkipCode, Words>> = {
  'too-few-days': { en: 'too few days ({days})', ja: '日数が足りません({days} 日)' },
  'unknown-feature': {
    en: '{count} features are not of this catalogue: {names}',
    ja: 'カタログにない特徴量が {count} あります: {names}',
  },
  'no-split': { en: 'the days are too few for the split of the config', ja: '設定の分割に対して日数が足りません' },
  'targets-wrong': {
    en: 'the targets are wrong, so that nothing can be said of returns',
    ja: '目的変数が正しくないため、リターンについては何も言えません',
  },
};

export const STATISTIC_WORDS: Readonly<Record<StatisticName, Words>> = {
  'z-score': { en: 'z-score', ja: '標準化' },
  winsorisation: { en: 'winsorisation', ja: '裾の処理' },
  graph: { en: 'stock graph', ja: '銘柄グラフ' },
  universe: { en: 'universe', ja: 'ユニバース' },
  scaler: { en: 'scaler', ja: 'スケーラー' },
  'target-scale': { en: 'scale of targets', ja: '目的変数の尺度' },
};

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  share: (value) => `${(value * 100).toFixed(1)} %`,
  years: (value) => value.toFixed(1),
  expected: (value) => value.toFixed(0),
};

/** Numbers that are no counts get four decimals. */
function said(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  return FORMATS[name]?.(value) ?? (Number.isInteger(value) ? String(value) : value.toFixed(4));
}

export function fillWords(words: Words, params: Readonly<Record<string, string | number>>, locale: Locale): string {
  return words[locale].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? said(name, params[name]) : whole,
  );
}

/** What was found, as a sentence without a full stop. */
export function leakText({ code, subject, params }: LeakFinding, locale: Locale): string {
  return fillWords(LEAK_WORDS[code].found, { subject, ...params }, locale);
}

/** What is said in all cases first: a sentence may fit one that says less, too. */
const READ_BACK = Object.values(LEAK_WORDS)
  .map(({ found }) => ({ found, parts: found.en.split(/\{(\w+)\}/) }))
  .map(({ found, parts }) => ({
    found,
    names: parts.filter((_, i) => i % 2 === 1),
    fixed: parts.filter((_, i) => i % 2 === 0),
  }))
  .sort((a, b) => b.fixed.join('').length - a.fixed.join('').length);

/** An English sentence of leakText in another language; undefined where it is none. */
export function leakTextIn(english: string, locale: Locale): string | undefined {
  for (const { found, names, fixed } of READ_BACK) {
    const pattern = fixed.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)');
    const values = new RegExp(`^${pattern}$`, 's').exec(english);
    if (values)
      return found[locale].replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[names.indexOf(name) + 1] ?? whole);
  }
  return undefined;
}
