// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Datasets', empty: 'Nothing here yet' },
  ja: { title: 'データセット', empty: 'まだ何もありません' },
});
