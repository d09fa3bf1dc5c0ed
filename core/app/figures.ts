// Owns the form in which figures are stored: names in snake case, what is not finite as null.
import type { Figures } from '../contract/entities.ts';

export const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/** "rankIc" is stored as rank_ic, as every figure of the store. */
const figureName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function figures(values: Readonly<Record<string, number | null>>): Figures {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [figureName(name), finite(value)]));
}
