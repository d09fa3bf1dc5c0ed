// Owns handing a checkpoint out: as a .zip to download, or into a folder where the shell can ask for one.
import { NButton, useMessage } from 'naive-ui';
import { computed, h } from 'vue';
import { useClient } from '../../lib/client.ts';
import { useFormats } from '../../lib/formats.ts';
import { useMessages } from '../../lib/i18n.ts';
import { useAction } from '../../lib/use-action.ts';
import { useCall } from '../../lib/use-call.ts';
import { messages } from './messages.ts';

const SHOWN_MS = 12_000;

export function useExport() {
  const t = useMessages(messages);
  const client = useClient();
  const format = useFormats();
  const message = useMessage();
  const shell = useCall('shell.capabilities', () => ({}));
  const can = (what: 'pick-files' | 'reveal') => shell.data.value?.capabilities.includes(what) ?? false;

  function say(text: string, action?: { label: string; run: () => unknown }): void {
    const button = action
      ? [' ', h(NButton, { text: true, type: 'primary', onClick: () => void action.run() }, () => action.label)]
      : [];
    message.success(() => h('span', [text, ...button]), { duration: SHOWN_MS, closable: true, keepAliveOnHover: true });
  }

  const pack = useAction(async (checkpoint: string) => {
    const { path, bytes } = await client.call('checkpoints.pack', { checkpoint });
    const name = path.split(/[\\/]/).at(-1) ?? path;
    const link = document.createElement('a');
    link.href = `/files/exports/${encodeURIComponent(name)}`;
    link.download = name;
    link.click();
    say(t('exports.done', { name, size: format.bytes(bytes) }));
  });
  const toFolder = useAction(async (checkpoint: string, name: string) => {
    const { paths } = await client.call('shell.pickFiles', { kind: 'folder' });
    if (paths.length === 0) return;
    const { folder } = await client.call('checkpoints.export', { checkpoint, folder: `${paths[0]}/${name}` });
    const reveal = can('reveal')
      ? { label: t('exports.reveal'), run: () => client.call('shell.reveal', { path: folder }) }
      : undefined;
    say(t('exports.exported', { folder }), reveal);
  });
  return { pack, toFolder, canPickFolder: computed(() => can('pick-files')) };
}
