import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { translateSystemError } from '../../core/base/system-errors.ts';

const caught = (act: () => void): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

test.skipIf(!existsSync('/dev/full'))('a full disk is no bug, and keeps its cause', () => {
  const error = caught(() => writeFileSync('/dev/full', 'x'));
  expect(error).toBeInstanceOf(Error);
  expect(translateSystemError(error)).toMatchObject({ code: 'resource/no-space', cause: error });
});

test('a missing permission says what and where; other errors pass as they are', () => {
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'mkdir', path: '/readonly/x' });
  expect(translateSystemError(refused)).toMatchObject({
    code: 'resource/not-permitted',
    params: { action: 'mkdir', path: '/readonly/x' },
  });
  const absent = caught(() => writeFileSync('/nowhere/at/all', 'x'));
  expect(translateSystemError(absent)).toBe(absent);
  const expected = new AppError('data/empty-file', { file: 'x' });
  expect(translateSystemError(expected)).toBe(expected);
  expect(translateSystemError('text')).toBe('text');
});
