// Owns the list of every case, named for the test runner.
import { cases } from './cases.ts';
import { composites } from './composites.ts';
import type { Case } from './harness.ts';

export const allCases: readonly (readonly [name: string, item: Case])[] = [
  ...Object.entries(cases).flatMap(([op, list]) => list.map((item) => [`${op}: ${item.what}`, item] as const)),
  ...composites.map((item) => [`graph: ${item.what}`, item] as const),
];
