// Owns where a matrix product is cut along its inner dimension, so that one and two threads round it alike.
import { type Dim, factorOf, symbolsOf } from '../tensor/dims.ts';

/** A symbolic dimension stands for at least this many. */
const LEAST_SYMBOL = 16;
/** Columns above this are two shares that ONNX Runtime blocks as it does the whole. */
const WIDEST = 128;

/**
 * ONNX Runtime's CPU kernel sums a product over blocks of its inner dimension, the longer the fewer columns there are, and gives each
 * thread a share of the columns where these are more than the rows. So two threads would add up other blocks than one. A product
 * that is cut into the single thread's blocks beforehand leaves them no choice. A product of a transposed left side has fixed blocks.
 * @returns lengths of the parts; none where nothing needs to be cut
 */
export function innerBlocks(rows: Dim, inner: Dim, columns: Dim): number[] {
  if (typeof inner !== 'number') return [];
  const leastRows = factorOf(rows) * (symbolsOf(rows).length > 0 ? LEAST_SYMBOL : 1);
  const shared = typeof columns === 'number' && columns > 16 && columns <= WIDEST && columns > leastRows;
  const block = Number(columns) > 64 ? 128 : Number(columns) > 32 ? 256 : 512;
  if (!shared || inner <= block) return [];
  return Array.from({ length: Math.ceil(inner / block) }, (_, i) => Math.min(block, inner - i * block));
}
