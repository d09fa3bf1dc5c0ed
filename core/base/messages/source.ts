// Messages of the source/* errors.
import type { MessageTable } from './table.ts';

export const sourceMessages = {
  'source/busy': {
    en: 'A download from {source} into the dataset {dataset} is running, and two at once would ask for more than your plan allows. Wait for it, or cancel it on the page of jobs.',
    ja: '{source} からデータセット {dataset} への取得が実行中です。同時に 2 件取得するとプランの制限を超えます。完了を待つか、ジョブの画面でキャンセルしてください',
  },
  'source/unknown': {
    en: 'There is no source named "{name}". The sources are {known}.',
    ja: '「{name}」というデータソースはありません。使えるのは {known} です。',
  },
  'source/unknown-table': {
    en: '{source} has no table "{table}". It has {known}.',
    ja: '{source} に「{table}」というテーブルはありません。取得できるのは {known} です。',
  },
  'source/no-key': {
    en: '{source} needs a key and none is kept. Store yours with "phasor sources key {source}", or on the page of sources.',
    ja: '{source} の利用には API キーが必要ですが、まだ登録されていません。「phasor sources key {source}」またはデータソースの画面で登録してください。',
  },
  'source/bad-key': {
    en: 'That is no key: it is empty, or has spaces or characters that no key has. Copy it again from the dashboard of the source.',
    ja: 'API キーとして正しくありません。空であるか、空白など使えない文字を含んでいます。データソースのダッシュボードからコピーし直してください。',
  },
  'source/key-refused': {
    en: '{source} refused the key ({status}: {message}). It may be mistyped, deleted or of an ended subscription: look at the dashboard of the source and store it again.',
    ja: '{source} が API キーを受け付けませんでした({status}: {message})。入力の誤り、キーの削除、契約の終了が考えられます。データソースのダッシュボードを確認し、登録し直してください。',
  },
  'source/key-readable': {
    en: 'The keys in {path} can be read by others (mode {mode}), so they are not used. Allow only yourself ("chmod 600 {path}"), and consider issuing new keys.',
    ja: '{path} のキーは他のユーザーにも読める状態(モード {mode})のため、使用しません。自分だけが読めるようにし(「chmod 600 {path}」)、キーの再発行もご検討ください。',
  },
  'source/key-damaged': {
    en: 'The file of keys at {path} cannot be read ({problem}). Delete it and store the keys again.',
    ja: '{path} のキーファイルを読めません({problem})。削除して、キーを登録し直してください。',
  },
  'source/not-in-plan': {
    en: '{source} does not offer {table} to this key (plan: {plan}). Leave the table out, or change the plan at the source.',
    ja: '{source} の現在のプラン({plan})では {table} を取得できません。このテーブルを外すか、データソース側でプランを変更してください。',
  },
  'source/outside-plan': {
    en: '{source} offers {table} to this key for {first} to {last} only, which has no day in common with {from} to {to}. Choose other days.',
    ja: '{source} の現在のプランで {table} を取得できる期間は {first}～{last} で、指定の {from}～{to} と重なりません。別の期間を指定してください。',
  },
  'source/nothing-to-fetch': {
    en: '{source} has nothing for {from} to {to}: no trading day lies between them. Choose other days.',
    ja: '{source} には {from}～{to} のデータがありません(営業日が含まれていません)。別の期間を指定してください。',
  },
  'source/days-not-offered': {
    en: '{source} offers none of the days from {from} to {to} to this key. "phasor sources {source}" shows the days that it does offer.',
    ja: '{source} の現在のプランでは {from}～{to} のデータを取得できません。取得できる期間は「phasor sources {source}」で確認できます。',
  },
  'source/not-fetched': {
    en: '{dataset} was not fetched from a source, so there is nothing to bring it up to date from. Import its files again, or fetch it.',
    ja: '{dataset} はデータソースから取得したものではないため、更新できません。ファイルを取り込み直すか、データソースから取得してください。',
  },
  'source/damaged-part': {
    en: '{path} cannot be read: it is cut off or was changed, and the days of this part ({table} {part}) are no longer within your plan, so it cannot be fetched again. Put a copy of the file back, or delete it to go on without those days.',
    ja: '{path} を読めません(途中で切れているか、内容が変わっています)。この部分({table} {part})は現在のプランの対象期間外のため、再取得もできません。バックアップから戻すか、ファイルを削除してその期間なしで続けてください。',
  },
  'source/unreadable-part': {
    en: '{source} sent rows of {table} for {part} that cannot be read ({problem}). They lie in {path}. Delete that file and fetch again; if it stays so, the source sends them so, and its support should know.',
    ja: '{source} から受信した {table}({part})の行を読み取れません({problem})。ファイル: {path}。このファイルを削除して取得し直してください。解消しない場合は送信元のデータの不具合と考えられるため、データソースのサポートにお問い合わせください。',
  },
  'source/bad-key-address': {
    en: 'The key of {source} is no address that can be read. It is written as http://USER:PASSWORD@HOST:PORT or https://...; in user and password, write %25 for a percent sign, %40 for @, %2F for / and %3A for a colon. Store it again with "phasor sources key {source}", or on the page of sources.',
    ja: '{source} のキーを接続先の URL として読めません。http://ユーザー:パスワード@ホスト:ポート(または https://…)の形で、ユーザー名とパスワードの中の % は %25、@ は %40、/ は %2F、: は %3A と書き、「phasor sources key {source}」またはデータソースの画面で登録し直してください。',
  },
  'source/limit': {
    en: '{source} still refuses requests after {minutes} minutes of waiting: its limit is used up, perhaps by another program with the same key. What came is kept; go on later.',
    ja: '{minutes} 分待っても {source} がリクエストを受け付けません。同じキーを使う他のプログラムが上限を使い切っている可能性があります。取得済みの分は保存されています。時間をおいて再開してください。',
  },
  'source/unreachable': {
    en: '{url} could not be reached ({problem}), {attempts} times. What came is kept: check the connection and go on.',
    ja: '{url} に {attempts} 回接続を試みましたが失敗しました({problem})。取得済みの分は保存されています。接続を確認してから再開してください。',
  },
  'source/refused': {
    en: '{url} was refused ({status}: {message}). What came is kept.',
    ja: '{url} が拒否されました({status}: {message})。取得済みの分は保存されています。',
  },
  'source/bad-answer': {
    en: '{url} answered with something that cannot be read ({problem}). What came is kept; try again later, and update Phasor if it stays so.',
    ja: '{url} の応答を読み取れませんでした({problem})。取得済みの分は保存されています。時間をおいて再試行し、解消しない場合は Phasor を更新してください。',
  },
  'source/no-option': {
    en: '{source} needs to be told its {option}, for instance {example}. Add --option {option}=VALUE.',
    ja: '{source} には {option} の指定が必要です(例: {example})。--option {option}=値 を付けてください。',
  },
  'source/unknown-exchange': {
    en: 'There is no exchange "{name}"; the nearest name is "{nearest}". Exchanges are named as ccxt names them.',
    ja: '「{name}」という取引所はありません。最も近い名前は「{nearest}」です。取引所名は ccxt の表記で指定してください。',
  },
  'source/unknown-instrument': {
    en: '{source} has no "{code}"; the nearest is "{nearest}". Codes are written as the list of instruments has them.',
    ja: '{source} に「{code}」はありません。最も近いものは「{nearest}」です。銘柄一覧の表記で指定してください。',
  },
  'source/unknown-option': {
    en: '{source} has no option "{option}". Its options: {known}. Correct the name.',
    ja: '{source} に「{option}」というオプションはありません。使えるオプション: {known}。名前を直してください。',
  },
  'source/bad-option': {
    en: '{source}: the option {option} cannot be used: {problem}.',
    ja: '{source}: オプション {option} の値を使えません({problem})。',
  },
  'source/other-days': {
    en: '{source}: a day of {code} begins at {moment}, not at midnight UTC, so these bars are not taken for days. Choose another market or exchange.',
    ja: '{source}: {code} の日足は UTC の 0 時ではなく {moment} に始まるため、日次データとして取り込みません。別の銘柄か取引所を選んでください。',
  },
} as const satisfies MessageTable<'source'>;
