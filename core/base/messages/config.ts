// Messages of the config/* errors.
import type { MessageTable } from './table.ts';

export const configMessages = {
  'config/unknown-key': {
    en: '{file}: unknown key "{path}". Did you mean "{nearest}"?',
    ja: '{file}: キー「{path}」はありません。「{nearest}」ではありませんか。',
  },
  'config/missing-key': {
    en: '{file}: the key "{path}" is missing. Give it a value ({expected}).',
    ja: '{file}: キー「{path}」がありません。値({expected})を書いてください。',
  },
  'config/wrong-value': {
    en: '{file}: "{path}" is {found}, but must be: {expected}.',
    ja: '{file}: 「{path}」の値 {found} は使えません。使える値: {expected}。',
  },
  'config/inconsistent': {
    en: '{file}: "{path}" is {found}, which breaks the rule {rule}. Change one of the two.',
    ja: '{file}: 「{path}」の値 {found} は規則 {rule} に反します。どちらかを変えてください。',
  },
  'config/unknown-choice': {
    en: '{file}: the group "{group}" has no choice "{choice}". Did you mean "{nearest}"? Choices: {choices}.',
    ja: '{file}: グループ「{group}」に「{choice}」はありません。「{nearest}」ではありませんか。選べるもの: {choices}。',
  },
  'config/unknown-reference': {
    en: '{file}: "{path}" refers to "{target}", which is no value of the config. Did you mean "{nearest}"?',
    ja: '{file}: 「{path}」が参照する「{target}」は設定にありません。「{nearest}」ではありませんか。',
  },
  'config/interpolation-cycle': {
    en: '{file}: "{path}" refers to itself in a circle ({chain}). Replace one of these references by a value.',
    ja: '{file}: 「{path}」の参照が循環しています({chain})。どれか一つを値に置き換えてください。',
  },
  'config/bad-yaml': {
    en: '{file}, line {line}, column {column}: this is not valid YAML ({problem}). Correct the line.',
    ja: '{file} の {line} 行 {column} 列: YAML として読めません({problem})。その行を直してください。',
  },
  'config/bad-defaults': {
    en: '{file}: an entry of "defaults" must be "group: choice", but is {found}.',
    ja: '{file}: 「defaults」の項目は「グループ: 選択肢」の形で書きます。{found} は読めません。',
  },
  'config/defaults-cycle': {
    en: '{file}: the "defaults" lists include each other in a circle ({chain}). Take one of the entries out.',
    ja: '{file}: 「defaults」が互いを含んで循環しています({chain})。どれか一つの項目を外してください。',
  },
  'config/bad-override': {
    en: 'command line: "{text}" is no override. Write path=value, for example train.max_epochs=5, or group=choice, for example mode=debug.',
    ja: 'コマンドライン: 「{text}」は指定として読めません。train.max_epochs=5 のように「パス=値」、または mode=debug のように「グループ=選択肢」と書いてください。',
  },
  'config/no-file': {
    en: 'There is no config file {file}. Restore it, or name another config folder.',
    ja: '設定ファイル {file} がありません。元に戻すか、別の設定フォルダーを指定してください。',
  },
  'config/no-folder': {
    en: 'There is no config folder at {folder}. Check the path.',
    ja: '{folder} に設定フォルダーがありません。パスを確かめてください。',
  },
  'config/target-as-feature': {
    en: '"{name}" is a target: it looks into the future and cannot be a feature. Remove it from the list of features.',
    ja: '「{name}」は目的変数であり、将来の値を含むため特徴量にはできません。特徴量の一覧から外してください。',
  },
  'config/embargo-too-short': {
    en: 'An embargo of {embargo} trading days is shorter than the longest horizon, {horizon}: training targets would reach into validation. Set it to {horizon} or more (20 is the default).',
    ja: 'エンバーゴ {embargo} 営業日は最長の予測期間 {horizon} 営業日より短く、学習の目的変数が検証期間に入り込みます。{horizon} 以上にしてください(既定は 20)。',
  },
  'config/duplicate-feature': {
    en: 'Feature "{name}" is listed twice. Remove one of the two.',
    ja: '特徴量「{name}」が二重に指定されています。どちらかを外してください。',
  },
  'config/not-per-phase': {
    en: '{phase}: "{path}" cannot be set for one phase alone, since all phases of a run share their days, features and engine. Set it for the whole run; a phase can have its own keys below model and train.',
    ja: '{phase}: 「{path}」はフェーズごとには設定できません。日付の分割、特徴量、エンジンは全フェーズで共通です。実行全体の設定として指定してください。フェーズごとに変えられるのは model と train の項目です。',
  },
} as const satisfies MessageTable<'config'>;
