// Messages of the resource/* errors.
import type { MessageTable } from './table.ts';

export const resourceMessages = {
  'resource/disk-full': {
    en: '{needed} are needed at {path} but only {free} are free. Free some space or choose another workspace.',
    ja: '{path} に {needed} 必要ですが、空きは {free} です。空きを増やすか、別のワークスペースを選んでください。',
  },
} as const satisfies MessageTable<'resource'>;
