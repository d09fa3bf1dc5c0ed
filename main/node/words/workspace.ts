// Owns the words of the commands on the workspace and the machine: serve, doctor, trash, s3, demo.
import type { Trashed } from '../../../core/contract/views/workspace.ts';
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

type Names = Readonly<Record<string, string>>;

export const SERVE = bilingual(
  {
    about: 'open the workbench in a browser: for this machine, or for another one through an ssh tunnel',
    port: (usual: number) => `port to listen on (${usual} where it is free, else any)`,
    badPort: 'write a port number, or 0 for any free one',
    host: 'address to listen on; others than 127.0.0.1 can be reached from the network',
    open: 'open the browser as well',
    allow: 'folders whose files the interface may import from and export to',
    noToken: 'let in every program on this machine (on 127.0.0.1 only)',
    token: `The address that is printed holds a token, new on every start; the browser keeps it as a cookie.
From another machine: ssh -L 7424:127.0.0.1:7424 you@this-machine, then open the same address there.`,
    at: (url: string) => `Phasor is at ${url}\nCtrl-C ends it.`,
    noBrowser: 'No browser could be opened; open the address by hand.',
    stopping: 'Stopping what runs at its next safe point; Ctrl-C again ends it at once.',
  },
  {
    about: 'ワークベンチをブラウザーで開く。このマシン用、または ssh トンネル経由で別のマシンから',
    port: (usual) => `待ち受けるポート(空いていれば ${usual}、なければ任意)`,
    badPort: 'ポート番号、または任意の空きポートを示す 0 を指定してください',
    host: '待ち受けるアドレス。127.0.0.1 以外はネットワークから接続できます',
    open: 'ブラウザーも開く',
    allow: 'インターフェースがファイルを取り込み、書き出してよいフォルダー',
    noToken: 'このマシンのすべてのプログラムの接続を許す(127.0.0.1 のみ)',
    token: `表示されるアドレスには起動のたびに新しいトークンが含まれ、ブラウザーが Cookie として保持します。
別のマシンから: ssh -L 7424:127.0.0.1:7424 you@this-machine を実行し、そのマシンで同じアドレスを開きます。`,
    at: (url) => `Phasor のアドレス: ${url}\nCtrl-C で終了します。`,
    noBrowser: 'ブラウザーを開けませんでした。アドレスを手動で開いてください。',
    stopping: '実行中の処理を次の安全な区切りで停止します。もう一度 Ctrl-C を押すと直ちに終了します。',
  },
);

export const DOCTOR = bilingual(
  {
    about: 'list every engine with why it is or is not usable, memory, disk, threads and versions',
    usable: 'usable',
    unusable: 'not usable',
    heads: ['engine', '', 'why'],
    device: (device: string, reason: string) => `${device}: ${reason}`,
    takes: (engine: string) => `engine=auto takes: ${engine}`,
    free: (free: string, total: string) => `${free} free of ${total}`,
    freeAt: (free: string, total: string, path: string) => `${free} free of ${total} at ${path}`,
    memory: 'memory',
    disk: 'disk',
    threads: 'threads',
    platform: 'platform',
    workspace: 'workspace',
    counts: {} as Names,
  },
  {
    about: '計算エンジンごとに使えるかどうかとその理由、メモリ、ディスク、スレッド、バージョンを表示',
    usable: '使用可',
    unusable: '使用不可',
    heads: ['エンジン', '', '理由'],
    device: (device, reason) => `${device}: ${reason}`,
    takes: (engine) => `engine=auto で使うエンジン: ${engine}`,
    free: (free, total) => `${total} 中 ${free} 空き`,
    freeAt: (free, total, path) => `${total} 中 ${free} 空き(${path})`,
    memory: 'メモリ',
    disk: 'ディスク',
    threads: 'スレッド',
    platform: 'プラットフォーム',
    workspace: 'ワークスペース',
    counts: {
      datasets: 'データセット',
      dataset_versions: 'データセットの版',
      panels: 'パネル',
      feature_sets: 'パネル',
      runs: '実行',
      checkpoints: 'チェックポイント',
      evaluations: '評価',
      backtests: 'バックテスト',
      reports: 'レポート',
      jobs: 'ジョブ',
      events: '出来事',
    },
  },
);

type KindNames = Record<Trashed['kind'], string>;

export const TRASH = bilingual(
  {
    about: 'list what was deleted, take it back, or delete it for good',
    list: 'list what was deleted',
    kinds: { dataset: 'dataset', run: 'run', backtest: 'backtest', featureSet: 'feature set' } as KindNames,
    what: 'entry of the trash',
    heads: ['id', 'kind', 'name', 'deleted'],
    empty: 'The trash is empty.',
    restore: 'take back what was deleted',
    restored: (kind: string, name: string) => `${kind} ${name} is back`,
    purge: 'delete for good what is in the trash',
    purged: (items: number, size: string) => `deleted ${counted(items, 'entry', 'entries')}, ${size}`,
  },
  {
    about: '削除したものの一覧、復元、完全な削除',
    list: '削除したものの一覧を表示',
    kinds: { dataset: 'データセット', run: '実行', backtest: 'バックテスト', featureSet: '特徴量セット' },
    what: 'ごみ箱の項目',
    heads: ['ID', '種類', '名前', '削除日時'],
    empty: 'ごみ箱は空です。',
    restore: '削除したものを元に戻す',
    restored: (kind, name) => `${kind} ${name} を元に戻しました`,
    purge: 'ごみ箱の中身を完全に削除',
    purged: (items, size) => `${formatCount(items)} 件、${size} を削除しました`,
  },
);

export const S3 = bilingual(
  {
    about: 'copy datasets to an S3-compatible bucket, and files from it',
    access: `
Access is taken from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION; AWS_ENDPOINT_URL names a service other than
Amazon's, such as http://127.0.0.1:9000. Nothing of it is kept. DuckDB's extension httpfs is needed once: phasor s3 install.`,
    push: "copy a dataset's bars, tables and manifest to a bucket",
    url: 's3://BUCKET/FOLDER',
    pull: 'copy the files below a folder of a bucket into a folder here',
    folder: 'folder to write',
    install: "fetch DuckDB's extension httpfs from DuckDB's server, once",
    files: (count: number, size: string) => `${counted(count, 'file')} (${size})`,
    pushed: (files: string, target: string) => `copied ${files} to ${target}`,
    pulled: (files: string, target: string) => `copied ${files} into ${target}`,
    installed: 'the extension httpfs is installed',
  },
  {
    about: 'データセットを S3 互換バケットへコピーし、バケットからファイルをコピーする',
    access: `
接続情報は AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_SESSION_TOKEN、AWS_REGION から読み、保存しません。Amazon 以外のサービスは
AWS_ENDPOINT_URL で指定します(例: http://127.0.0.1:9000)。DuckDB の拡張機能 httpfs が一度だけ必要です: phasor s3 install`,
    push: 'データセットの足、テーブル、マニフェストをバケットへコピー',
    url: 's3://バケット/フォルダー',
    pull: 'バケットのフォルダー以下のファイルを手元のフォルダーへコピー',
    folder: '書き込むフォルダー',
    install: 'DuckDB の拡張機能 httpfs を DuckDB のサーバーから取得(一度だけ)',
    files: (count, size) => `${formatCount(count)} 件のファイル(${size})`,
    pushed: (files, target) => `${files}を ${target} へコピーしました`,
    pulled: (files, target) => `${files}を ${target} へコピーしました`,
    installed: '拡張機能 httpfs を導入しました',
  },
);

export const DEMO = bilingual(
  {
    about: 'run the whole chain on a generated market (labelled synthetic): import to tear sheet, about two minutes',
    seed: 'seed of the market and of the training',
    done: ({ report, run }: { report: string; run: string }) =>
      `All of it on a synthetic market: it shows that the chain works, not what markets do.\nReport: ${report}\n\n` +
      `Next: phasor runs show ${run}, or your own data: phasor import prices.csv --name my-data`,
  },
  {
    about: '生成した市場(合成データと明示)で全工程を実行: 取り込みからティアシートまで約 2 分',
    seed: '市場の生成と学習のシード',
    done: ({ report, run }) =>
      `すべて合成市場によるものです。処理の流れを確かめるためのもので、実際の市場を示すものではありません。\nレポート: ${report}\n\n` +
      `次は: phasor runs show ${run}、または手元のデータで: phasor import prices.csv --name my-data`,
  },
);
