// Owns deleting a run: into the trash at once, with a notice that takes it back.
import { useClient } from '../../lib/client.ts';
import { useMessages } from '../../lib/i18n.ts';
import { useAction } from '../../lib/use-action.ts';
import { useUndoNotice } from '../../ui/undo-notice.ts';
import { messages } from './messages.ts';

/** @returns deletes a run; resolves to whether it is gone */
export function useDeleteRun(): (run: { id: string; name: string }) => Promise<boolean> {
  const t = useMessages(messages);
  const client = useClient();
  const showUndo = useUndoNotice();
  const remove = useAction(async (id: string) => {
    await client.call('runs.delete', { run: id });
    return true;
  });
  const restore = useAction((id: string) => client.call('workspace.restore', { kind: 'run', id }));
  return async ({ id, name }) => {
    const gone = (await remove.run(id)) ?? false;
    if (gone) showUndo(t('deleted', { name }), () => restore.run(id));
    return gone;
  };
}
