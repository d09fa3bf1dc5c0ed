// Messages of the input/* errors.
import type { MessageTable } from './table.ts';

export const inputMessages = {
  'input/file-not-found': {
    en: 'There is no file at {path}. Check the path and try again.',
    ja: '{path} にファイルがありません。パスを確かめてください。',
  },
} as const satisfies MessageTable<'input'>;
