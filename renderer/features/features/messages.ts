// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Features', empty: 'Nothing here yet' },
  ja: { title: '特徴量', empty: 'まだ何もありません' },
});
