// Owns what the operating system's refusals mean to a user: a full disk or a missing permission is no bug.
import { AppError } from './errors.ts';

interface SystemError extends Error {
  code: string;
  path?: string;
  dest?: string;
  syscall?: string;
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Calls `act`, and names the file where the system refuses: of one that is open already it says no name. */
export function naming<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (isSystemError(error)) error.path ??= path;
    throw error;
  }
}

/** For the boundaries between threads, between processes and to the user: refusals become AppErrors, all else passes as it is. */
export function translateSystemError(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const path = error.dest ?? error.path ?? '?';
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return new AppError('resource/no-space', { path }, error);
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
    return new AppError('resource/not-permitted', { action: error.syscall ?? 'access', path }, error);
  return error;
}
