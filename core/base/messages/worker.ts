// Messages of the worker/* errors.
import type { MessageTable } from './table.ts';

export const workerMessages = {
  'worker/crashed': {
    en: 'The {kind} worker ended unexpectedly ({reason}). Nothing before its last checkpoint is lost; resume the run to continue.',
    ja: '{kind} ワーカーが異常終了しました({reason})。最後のチェックポイントまでは残っています。再開してください。',
  },
} as const satisfies MessageTable<'worker'>;
