// Messages of the state/* errors.
import type { MessageTable } from './table.ts';

export const stateMessages = {
  'state/newer-workspace': {
    en: 'The workspace at {path} was made by a newer Phasor (schema {found}, this one knows {known}). Update Phasor or open another workspace.',
    ja: '{path} は新しい Phasor で作られています(スキーマ {found}、この版は {known} まで)。Phasor を更新するか、別のワークスペースを開いてください。',
  },
  'state/disconnected': {
    en: 'The connection to Phasor closed before the answer came. Connect again; work in progress goes on or can be resumed.',
    ja: '応答の前に Phasor との接続が切れました。接続し直してください。処理中の作業は続いているか、再開できます。',
  },
  'state/not-found': {
    en: 'This workspace has no {what} "{name}". Known: {known}.',
    ja: 'このワークスペースに {what}「{name}」はありません。あるもの: {known}。',
  },
  'state/job-ended': {
    en: 'Job {job} has ended already ({outcome}), so it cannot be {action}.',
    ja: 'ジョブ {job} はすでに終わっているため({outcome})、操作「{action}」はできません。',
  },
} as const satisfies MessageTable<'state'>;
