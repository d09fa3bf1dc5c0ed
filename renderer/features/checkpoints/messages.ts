// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Checkpoints', empty: 'Nothing here yet' },
  ja: { title: 'チェックポイント', empty: 'まだ何もありません' },
});
