// Owns the catalogue: every feature of the product, in a fixed order.
import type { FeatureDefinition } from './definition.ts';
import { averageFeatures } from './families/averages.ts';
import { calendarFeatures, furtherCalendarFeatures } from './families/calendar.ts';
import { candleFeatures } from './families/candles.ts';
import { momentumFeatures } from './families/momentum.ts';
import { oscillatorFeatures } from './families/oscillators.ts';
import { furtherPeerFeatures, peerFeatures } from './families/peers.ts';
import { regimeFeatures } from './families/regime.ts';
import { relativeFeatures } from './families/relative.ts';
import { volatilityFeatures } from './families/volatility.ts';
import { volumeFeatures } from './families/volume.ts';

import { lagFeatures } from './families/lags.ts';
import { liquidityFeatures } from './families/liquidity.ts';
import { longWindowFeatures } from './families/long-windows.ts';
import { marketStateFeatures } from './families/market-state.ts';
import { rankFeatures } from './families/ranks.ts';
import { sectorFeatures } from './families/sectors.ts';
import { windowFeatures } from './families/windows.ts';

export type { FeatureContext, FeatureDefinition, FeatureInput, FeatureScope } from './definition.ts';

/** What is trained with unless told otherwise: about 130 features of prices and volumes. */
export const coreFeatures: readonly FeatureDefinition[] = [
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

/** What daily bars alone support. */
export const barFeatures: readonly FeatureDefinition[] = [
  ...coreFeatures,
  ...longWindowFeatures,
  ...windowFeatures,
  ...lagFeatures,
  ...liquidityFeatures,
  ...rankFeatures,
  ...sectorFeatures,
  ...furtherPeerFeatures,
  ...marketStateFeatures,
  ...furtherCalendarFeatures,
];

export const catalogue: readonly FeatureDefinition[] = [...barFeatures];

export const featureNames: readonly string[] = catalogue.map((definition) => definition.name);
