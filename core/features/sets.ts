// Owns the sets of features that a config may name, and what remains of a choice where the data do not support all of it.
import { AppError } from '../base/errors.ts';
import { barFeatures, catalogue, coreFeatures } from './catalogue.ts';
import type { FeatureDefinition } from './definition.ts';
import { type Held, lackingInputs, type UnsupportedFeature } from './inputs.ts';

/** `core`: what is trained with unless told otherwise. `prices`: all that daily bars support. `all`: the whole catalogue. */
export const FEATURE_SETS = {
  core: coreFeatures,
  prices: barFeatures,
  all: catalogue,
} as const satisfies Record<string, readonly FeatureDefinition[]>;
export type FeatureSetName = keyof typeof FEATURE_SETS;

/**
 * The features of a choice that the data support: a set leaves out what they do not, each name of a list is a demand. Names that are not
 * in the catalogue are left to whoever computes them.
 * @throws data/feature-lacks-input for a name of a list that the data do not support
 */
export function settleFeatures(choice: FeatureSetName | readonly string[], held: Held): readonly string[] {
  const lacking = unsupportedFeatures(held);
  if (typeof choice === 'string') {
    const without = new Set(lacking.map(({ name }) => name));
    return FEATURE_SETS[choice].map(({ name }) => name).filter((name) => !without.has(name));
  }
  const first = lacking.find(({ name }) => choice.includes(name));
  if (first) throw new AppError('data/feature-lacks-input', { name: first.name, lacks: first.lacks.join(', ') });
  return choice;
}

/** What of the catalogue cannot be computed where no more than this is held, in its order, each with what is lacking. */
export function unsupportedFeatures(held: Held): UnsupportedFeature[] {
  return lackingInputs(catalogue, held);
}
