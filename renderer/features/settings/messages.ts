// Owns the words of this page.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Settings', empty: 'Nothing here yet' },
  ja: { title: '設定', empty: 'まだ何もありません' },
});
