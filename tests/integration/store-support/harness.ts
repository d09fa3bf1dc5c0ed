// Owns what the store's tests need around a workspace: folders that go away, a clock, the error of a call.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AppError, type SerializedError } from '../../../core/base/errors.ts';

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that goes on by a second at every look. */
export function steppingClock(start = 1_700_000_000_000): { now(): number } {
  let now = start;
  return { now: () => (now += 1_000) };
}

export async function appErrorOf(act: () => unknown): Promise<SerializedError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof AppError) return error.toJSON();
    throw error;
  }
  throw new Error('nothing was thrown');
}
