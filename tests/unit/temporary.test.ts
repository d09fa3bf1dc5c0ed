// Kernels' memory: zeros, each array its own while they run, a new one where nobody has begun.
import { expect, test } from 'vitest';
import { temporary, withTemporaries } from '../../core/features/indicators/temporary.ts';

test('arrays of one run are zeros and do not overlap, whatever their number and size', () => {
  for (let run = 0; run < 3; run++)
    withTemporaries(() => {
      const lengths = [0, 5, 100_000, 3, 70_000, 1];
      const taken = lengths.map((length, i) => {
        const array = temporary(length);
        expect(array.length).toBe(length);
        expect(array.every((value) => value === 0)).toBe(true);
        return array.fill(i + 1);
      });
      for (const [i, array] of taken.entries()) expect(array.every((value) => value === i + 1)).toBe(true);
    });
});

test('the next run takes the same memory again', () => {
  const buffers: ArrayBufferLike[] = [];
  for (let run = 0; run < 2; run++) withTemporaries(() => void buffers.push(temporary(8).buffer));
  expect(buffers[0]).toBe(buffers[1]);
});

test('outside of a run an array is for good', () => {
  const kept = temporary(4).fill(7);
  withTemporaries(() => void temporary(4).fill(1));
  expect(temporary(4).buffer).not.toBe(kept.buffer);
  expect([...kept]).toEqual([7, 7, 7, 7]);
});

test('a run within a run is refused, and one that fails ends', () => {
  expect(() => withTemporaries(() => withTemporaries(() => {}))).toThrow(TypeError);
  const outside = temporary(4);
  expect(temporary(4).buffer).not.toBe(outside.buffer);
});
