// Owns the words of phasor checkpoints and phasor compare.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

type Names = Readonly<Record<string, string>>;

export const CHECKPOINTS = bilingual(
  {
    about: 'list, show, export or promote checkpoints',
    list: 'list checkpoints, newest first',
    run: 'only those of this run',
    heads: ['checkpoint', 'run', 'dataset', 'phase', 'kind', 'epoch', 'valid RankIC', 'size', 'made', ''],
    empty: 'no checkpoints yet',
    show: 'show one: its validation metrics, evaluations and backtests',
    ids: (checkpoint: string, run: string) => `id ${checkpoint}, run ${run}`,
    /** As reports call them. */
    metrics: {
      rank_ic: 'RankIC',
      ic: 'IC',
      rank_icir: 'RankICIR',
      icir: 'ICIR',
      hit_rate: 'hit rate',
      sharpe: 'Sharpe of the daily decile spread',
      loss: 'loss',
    } as Names,
    ofHorizon: (metric: string, days: number) => `${metric}, ${counted(days, 'day')}`,
    metricHeads: ['validation', 'value'],
    evaluationHeads: ['evaluation', 'split', 'days', 'RankIC'],
    backtestHeads: ['backtest', 'Sharpe', 'report'],
    export: 'copy the .onnx file and what documents it into a folder',
    folder: 'where to',
    exported: (files: readonly string[], folder: string) => `wrote ${files.join(', ')} into ${folder}`,
    promote: "make it its dataset's champion, the checkpoint in use",
    promoted: (id: string, phase: string) => `${id} (${phase}) is the champion`,
  },
  {
    about: 'チェックポイントの一覧、詳細、書き出し、昇格',
    list: 'チェックポイントの一覧を新しい順に表示',
    run: 'この実行のものだけ',
    heads: [
      'チェックポイント',
      '実行',
      'データセット',
      'フェーズ',
      '種類',
      'エポック',
      '検証 RankIC',
      'サイズ',
      '作成日時',
      '',
    ],
    empty: 'チェックポイントはまだありません',
    show: '一つを表示: 検証の指標、評価、バックテスト',
    ids: (checkpoint, run) => `ID ${checkpoint}、実行 ${run}`,
    metrics: {
      rank_ic: 'RankIC',
      ic: 'IC',
      rank_icir: 'RankICIR',
      icir: 'ICIR',
      hit_rate: '方向的中率',
      sharpe: '日次の十分位スプレッドのシャープレシオ',
      loss: '損失',
    },
    ofHorizon: (metric, days) => `${metric}(${days} 日)`,
    metricHeads: ['検証', '値'],
    evaluationHeads: ['評価', '区分', '期間', 'RankIC'],
    backtestHeads: ['バックテスト', 'シャープレシオ', 'レポート'],
    export: '.onnx ファイルとその説明をフォルダーへコピー',
    folder: '書き出し先',
    exported: (files, folder) => `${folder} に ${files.join('、')} を書き出しました`,
    promote: 'データセットのチャンピオン(使用中のチェックポイント)にする',
    promoted: (id, phase) => `${id} (${phase}) をチャンピオンにしました`,
  },
);

export const COMPARE = bilingual(
  {
    about: 'compare checkpoints: metrics with 95 % intervals, paired tests against the first, config differences',
    checkpoints:
      "two or more of: an id, RUN/PHASE, or RUN/ridge for a run's baseline; the first is what the others are held against",
    metrics: {
      rankIc: 'RankIC',
      ic: 'IC',
      rankIcir: 'RankICIR',
      icir: 'ICIR',
      hitRate: 'hit rate',
      spread: 'long less short',
    } as Names,
    incomparable: (letter: string) => `${letter} and A cannot be compared: there is no common out-of-sample RankIC.`,
    better: 'ranks better than A',
    worse: 'ranks worse than A',
    open: 'cannot be told from A',
    verdict: (letter: string, verdict: string, difference: string, days: number) =>
      `${letter} ${verdict}: RankIC ${difference}, on ${counted(days, 'common day')}.`,
    pNote:
      'p: two-sided test of no difference, each metric and horizon by itself, uncorrected: of twenty such tests without any difference about one falls below 0.05.',
    metric: 'metric',
    horizon: 'horizon',
    allHorizons: 'all',
    nothing: 'nothing was evaluated on both',
    equal: 'equal configs',
    config: 'config',
    unevaluated: (label: string) => `${label} was not evaluated yet.`,
  },
  {
    about: 'チェックポイントの比較: 95 % 信頼区間つきの指標、最初のものに対する対応のある検定、設定の違い',
    checkpoints: '二つ以上。ID、RUN/PHASE、または実行のベースラインを示す RUN/ridge。ほかは最初のものと比べます',
    metrics: {
      rankIc: 'RankIC',
      ic: 'IC',
      rankIcir: 'RankICIR',
      icir: 'ICIR',
      hitRate: '方向的中率',
      spread: 'ロング・ショートの差',
    },
    incomparable: (letter) => `${letter} と A は比較できません。共通のアウトオブサンプル RankIC がありません。`,
    better: '順位づけで A を上回ります',
    worse: '順位づけで A を下回ります',
    open: 'A との差は認められません',
    verdict: (letter, verdict, difference, days) =>
      `${letter} は${verdict}: RankIC の差 ${difference}、共通の ${formatCount(days)} 日。`,
    pNote:
      'p: 差がないとする両側検定の p 値。指標・ホライズンごとの値で、多重比較の補正はしていません。差がまったくなくても、20 回に 1 回ほどは 0.05 を下回ります。',
    metric: '指標',
    horizon: 'ホライズン',
    allHorizons: '全体',
    nothing: '両方に共通する評価がありません',
    equal: '設定は同じです',
    config: '設定',
    unevaluated: (label) => `${label} はまだ評価されていません。`,
  },
);
