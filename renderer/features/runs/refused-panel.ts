// Owns telling a run that was refused because its panel leaks from one that failed on its way.
import type { Run } from '../../../core/contract/entities.ts';

/** First letters of the panel's key; null where the run ended otherwise, or has not. */
export function refusedPanel({ status, outcome }: Pick<Run, 'status' | 'outcome'>): string | null {
  return status === 'failed' && outcome?.code === 'data/leaking-panel' ? String(outcome.params.panel ?? '') : null;
}
