// Owns the notice after something was deleted: says what, and takes it back for as long as it stands. It can be taken back later too,
// from the trash in the settings.
import { NButton, useMessage } from 'naive-ui';
import { h } from 'vue';
import { useMessages } from '../lib/i18n.ts';
import { messages } from './messages.ts';

const SHOWN_MS = 10_000;

/** @returns shows `text` ("Run demo was deleted.") with a button that calls `undo` */
export function useUndoNotice(): (text: string, undo: () => unknown) => void {
  const t = useMessages(messages);
  const message = useMessage();
  return (text, undo) => {
    const notice = message.create(
      () => [
        `${text} `,
        h(
          NButton,
          {
            text: true,
            type: 'primary',
            onClick: () => {
              notice.destroy();
              void undo();
            },
          },
          () => t('undo'),
        ),
      ],
      { type: 'default', duration: SHOWN_MS, closable: true, keepAliveOnHover: true },
    );
  };
}
