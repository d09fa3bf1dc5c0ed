// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Train', empty: 'Nothing here yet' },
  ja: { title: '学習', empty: 'まだ何もありません' },
});
