// Owns what errors of SQLite, and of the files around it, mean to a user. Those that only a bug can cause (a broken constraint, wrong SQL) stay as they are.
import { AppError } from '../base/errors.ts';

/** @param path of the database file, for the message */
export function translateStorageError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return new AppError('state/database-full', { path }, error);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new AppError('state/database-damaged', { path, problem }, error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new AppError('state/database-busy', { path }, error);
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|AUTH)|^E(ACCES|PERM|ROFS|NOTDIR|EXIST|ISDIR|NOENT)$/.test(code)) {
    return new AppError('state/database-unusable', { path, problem }, error);
  }
  return error;
}
