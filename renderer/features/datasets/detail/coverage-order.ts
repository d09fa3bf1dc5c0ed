// Owns the order in which a coverage map shows its codes.
import type { Coverage } from '../../../../core/contract/views/datasets.ts';

export const ORDERS = ['code', 'coverage', 'sector', 'first'] as const;
export type CoverageOrder = (typeof ORDERS)[number];

/** Indexes into the codes, in the order asked; equal ones stand by code. */
export function coverageOrder({ codes, sectors, periods, cells }: Coverage, by: CoverageOrder): Int32Array {
  const width = periods.length;
  const texts = new Intl.Collator('en', { numeric: true });
  const order = Int32Array.from(codes.keys());
  const byCode = (a: number, b: number): number => texts.compare(codes[a], codes[b]);
  if (by === 'code') return order.sort(byCode);
  if (by === 'sector') {
    // Codes without a sector come last.
    const key = (i: number): string => sectors[i] ?? '\uffff';
    return order.sort((a, b) => texts.compare(key(a), key(b)) || byCode(a, b));
  }
  const keys = Float64Array.from(codes, (_, i) => {
    const row = cells.subarray(i * width, (i + 1) * width);
    if (by === 'coverage') return row.reduce((sum, share) => sum + share, 0);
    const first = row.findIndex((share) => share > 0);
    return first < 0 ? width : first;
  });
  return order.sort((a, b) => keys[a] - keys[b] || byCode(a, b));
}

/** The cells with their rows in that order. */
export function orderedCells({ periods, cells }: Coverage, order: Int32Array): Uint8Array {
  const width = periods.length;
  const ordered = new Uint8Array(order.length * width);
  for (const [to, from] of order.entries()) ordered.set(cells.subarray(from * width, (from + 1) * width), to * width);
  return ordered;
}
