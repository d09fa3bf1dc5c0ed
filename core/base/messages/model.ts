// Messages of the model/* errors.
import type { MessageTable } from './table.ts';

export const modelMessages = {
  'model/unknown-op': {
    en: 'The compiler has no operation "{op}".',
    ja: 'コンパイラに演算「{op}」はありません。',
  },
} as const satisfies MessageTable<'model'>;
