// Messages of the resource/* errors.
import type { MessageTable } from './table.ts';

export const resourceMessages = {
  'resource/disk-full': {
    en: '{needed} are needed at {path} but only {free} are free. Free some space or choose another workspace.',
    ja: '{path} に {needed} 必要ですが、空きは {free} です。空きを増やすか、別のワークスペースを選んでください。',
  },
  'resource/engine-unusable': {
    en: 'The engine {engine} cannot be used here: {reason}. Choose engine=auto, or run "phasor doctor" to see every engine.',
    ja: 'エンジン {engine} はこの環境では使えません: {reason}。engine=auto を指定するか、「phasor doctor」で使えるエンジンを確認してください。',
  },
  'resource/engine-not-installed': {
    en: 'The engine {engine} is not installed. Run "{command}" on this machine, or choose engine=auto.',
    ja: 'エンジン {engine} はインストールされていません。このマシンで「{command}」を実行するか、engine=auto を指定してください。',
  },
  'resource/engine-other-platform': {
    en: 'The engine {engine} does not exist for {platform}. Choose engine=auto.',
    ja: 'エンジン {engine} は {platform} に対応していません。engine=auto を指定してください。',
  },
  'resource/engine-crashed': {
    en: 'The engine {engine} crashed when it was tried ({end}). Update the driver of the graphics card, or choose engine=auto.',
    ja: 'エンジン {engine} の試行中にプロセスが異常終了しました({end})。グラフィックスドライバーを更新するか、engine=auto を指定してください。',
  },
  'resource/engine-silent': {
    en: 'The engine {engine} did not answer within {seconds} s when it was tried. Update the driver of the graphics card, or choose engine=auto.',
    ja: 'エンジン {engine} の試行が {seconds} 秒以内に終わりませんでした。グラフィックスドライバーを更新するか、engine=auto を指定してください。',
  },
  'resource/engine-wrong': {
    en: 'The engine {engine} computed {found} where the reference says {expected}. Do not train on it: update the driver of the graphics card, or choose engine=auto.',
    ja: 'エンジン {engine} の計算結果は {found} でしたが、基準値は {expected} です。学習には使えません。グラフィックスドライバーを更新するか、engine=auto を指定してください。',
  },
  'resource/offline': {
    en: 'Could not reach {url}. This step needs the internet; everything else works without it.',
    ja: '{url} に接続できませんでした。この操作にはインターネット接続が必要です。他の機能はオフラインでも使えます。',
  },
  'resource/download-refused': {
    en: '{url} answered with status {status}. The file may have moved: update Phasor, or try again later.',
    ja: '{url} がステータス {status} を返しました。ファイルが移動した可能性があります。Phasor を更新するか、時間をおいて再試行してください。',
  },
  'resource/download-failed': {
    en: '"{command}" ended with code {code}. Its own message above says why.',
    ja: '「{command}」がコード {code} で終了しました。原因は上に表示されたメッセージを確認してください。',
  },
  'resource/step-too-large': {
    en: 'A training step of {stocks} stocks needs about {needed}, only {free} may be used. Lower model.hidden_size or close other programs.',
    ja: '{stocks} 銘柄の学習ステップには約 {needed} 必要ですが、使えるのは {free} です。model.hidden_size を下げるか、他のプログラムを閉じてください。',
  },
  'resource/no-space': {
    en: 'The disk is full: {path} could not be written. What was finished before is kept. Free some space, then go on.',
    ja: 'ディスクがいっぱいで、{path} に書き込めませんでした。それまでに完了したものは残っています。空きを増やしてから続けてください。',
  },
  'resource/not-permitted': {
    en: 'The system does not allow {action} at {path}. Check its permissions, or choose another place.',
    ja: 'システムにより、{path} での操作({action})が許可されていません。アクセス権を確かめるか、別の場所を選んでください。',
  },
  'resource/print-failed': {
    en: '{path} could not be printed ({problem}). Open it in a browser and print it from there.',
    ja: '{path} を PDF にできませんでした({problem})。ブラウザーで開き、そこから印刷してください。',
  },
  'resource/query-too-large': {
    en: 'These bars need more than the {limit} of memory that reading them may take. Import fewer files, fewer stocks or a shorter span of days.',
    ja: '株価データの読み取りに、上限の {limit} を超えるメモリが必要です。ファイル、銘柄または期間を減らして取り込んでください。',
  },
  'resource/no-s3-extension': {
    en: 'Buckets need DuckDB\'s extension httpfs, which is not installed for DuckDB {version} on {platform}. Install it once while online with "phasor s3 install", or put its file below {folder}.',
    ja: 'バケットの読み書きには DuckDB の拡張 httpfs が必要ですが、DuckDB {version}({platform})用のものがインストールされていません。オンラインで一度「phasor s3 install」を実行するか、{folder} の下に拡張ファイルを置いてください。',
  },
  'resource/s3-failed': {
    en: '{url}: {problem}. Check the address, the AWS_ variables of the environment and the connection, and try again.',
    ja: '{url}: {problem}。アドレス、環境変数 AWS_…、接続を確かめて、もう一度お試しください。',
  },
} as const satisfies MessageTable<'resource'>;
