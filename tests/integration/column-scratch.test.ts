// Columns written in any order come out as rows, over several files, and the disk is clean behind them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeScratch, ColumnWriter, openScratch, turnColumns } from '../../core/features/column-scratch.node.ts';
import { temporaryFolder } from '../support/training.ts';

/** Distinct for every place. */
const value = (row: number, column: number): number => Math.fround(row * 1000 + column);

test.each([
  { rows: 50_000, columns: 7, files: 4 },
  { rows: 16_384, columns: 3, files: 1 },
  { rows: 20_001, columns: 1, files: 2 },
  { rows: 100, columns: 1000, files: 1 },
  { rows: 20_000, columns: 1100, files: 2 }, // a file that is not read at once
])('$rows rows of $columns columns', ({ rows, columns, files }) => {
  const folder = join(temporaryFolder('scratch'), 'columns');
  const shape = { folder, columns, rows };
  const open = openScratch(shape);
  const writer = new ColumnWriter(shape, open);
  const order = Array.from({ length: columns }, (_, i) => (i * 7919) % columns);
  expect(new Set(order).size).toBe(columns);
  for (const column of order)
    writer.write(
      column,
      Float32Array.from({ length: rows }, (_, row) => value(row, column)),
    );
  expect(() => writer.write(columns, new Float32Array(rows))).toThrow(RangeError);
  expect(() => writer.write(0, new Float32Array(rows + 1))).toThrow(RangeError);
  closeScratch(open);
  expect(readdirSync(folder)).toHaveLength(files);
  let row = 0;
  let wrong = 0;
  const left: number[] = [];
  for (const block of turnColumns(shape)) {
    expect(block.length % columns).toBe(0);
    for (let i = 0; i < block.length; i++) if (block[i] !== value(row + Math.floor(i / columns), i % columns)) wrong++;
    row += block.length / columns;
    left.push(readdirSync(folder).length);
  }
  expect(new Set(left)).toEqual(new Set(Array.from({ length: files }, (_, i) => files - i))); // each goes before the next is read
  expect(wrong).toBe(0);
  expect(row).toBe(rows);
  expect(existsSync(folder)).toBe(false);
});
