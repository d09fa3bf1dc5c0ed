// Owns how phase runs are called: by their phase, and in a walk forward by their fold before it: "fold2/phase1_adaptive_norm".

export { PHASE_WORDS, phaseTitle } from '../base/phase-words.ts';

const IN_FOLD = /^fold([1-9]\d*)\/(.+)$/s;

/** @param fold from 1; null outside a walk forward @param name of a phase, or of what else there is one of in each fold */
export const nameInFold = (fold: number | null, name: string): string => (fold === null ? name : `fold${fold}/${name}`);

export function partsOfName(name: string): { fold: number | null; name: string } {
  const [, fold, rest] = IN_FOLD.exec(name) ?? [];
  return fold === undefined ? { fold: null, name } : { fold: Number(fold), name: rest };
}
