// Owns what a job that was waited for has to show, or why it has nothing.
import { AppError, type ErrorCode } from '../../../core/contract/errors.ts';
import type { JobEnd, JobKind, JobResult } from '../../../core/contract/views.ts';

/** @throws what ended it instead; cancelled where it was stopped */
export function finishedResult<K extends JobKind>({ outcome, result, error }: JobEnd): JobResult<K> {
  if (outcome === 'finished') return result as JobResult<K>; // the host and this page are of one build
  if (!error) throw new AppError('cancelled', {});
  if (error.code === 'bug') throw new Error(error.message);
  throw new AppError(error.code as ErrorCode, error.params as never);
}
