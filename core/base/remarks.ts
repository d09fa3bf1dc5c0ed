// Owns the Japanese of what is remarked in English: log lines of jobs, why an engine serves or does not, and the pieces that messages are
// filled with. Found by the English text itself, so that lines stored by an earlier version are read as well.
import type { Locale } from './messages/table.ts';
import { leakTextIn, VERDICT_WORDS } from './sentinel-words.ts';

/** Of a whole text; groups are put in for $1, $2, ... */
const REMARKS: readonly (readonly [english: RegExp, japanese: string])[] = [
  // log lines of jobs
  [/^queued$/, '待機中'],
  [/^running$/, '実行中'],
  [/^paused$/, '一時停止中'],
  [/^finished$/, '完了'],
  [/^failed$/, '失敗'],
  [/^stopped$/, '停止'],
  [/^interrupted$/, '中断'],
  [/^engine=auto: (\S+) on (.+)\.$/, 'engine=auto: $2 上の $1 を使います。'],
  [
    /^engine=auto: onnx-cpu with (\d+) threads?, since no graphics card serves \((.*)\)\.$/,
    'engine=auto: 使えるグラフィックスカードがないため、onnx-cpu を $1 スレッドで使います($2)。',
  ],
  [/^engine=auto: (\S+)\.$/, 'engine=auto: $1 を使います。'],
  [
    /^(.*\/)?split: (\d+) train, (\d+) validation, (\d+) test days$/,
    '$1期間の分割: 学習 $2 日、検証 $3 日、テスト $4 日',
  ],
  [
    /^(.*\/)?left out: (.+) had no value on the training days of this fold or one before it$/,
    '$1除外: $2(このフォールドまたはそれ以前の学習期間に値がありません)',
  ],
  [/^(.*\/)?left out: (.+) had no value on the training days$/, '$1除外: $2(学習期間に値がありません)'],
  [/^(\S+): a step needs about (\d+) MB$/, '$1: 1 ステップに約 $2 MB を使います'],
  [/^(\S+): no better validation RankIC for (\d+) epochs$/, '$1: 検証 RankIC が $2 エポック改善していません'],
  [
    /^(\S+) did not beat its parent on validation; the parent is carried on$/,
    '$1 は検証で親を上回らなかったため、親を引き継ぎます',
  ],
  [
    /^(?:(\S+): )?batches of (\d+) stocks, (\d+) to an update, to fit the memory$/,
    '$1 メモリに収めるため、$2 銘柄ずつのバッチ $3 個で 1 回更新します',
  ],
  [
    /^(?:(\S+): )?(\S+): gradient norm below (\S+) for (\d+) steps$/,
    '$1 $2: 勾配ノルムが $4 ステップの間 $3 を下回っています',
  ],
  [
    /^(?:(\S+): )?predictions differ by less than (\S+) across stocks for (\d+) steps$/,
    '$1 銘柄間の予測の差が $3 ステップの間 $2 を下回っています',
  ],
  [/^(?:(\S+): )?no step has ended for (\d+) s$/, '$1 $2 秒間、ステップが終わっていません'],
  [
    /^(?:(\S+): )?loss not finite again: the phase stops at its last good step$/,
    '$1 損失がふたたび有限でなくなったため、最後に正常だったステップでフェーズを終えます',
  ],
  [
    /^(?:(\S+): )?loss not finite: back to the last good step, learning rate x (\S+)$/,
    '$1 損失が有限でないため、最後に正常だったステップに戻り、学習率を $2 倍にします',
  ],
  [/^added (\d+) days? to panel (\S+)$/, 'パネル $2 に $1 日分を追加しました'],
  [/^universe as of (\S+): (\d+) of (\d+) stocks$/, '$1 時点のユニバース: $3 銘柄中 $2 銘柄'],
  [
    /^the panel was not examined for leaks: its bars are gone$/,
    'もとの足がないため、パネルのリーク検査を行いませんでした',
  ],
  [/^leakage sentinel: passed$/, 'リーク検査: 問題なし'],
  [/^(\S+): limit reached, waiting (\d+) s$/, '$1: 回数制限に達したため、$2 秒待ちます'],
  [/^(\S+): no answer, waiting (\d+) s$/, '$1: 応答がないため、$2 秒待ちます'],
  [/^(.+) is damaged and is fetched again$/, '$1 は壊れているため、取得し直します'],
  [
    /^features look back further than was measured, and are computed from the whole history$/,
    '測定値より前の期間を参照する特徴量があるため、全期間から計算し直します',
  ],
  [/^a panel of the same past could not be added to$/, '同じ過去をもつパネルに追加できなかったため、全体を作成します'],
  [/^(.+): stored without (.+); the defaults are taken$/, '$1: $2 が保存されていないため、既定値を使います'],
  [/^(.+): (.+) no longer exist and are left out$/, '$1: $2 は廃止されたため、除きます'],
  [
    /^settings\.json could not be read \((.*)\); the defaults hold$/,
    'settings.json を読めないため($1)、既定値を使います',
  ],
  [
    /^the workspace was not closed properly; checking its database$/,
    'ワークスペースが正しく閉じられていなかったため、データベースを確認しています',
  ],
  // why a request left this machine
  [/^(\S+): what a key may have$/, '$1: キーで利用できる範囲'],
  [/^s3: push (.+)$/, 's3: $1 の送信'],
  [/^s3: pull (.+)$/, 's3: $1 の受信'],
  [/^s3: install httpfs$/, 's3: httpfs の導入'],
  [/^looking for a new version$/, '新しい版の確認'],
  [/^downloading version (\S+)$/, '版 $1 のダウンロード'],
  // why an engine serves, or not
  [/^Works: a training step agrees with the reference\.$/, '動作します。学習ステップの結果が基準と一致しました。'],
  [
    /^Works, but (\S+) times as slow as the processor, since its driver is a software one\. engine=auto leaves it aside\.$/,
    '動作しますが、ドライバーがソフトウェア実装のため CPU の $1 倍の時間がかかります。engine=auto では選びません。',
  ],
  [
    /^Works, but (\S+) times as slow as the processor\. engine=auto leaves it aside\.$/,
    '動作しますが、CPU の $1 倍の時間がかかります。engine=auto では選びません。',
  ],
  [/^Not installed\. Run "(.+)" on this machine\.$/, '導入されていません。このマシンで「$1」を実行してください。'],
  [/^Does not exist for (.+)\.$/, '$1 では提供されていません。'],
  [
    /^Crashed when it was tried \((.+)\)\. Update the driver of the graphics card\.$/,
    '試したところ異常終了しました($1)。グラフィックスカードのドライバーを更新してください。',
  ],
  [
    /^Did not answer within (\d+) s when it was tried\. Update the driver of the graphics card\.$/,
    '試したところ $1 秒以内に応答がありませんでした。グラフィックスカードのドライバーを更新してください。',
  ],
  [
    /^Computed (.+) where the reference says (.+)\. Update the driver of the graphics card\.$/,
    '基準では $2 となるところ、$1 と計算しました。グラフィックスカードのドライバーを更新してください。',
  ],
  // what messages are filled with
  [/^run$/, '実行'],
  [/^dataset$/, 'データセット'],
  [/^checkpoint$/, 'チェックポイント'],
  [/^backtest$/, 'バックテスト'],
  [/^panel$/, 'パネル'],
  [/^feature set$/, '特徴量セット'],
  [/^feature$/, '特徴量'],
  [/^version$/, '版'],
  [/^cache$/, 'キャッシュ'],
  [/^job$/, 'ジョブ'],
  [/^is absent$/, 'ファイルがありません'],
  [/^has other content than was written$/, '書き込んだ内容と違います'],
  [/^no answer in time$/, '時間内に応答がありません'],
  [/^the same pagination_key twice$/, '同じ pagination_key が 2 回返されました'],
  [/^more than (\d+) pages$/, '$1 ページを超えています'],
  [/^more than (\d+) MiB$/, '$1 MiB を超えています'],
  [/^no JSON$/, 'JSON ではありません'],
  [/^no object of texts$/, '文字列だけの JSON オブジェクトではありません'],
  [/^no SQLite header$/, 'SQLite のヘッダーがありません'],
  [/^no PDF was written$/, 'PDF が書き出されませんでした'],
  [/^AWS_ENDPOINT_URL is no http or https address$/, 'AWS_ENDPOINT_URL が http または https のアドレスではありません'],
  [/^features in another order$/, '特徴量の順序が違います'],
  [/^write a whole number from (\S+) to (\S+)$/, '$1 から $2 までの整数を指定してください'],
  [/^write a number of basis points, zero or more$/, '0 以上のベーシスポイントを指定してください'],
  [/^write a share from 0 to 1$/, '0 から 1 までの割合を指定してください'],
  [/^write a share above 0$/, '0 より大きい割合を指定してください'],
  [/^write an amount above zero$/, '0 より大きい金額を指定してください'],
  [/^write a (?:date|day) as (\S+)$/, '$1 の形の日付を指定してください'],
  [
    /^letters, digits, dots, dashes and underscores only$/,
    '使えるのは英数字、ピリオド、ハイフン、アンダースコアだけです',
  ],
  [/^name at least one file$/, 'ファイルを一つ以上指定してください'],
  [/^name at least one phase$/, 'フェーズを一つ以上指定してください'],
  [/^name at least one table$/, 'テーブルを一つ以上指定してください'],
  [/^name at least one code$/, 'コードを一つ以上指定してください'],
  [/^name two to twelve checkpoints$/, 'チェックポイントを 2 個から 12 個指定してください'],
  [/^prices as traded have no dividends put back in$/, '約定価格のままの系列では配当を加算できません'],
  [/^(\S+) is not above 0$/, '$1 は 0 より大きくありません'],
  [/^(\S+) is below (\S+)(?: day)?$/, '$1 は $2 未満です'],
  [/^(\S+) is not a whole number from (\d+)$/, '$1 は $2 以上の整数ではありません'],
  [/^(\S+) is not in (\(.+\])$/, '$1 は $2 の範囲にありません'],
];

/** Why engines were passed over, within the line on the one that was chosen. */
const withRefusals = (text: string): string =>
  text
    .replaceAll(/not installed, see ([^;()]+)(?=[;)])/g, '未導入、$1 を参照')
    .replaceAll(/slower than the processor(?=[;)])/g, 'CPU より遅い');

const LEAKS = /^(?:leakage sentinel: (suspicious|failed), )?(.+)$/s;

/** What the leakage sentinel found, one sentence or several; undefined where it is none of its sentences. */
function leakRemark(text: string): string | undefined {
  const [, verdict, found = ''] = LEAKS.exec(text) ?? [];
  const sentences = leakSentences(found.split('; '));
  const head = verdict ? `リーク検査: ${VERDICT_WORDS[verdict as 'suspicious' | 'failed'].ja}、` : '';
  return sentences && head + sentences.join('、');
}

/** @param parts some sentences have a semicolon of their own, and are two of them */
function leakSentences(parts: readonly string[]): string[] | undefined {
  if (parts.length === 0 || (parts.length === 1 && parts[0] === '...')) return parts.map(() => 'ほか');
  for (const taken of [1, 2]) {
    const sentence = leakTextIn(parts.slice(0, taken).join('; '), 'ja');
    const rest = sentence === undefined ? undefined : leakSentences(parts.slice(taken));
    if (sentence !== undefined && rest) return [sentence, ...rest];
  }
  return undefined;
}

/** The text in the reader's language; as it stands where there are no words for it, as for what another program said. */
export function remarkText(text: string, locale: Locale): string {
  if (locale === 'en') return text;
  for (const [english, japanese] of REMARKS) {
    const found = english.exec(text);
    // A name that is there in some remarks only leaves no gap where it is not.
    if (found)
      return withRefusals(japanese.replaceAll(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '')).trimStart();
  }
  return leakRemark(text) ?? text;
}
