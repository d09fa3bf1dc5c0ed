// Owns the calls on features: the catalogue, feature sets, panels, and what a panel's columns are like and worth.
import { z } from 'zod';
import { featureSetSchema } from '../entities.ts';
import { nameSchema } from '../names.ts';
import { catalogueEntrySchema } from '../views.ts';
import {
  correlationSchema,
  featureAnalysisSchema,
  featureProfileSchema,
  panelListingSchema,
} from '../views/features.ts';
import { none, overrides, reference, started } from './common.ts';

export const featureCalls = {
  'features.list': { input: none, output: z.array(catalogueEntrySchema) },
  /** What of the catalogue the newest version of a dataset does not support, and which inputs it lacks. */
  'features.unsupported': {
    input: z.object({ dataset: reference }),
    output: z.array(z.object({ name: z.string(), lacks: z.array(z.string()) })),
  },
  'features.build': { input: z.object({ dataset: reference, overrides }), output: started },
  /** Sets saved by name. A run takes one by the override features.names=[...]. */
  'features.sets': { input: none, output: z.array(featureSetSchema) },
  /** Saves a choice of features; a set of that name is replaced. @throws data/unknown-feature, config/target-as-feature */
  'features.saveSet': {
    input: z.object({ name: nameSchema, names: z.array(z.string()).min(1) }),
    output: featureSetSchema,
  },
  /** Into the trash: workspace.restore takes it back. */
  'features.deleteSet': { input: z.object({ name: reference }), output: z.null() },
  /** Newest first. */
  'panels.list': { input: z.object({ dataset: reference.optional() }), output: z.array(panelListingSchema) },
  /** Starts the job that measures every column of a panel, or names the one at work on it; what it finds is kept with the panel. */
  'features.analyse': { input: z.object({ panel: reference }), output: started },
  /** null until features.analyse has been run. */
  'features.analysis': { input: z.object({ panel: reference }), output: featureAnalysisSchema.nullable() },
  /** @throws state/not-analysed before that, data/panel-lacks-features */
  'features.profile': { input: z.object({ panel: reference, feature: z.string() }), output: featureProfileSchema },
  /** Mean daily cross-sectional correlation of the features named, all of the panel at most. @throws as features.profile */
  'features.correlation': {
    input: z.object({ panel: reference, features: z.array(z.string()).min(2) }),
    output: correlationSchema,
  },
};
