// Owns what clients see of the catalogue of features.
import type { z } from 'zod';
import type { catalogueEntrySchema } from '../contract/views.ts';
import { barFeatures, catalogue, coreFeatures } from '../features/catalogue.ts';

type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/** JSON has no infinity. */
const bound = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function catalogueEntries(): CatalogueEntry[] {
  const core = new Set(coreFeatures);
  const bars = new Set(barFeatures);
  return catalogue.map((definition) => {
    const { name, family, formula, window, warmup, source, scope, inputs = [], kind = 'number', range } = definition;
    return {
      ...{ name, family, formula, window, warmup, source, scope },
      set: core.has(definition) ? 'core' : bars.has(definition) ? 'prices' : 'all',
      inputs: [...inputs],
      kind,
      range: range ? [bound(range[0]), bound(range[1])] : null,
      indicator: definition.indicator ?? null,
    };
  });
}
