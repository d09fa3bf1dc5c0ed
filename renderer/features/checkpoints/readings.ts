// Owns what the choice of what to compare reads first.
import { reading } from '../../lib/reading.ts';

/** Checkpoints that were evaluated out of sample. */
export const EVALUATED = reading('backtests.candidates', {}, ['evaluations']);
