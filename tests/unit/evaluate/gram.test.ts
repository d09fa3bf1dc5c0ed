import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { Gram } from '../../../core/evaluate/gram.ts';

const random = new Random(5);
const rowsOf = (count: number, size: number): Float64Array[] =>
  Array.from({ length: count }, () => Float64Array.from({ length: size }, () => random.normal()));

/** Lower triangle, by the definition. */
function byDefinition(rows: readonly Float64Array[], size: number): Float64Array {
  const sum = new Float64Array(size * size);
  for (const row of rows)
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) sum[i * size + j] += row[i] * row[j];
  return sum;
}

const sumOf = (gram: Gram): Float64Array => {
  const out = new Float64Array(gram.size * gram.size);
  gram.addTo(out);
  return out;
};

test.each([
  [1, 1],
  [3, 2],
  [4, 4],
  [5, 9],
  [8, 7],
  [13, 21],
])('a size of %d and %d rows: the sum of the outer products, and nothing above the diagonal', (size, count) => {
  const rows = rowsOf(count, size);
  const gram = new Gram(size);
  for (const row of rows) gram.add(row);
  const expected = byDefinition(rows, size);
  const sum = sumOf(gram);
  for (const [i, value] of expected.entries()) expect(sum[i]).toBeCloseTo(value, 12);
});

test('it can be asked for on the way, and what comes later is added to it', () => {
  const rows = rowsOf(11, 6);
  const gram = new Gram(6);
  for (const [i, row] of rows.entries()) {
    gram.add(row);
    const expected = byDefinition(rows.slice(0, i + 1), 6);
    for (const [at, value] of sumOf(gram).entries()) expect(value).toBeCloseTo(expected[at], 12);
  }
});
