// Owns the words of the overview.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: {
    title: 'Overview',
    train: 'Train all phases',
    trainOn: 'Train all phases on which dataset?',
    trainNone: 'Import data first: there is nothing to train on yet.',
    first: {
      title: 'This workspace is empty',
      why: 'Phasor turns a table of daily bars into a model trained in phases, and says with intervals what it is worth on days that it has never seen. Nothing leaves this machine.',
      steps: {
        import: {
          title: 'Import daily bars',
          why: 'CSV or Parquet, one row a stock and day. What is wrong with the data is counted and shown before anything is changed.',
        },
        train: {
          title: 'Train all phases',
          why: 'Five phases, each from the best of the one before, beside a ridge regression as the baseline.',
        },
        review: {
          title: 'Compare and backtest',
          why: 'RankIC with 95 % intervals, costs, drawdowns; one offline report for every checkpoint.',
        },
      },
      action: 'Import data',
      or: 'No data at hand?',
      synthetic: 'Try it on a synthetic market',
      syntheticWhy:
        '200 stocks, 600 days, with a signal planted in them; generated here in a few seconds and labelled synthetic everywhere.',
    },
    running: {
      title: 'Running now',
      none: 'Nothing is running',
      noneWhy: 'Training, imports and backtests show their progress here.',
      all: 'All jobs',
    },
    results: {
      title: 'Last results',
      lead: 'RankIC on test days that no phase has seen, with its 95 % interval.',
      all: 'All runs',
      empty: 'No run yet',
      emptyWhy: 'Training takes the dataset through five phases and evaluates what comes of it out of sample.',
      columns: {
        run: 'Run',
        dataset: 'Dataset',
        phase: 'Ends with',
        test: 'RankIC, test',
        valid: 'Validation',
        status: 'Status',
      },
      pending: 'not evaluated yet',
    },
    data: {
      title: 'Data',
      all: 'All datasets',
      columns: { dataset: 'Dataset', stocks: 'Stocks', span: 'Days', last: 'Last bar', age: 'Age' },
      empty: 'No data yet',
      age: 'today | one day | {n} days',
    },
    machine: {
      title: 'Machine',
      settings: 'Settings',
      engine: 'Engine',
      noEngine: 'chosen at the first run',
      threads: 'Threads',
      memory: 'Memory free',
      disk: 'Disk free',
      of: '{free} of {total}',
      workspace: 'Workspace',
      low: 'Little room is left on this disk: clear caches or empty the trash.',
    },
  },
  ja: {
    title: '概要',
    train: '全フェーズを学習',
    trainOn: 'どのデータセットで全フェーズを学習しますか?',
    trainNone: '学習に使うデータがまだありません。先にデータを取り込んでください。',
    first: {
      title: 'このワークスペースは空です',
      why: 'Phasor は日足の表からフェーズごとにモデルを学習し、未知の期間での予測力を信頼区間とともに示します。データはこのマシンの外に出ません。',
      steps: {
        import: {
          title: '日足データを取り込む',
          why: 'CSV または Parquet、1 行が 1 銘柄の 1 日です。データの問題点は、変更する前に件数と行を表示します。',
        },
        train: {
          title: '全フェーズを学習する',
          why: '5 つのフェーズを、前のフェーズの最良の結果から順に学習します。リッジ回帰をベースラインとして並べます。',
        },
        review: {
          title: '比較とバックテスト',
          why: 'RankIC と 95% 信頼区間、取引コスト、ドローダウン。チェックポイントごとにオフラインのレポートを作れます。',
        },
      },
      action: 'データを取り込む',
      or: '手元にデータがない場合',
      synthetic: '合成市場で試す',
      syntheticWhy: '200 銘柄、600 日。シグナルを埋め込んだ市場を数秒で生成します。常に「合成」と表示されます。',
    },
    running: {
      title: '実行中',
      none: '実行中の処理はありません',
      noneWhy: '学習、取り込み、バックテストの進捗がここに表示されます。',
      all: 'すべてのジョブ',
    },
    results: {
      title: '最近の結果',
      lead: 'どのフェーズも見ていないテスト期間の RankIC と 95% 信頼区間です。',
      all: 'すべての実行',
      empty: '実行はまだありません',
      emptyWhy: '学習では、データセットを 5 つのフェーズに通し、結果をアウトオブサンプルで評価します。',
      columns: {
        run: '実行',
        dataset: 'データセット',
        phase: '最終フェーズ',
        test: 'RankIC(テスト)',
        valid: '検証',
        status: '状態',
      },
      pending: '未評価',
    },
    data: {
      title: 'データ',
      all: 'すべてのデータセット',
      columns: { dataset: 'データセット', stocks: '銘柄数', span: '日数', last: '最終日', age: '経過' },
      empty: 'データはまだありません',
      age: '{n} 日',
    },
    machine: {
      title: 'マシン',
      settings: '設定',
      engine: 'エンジン',
      noEngine: '最初の実行時に選択',
      threads: 'スレッド',
      memory: 'メモリ空き',
      disk: 'ディスク空き',
      of: '{free} / {total}',
      workspace: 'ワークスペース',
      low: 'ディスクの空きが少なくなっています。キャッシュを消去するか、ごみ箱を空にしてください。',
    },
  },
});
