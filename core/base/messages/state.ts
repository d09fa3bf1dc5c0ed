// Messages of the state/* errors.
import type { MessageTable } from './table.ts';

export const stateMessages = {
  'state/newer-workspace': {
    en: 'The workspace at {path} was made by a newer Phasor (schema {found}, this one knows {known}). Update Phasor or open another workspace.',
    ja: '{path} は新しい Phasor で作られています(スキーマ {found}、この版は {known} まで)。Phasor を更新するか、別のワークスペースを開いてください。',
  },
  'state/disconnected': {
    en: 'The connection to Phasor closed before the answer came. Connect again; work in progress goes on or can be resumed.',
    ja: '応答の前に Phasor との接続が切れました。接続し直してください。処理中の作業は続いているか、再開できます。',
  },
  'state/not-found': {
    en: 'This workspace has no {what} "{name}". Known: {known}.',
    ja: 'このワークスペースに {what}「{name}」はありません。あるもの: {known}。',
  },
  'state/job-ended': {
    en: 'Job {job} has ended already ({outcome}), so it cannot be {action}.',
    ja: 'ジョブ {job} はすでに終わっているため({outcome})、操作「{action}」はできません。',
  },
  'state/older-workspace': {
    en: 'The workspace at {path} was made by an older Phasor (schema {found}, this one needs {known}). Open it once for writing, for example with an import or a training run, and it is brought up to date.',
    ja: '{path} は古い Phasor で作られています(スキーマ {found}、この版は {known} が必要)。取り込みや学習などで一度書き込み用に開くと、自動で更新されます。',
  },
  'state/no-workspace': {
    en: 'There is no workspace at {path} yet. Import data into it first, or name another folder.',
    ja: '{path} にはまだワークスペースがありません。先にデータを取り込むか、別のフォルダーを指定してください。',
  },
  'state/workspace-in-use': {
    en: 'The workspace at {path} is in use by another Phasor (process {pid}). Close that one, or choose another workspace.',
    ja: '{path} は別の Phasor(プロセス {pid})が使用中です。そちらを終了するか、別のワークスペースを選んでください。',
  },
  'state/database-damaged': {
    en: 'The workspace database {path} is damaged ({problem}). Restore it from a backup, or move it away to start a new one; the datasets, checkpoints and reports beside it are separate files and are not affected.',
    ja: 'ワークスペースのデータベース {path} が壊れています({problem})。バックアップから戻すか、別の場所へ移して新しく始めてください。データセット、チェックポイント、レポートは別のファイルなので影響ありません。',
  },
  'state/database-full': {
    en: 'There is no room for the workspace database {path} to grow: its disk is full. What was being written was not kept, all else is intact. Free some space and try again.',
    ja: 'ディスクの空きがなく、ワークスペースのデータベース {path} に書き込めません。書き込み中の内容は保存されていませんが、ほかは無事です。空きを増やしてからやり直してください。',
  },
  'state/database-busy': {
    en: 'Another program holds the workspace database {path}. Close it and try again.',
    ja: '別のプログラムがワークスペースのデータベース {path} を使用中です。終了してからやり直してください。',
  },
  'state/database-unusable': {
    en: 'The workspace database {path} cannot be used ({problem}). Check that the folder exists, can be written to and is not on a read-only disk.',
    ja: 'ワークスペースのデータベース {path} を使えません({problem})。フォルダーがあり、書き込みができ、読み取り専用のディスクでないことを確かめてください。',
  },
  'state/interrupted': {
    en: 'Phasor ended before this did: it was closed, it was killed, or the machine stopped. Resume it to go on from its last checkpoint.',
    ja: '処理の途中で Phasor が終了しました(終了操作、強制終了、またはマシンの停止)。再開すると、最後のチェックポイントから続きます。',
  },
  'state/gone': {
    en: 'The {what} {id} is no longer in the workspace. It was deleted meanwhile; look at the list again.',
    ja: '{what} {id} はもうワークスペースにありません。その間に削除されました。一覧を確かめてください。',
  },
  'state/read-only': {
    en: 'The workspace is open for reading only, because another Phasor is using it, so "{call}" cannot be done here. Do it in the other one, or close that one first.',
    ja: '別の Phasor が使用中のため、ワークスペースは読み取り専用で開かれています。「{call}」はここでは実行できません。使用中の Phasor で行うか、先にそちらを終了してください。',
  },
  'state/run-not-resumable': {
    en: 'Run {run} cannot be resumed: it is {status}. Only interrupted, stopped and failed runs can.',
    ja: '実行 {run} は再開できません(状態: {status})。再開できるのは、中断、停止、失敗した実行だけです。',
  },
  'state/run-data-changed': {
    en: 'Run {run} was begun on other bars than its dataset holds now, and the panel made of them is gone, so it cannot go on as the same run. Start a new run, from one of its checkpoints with --resume-checkpoint if you like. To go on all the same, its parts on two panels: phasor runs resume {run} --other-panel.',
    ja: '実行 {run} の開始後にデータセットのバーが変わり、開始時のパネルも残っていないため、同じ実行としては再開できません。新しい実行を開始してください(--resume-checkpoint でこの実行のチェックポイントから始められます)。前後で異なるパネルになることを承知で続ける場合は phasor runs resume {run} --other-panel を使います。',
  },
  'state/run-features-changed': {
    en: 'Run {run} was begun with another list of features than its config means now, and the panel that holds them is gone, so it cannot go on as the same run. Start a new run, from one of its checkpoints with --resume-checkpoint if you like. To go on all the same, its parts on two panels: phasor runs resume {run} --other-panel.',
    ja: '実行 {run} の開始後に、設定が指す特徴量の一覧が変わり、開始時のパネルも残っていないため、同じ実行としては再開できません。新しい実行を開始してください(--resume-checkpoint でこの実行のチェックポイントから始められます)。前後で異なるパネルになることを承知で続ける場合は phasor runs resume {run} --other-panel を使います。',
  },
  'state/run-code-changed': {
    en: 'Run {run} was begun by a Phasor ({begun}) that computes some features otherwise than this one ({now}), and its panel is gone, so it cannot go on as the same run. Start a new run, from one of its checkpoints with --resume-checkpoint if you like. To go on all the same, its parts on two panels: phasor runs resume {run} --other-panel.',
    ja: '実行 {run} を開始した Phasor({begun})と現在の Phasor({now})では一部の特徴量の計算が異なり、開始時のパネルも残っていないため、同じ実行としては再開できません。新しい実行を開始してください(--resume-checkpoint でこの実行のチェックポイントから始められます)。前後で異なるパネルになることを承知で続ける場合は phasor runs resume {run} --other-panel を使います。',
  },
  'state/append-overtaken': {
    en: 'Rows were being added to version {version} of dataset {name}, and another import made a newer one meanwhile. Nothing was stored; add them again.',
    ja: 'データセット {name} の版 {version} に行を追加している間に、別の取り込みで新しい版ができました。何も保存していません。もう一度追加してください。',
  },
  'state/checkpoint-panel-gone': {
    en: 'Checkpoint {checkpoint} of run {run} was trained on a panel ({begun}) that is gone from the cache, and this Phasor would build another in its place ({now}), so it cannot be evaluated as what it is. Evaluate it with the version that it was begun by, or train a new run from it with --resume-checkpoint.',
    ja: '実行 {run} のチェックポイント {checkpoint} の学習に使われたパネル({begun})はキャッシュに残っておらず、この Phasor では別のパネル({now})になるため、そのままでは評価できません。学習時の版で評価するか、--resume-checkpoint でこのチェックポイントから新しい実行を学習してください。',
  },
  'state/run-not-active': {
    en: 'Run {run} is not being trained by this Phasor (it is {status}), so it cannot be paused, resumed or stopped here.',
    ja: '実行 {run} はこの Phasor では学習中でないため(状態: {status})、ここでは一時停止、再開、停止ができません。',
  },
  'state/run-active': {
    en: 'Run {run} is being trained. Stop it first.',
    ja: '実行 {run} は学習中です。先に停止してください。',
  },
  'state/old-backtest': {
    en: 'The backtest in {folder} was stored by another version of Phasor, which kept less of it. Run it again.',
    ja: '{folder} のバックテストは別の版の Phasor で保存されたもので、必要な情報がそろっていません。もう一度実行してください。',
  },
  'state/not-evaluated': {
    en: 'Checkpoint {checkpoint} has not been evaluated out of sample: its run has not finished. Resume the run first, or name a checkpoint of a finished one.',
    ja: 'チェックポイント {checkpoint} はまだアウトオブサンプルで評価されていません(実行が完了していません)。先に実行を再開するか、完了した実行のチェックポイントを指定してください。',
  },
  'state/no-capability': {
    en: 'This Phasor cannot do this here ({capability}): neither its shell nor this machine offers it. Use the desktop app, or do it by hand.',
    ja: 'この環境の Phasor ではこの操作({capability})を使えません。デスクトップ版を使うか、手動で行ってください。',
  },
  'state/cannot-open': {
    en: 'The system could not open {path} ({problem}). Show it in its folder, or choose a program for files of this kind.',
    ja: 'システムで {path} を開けませんでした({problem})。フォルダーで表示するか、この種類のファイルを開くプログラムを設定してください。',
  },
  'state/name-taken': {
    en: 'This workspace has another {what} called "{name}". Give that one another name first, or choose another name here.',
    ja: 'このワークスペースには「{name}」という別の {what} があります。先にそちらの名前を変えるか、ここで別の名前を選んでください。',
  },
  'state/cache-in-use': {
    en: 'The cache {cache} cannot be cleared now: a job ({kind}) may be reading it. Wait until it has ended, or stop it first.',
    ja: 'キャッシュ {cache} はいま消去できません。ジョブ({kind})が読み取っている可能性があります。終了を待つか、先に停止してください。',
  },
  'state/not-retryable': {
    en: 'Job {job} cannot be started again: it is not on record what it was started with. Start the work anew from its own page.',
    ja: 'ジョブ {job} は開始時の内容が記録されていないため、やり直せません。それぞれの画面から新しく開始してください。',
  },
  'state/job-active': {
    en: 'Job {job} has not ended yet. Stop it first, or wait.',
    ja: 'ジョブ {job} はまだ終わっていません。先に停止するか、終了を待ってください。',
  },
  'state/not-analysed': {
    en: 'The features of panel {panel} have not been measured yet, or by an older version. Start the analysis first.',
    ja: 'パネル {panel} の特徴量はまだ分析されていないか、古い版で分析されています。先に分析を実行してください。',
  },
  'state/already-evaluated': {
    en: 'Checkpoint {checkpoint} has been evaluated out of sample already. Compare it, or run a backtest of it.',
    ja: 'チェックポイント {checkpoint} はすでにアウトオブサンプルで評価されています。比較またはバックテストに使えます。',
  },
} as const satisfies MessageTable<'state'>;
