// Owns evaluating a checkpoint that has no evaluation yet: starts the job and follows it.
import { useMessage } from 'naive-ui';
import { ref } from 'vue';
import type { JobEnd } from '../../../core/contract/views.ts';
import { useClient } from '../../lib/client.ts';
import { useErrorText } from '../../lib/error-text.ts';
import { useAction } from '../../lib/use-action.ts';
import { useJob } from '../../lib/use-job.ts';

const SHOWN_MS = 15_000;

export function useEvaluation() {
  const client = useClient();
  const message = useMessage();
  const errorText = useErrorText();
  const jobId = ref<string | null>(null);

  function onEnd({ error }: JobEnd): void {
    jobId.value = null;
    if (error) message.error(errorText(error).detail, { duration: SHOWN_MS, closable: true });
  }
  const job = useJob(() => jobId.value, onEnd);
  const start = useAction(async (checkpoint: string) => {
    ({ jobId: jobId.value } = await client.call('checkpoints.evaluate', { checkpoint }));
  });
  return { start, jobId, job };
}
