// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Backtests', empty: 'Nothing here yet' },
  ja: { title: 'バックテスト', empty: 'まだ何もありません' },
});
