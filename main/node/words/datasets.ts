// Owns the words of phasor datasets.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

interface CheckCounts {
  checks: number;
  found: number;
  clean: number;
  notRun: number;
}

export const DATASETS = bilingual(
  {
    about: "list datasets, show the checks of an import and a stock's corporate actions",
    list: 'list datasets with their newest version',
    listHeads: ['dataset', 'version', 'bars', 'stocks', 'days', 'imported'],
    empty: 'no datasets yet',
    tables: 'list the tables that a dataset holds beside its bars',
    tableHeads: ['table', 'rows', 'periods', 'columns with values'],
    noTables: 'no tables beside the bars',
    quality: 'show every check of a dataset: what it found, or why it could not run',
    version: 'another version than the newest',
    qualityHeads: ['area', 'check', 'result', 'what it counts', 'repair'],
    check: 'one check alone, with every example that is kept of it',
    examples: 'for example (--check <id> shows more):',
    examplesKept: (kept: number) => `no more than the first ${formatCount(kept)} examples are kept`,
    asRead: (rows: number, file: string) =>
      `${counted(rows, 'row')} that repairs dropped or changed, as they were read: ${file}`,
    states: { clean: 'clean', skipped: 'skipped', unknown: 'unknown' } as Readonly<Record<string, string>>,
    actions: "show a stock's splits, dividends, changes of code, mergers and delisting",
    code: 'code of the stock',
    asOf: 'what was known on that day',
    actionHeads: ['day', 'action', 'ratio', 'amount', 'known from'],
    origins: {
      table: 'table',
      'event-factor': 'event factors',
      'apparent-split': 'the look of a jump',
    } as Readonly<Record<string, string>>,
    noActions: 'no corporate actions in its tables',
    steps: 'steps of the adjustment factor:',
    stepHeads: ['day', 'ratio'],
    summary: ({ checks, found, clean, notRun }: CheckCounts) =>
      `${counted(checks, 'check')}: ${found} found something, ${clean} clean, ${notRun} could not run`,
    calendar: (name: string | null, agreement: string | null) =>
      `; calendar ${name ?? 'not known'}${agreement === null ? '' : `, told from the days (${agreement})`}`,
    drift: (common: number, changed: number) =>
      `against the version before: ${counted(common, 'bar')} in both, ${formatCount(changed)} of them changed`,
    codeChange: (from: string, to: string, day: string, bars: number) =>
      `${from} became ${to} on ${day}: ${counted(bars, 'bar')} joined`,
  },
  {
    about: 'データセットの一覧、取り込み時の検査結果、銘柄のコーポレートアクションを表示',
    list: 'データセットの一覧を最新の版とともに表示',
    listHeads: ['データセット', '版', '足', '銘柄', '期間', '取り込み日時'],
    empty: 'データセットはまだありません',
    tables: 'データセットが足とともに保持しているテーブルの一覧を表示',
    tableHeads: ['テーブル', '行数', '対象期間', '値のある列'],
    noTables: '足のほかにテーブルはありません',
    quality: 'データセットの検査をすべて表示。検出内容、または実行できなかった理由',
    version: '最新でない版を見る場合、その番号',
    qualityHeads: ['分類', '検査', '結果', '数えるもの', '修復'],
    check: '一つの検査だけを、保存されている例すべてとともに表示',
    examples: '例(--check <検査> でさらに表示):',
    examplesKept: (kept) => `保存されている例は先頭の ${formatCount(kept)} 件までです`,
    asRead: (rows, file) => `修復で除いた行・変更した行 ${formatCount(rows)} 行の、読み込んだときの値: ${file}`,
    states: { clean: '問題なし', skipped: '対象外', unknown: '不明' },
    actions: '銘柄の株式分割、配当、コード変更、合併、上場廃止を表示',
    code: '銘柄コード',
    asOf: 'その日の時点で知られていた内容',
    actionHeads: ['日付', '種類', '比率', '金額', '出典'],
    origins: { table: 'テーブル', 'event-factor': 'イベント日の係数', 'apparent-split': '価格の段差' },
    noActions: 'テーブルにコーポレートアクションはありません',
    steps: '調整係数の段差:',
    stepHeads: ['日付', '比率'],
    summary: ({ checks, found, clean, notRun }) =>
      `検査 ${checks} 件: 検出あり ${found} 件、問題なし ${clean} 件、実行できず ${notRun} 件`,
    calendar: (name, agreement) =>
      `。カレンダー: ${name ?? '不明'}${agreement === null ? '' : `(日付から判定、一致率 ${agreement})`}`,
    drift: (common, changed) =>
      `前の版との比較: 両方にある足 ${formatCount(common)} 本、うち変化したもの ${formatCount(changed)} 本`,
    codeChange: (from, to, day, bars) => `${day} に ${from} は ${to} になりました: 足 ${formatCount(bars)} 本を結合`,
  },
);
