// Messages of the state/* errors.
import type { MessageTable } from './table.ts';

export const stateMessages = {
  'state/newer-workspace': {
    en: 'The workspace at {path} was made by a newer Phasor (schema {found}, this one knows {known}). Update Phasor or open another workspace.',
    ja: '{path} は新しい Phasor で作られています(スキーマ {found}、この版は {known} まで)。Phasor を更新するか、別のワークスペースを開いてください。',
  },
} as const satisfies MessageTable<'state'>;
