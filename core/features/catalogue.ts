// Owns the catalogue: every feature of the product, in a fixed order, and finding one by name.
import { returnFeatures } from './families/returns.ts';
import type { FeatureDefinition } from './definition.ts';

export type { FeatureContext, FeatureDefinition, FeatureScope } from './definition.ts';

/** Raised whenever any feature's values change, so that caches keyed by content and version are not reused. */
export const CATALOGUE_VERSION = 1;

export const catalogue: readonly FeatureDefinition[] = [...returnFeatures];

export const featureNames: readonly string[] = catalogue.map((definition) => definition.name);
