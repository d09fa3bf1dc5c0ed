// Columns dealt out to threads: each once, whoever is sooner done, and without much that is computed twice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barFeatures } from '../../core/features/catalogue.ts';
import { ColumnRuns } from '../../core/features/column-runs.ts';
import { sparingOrder } from '../../core/features/compute.ts';

const order = sparingOrder(barFeatures.map(({ name }) => name));
const uses = new Map(barFeatures.map((definition) => [definition.name, definition.uses ?? []]));
const usesOf = (name: string): readonly string[] => uses.get(name) ?? [];

/** Columns that are computed for those of a stretch. */
function closure(names: readonly string[], into = new Set<string>()): Set<string> {
  for (const name of names)
    if (!into.has(name)) {
      into.add(name);
      closure(usesOf(name), into);
    }
  return into;
}

/** Has threads that take so long over each column ask in turn. @returns what each was given, by stretch */
function deal(names: readonly string[], threads: number, cost: (name: string, thread: number) => number): string[][][] {
  const runs = new ColumnRuns(names, usesOf, threads);
  const given: string[][][] = Array.from({ length: threads }, () => []);
  const free = new Map(Array.from({ length: threads }, (_, thread) => [thread, 0]));
  while (free.size > 0) {
    const [thread, at] = [...free].reduce((first, each) => (each[1] < first[1] ? each : first));
    const next = runs.next(thread);
    if (!next) {
      free.delete(thread);
      continue;
    }
    if (next.run) {
      expect(next.run[0]).toBe(next.name);
      given[thread].push([]);
    }
    given[thread].at(-1)!.push(next.name);
    free.set(thread, at + cost(next.name, thread));
  }
  return given;
}

test('each column is given once, in stretches of the order, however many threads and whatever they take', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: order.length }),
      fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (threads, count, costs) => {
        const names = order.slice(0, count);
        const given = deal(names, threads, (name, thread) => costs[(name.length + 7 * thread) % costs.length]);
        const stretches = given.flat();
        expect(stretches.flat().toSorted()).toEqual(names.toSorted());
        for (const stretch of stretches) {
          const first = names.indexOf(stretch[0]);
          expect(stretch).toEqual(names.slice(first, first + stretch.length));
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('threads that are alike share the work evenly and compute little of it twice', () => {
  for (const threads of [2, 3, 8]) {
    const given = deal(order, threads, () => 1);
    const computed = given.map((stretches) => stretches.reduce((sum, stretch) => sum + closure(stretch).size, 0));
    expect(Math.max(...computed)).toBeLessThan((1.15 * order.length) / threads + 3);
  }
});

test('a thread that is held up keeps only what it is at', () => {
  const given = deal(order, 2, (_, thread) => (thread === 0 ? 10_000 : 1));
  expect(given[0].flat()).toHaveLength(1);
  expect(given[1].flat()).toHaveLength(order.length - 1);
});

test('a column that would have to be computed again from the beginning stays where it is', () => {
  const chain = ['a', 'b', 'c', 'd'];
  const runs = new ColumnRuns(chain, (name) => chain.slice(0, chain.indexOf(name)), 2);
  expect(runs.next(0)).toEqual({ name: 'a', run: chain });
  expect(runs.next(1)).toBeUndefined();
  expect(['b', 'c', 'd'].map(() => runs.next(0)?.name)).toEqual(['b', 'c', 'd']);
  expect(runs.next(0)).toBeUndefined();
});
