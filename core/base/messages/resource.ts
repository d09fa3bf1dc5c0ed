// Messages of the resource/* errors.
import type { MessageTable } from './table.ts';

export const resourceMessages = {
  'resource/disk-full': {
    en: '{needed} are needed at {path} but only {free} are free. Free some space or choose another workspace.',
    ja: '{path} に {needed} 必要ですが、空きは {free} です。空きを増やすか、別のワークスペースを選んでください。',
  },
  'resource/engine-unusable': {
    en: 'The engine {engine} cannot be used here: {reason}. Choose engine=auto, or run "phasor doctor" to see every engine.',
    ja: 'エンジン {engine} はこの環境では使えません: {reason}。engine=auto を指定するか、「phasor doctor」で使えるエンジンを確認してください。',
  },
  'resource/step-too-large': {
    en: 'A training step of {stocks} stocks needs about {needed}, only {free} may be used. Lower model.hidden_size or close other programs.',
    ja: '{stocks} 銘柄の学習ステップには約 {needed} 必要ですが、使えるのは {free} です。model.hidden_size を下げるか、他のプログラムを閉じてください。',
  },
} as const satisfies MessageTable<'resource'>;
