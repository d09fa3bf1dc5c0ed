// A disk that is full, as Linux has one for trying it: said as such, with the file named, also by a thread.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { translateSystemError } from '../../core/base/system-errors.ts';
import { Thread } from '../../core/base/thread.node.ts';
import { writeArray } from '../../core/features/array-file.node.ts';

const FULL = '/dev/full';
const refusal = { code: 'resource/no-space', params: { path: FULL } };

test.skipIf(!existsSync(FULL))('an array that finds no space names its file', () => {
  let refused: unknown;
  try {
    writeArray(FULL, '<f4', [4], new Float32Array(4));
  } catch (error) {
    refused = translateSystemError(error);
  }
  expect(refused).toMatchObject(refusal);
});

test.skipIf(!existsSync(FULL))('so does one that a thread writes: it is no bug', async () => {
  const thread = new Thread<string, unknown>(new URL('../fixtures/full-disk-thread.ts', import.meta.url), 'features');
  try {
    await expect(thread.ask(FULL)).rejects.toMatchObject(refusal);
  } finally {
    await thread.close();
  }
});
