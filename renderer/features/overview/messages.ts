// Owns the words of this page.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Overview', empty: 'Nothing here yet' },
  ja: { title: '概要', empty: 'まだ何もありません' },
});
