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
} as const satisfies MessageTable<'data'>;
