// Owns the catalogue: every feature of the product, in a fixed order.
import type { FeatureDefinition } from './definition.ts';
import { averageFeatures } from './families/averages.ts';
import { calendarFeatures } from './families/calendar.ts';
import { candleFeatures } from './families/candles.ts';
import { momentumFeatures } from './families/momentum.ts';
import { oscillatorFeatures } from './families/oscillators.ts';
import { peerFeatures } from './families/peers.ts';
import { regimeFeatures } from './families/regime.ts';
import { relativeFeatures } from './families/relative.ts';
import { volatilityFeatures } from './families/volatility.ts';
import { volumeFeatures } from './families/volume.ts';

export type { FeatureContext, FeatureDefinition, FeatureScope } from './definition.ts';

export const catalogue: readonly FeatureDefinition[] = [
  ...momentumFeatures,
  ...averageFeatures,
  ...oscillatorFeatures,
  ...volatilityFeatures,
  ...volumeFeatures,
  ...candleFeatures,
  ...relativeFeatures,
  ...peerFeatures,
  ...regimeFeatures,
  ...calendarFeatures,
];

export const featureNames: readonly string[] = catalogue.map((definition) => definition.name);
