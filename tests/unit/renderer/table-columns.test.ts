import { expect, test } from 'vitest';
import { type Column, columnsWithin, lettingGo, nextSort, sortedOrder } from '../../../renderer/ui/table-columns.ts';

interface Row {
  name: string;
  figure: number | null;
}
const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', width: 100, value: (row) => row.name },
  { key: 'figure', title: 'Figure', width: 100, align: 'right', value: (row) => row.figure },
];
const rows: Row[] = [
  { name: 'run-10', figure: 2 },
  { name: 'run-9', figure: null },
  { name: 'Run-2', figure: -1 },
  { name: 'run-9', figure: Number.NaN },
  { name: 'a', figure: 2 },
];
const order = (key: string, descending: boolean) => [...sortedOrder(rows, columns, { key, descending })];

test('rows come as they are until a column is asked for', () => {
  expect([...sortedOrder(rows, columns, null)]).toEqual([0, 1, 2, 3, 4]);
  expect([...sortedOrder(rows, columns, { key: 'gone', descending: true })]).toEqual([0, 1, 2, 3, 4]);
});

test('figures sort as numbers, what is missing comes last either way, and equal rows keep their order', () => {
  expect(order('figure', false)).toEqual([2, 0, 4, 1, 3]);
  expect(order('figure', true)).toEqual([0, 4, 2, 1, 3]);
});

test('texts sort by their numbers and regardless of case', () => {
  expect(order('name', false)).toEqual([4, 2, 1, 3, 0]);
});

test('a heading sorts figures from the greatest and texts from A, then the other way, then not at all', () => {
  const [name, figure] = columns;
  let sort = nextSort(null, figure);
  expect(sort).toEqual({ key: 'figure', descending: true });
  sort = nextSort(sort, figure);
  expect(sort).toEqual({ key: 'figure', descending: false });
  expect(nextSort(sort, figure)).toBeNull();
  expect(nextSort(sort, name)).toEqual({ key: 'name', descending: false });
});

test('a narrow table shows what matters most, and every column again where there is room', () => {
  const wide: Column<Row>[] = [...columns, { key: 'third', title: 'Third', width: 100, value: () => 1 }];
  const some = lettingGo(wide, ['third', 'figure']);
  const keysIn = (width: number) => columnsWithin(some, width).map(({ key }) => key);
  expect(keysIn(10)).toEqual(['name']);
  expect(keysIn(260)).toEqual(['name', 'third']);
  expect(keysIn(360)).toEqual(['name', 'figure', 'third']);
  expect(columnsWithin(some, 360)).toBe(some);
});
