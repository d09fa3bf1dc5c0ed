// Owns the words of this page.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Jobs', empty: 'Nothing here yet' },
  ja: { title: 'ジョブ', empty: 'まだ何もありません' },
});
