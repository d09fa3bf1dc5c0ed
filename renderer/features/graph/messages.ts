// Owns the words of the pages in this folder.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: { title: 'Stock graph', empty: 'Nothing here yet' },
  ja: { title: '銘柄グラフ', empty: 'まだ何もありません' },
});
