// Owns the catalogue: every feature of the product, in a fixed order.
import type { FeatureDefinition } from './definition.ts';
import { presence } from './disclosures.ts';
import { averageFeatures } from './families/averages.ts';
import { calendarFeatures, furtherCalendarFeatures } from './families/calendar.ts';
import { candleFeatures } from './families/candles.ts';
import { creditFeatures } from './families/credit.ts';
import { derivativeFeatures } from './families/derivatives.ts';
import { eventFeatures } from './families/events.ts';
import { flowFeatures } from './families/flows.ts';
import { indexFeatures } from './families/index-relative.ts';
import { lagFeatures } from './families/lags.ts';
import { liquidityFeatures } from './families/liquidity.ts';
import { longWindowFeatures } from './families/long-windows.ts';
import { marketStateFeatures } from './families/market-state.ts';
import { momentumFeatures } from './families/momentum.ts';
import { oscillatorFeatures } from './families/oscillators.ts';
import { furtherPeerFeatures, peerFeatures } from './families/peers.ts';
import { rankFeatures } from './families/ranks.ts';
import { regimeFeatures } from './families/regime.ts';
import { relativeFeatures } from './families/relative.ts';
import { resultFeatures } from './families/results.ts';
import { sectorFeatures } from './families/sectors.ts';
import { valuationFeatures } from './families/valuation.ts';
import { volatilityFeatures } from './families/volatility.ts';
import { volumeFeatures } from './families/volume.ts';
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

/** Everything; what needs a table beside the bars is supported by the datasets that hold it. */
export const catalogue: readonly FeatureDefinition[] = [
  ...barFeatures,
  ...indexFeatures,
  presence,
  ...valuationFeatures,
  ...resultFeatures,
  ...eventFeatures,
  ...creditFeatures,
  ...flowFeatures,
  ...derivativeFeatures,
];

export const featureNames: readonly string[] = catalogue.map(({ name }) => name);
