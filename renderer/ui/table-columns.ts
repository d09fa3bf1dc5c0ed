// Owns what a virtual table's columns say of themselves, and the order that a sorted column gives.

export type CellValue = string | number | null | undefined;

export interface Column<Row> {
  key: string;
  title: string;
  /** Pixels. */
  width: number;
  /** Takes what room is left. */
  grow?: boolean;
  /** Width of the whole table, px, below which the column gives its room to the others; always shown where absent. */
  from?: number;
  /** 'right' for figures. */
  align?: 'left' | 'right';
  /** What is sorted by, and shown unless `text` or a slot is given. */
  value: (row: Row) => CellValue;
  /** How it reads. */
  text?: (row: Row) => string;
  /** true unless said otherwise. */
  sortable?: boolean;
  /** Explains the heading, as its tooltip; names it for screen readers where the title is empty. */
  hint?: string;
}

export interface TableSort {
  key: string;
  descending: boolean;
}

/**
 * Indices of `rows` in sorted order; equal rows keep theirs, and what is missing comes last either way. Texts are compared once for
 * each that differs, since comparing by language is slow and columns of texts repeat.
 */
export function sortedOrder<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: TableSort | null,
  locale = 'en',
): Uint32Array {
  const order = Uint32Array.from(rows.keys());
  const column = sort && columns.find(({ key }) => key === sort.key);
  if (!sort || !column) return order;
  const ranks = ranksOf(rows.map(column.value), locale);
  const direction = sort.descending ? -1 : 1;
  return order.sort((a, b) => {
    const x = ranks[a];
    const y = ranks[b];
    const missing = Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return missing || (x - y) * direction || a - b;
  });
}

/** Numbers that sort as the values of a column do, texts by their place among all; NaN where one is missing. */
function ranksOf(values: readonly CellValue[], locale: string): Float64Array {
  const texts = [...new Set(values.filter((value) => typeof value === 'string'))];
  texts.sort(new Intl.Collator(locale, { numeric: true }).compare);
  const rankOf = new Map(texts.map((text, rank) => [text, rank]));
  return Float64Array.from(values, (value) => (typeof value === 'string' ? rankOf.get(value)! : (value ?? Number.NaN)));
}

/** A click on a heading: figures from the greatest, texts from A; then the other way; then as they came. */
export function nextSort<Row>(sort: TableSort | null, column: Column<Row>): TableSort | null {
  const first = column.align === 'right';
  if (sort?.key !== column.key) return { key: column.key, descending: first };
  return sort.descending === first ? { key: column.key, descending: !first } : null;
}

/** What a row holds beside its columns at most, px: its padding and its check box. */
const BESIDE = 52;

/**
 * Lets columns go where the table is too narrow for all.
 * @param optional their keys, most important first: each is shown from the width on that has room for it and those before it
 */
export function lettingGo<Row>(columns: readonly Column<Row>[], optional: readonly string[]): Column<Row>[] {
  const sum = (some: readonly Column<Row>[]): number => some.reduce((all, { width }) => all + width, 0);
  const always = BESIDE + sum(columns.filter(({ key }) => !optional.includes(key)));
  return columns.map((column) => {
    const place = optional.indexOf(column.key);
    if (place < 0) return column;
    const before = optional.slice(0, place + 1);
    return { ...column, from: always + sum(columns.filter(({ key }) => before.includes(key))) };
  });
}

/** Those that have room in a table of `width` px; the very list where all have. */
export function columnsWithin<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  return columns.some(({ from = 0 }) => from > width) ? columns.filter(({ from = 0 }) => from <= width) : columns;
}
