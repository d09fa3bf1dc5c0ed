// Owns the desktop's own words: menus, dialogs and notices, in both languages.
import type { Locale } from '../../core/base/messages/table.ts';

const en = {
  file: 'File',
  openWorkspace: 'Open workspace...',
  openRecent: 'Open recent',
  noRecent: 'None yet',
  close: 'Close window',
  quit: 'Quit Phasor',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About Phasor',
  showWorkspace: 'Show workspace folder',
  developerTools: 'Developer tools',
  chooseWorkspace: 'Choose the folder of a workspace',
  chooseData: 'Choose files of bars to import',
  dataFiles: 'Bars (CSV, TSV, Parquet)',
  allFiles: 'All files',
  chooseFolder: 'Choose a folder',
  chooseCheckpoint: 'Choose a checkpoint folder or its .zip',
  checkpointFiles: 'Packed checkpoint (.zip)',
  running: 'Work is still running in this workspace.',
  runningDetail: 'What runs can go on without its window, or save and stop; it can be resumed from there.',
  keep: 'Keep running in the background',
  stop: 'Stop at the next checkpoint',
  cancel: 'Cancel',
  ended: {
    finished: 'finished',
    failed: 'failed',
    stopped: 'stopped',
    interrupted: 'was interrupted',
  },
  jobs: {
    import: 'Import',
    features: 'Features',
    analyse: 'Feature analysis',
    train: 'Training',
    backtest: 'Backtest',
    report: 'Report',
  },
  update: (version: string) => `Phasor ${version} is available.`,
  updateDetail: 'Download it now? It is installed when Phasor is next closed.',
  download: 'Download',
  later: 'Later',
  failed: 'Phasor could not open the workspace.',
} as const;

type Same<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Same<T[K]> };
export type Texts = Same<typeof en>;

const ja: Texts = {
  file: 'ファイル',
  openWorkspace: 'ワークスペースを開く...',
  openRecent: '最近使ったワークスペース',
  noRecent: 'まだありません',
  close: 'ウィンドウを閉じる',
  quit: 'Phasor を終了',
  edit: '編集',
  view: '表示',
  window: 'ウィンドウ',
  help: 'ヘルプ',
  about: 'Phasor について',
  showWorkspace: 'ワークスペースのフォルダーを表示',
  developerTools: '開発者ツール',
  chooseWorkspace: 'ワークスペースのフォルダーを選択',
  chooseData: '取り込む株価データのファイルを選択',
  dataFiles: '株価データ(CSV、TSV、Parquet)',
  allFiles: 'すべてのファイル',
  chooseFolder: 'フォルダーを選択',
  chooseCheckpoint: 'チェックポイントのフォルダーまたは .zip を選択',
  checkpointFiles: 'チェックポイントの .zip',
  running: 'このワークスペースで処理が実行中です。',
  runningDetail: 'ウィンドウを閉じても処理を続けるか、保存して停止できます。停止した処理は後で再開できます。',
  keep: 'バックグラウンドで続ける',
  stop: '次のチェックポイントで停止',
  cancel: 'キャンセル',
  ended: {
    finished: '完了しました',
    failed: '失敗しました',
    stopped: '停止しました',
    interrupted: '中断されました',
  },
  jobs: {
    import: '取り込み',
    features: '特徴量の計算',
    analyse: '特徴量の分析',
    train: '学習',
    backtest: 'バックテスト',
    report: 'レポート',
  },
  update: (version) => `Phasor ${version} を利用できます。`,
  updateDetail: '今すぐダウンロードしますか? 次に Phasor を終了したときにインストールされます。',
  download: 'ダウンロード',
  later: '後で',
  failed: 'ワークスペースを開けませんでした。',
};

const TABLES: Record<Locale, Texts> = { en, ja };
export const textsOf = (locale: Locale): Texts => TABLES[locale];

/** "Training finished", "学習が完了しました". */
export function endedText(locale: Locale, kind: string, status: string): string {
  const texts = textsOf(locale);
  const job = kind in texts.jobs ? texts.jobs[kind as keyof Texts['jobs']] : kind;
  const ended = status in texts.ended ? texts.ended[status as keyof Texts['ended']] : status;
  return locale === 'ja' ? `${job}が${ended}` : `${job} ${ended}`;
}
