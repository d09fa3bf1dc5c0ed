// Messages of the config/* errors.
import type { MessageTable } from './table.ts';

export const configMessages = {
  'config/unknown-key': {
    en: '{file}: unknown key "{path}". Did you mean "{nearest}"?',
    ja: '{file}: キー「{path}」はありません。「{nearest}」ではありませんか。',
  },
} as const satisfies MessageTable<'config'>;
