// Owns what is done to a dataset from its list and its page: delete with undo, rename, notes.
import type { Dataset } from '../../../core/contract/entities.ts';
import { useClient } from '../../lib/client.ts';
import { useMessages } from '../../lib/i18n.ts';
import { type Action, useAction } from '../../lib/use-action.ts';
import { useUndoNotice } from '../../ui/undo-notice.ts';
import { messages } from './messages.ts';

export interface DatasetActions {
  /** Into the trash, with a notice that takes it back. Resolves to true once it is there. */
  remove: Action<[Dataset], true>;
  /** Resolves to the dataset as it is now. Its failure is left to the form. */
  update: Action<[id: string, change: { name: string; notes: string }], Dataset>;
}

export function useDatasetActions(): DatasetActions {
  const t = useMessages(messages);
  const client = useClient();
  const notice = useUndoNotice();
  const restore = useAction((id: string) => client.call('workspace.restore', { kind: 'dataset', id }));
  const remove = useAction(async ({ id, name }: Dataset) => {
    await client.call('datasets.delete', { dataset: id });
    notice(t('deleted', { name }), () => restore.run(id));
    return true as const;
  });
  const update = useAction(
    (id: string, change: { name: string; notes: string }) => client.call('datasets.update', { dataset: id, ...change }),
    { quiet: true },
  );
  return { remove, update };
}
