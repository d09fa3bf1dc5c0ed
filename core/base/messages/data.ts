// Messages of the data/* errors.
import type { MessageTable } from './table.ts';

export const dataMessages = {
  'data/empty-file': {
    en: '{file} is empty. Export the bars again and import that file.',
    ja: '{file} は空です。データを出力し直してから取り込んでください。',
  },
  'data/damaged-array': {
    en: '{file} is damaged or cut off. Delete its folder and build it again.',
    ja: '{file} は壊れているか途中で切れています。フォルダーを削除して作り直してください。',
  },
  'data/unknown-feature': {
    en: "There is no feature named '{name}'; the nearest is '{nearest}'. Correct the name in the list of features.",
    ja: '「{name}」という特徴量はありません。最も近い名前は「{nearest}」です。特徴量の一覧にある名前を直してください。',
  },
  'data/feature-needs-graph': {
    en: "The feature '{name}' looks at a stock's graph neighbours, but no stock graph was built. Build the graph, or remove the feature.",
    ja: '特徴量「{name}」は銘柄グラフの隣接銘柄を参照しますが、グラフが作られていません。グラフを作成するか、この特徴量を外してください。',
  },
  'data/feature-lacks-input': {
    en: "The feature '{name}' needs what this dataset does not hold: {lacks}. Import that beside the bars, or remove the feature.",
    ja: '特徴量「{name}」に必要なデータがこのデータセットにありません({lacks})。株価とあわせて取り込むか、この特徴量を外してください。',
  },
  'data/damaged-panel': {
    en: 'The panel in {folder} cannot be used: {file} {problem}. Delete that folder and build the panel again.',
    ja: '{folder} のパネルは使えません({file}: {problem})。フォルダーを削除してパネルを作り直してください。',
  },
  'data/panel-lacks-features': {
    en: 'The panel in {folder} lacks {count} of the features that the configuration declares: {names}. Build the panel again with this configuration.',
    ja: '{folder} のパネルには、設定で宣言された特徴量のうち {count} 個がありません: {names}。この設定でパネルを作り直してください。',
  },
  'data/damaged-backtest': {
    en: '{file} is damaged or missing, so this backtest cannot be read. Run the backtest again.',
    ja: '{file} が壊れているか見つからないため、このバックテストを読み込めません。バックテストをもう一度実行してください。',
  },
  'data/damaged-predictions': {
    en: 'The predictions in {folder} are damaged or incomplete. Delete the folder and evaluate the checkpoint again.',
    ja: '{folder} の予測データは壊れているか、ファイルが足りません。フォルダーを削除し、チェックポイントを評価し直してください。',
  },
  'data/no-dataset': {
    en: 'There is no dataset in {folder}. Import the bars first.',
    ja: '{folder} にデータセットがありません。先に足データを取り込んでください。',
  },
  'data/damaged-dataset': {
    en: 'The dataset in {folder} is damaged: {reason} cannot be read. Delete the folder and import the bars again.',
    ja: '{folder} のデータセットは壊れています({reason} を読めません)。フォルダーを削除して取り込み直してください。',
  },
  'data/newer-dataset': {
    en: 'The dataset in {folder} was written by a newer Phasor. Update Phasor, or import the bars again with this one.',
    ja: '{folder} のデータセットは新しい Phasor で作られています。Phasor を更新するか、この版で取り込み直してください。',
  },
  'data/no-bars': {
    en: 'Nothing is left of {dataset} for these codes and days: no row has a usable close. Widen the selection, or look at the findings of the import.',
    ja: '{dataset} には、指定した銘柄と期間で終値を使える行がありません。範囲を広げるか、取り込み時の指摘を確かめてください。',
  },
  'data/no-files': {
    en: 'There are no bars in {folder}: no file there ends in .csv, .tsv, .txt (also .gz or .zst) or .parquet. Name another folder or a file.',
    ja: '{folder} に足データがありません(.csv .tsv .txt とその .gz .zst、.parquet が見つかりません)。別のフォルダーかファイルを指定してください。',
  },
  'data/no-rows': {
    en: '{file} has a header but no rows. Export the bars again and import that file.',
    ja: '{file} は見出しだけで、データ行がありません。データを出力し直してから取り込んでください。',
  },
  'data/binary-file': {
    en: '{file} is not text and not Parquet ({kind}). Import CSV or Parquet; save a spreadsheet as CSV first.',
    ja: '{file} はテキストでも Parquet でもありません({kind})。CSV か Parquet を取り込んでください。表計算ファイルは CSV で保存し直してください。',
  },
  'data/truncated-file': {
    en: '{file} is cut off or damaged: its {format} data cannot be read to the end. Copy or download it again.',
    ja: '{file} は途中で切れているか壊れています({format} を最後まで読めません)。コピーまたはダウンロードし直してください。',
  },
  'data/wrong-encoding': {
    en: '{file}, line {line}: the text is neither UTF-8 nor Shift-JIS. Save the file as UTF-8, or say which encoding it is in.',
    ja: '{file} の {line} 行目: UTF-8 でも Shift-JIS でもない文字があります。UTF-8 で保存し直すか、文字コードを指定してください。',
  },
  'data/wrong-delimiter': {
    en: '{file}: the header "{header}" does not split into columns by comma, semicolon, tab or vertical bar. Export the file with commas, and with a header line.',
    ja: '{file}: 見出し行「{header}」をカンマ・セミコロン・タブ・縦棒で列に分けられません。見出し付きのカンマ区切りで出力し直してください。',
  },
  'data/no-header': {
    en: '{file}: the first line holds values ({header}), not the names of columns. Put a header such as date,code,open,high,low,close,volume above it.',
    ja: '{file}: 1 行目が列名ではなく値です({header})。date,code,open,high,low,close,volume のような見出し行を付けてください。',
  },
  'data/malformed-row': {
    en: '{file}, line {line}: {problem}. The line reads "{text}". Correct it, or export the file again.',
    ja: '{file} の {line} 行目を列に分けられません({problem})。内容:「{text}」。直すか、出力し直してください。',
  },
  'data/unknown-columns': {
    en: '{file}: no column for {missing}. The columns are: {found}. Say which column is which, for instance --column close=Last.',
    ja: '{file}: {missing} にあたる列が見つかりません。ある列: {found}。--column close=Last のように列を指定してください。',
  },
  'data/repeated-column': {
    en: '{file}: the columns {columns} have the same name, and each could be the {role}. Say which one is, for instance --column {role}="{last}".',
    ja: '{file}: 列 {columns} は同じ名前で、どれも {role} として読めます。--column {role}="{last}" のように、どの列かを指定してください。',
  },
  'data/bad-dates': {
    en: '{file}, row {row}: "{value}" in column {column} is no date in the form {format}, nor are {count} of {rows} rows. Choose the right column or date format, or correct the rows.',
    ja: '{file} の {row} 行目: 列 {column} の「{value}」は {format} 形式の日付ではありません({rows} 行中 {count} 行)。列か日付形式を指定し直すか、行を直してください。',
  },
  'data/bad-numbers': {
    en: '{file}, row {row}: "{value}" in column {column} is no number, nor are {count} of {rows} rows. Choose the right column, or correct the rows.',
    ja: '{file} の {row} 行目: 列 {column} の「{value}」は数値ではありません({rows} 行中 {count} 行)。列を指定し直すか、行を直してください。',
  },
  'data/intraday-bars': {
    en: '{file}, row {row}: {code} has several bars on {day}. Phasor works on daily bars: import daily data, or ask for these to be joined into days.',
    ja: '{file} の {row} 行目: {code} に {day} の足が複数あります。Phasor は日足を扱います。日足を取り込むか、日足への集約を指定してください。',
  },
  'data/unreadable-file': {
    en: '{file} cannot be read: {reason}. Check the file, or export it again.',
    ja: '{file} を読めません({reason})。ファイルを確かめるか、出力し直してください。',
  },
  'data/unmatched-sectors': {
    en: '{file}: no column holds the codes of the bars (for instance {code}) beside a sector. The columns are: {found}.',
    ja: '{file}: 足データの銘柄コード(例: {code})と業種が並ぶ列がありません。ある列: {found}。',
  },
  'data/split-empty': {
    en: 'The {part} part of the split "{fold}" has no days: the data is too short for its dates, windows and embargo. Move the dates, shorten the windows or import more history.',
    ja: '分割「{fold}」の {part} 部分に日がありません。日付・期間・エンバーゴに対してデータが短すぎます。日付をずらすか、期間を短くするか、データを追加してください。',
  },
  'data/fold-too-small': {
    en: 'The training fold has {days} days and {rows} rows; scaling statistics need at least {minDays} days and {minRows} rows. Choose a later end of training or import more history.',
    ja: '学習期間は {days} 日、{rows} 行しかなく、スケーリングの統計量には {minDays} 日以上かつ {minRows} 行以上が必要です。学習の終了日を遅らせるか、データを追加してください。',
  },
  'data/no-common-codes': {
    en: 'No predicted stock is among the bars (predicted for example {predicted}, bars for example {bar}). Use the data set that the predictions were made on.',
    ja: '予測された銘柄が株価データに一つもありません(予測の例: {predicted}、株価データの例: {bar})。予測に使ったデータセットを指定してください。',
  },
  'data/no-common-days': {
    en: 'The predictions ({predicted}) and the bars ({bars}) share no day in the span asked for. Choose other dates, or the data set that the predictions were made on.',
    ja: '指定の期間には、予測({predicted})と株価データ({bars})に共通する日がありません。期間を変えるか、予測に使ったデータセットを指定してください。',
  },
  'data/no-value-in-fold': {
    en: 'Feature "{name}" has no value on any of the {days} training days, so it cannot be scaled. Choose a later end of training or leave the feature out.',
    ja: '特徴量「{name}」は学習期間 {days} 日のどの日にも値がなく、スケーリングできません。学習の終了日を遅らせるか、この特徴量を外してください。',
  },
  'data/no-usable-rows': {
    en: '{file}: none of its {rows} rows has a close above zero, so there are no bars. Check which columns were read, and the file.',
    ja: '{file}: {rows} 行のうち終値が正の行が一つもなく、足データになりません。読み取った列とファイルを確かめてください。',
  },
  'data/too-few-stocks': {
    en: 'No day of the {part} part has {least} stocks with {history} bars of history, so nothing can be trained or measured on it. Import more stocks, or lower train.min_nodes_per_day.',
    ja: '{part} 期間には、{history} 本以上の履歴を持つ銘柄が {least} 以上ある日がなく、学習も評価もできません。銘柄を増やすか、train.min_nodes_per_day を下げてください。',
  },
  'data/no-snapshot': {
    en: 'The stock graph has no snapshot on or before {day}: the first, after {lookback} days of returns, is of {first}. Choose a later day.',
    ja: '{day} 以前の銘柄グラフはありません。最初のスナップショットは {lookback} 日分のリターンがそろった {first} のものです。それ以降の日を選んでください。',
  },
  'data/no-unseen-days': {
    en: 'The checkpoint knows all days through {through}, and the dataset ends on {last}, so no day is left to evaluate it on. Import newer bars into the dataset.',
    ja: 'このチェックポイントは {through} までの期間をすでに知っており、データセットは {last} で終わるため、評価に使える日がありません。データセットに新しい株価を取り込んでください。',
  },
  'data/unknown-table-column': {
    en: '{file}: the table {table} has no column {column}, or has it twice. Rename or remove it; the columns are: {known}.',
    ja: '{file}: 表 {table} に列 {column} はないか、同じ列が二つあります。列名を直すか列を削除してください。使える列: {known}。',
  },
  'data/missing-table-column': {
    en: '{file}: the table {table} needs the columns {missing}, but the file has {found}. Add them; a table without known_at cannot be joined without look-ahead.',
    ja: '{file}: 表 {table} には列 {missing} が必要ですが、ファイルの列は {found} です。列を追加してください。known_at のない表は、先読みなしには結合できません。',
  },
  'data/bad-table-code': {
    en: '{file}, row {row}: {count} rows of the table {table} have a {column} that cannot be ("{value}"). Tables of stocks, indices and sectors need one in every row, tables of the whole market have none.',
    ja: '{file} の {row} 行目: 表 {table} の {count} 行で {column} が正しくありません(「{value}」)。銘柄・指数・業種の表では全行に必要で、市場全体の表では空欄にします。',
  },
  'data/bad-table-day': {
    en: '{file}, row {row}: "{value}" in column {column} of the table {table} is no day such as 2024-05-31, nor are {count} rows in all. Correct the rows.',
    ja: '{file} の {row} 行目: 表 {table} の列 {column} の「{value}」は 2024-05-31 のような日付ではありません(全 {count} 行)。行を直してください。',
  },
  'data/bad-table-time': {
    en: '{file}, row {row}: "{value}" in column {column} of the table {table} is no time such as 2024-05-31 15:30, nor are {count} rows in all. Correct them; where only the day is known, write the day.',
    ja: '{file} の {row} 行目: 表 {table} の列 {column} の「{value}」は 2024-05-31 15:30 のような日時ではありません(全 {count} 行)。行を直してください。時刻が不明なら日付だけを書きます。',
  },
  'data/bad-table-time-zone': {
    en: '{file}, row {row}: "{value}" in column {column} of the table {table} names a time zone, as do {count} rows in all. Write the exchange\'s local time without a zone: read as another zone\'s, it would be usable too early.',
    ja: '{file} の {row} 行目: 表 {table} の列 {column} の「{value}」にはタイムゾーンが付いています(全 {count} 行)。取引所の現地時刻をタイムゾーンなしで書いてください。別の時間帯の時刻として読むと、公表前に使えてしまいます。',
  },
  'data/unknown-action': {
    en: '{file}, row {row}: "{value}" in column kind of the table {table} is no corporate action that is known, nor are {count} rows in all. Known are: {known}. Write one of these, or leave the row out.',
    ja: '{file} の {row} 行目: 表 {table} の列 kind の「{value}」は扱えない種類です(全 {count} 行)。使える種類: {known}。このいずれかに直すか、行を除いてください。',
  },
  'data/bad-table-number': {
    en: '{file}, row {row}: "{value}" in column {column} of the table {table} is no finite number, nor are {count} rows in all. Correct them, or leave the cells empty.',
    ja: '{file} の {row} 行目: 表 {table} の列 {column} の「{value}」は有限の数値ではありません(全 {count} 行)。直すか、空欄にしてください。',
  },
  'data/append-adjustment': {
    en: '{file}: its prices are adjusted by another kind of column ({now}) than those of dataset {name} ({was}), so its rows cannot be added. Give it the same columns (--column), or import the whole history without --append.',
    ja: '{file}: 価格の調整方法({now})がデータセット {name} のもの({was})と異なるため、行を追加できません。同じ列を指定するか(--column)、--append を付けずに全期間を取り込み直してください。',
  },
  'data/append-differs': {
    en: '{file}: {count} rows differ from what version {version} of dataset {name} holds for the same stock and day, for instance {examples}. To have the rows of the file take their place: --append=replace. If they are wrong, correct the file.',
    ja: '{file}: {count} 行が、データセット {name} の版 {version} にある同じ銘柄・同じ日の足と異なります。例: {examples}。ファイルの値で置き換える場合は --append=replace を指定し、ファイルが誤っている場合は修正してください。',
  },
  'data/append-table-differs': {
    en: '{file}: {count} rows of the table {table} differ from what version {version} of dataset {name} holds for the same code, period and known_at, for instance {examples}. To have the rows of the file take their place: --append=replace. If they are wrong, correct the file; figures that were corrected later need the known_at of the correction.',
    ja: '{file}: 表 {table} の {count} 行が、データセット {name} の版 {version} にある行(code・period・known_at が同じもの)と異なります。例: {examples}。ファイルの値で置き換える場合は --append=replace を指定し、ファイルが誤っている場合は修正してください。後日の訂正であれば、known_at に訂正の公表日時を書いてください。',
  },
  'data/append-unmatched': {
    en: '{file}: not one of its codes (for instance {code}) is among those of version {version} of dataset {name} (for instance {held}), so nothing was added. Write the codes as the dataset has them; for other stocks, import a file that holds them beside the old ones.',
    ja: '{file}: 銘柄コード(例: {code})が、データセット {name} の版 {version} の銘柄コード(例: {held})と一つも一致しないため、何も追加していません。データセットと同じ形でコードを書いてください。別の銘柄を加える場合は、既存の銘柄とともに収めたファイルを取り込んでください。',
  },
  'data/append-no-common-day': {
    en: '{file}: {count} stocks ({codes}) have no adjusted bar on a day that version {version} of dataset {name} holds, so a split or dividend since could not be seen and nothing was added. Export again from the last day that it has (of {code}: {last}) on, or import the whole history without --append.',
    ja: '{file}: {count} 銘柄({codes})に、データセット {name} の版 {version} と共通する日の調整済みの足がありません。その間の分割や配当を確かめられないため、何も追加していません。版にある最後の日({code} は {last})以降を書き出し直すか、--append を付けずに全期間を取り込み直してください。',
  },
  'data/append-shift': {
    en: '{file}: the days of version {version} of dataset {name} were moved by {was} (shift-days), while the file’s days ({first} to {last}), held against the calendar {calendar} alone, ask for {now}. Nothing was added, since one of the two would get false dates. If the file is written as the earlier ones were, let it reach back over days that the version has; otherwise correct its dates, or import the whole history without --append.',
    ja: '{file}: データセット {name} の版 {version} の日付は {was} 日ずらされていますが(shift-days)、ファイルの日付({first}〜{last})をカレンダー {calendar} と照らすと、必要なずれは {now} 日です。どちらかの日付が誤りになるため、何も追加していません。以前のファイルと同じ書き方であれば、版にある日を含めて書き出し直してください。そうでなければ、日付を直すか、--append を付けずに全期間を取り込み直してください。',
  },
  'data/append-short': {
    en: '{file}: its prices are adjusted on another basis than those of version {version} of dataset {name} (of {code} on {day}; {count} stocks in all), and it ends before the last day that the version has ({last}). The days after it would keep the old basis, so nothing was added. Export again through the last day, or import the whole history without --append.',
    ja: '{file}: 価格の調整の基準が、データセット {name} の版 {version} と異なりますが({code}、{day}。全 {count} 銘柄)、ファイルは版の最後の日({last})より前で終わっています。それ以後の日が古い基準のまま残るため、何も追加していません。最後の日まで書き出し直すか、--append を付けずに全期間を取り込み直してください。',
  },
  'data/unmatched-table': {
    en: '{file}: no code of the table {table} (for instance {code}) is among the bars (for instance {bar}). Write the codes as the bars have them.',
    ja: '{file}: 表 {table} の銘柄コード(例: {code})が足データ(例: {bar})に一つもありません。足データと同じ形でコードを書いてください。',
  },
  'data/which-table': {
    en: '{file} is a database; say which of its tables to read, for instance --source-table NAME. It has: {tables}.',
    ja: '{file} はデータベースです。読み込むテーブルを --source-table 名前 などで指定してください。あるテーブル: {tables}。',
  },
  'data/no-such-table': {
    en: '{file} has no table "{table}". It has: {tables}.',
    ja: '{file} に「{table}」というテーブルはありません。あるテーブル: {tables}。',
  },
  'data/leaking-panel': {
    en: 'Panel {panel} leaks the future (found: {count}): {findings}. Look at "phasor sentinel" for what to do, or train nevertheless with train.allow_leaks=true, which the report will say.',
    ja: 'パネル {panel} に将来の情報のリークがあります({count} 件): {findings}。対処は phasor sentinel で確かめてください。それでも学習する場合は train.allow_leaks=true を指定します(レポートに明記されます)。',
  },
  'data/code-not-in-panel': {
    en: 'The panel has no code "{code}"; the nearest is {nearest}. Look at the codes of its dataset, and at what its universe leaves out.',
    ja: 'パネルに銘柄コード「{code}」はありません(最も近いもの: {nearest})。データセットの銘柄一覧と、ユニバースの除外条件を確かめてください。',
  },
  'data/no-such-row': {
    en: 'The panel has no row of {code} on {day}: no bar of that day. Its days run from {first} to {last}; take one on which the stock traded.',
    ja: 'パネルに {code} の {day} の行はありません(その日の足がありません)。パネルの期間は {first} から {last} です。取引のあった日を指定してください。',
  },
} as const satisfies MessageTable<'data'>;
