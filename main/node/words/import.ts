// Owns the words of phasor import, of datasets as they were imported, and of their findings.
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

interface Added {
  version: number;
  added: number;
  ignored: number;
  replaced: number;
}

export const IMPORT = bilingual(
  {
    about:
      'import daily bars from CSV (plain, .gz, .zst) or Parquet, files or folders, or from a table of DuckDB or SQLite',
    files: 'files, or folders of files',
    name: 'name of the dataset; a second import under one name makes a new version',
    column: 'which column is what (roles below), where the guess is wrong; repeatable',
    sectors: 'a second file that gives each code its sector',
    sectorColumn: 'column of that file that holds the sector',
    sourceTable: 'table or view to read, where the file is a DuckDB or SQLite database',
    sourceQuery: 'or the rows of one SELECT on it; the database is only read',
    table:
      'a table to hold beside the bars (names below): CSV, Parquet, or a database that holds one of that name; repeatable',
    repair: 'repair rule to apply (below); nothing is repaired unless named; repeatable',
    calendar: 'the exchange whose days the bars are held against, where it cannot be told from them',
    marketIndex: 'the index that stands for the market, where the table of indices has several',
    codeChange: 'a stock that changed its code on a day: its bars become one history under the new one; repeatable',
    dateFormat: 'format of the dates (below), where it cannot be told from them',
    encoding: 'encoding of the files: utf-8, shift_jis, ...',
    joinIntraday: 'join several bars of a day into one',
    append:
      'add the rows to those of the newest version instead of taking their place; rows that it has already are left out, rows that differ are refused, or with --append=replace take its place',
    appended: ({ version, added, ignored, replaced }: Added) =>
      `${counted(added, 'row')} added to version ${version}, ${formatCount(ignored)} that it had left out, ${formatCount(replaced)} replaced`,
    inspect: 'show what would be imported, and import nothing',
    roles: 'Roles of columns:',
    tables: 'Tables beside the bars:',
    repairs: 'Repairs, in the order in which they are applied:',
    formats: 'Date formats:',
    synthetic: ' (synthetic)',
    columns: 'columns',
    noFindings: 'no findings',
    heads: ['severity', 'finding', 'repaired by', 'offered: --repair', 'for example'],
    severity: { error: 'error', warning: 'warning', info: 'info' },
    inspected: ['role', 'column', 'because of'],
    tableColumns: ['column', 'of the file'],
    sectorsFrom: (path: string, column: string | null, codes: string | null) =>
      `${path}: ${column === null ? 'no column known to hold sectors; name it with --sector-column' : `sector=${column}`}, ${codes === null ? 'codes of the bars not seen in its first rows' : `codes in ${codes}`}`,
    sectorOthers: (columns: readonly string[]) =>
      `could be named with --sector-column instead: ${columns.join(', ')} (codes are taken before names: names change, codes stay)`,
    sectorColumnTaken: (column: string, file: string) => `sectors: column ${column} of ${file}`,
    missing: (roles: string) => `needed, and not found: ${roles}; say --column role=name`,
    more: (count: number) => `and ${counted(count, 'more file')}`,
  },
  {
    about:
      '日足を取り込む。CSV(非圧縮、.gz、.zst)または Parquet のファイルやフォルダー、DuckDB や SQLite のテーブルから',
    files: 'ファイル、またはファイルの入ったフォルダー',
    name: 'データセットの名前。同じ名前で取り込み直すと新しい版になります',
    column: 'どの列が何か(役割は下記)。自動判定が誤っている場合に。繰り返し可',
    sectors: '銘柄コードごとの業種を示す別のファイル',
    sectorColumn: 'そのファイルで業種が入っている列',
    sourceTable: 'ファイルが DuckDB や SQLite のデータベースの場合に、読み込むテーブルまたはビュー',
    sourceQuery: 'またはその SELECT 一つの結果行。データベースは読み取るだけです',
    table:
      '足とともに保持するテーブル(名前は下記)。CSV、Parquet、またはその名前のテーブルを含むデータベース。繰り返し可',
    repair: '適用する修復(下記)。指定しない限り何も修復しません。繰り返し可',
    calendar: '足の日付と照合する取引所。日付から判定できない場合に',
    marketIndex: '指数のテーブルに複数の指数がある場合に、市場を代表する指数',
    codeChange: 'ある日にコードが変わった銘柄。足は新しいコードの一つの履歴になります。繰り返し可',
    dateFormat: '日付の形式(下記)。日付から判定できない場合に',
    encoding: 'ファイルの文字コード: utf-8、shift_jis など',
    joinIntraday: '同じ日の複数の足を一本にまとめる',
    append:
      '最新の版を置き換えず、その行に追加する。すでにある行は取り込まず、値が異なる行があれば中止します。--append=replace ならファイルの値で置き換えます',
    appended: ({ version, added, ignored, replaced }) =>
      `第 ${version} 版に ${formatCount(added)} 行を追加(既存のため取り込まなかった行 ${formatCount(ignored)}、置き換えた行 ${formatCount(replaced)})`,
    inspect: '取り込む内容を表示するだけで、取り込まない',
    roles: '列の役割:',
    tables: '足とともに保持できるテーブル:',
    repairs: '修復(適用順):',
    formats: '日付の形式:',
    synthetic: '(合成データ)',
    columns: '列',
    noFindings: '検出された問題はありません',
    heads: ['重要度', '検出内容', '適用した修復', '使える修復: --repair', '例'],
    severity: { error: 'エラー', warning: '警告', info: '参考' },
    inspected: ['役割', '列', '判定の根拠'],
    tableColumns: ['列', 'ファイルの列'],
    sectorsFrom: (path, column, codes) =>
      `${path}: ${column === null ? '業種の列を判定できません。--sector-column で指定してください' : `業種=${column}`}、${codes === null ? '先頭の行に足データの銘柄コードが見当たりません' : `銘柄コード=${codes}`}`,
    sectorOthers: (columns) =>
      `--sector-column で指定できるほかの列: ${columns.join('、')}(名称は変わることがあるため、コードの列を優先します)`,
    sectorColumnTaken: (column, file) => `業種: ${file} の列 ${column}`,
    missing: (roles) => `必要な列が見つかりません: ${roles}。--column 役割=列名 で指定してください`,
    more: (count) => `ほか ${formatCount(count)} 件のファイル`,
  },
);
