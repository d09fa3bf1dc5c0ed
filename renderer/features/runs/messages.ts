// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Runs', empty: 'Nothing here yet' },
  ja: { title: '実行履歴', empty: 'まだ何もありません' },
});
