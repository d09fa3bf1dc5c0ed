// Owns the order in which a filter offers the states of runs.
import type { RunStatus } from '../../../core/contract/entities.ts';

export const RUN_STATUS_NAMES = [
  'running',
  'paused',
  'queued',
  'finished',
  'interrupted',
  'stopped',
  'failed',
] as const satisfies readonly RunStatus[];
