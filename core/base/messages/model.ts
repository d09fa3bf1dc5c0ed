// Messages of the model/* errors: a model that cannot be built, compiled or read.
import type { MessageTable } from './table.ts';

export const modelMessages = {
  'model/unknown-op': {
    en: 'The compiler has no operation "{op}".',
    ja: 'コンパイラに演算「{op}」はありません。',
  },
  'model/shape-mismatch': {
    en: '{op}: shapes {shapes} do not fit together.',
    ja: '{op}: 形状 {shapes} が合いません。',
  },
  'model/dtype-mismatch': {
    en: '{op}: expected {expected}, found {found}.',
    ja: '{op}: {expected} が必要ですが、{found} が渡されました。',
  },
  'model/bad-axis': {
    en: '{op}: there is no axis {axis} in a tensor of rank {rank}.',
    ja: '{op}: 階数 {rank} のテンソルに軸 {axis} はありません。',
  },
  'model/unbound-dimension': {
    en: 'Dimension "{symbol}" is not known in this run. Feed an input that has it.',
    ja: '次元「{symbol}」の大きさがこの実行では決まりません。その次元を持つ入力を渡してください。',
  },
  'model/duplicate-input': {
    en: 'Two different inputs are called "{name}". Give one of them another name.',
    ja: '「{name}」という入力が二つあります。どちらかの名前を変えてください。',
  },
  'model/no-gradient': {
    en: 'The loss does not depend on "{name}", so it has no gradient. Remove the parameter or connect it.',
    ja: '損失が「{name}」に依存していないため、勾配がありません。パラメータを外すか、接続してください。',
  },
  'model/not-differentiable': {
    en: 'A gradient was asked through "{op}", which has none. Put it behind stopGradient.',
    ja: '微分できない演算「{op}」を通る勾配が求められました。stopGradient の後ろに置いてください。',
  },
  'model/missing-feed': {
    en: 'Input "{name}" was not fed.',
    ja: '入力「{name}」が渡されていません。',
  },
  'model/bad-feed': {
    en: 'Input "{name}" was fed a tensor of shape {found}; it needs {expected}.',
    ja: '入力「{name}」に形状 {found} が渡されましたが、{expected} が必要です。',
  },
  'model/bad-index': {
    en: '{op}: index {index} is outside an axis of size {size}.',
    ja: '{op}: 添字 {index} は大きさ {size} の軸の範囲外です。',
  },
  'model/not-a-checkpoint': {
    en: '{folder} is not a checkpoint: it has no checkpoint.json. Name a checkpoint folder, or list them with "phasor checkpoints".',
    ja: '{folder} はチェックポイントではありません(checkpoint.json がありません)。「phasor checkpoints」で一覧を確かめてください。',
  },
  'model/damaged-checkpoint': {
    en: 'The checkpoint {folder} is damaged: {file} is missing, cut off or changed. Use another checkpoint or train the phase again.',
    ja: 'チェックポイント {folder} は壊れています。{file} が無いか、途中で切れているか、書き換えられています。別のものを使うか、フェーズを学習し直してください。',
  },
  'model/newer-checkpoint': {
    en: 'The checkpoint {folder} was written by a newer Phasor (format {found}, this one reads {known}). Update Phasor.',
    ja: 'チェックポイント {folder} は新しい Phasor で書かれています(形式 {found}、この版は {known} まで)。Phasor を更新してください。',
  },
  'model/foreign-checkpoint': {
    en: 'The checkpoint {folder} was trained on other inputs than this panel holds ({problem}). Use a dataset and feature set that match it.',
    ja: 'チェックポイント {folder} の入力はこのパネルと異なります({problem})。一致するデータセットと特徴量セットを使ってください。',
  },
  'model/parent-saw-held-out-days': {
    en: 'The checkpoint {folder} already knows days that this run would hold it against: its {what} reaches to {through}, and the days held out begin on {first}. Start from another checkpoint, or move the split (data.split) past that day.',
    ja: 'チェックポイント {folder} は、この学習で評価に使う期間をすでに知っています({what} が {through} まで及び、評価期間は {first} から始まります)。別のチェックポイントから始めるか、分割(data.split)をその日より後にしてください。',
  },
  'model/other-model': {
    en: 'The weights of the checkpoint {folder} are not those of the model {model} as this version of Phasor builds it. Use the version that wrote it, or train the phase again.',
    ja: 'チェックポイント {folder} の重みは、この版の Phasor が構築するモデル {model} と一致しません。書き出した版を使うか、フェーズを学習し直してください。',
  },
} as const satisfies MessageTable<'model'>;
