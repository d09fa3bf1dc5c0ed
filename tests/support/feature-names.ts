// Owns the names of the sets, as tests ask for them.
import { barFeatures, coreFeatures } from '../../core/features/catalogue.ts';

export const coreNames: readonly string[] = coreFeatures.map(({ name }) => name);
export const barNames: readonly string[] = barFeatures.map(({ name }) => name);
