// Owns following one job: its status, progress with remaining time, log, and how it ended.
import { type Ref, ref, type ShallowRef, shallowRef } from 'vue';
import type { JobEnd, JobEvent } from '../../core/contract/views.ts';
import type { LogRecord, Progress } from '../../core/contract/worker.ts';
import { remainingEstimator } from './remaining.ts';
import { useStream } from './use-stream.ts';

export interface JobState {
  readonly status: Ref<Extract<JobEvent, { type: 'status' }>['status']>;
  readonly progress: ShallowRef<Progress | null>;
  /** Milliseconds that its present stage takes yet; null while unknown. A training's stage is one epoch: the run page knows the whole. */
  readonly remaining: Ref<number | null>;
  /** Newest last; at most KEPT_LINES. */
  readonly log: ShallowRef<readonly LogRecord[]>;
  /** null until it has ended. */
  readonly end: ShallowRef<JobEnd | null>;
  readonly error: Readonly<ShallowRef<Error | null>>;
}

const KEPT_LINES = 1_000;
/** More often nobody can read it. */
const EVERY_MS = 250;

/** @param jobId null follows none; @param onEnd called once for each job that ends while it is followed */
export function useJob(jobId: () => string | null, onEnd: (end: JobEnd) => void = () => {}): JobState {
  const status = ref<JobState['status']['value']>('starting');
  const progress = shallowRef<Progress | null>(null);
  const remaining = ref<number | null>(null);
  const log = shallowRef<readonly LogRecord[]>([]);
  const end = shallowRef<JobEnd | null>(null);
  let estimator = remainingEstimator();

  function reset(): void {
    status.value = 'starting';
    progress.value = end.value = remaining.value = null;
    log.value = [];
    estimator = remainingEstimator();
  }
  function receive(event: JobEvent): void {
    switch (event.type) {
      case 'status':
        status.value = event.status;
        break;
      case 'progress': {
        const { stage, done, total } = event.progress;
        progress.value = event.progress;
        remaining.value = estimator.observe(stage, done, total, performance.now());
        break;
      }
      case 'log':
        log.value = [...log.value.slice(1 - KEPT_LINES), event.log];
        break;
      case 'ended':
        status.value = 'ended';
        end.value = event.end;
        remaining.value = null;
        onEnd(event.end);
    }
  }
  const { error } = useStream(
    'jobs.events',
    () => {
      const id = jobId();
      return id === null ? null : { jobId: id, everyMs: EVERY_MS };
    },
    receive,
    reset,
  );
  return { status, progress, remaining, log, end, error };
}
