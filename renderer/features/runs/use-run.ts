// Owns everything that the page of one run knows of it, kept up to date while the run changes.
import { computed, watch } from 'vue';
import { useCall } from '../../lib/use-call.ts';
import { useJob } from '../../lib/use-job.ts';
import { alarmsOf } from './alarms.ts';

const LIVE = new Set(['queued', 'running', 'paused']);

export function useRun(id: () => string) {
  const detail = useCall('runs.get', () => ({ run: id() }), {
    topics: ['runs', 'phaseRuns', 'checkpoints', 'evaluations'],
  });
  const run = computed(() => detail.data.value?.run ?? null);
  const runId = computed(() => run.value?.id ?? null);
  const live = computed(() => run.value !== null && LIVE.has(run.value.status));

  const history = useCall('history.list', () => (runId.value ? { subject: runId.value, limit: 2_000 } : null), {
    topics: ['events'],
  });
  const events = computed(() => [...(history.data.value ?? [])].sort((a, b) => a.time - b.time));
  const alarms = computed(() => alarmsOf(events.value));

  // A run has a job for each time it was started; the newest is the one that can be steered.
  const jobs = useCall('jobs.list', () => (runId.value ? { limit: 500 } : null));
  watch(
    () => [run.value?.status, run.value?.startedAt],
    () => void jobs.refresh(),
  );
  const jobId = computed(() => {
    const own = (jobs.data.value ?? []).filter((job) => job.runId === runId.value && job.kind === 'train');
    return own.sort((a, b) => b.createdAt - a.createdAt)[0]?.id ?? null;
  });
  const job = useJob(() => (live.value ? jobId.value : null));

  const datasets = useCall('datasets.list', () => ({}), { topics: ['datasets'] });
  const dataset = computed(() => {
    for (const { dataset: own, versions } of datasets.data.value ?? []) {
      const version = versions.find((candidate) => candidate.id === run.value?.datasetVersionId);
      if (version) return { name: own.name, version: version.version, synthetic: version.synthetic };
    }
    return null;
  });
  return { detail, run, live, events, alarms, jobId, job, dataset };
}
