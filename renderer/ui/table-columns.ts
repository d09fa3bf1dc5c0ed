// Owns what a virtual table's columns say of themselves, and the order that a sorted column gives.

export type CellValue = string | number | null | undefined;

export interface Column<Row> {
  key: string;
  title: string;
  /** Pixels. */
  width: number;
  /** Takes what room is left. */
  grow?: boolean;
  /** 'right' for figures. */
  align?: 'left' | 'right';
  /** What is sorted by, and shown unless `text` or a slot is given. */
  value: (row: Row) => CellValue;
  /** How it reads. */
  text?: (row: Row) => string;
  /** true unless said otherwise. */
  sortable?: boolean;
  /** Explains the heading, as its tooltip. */
  hint?: string;
}

export interface TableSort {
  key: string;
  descending: boolean;
}

const isMissing = (value: CellValue): boolean =>
  value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value));

/** Indices of `rows` in sorted order; equal rows keep theirs, and what is missing comes last either way. */
export function sortedOrder<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: TableSort | null,
  locale = 'en',
): Uint32Array {
  const order = Uint32Array.from(rows.keys());
  const column = sort && columns.find(({ key }) => key === sort.key);
  if (!sort || !column) return order;
  const values = rows.map(column.value);
  const direction = sort.descending ? -1 : 1;
  const texts = new Intl.Collator(locale, { numeric: true });
  return order.sort((a, b) => {
    const x = values[a];
    const y = values[b];
    const missing = Number(isMissing(x)) - Number(isMissing(y));
    if (missing !== 0 || isMissing(x)) return missing || a - b;
    const by = typeof x === 'number' && typeof y === 'number' ? x - y : texts.compare(String(x), String(y));
    return by * direction || a - b;
  });
}

/** A click on a heading: figures from the greatest, texts from A; then the other way; then as they came. */
export function nextSort<Row>(sort: TableSort | null, column: Column<Row>): TableSort | null {
  const first = column.align === 'right';
  if (sort?.key !== column.key) return { key: column.key, descending: first };
  return sort.descending === first ? { key: column.key, descending: !first } : null;
}
