// Messages of the input/* errors.
import type { MessageTable } from './table.ts';

export const inputMessages = {
  'input/file-not-found': {
    en: 'There is no file at {path}. Check the path and try again.',
    ja: '{path} にファイルがありません。パスを確かめてください。',
  },
  'input/not-a-folder': {
    en: '{path} is a file, where a folder is needed. Name another folder.',
    ja: '{path} はファイルです。フォルダーを指定してください。',
  },
  'input/not-a-file': {
    en: '{path} is a folder, where a file is to be written. Name a file, for instance one in that folder.',
    ja: '{path} はフォルダーです。そのフォルダー内のファイル名など、書き込むファイルを指定してください。',
  },
  'input/bad-request': {
    en: '{name}: {path}: {problem}.',
    ja: '{name}: {path}: {problem}。',
  },
  'input/unknown-call': {
    en: 'This version of Phasor has no call "{name}". Update the program that asked.',
    ja: 'この版の Phasor に呼び出し「{name}」はありません。呼び出した側を更新してください。',
  },
  'input/bad-option': {
    en: '{option}: {problem}. See --help.',
    ja: '{option}: {problem}。--help をご覧ください。',
  },
  'input/no-common-horizon': {
    en: 'The two sets of predictions have no horizon in common ({horizon} asked for). Compare sets that predict the same horizons.',
    ja: '二つの予測データに共通の予測期間がありません(指定: {horizon})。同じ期間を予測したもの同士を比べてください。',
  },
  'input/outside-predictions': {
    en: 'The dates asked for ({from} to {to}) hold no day of the test span, {first} to {last}. Choose dates within it.',
    ja: '指定した期間({from} から {to})には、テスト期間({first} から {last})の日が含まれていません。テスト期間内の日付を選んでください。',
  },
  'input/no-such-day': {
    en: '{day} is not a trading day of this backtest, which runs from {first} to {last}. Choose another day.',
    ja: '{day} はこのバックテスト({first} から {last})の取引日ではありません。別の日を選んでください。',
  },
  'input/dates-reversed': {
    en: 'The first day {from} is after the last day {to}. Swap them.',
    ja: '開始日 {from} が終了日 {to} より後になっています。入れ替えてください。',
  },
  'input/other-checkpoint': {
    en: 'Backtest {backtest} is of another checkpoint than {checkpoint}. Choose one of its own backtests.',
    ja: 'バックテスト {backtest} は、チェックポイント {checkpoint} のものではありません。このチェックポイントのバックテストを選んでください。',
  },
  'input/horizon-not-predicted': {
    en: 'The checkpoint does not predict {horizon} days ahead. The horizons that it predicts are: {known}.',
    ja: 'このチェックポイントは {horizon} 日先を予測しません。予測する期間(日): {known}。',
  },
  'input/unknown-code': {
    en: 'The dataset {dataset} has no code "{code}". Look at its list of codes.',
    ja: 'データセット {dataset} に銘柄コード「{code}」はありません。銘柄の一覧を確かめてください。',
  },
  'input/unknown-column': {
    en: '{file}: there is no column "{column}" to be used as {role}. The columns are: {found}.',
    ja: '{file}: {role} に指定された列「{column}」がありません。ある列: {found}。',
  },
  'input/unknown-role': {
    en: 'No column can play the role "{role}"; the nearest is "{nearest}". The roles are: {known}.',
    ja: '列の役割「{role}」はありません。最も近いものは「{nearest}」です。使えるもの: {known}。',
  },
  'input/unknown-repair': {
    en: 'There is no repair "{name}". The repairs are: {known}.',
    ja: '修復「{name}」はありません。使えるもの: {known}。',
  },
  'input/unknown-date-format': {
    en: 'There is no date format "{name}". The formats are: {known}.',
    ja: '日付形式「{name}」はありません。使えるもの: {known}。',
  },
  'input/unknown-encoding': {
    en: 'There is no encoding "{name}". Name one such as utf-8, shift_jis, windows-1252 or utf-16le.',
    ja: '文字コード「{name}」はありません。utf-8、shift_jis、windows-1252、utf-16le などを指定してください。',
  },
  'input/empty-universe': {
    en: 'None of the {stocks} stocks meets data.universe as of {day}. Lower min_turnover or leave out fewer sectors.',
    ja: '{stocks} 銘柄のうち、{day} 時点で data.universe の条件を満たすものがありません。min_turnover を下げるか、除くセクターを減らしてください。',
  },
  'input/bad-frame': {
    en: 'A message arrived that is no message of Phasor: {problem}. Reload the page; if it happens again, update Phasor.',
    ja: 'Phasor のものでないメッセージを受け取りました({problem})。ページを再読み込みしてください。繰り返す場合は Phasor を更新してください。',
  },
  'input/path-not-granted': {
    en: 'The interface may not use {path}. Upload the file, or start Phasor with "--allow" and the folder that it stands in.',
    ja: '{path} はインターフェースから使えません。ファイルをアップロードするか、「--allow」でそのフォルダーを指定して Phasor を起動してください。',
  },
  'input/external-address': {
    en: 'Phasor does not open {address}: it opens only pages that it links to itself. Copy the address into a browser.',
    ja: '{address} は開けません。Phasor が開くのは自身がリンクしているページだけです。アドレスをブラウザーに貼り付けてください。',
  },
  'input/not-opened': {
    en: 'Phasor does not open {path}, because a file of this kind may be a program. Show it in its folder instead.',
    ja: '{path} は開けません。この種類のファイルはプログラムの可能性があります。フォルダーで表示してください。',
  },
  'input/not-a-report': {
    en: '{path} is not the name of an HTML report. Choose one that ends in .html.',
    ja: '{path} は HTML レポートの名前ではありません。末尾が .html のものを指定してください。',
  },
  'input/upload-cut-off': {
    en: '{name}: only {bytes} of {announced} bytes arrived. Send the file again.',
    ja: '{name}: {announced} バイトのうち {bytes} バイトしか届きませんでした。もう一度送ってください。',
  },
  'input/no-token': {
    en: 'Without a token anyone who reaches {address} could use Phasor. Leave out --no-token, or keep to 127.0.0.1.',
    ja: 'トークンがないと、{address} に到達できる誰もが Phasor を使えます。--no-token を外すか、127.0.0.1 を使ってください。',
  },
  'input/port-taken': {
    en: 'Port {port} of {address} is not to be had: another program uses it, or the system keeps it. Name another with --port.',
    ja: '{address} のポート {port} は使えません(ほかのプログラムが使用中か、システムの予約です)。--port で別の番号を指定してください。',
  },
  'input/bad-address': {
    en: 'This machine has no address {address} to listen on. Name one of its own with --host, or leave --host out for 127.0.0.1.',
    ja: 'このマシンに待ち受け可能なアドレス {address} はありません。--host にこのマシンのアドレスを指定するか、省略して 127.0.0.1 を使ってください。',
  },
  'input/unknown-table': {
    en: "There is no table '{name}' that a dataset may hold beside its bars. The tables are: {known}.",
    ja: '足データと併せて持てる表に「{name}」はありません。使える表: {known}。',
  },
  'input/not-a-database': {
    en: '{file} is no DuckDB or SQLite file, so no table of it can be named. Leave the table out, or name a database.',
    ja: '{file} は DuckDB や SQLite のファイルではないため、テーブルを指定できません。テーブルの指定を外すか、データベースを指定してください。',
  },
  'input/not-one-select': {
    en: '{file}: what is to be read of a database must be one SELECT. Write a single query that only reads.',
    ja: '{file}: データベースから読む内容は一つの SELECT でなければなりません。読み取りだけを行う問い合わせを一つ書いてください。',
  },
  'input/code-change-loop': {
    en: 'The changes of code lead from {code} back to {code}. Name each change once, from the older code to the newer, with its day.',
    ja: 'コード変更をたどると {code} から {code} に戻ります。変更は旧コードから新コードへ、日付を添えて 1 回ずつ指定してください。',
  },
  'input/code-change-unknown': {
    en: 'There are no bars of {code} before {day}, so there is nothing to join. Check the code and the day of the change.',
    ja: '{code} には {day} より前の足がなく、つなげるものがありません。コードと変更日を確かめてください。',
  },
  'input/code-change-overlap': {
    en: '{to} has {count} bars of its own before {day}, when {from} is said to have become {to}: they may be another company. Correct the day, or leave this change out.',
    ja: '{from} が {to} に変わったとされる {day} より前に、{to} 自身の足が {count} 本あります。別の会社かもしれません。日付を直すか、この変更を外してください。',
  },
  'input/unknown-calendar': {
    en: "There is no calendar named '{name}'. Those there are: {known}. Leave it out to have it told from the days.",
    ja: '「{name}」という営業日カレンダーはありません。使えるもの: {known}。省くと日付から判断します。',
  },
  'input/append-nothing': {
    en: 'There is no dataset {name} that rows could be added to. Import the file without --append first, or correct the name.',
    ja: '行を追加できるデータセット {name} がありません。先に --append を付けずに取り込むか、名前を確かめてください。',
  },
  'input/unknown-index': {
    en: "No table of indices has the code '{code}'. The codes are: {known}. Leave it out to take TOPIX, or the index that begins first.",
    ja: '指数のテーブルに「{code}」というコードはありません。コード: {known}。省くと TOPIX、なければ最初に始まる指数を市場全体の指数とします。',
  },
  'input/unknown-bar': {
    en: '{code} has no bar on or before {day} in {dataset}. Choose a later day.',
    ja: '{dataset} の {code} には {day} 以前の足がありません。それより後の日を選んでください。',
  },
  'input/not-an-s3-url': {
    en: '{url} is no folder of a bucket. Write it as s3://BUCKET/FOLDER, without patterns.',
    ja: '{url} はバケット内のフォルダーではありません。s3://バケット/フォルダー の形で、ワイルドカードなしで指定してください。',
  },
} as const satisfies MessageTable<'input'>;
