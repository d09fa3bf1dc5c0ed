// Owns writing a checkpoint's tear sheet: starts the job, and offers the report when it is there.
import { NButton, useMessage } from 'naive-ui';
import { h, ref } from 'vue';
import type { JobEnd } from '../../../core/contract/views.ts';
import { useClient } from '../../lib/client.ts';
import { useErrorText } from '../../lib/error-text.ts';
import { type Locale, useMessages } from '../../lib/i18n.ts';
import { useAction } from '../../lib/use-action.ts';
import { useJob } from '../../lib/use-job.ts';
import { messages } from './messages.ts';

const SHOWN_MS = 15_000;

export function useReport() {
  const t = useMessages(messages);
  const client = useClient();
  const message = useMessage();
  const errorText = useErrorText();
  const jobId = ref<string | null>(null);

  function onEnd({ outcome, result, error }: JobEnd): void {
    jobId.value = null;
    const { path } = (result ?? {}) as { path?: string };
    if (outcome === 'finished' && path) {
      const name = path.split(/[\\/]/).at(-1) ?? '';
      const open = () => window.open(`/files/reports/${encodeURIComponent(name)}`, '_blank', 'noopener');
      const button = h(NButton, { text: true, type: 'primary', onClick: open }, () => t('checkpoint.open'));
      message.success(() => h('span', [`${t('checkpoint.reportDone')} `, button]), {
        duration: SHOWN_MS,
        closable: true,
      });
    } else if (error) message.error(errorText(error).detail, { duration: SHOWN_MS, closable: true });
  }
  const job = useJob(() => jobId.value, onEnd);
  const start = useAction(async (checkpoint: string, locale: Locale) => {
    ({ jobId: jobId.value } = await client.call('reports.write', { checkpoint, locale }));
  });
  return { start, jobId, job };
}
