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
  'data/damaged-panel': {
    en: 'The panel in {folder} cannot be used: {file} {problem}. Delete that folder and build the panel again.',
    ja: '{folder} のパネルは使えません（{file}: {problem}）。フォルダーを削除してパネルを作り直してください。',
  },
  'data/panel-lacks-features': {
    en: 'The panel in {folder} lacks {count} of the features that the configuration declares: {names}. Build the panel again with this configuration.',
    ja: '{folder} のパネルには、設定で宣言された特徴量のうち {count} 個がありません: {names}。この設定でパネルを作り直してください。',
  },
  'data/damaged-predictions': {
    en: 'The predictions in {folder} are damaged or incomplete. Delete the folder and evaluate the checkpoint again.',
    ja: '{folder} の予測データは壊れているか、ファイルが足りません。フォルダーを削除し、チェックポイントを評価し直してください。',
  },
} as const satisfies MessageTable<'data'>;
