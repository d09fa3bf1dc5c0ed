// Owns what the system is shown of a workspace's work: progress in the task bar, sleep put off, a notice when a job ends.
import type { Job } from '../../core/contract/entities.ts';
import { LIVE_STATUSES } from '../../core/contract/entities.ts';

/** What of a job is looked at. */
export type JobState = Pick<Job, 'id' | 'kind' | 'status' | 'progress'>;

const isLive = ({ status }: JobState): boolean => LIVE_STATUSES.some((live) => live === status);

export interface Activity {
  active: number;
  /** 0 to 1 for the task bar; 2 where nobody knows how far it is; -1 where nothing runs (Electron's own numbers). */
  progress: number;
  /** Whether the system is to stay awake: a job runs, and is not paused. */
  awake: boolean;
}

export function activityOf(jobs: readonly JobState[]): Activity {
  const live = jobs.filter(isLive);
  if (live.length === 0) return { active: 0, progress: -1, awake: false };
  const [main] = live.toSorted((a, b) => Number(b.kind === 'train') - Number(a.kind === 'train'));
  const { done = 0, total = 0 } = main.progress ?? {};
  return {
    active: live.length,
    progress: total > 0 ? Math.min(1, done / total) : 2,
    awake: live.some(({ status }) => status === 'running'),
  };
}

/** Jobs that were live at the last look and are not any more, with how they ended. */
export function endedSince(before: readonly JobState[], now: readonly JobState[]): JobState[] {
  const live = new Set(before.filter(isLive).map(({ id }) => id));
  return now.filter((job) => live.has(job.id) && !isLive(job));
}
