// Messages of the worker/* errors.
import type { MessageTable } from './table.ts';

export const workerMessages = {
  'worker/crashed': {
    en: 'The {kind} worker ended unexpectedly ({reason}). Nothing before its last checkpoint is lost; resume the run to continue.',
    ja: '{kind} ワーカーが異常終了しました({reason})。最後のチェックポイントまでは残っています。再開してください。',
  },
  'worker/out-of-memory': {
    en: 'The {kind} worker ran out of memory. Close other programs, or lower the batch size (train.max_batch_size) or the number of stocks, then resume.',
    ja: '{kind} ワーカーのメモリーが足りなくなりました。ほかのプログラムを閉じるか、バッチサイズ(train.max_batch_size)や銘柄数を減らしてから再開してください。',
  },
  'worker/killed': {
    en: 'The {kind} worker was killed from outside ({signal}). On Linux this is often the system running out of memory. Resume the run to continue from its last checkpoint.',
    ja: '{kind} ワーカーが外部から強制終了されました({signal})。Linux ではメモリー不足が原因のことがよくあります。再開すると最後のチェックポイントから続きます。',
  },
  'worker/hung': {
    en: 'The {kind} worker gave no sign of life for {seconds} s and was ended. Resume the run to continue from its last checkpoint.',
    ja: '{kind} ワーカーが {seconds} 秒間応答しなかったため終了しました。再開すると最後のチェックポイントから続きます。',
  },
  'worker/endless': {
    en: 'The {kind} worker computed for {seconds} s of processor time without a report and was ended. Resume the run to continue from its last checkpoint; should it happen there again, please report it.',
    ja: '{kind} ワーカーが、進捗を報告しないまま CPU 時間で {seconds} 秒間計算を続けたため終了しました。再開すると最後のチェックポイントから続きます。同じ箇所で繰り返す場合は不具合としてお知らせください。',
  },
} as const satisfies MessageTable<'worker'>;
