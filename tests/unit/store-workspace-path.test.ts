import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { defaultWorkspace } from '../../core/store/default-workspace.node.ts';
import { translateStorageError } from '../../core/store/storage-errors.ts';

test('the default workspace is the platform folder for a user data', () => {
  expect(defaultWorkspace('win32', { APPDATA: 'C:\\Users\\a\\AppData\\Roaming' }, 'C:\\Users\\a')).toBe(
    'C:\\Users\\a\\AppData\\Roaming\\Phasor',
  );
  expect(defaultWorkspace('win32', {}, 'C:\\Users\\a')).toBe('C:\\Users\\a\\AppData\\Roaming\\Phasor');
  expect(defaultWorkspace('darwin', {}, '/Users/a')).toBe('/Users/a/Library/Application Support/Phasor');
  expect(defaultWorkspace('linux', {}, '/home/a')).toBe('/home/a/.local/share/phasor');
  expect(defaultWorkspace('linux', { XDG_DATA_HOME: '/data' }, '/home/a')).toBe('/data/phasor');
  expect(defaultWorkspace('linux', { XDG_DATA_HOME: 'relative' }, '/home/a')).toBe('/home/a/.local/share/phasor');
});

test.each([
  ['SQLITE_FULL', 'state/database-full'],
  ['ENOSPC', 'state/database-full'],
  ['SQLITE_CORRUPT_VTAB', 'state/database-damaged'],
  ['SQLITE_NOTADB', 'state/database-damaged'],
  ['SQLITE_BUSY_SNAPSHOT', 'state/database-busy'],
  ['SQLITE_IOERR_READ', 'state/database-unusable'],
  ['SQLITE_CANTOPEN', 'state/database-unusable'],
  ['EACCES', 'state/database-unusable'],
])('%s is %s', (code, expected) => {
  const cause = Object.assign(new Error('disk trouble'), { code });
  const error = translateStorageError(cause, '/w/phasor.sqlite');
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: expected, params: { path: '/w/phasor.sqlite' }, cause });
});

test('what only a bug can cause stays as it is', () => {
  const constraint = Object.assign(new Error('UNIQUE constraint failed'), { code: 'SQLITE_CONSTRAINT_UNIQUE' });
  expect(translateStorageError(constraint, 'x')).toBe(constraint);
  expect(translateStorageError('text', 'x')).toBe('text');
});
