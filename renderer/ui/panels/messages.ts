// Owns the words of choosing and building a panel.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: {
    label: 'Panel',
    text: '{dataset} v{version} · {set} · {stocks} stocks, {days} days',
    features: 'one feature | {n} features',
    none: 'No panel yet',
    noneWhy:
      'A panel holds every feature of every stock and day of a dataset. Training builds the one it needs; it can be built here as well.',
    noData: 'No dataset yet',
    noDataWhy: 'Features are measured on a panel, and a panel is built from a dataset.',
    import: 'Import data',
    dataset: 'Dataset',
    another: 'Build a panel from a dataset',
    build: 'Build the panel',
    building: 'Building the panel',
    cancel: 'Cancel',
  },
  ja: {
    label: 'パネル',
    text: '{dataset} v{version} · {set} · {stocks} 銘柄、{days} 日',
    features: '{n} 特徴量',
    none: 'パネルはまだありません',
    noneWhy:
      'パネルは、データセットの全銘柄・全営業日の特徴量をまとめたものです。学習時に必要なものが作られますが、ここで作ることもできます。',
    noData: 'データセットはまだありません',
    noDataWhy: '特徴量の測定にはパネルが、パネルの作成にはデータセットが必要です。',
    import: 'データを取り込む',
    dataset: 'データセット',
    another: 'データセットからパネルを作成',
    build: 'パネルを作成',
    building: 'パネルを作成中',
    cancel: 'キャンセル',
  },
});
