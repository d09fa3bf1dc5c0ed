// Owns what the page of features reads first, beside what other pages do.
import { reading } from '../../lib/reading.ts';

/** Every feature that this version computes. */
export const CATALOGUE = reading('features.list', {}, []);
