// Owns building and measuring panels, what a config asks of one, its row in the store, and feature sets saved by name.
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest.ts';
import { overrideOf } from '../../config/compose.ts';
import { loadConfig } from '../../config/load.node.ts';
import type { Config } from '../../config/schema.ts';
import type { Handlers } from '../../contract/api.ts';
import type { DatasetVersion, Panel } from '../../contract/entities.ts';
import { Z_SCORE_DEFAULTS } from '../../features/cross-section.ts';
import { featureNames } from '../../features/catalogue.ts';
import { settleFeatures, unsupportedFeatures } from '../../features/sets.ts';
import { rejectTargets } from '../../features/targets.ts';
import { type PanelRecipe, panelKey } from '../../features/panel-build.node.ts';
import { readPanelManifest } from '../../features/panel.node.ts';
import { foldsToTrain } from '../../train/fold.ts';
import type { HostContext } from '../host-context.node.ts';
import type { ExaminedFeatures } from '../jobs/examine.node.ts';
import type { FeaturesResult, FeaturesSpec } from '../jobs/features.node.ts';
import { hashValue } from '../../base/hash.node.ts';
import type { AnalyseResult, AnalyseSpec } from '../jobs/analyse.node.ts';
import { requireDataset, requireFeatureSet, requirePanel } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { heldInputs } from '../held-inputs.node.ts';

/** Share of the graph's lookback that a stock must have traded on to have neighbours. */
const LEAST_OVERLAP = 2 / 3;

/** What the config leaves out of the universe; undefined where it leaves out nothing. */
function universeOf({ data }: Config): FeaturesSpec['universe'] {
  const { min_turnover, exclude_sectors } = data.universe;
  if (min_turnover === 0 && exclude_sectors.length === 0) return undefined;
  return { rules: { minimumMedianTurnover: min_turnover, excludedSectors: exclude_sectors }, split: { data } };
}

/** A walk forward over all folds is judged by its first; before it could be trained in one run, the same split meant its last fold. */
const judgedBy = (config: Config): string[] => (foldsToTrain(config).length > 1 ? ['first fold'] : []);

/** Whose a list of features is: `asked` for now, and so held against what the data hold, or `stored` with a run that was begun on them. */
export type ListOrigin = 'asked' | 'stored';

/**
 * What a panel must hold for this config on these bars.
 * @throws data/feature-lacks-input where the config asks for a feature that they do not support, and what readManifest throws
 */
export function panelRecipe(
  { store }: Pick<HostContext, 'store'>,
  config: Config,
  version: DatasetVersion,
  origin: ListOrigin = 'asked',
): PanelRecipe {
  const { data, features } = config;
  const { lookback, k, threshold } = features.graph;
  const universe = universeOf(config);
  const { inputs, closes } = heldInputs(store.folder, version);
  // The same figures are known on other days where the exchange closes at another hour.
  const content = closes === null ? version.contentHash : hashValue([version.contentHash, closes]);
  return {
    // The universe depends on the split, by its day of judgement; without one, every split shares the panel.
    dataHash: universe
      ? hashValue([content, universe.rules, data.split, data.last_days, ...judgedBy(config)])
      : content,
    features:
      origin === 'stored' && typeof features.names !== 'string'
        ? features.names
        : settleFeatures(features.names, inputs),
    unsupported: unsupportedFeatures(inputs),
    graph: { lookback, k, threshold, minOverlap: Math.ceil(lookback * LEAST_OVERLAP) },
    minHistory: data.universe.min_history,
    zScore: { ...Z_SCORE_DEFAULTS, winsorise: features.winsorize },
  };
}

/** The job that builds, or finds, the panel of a config. */
export function featuresSpec(
  context: HostContext,
  config: Config,
  version: DatasetVersion,
  origin?: ListOrigin,
): FeaturesSpec {
  const { store } = context;
  const recipe = panelRecipe(context, config, version, origin);
  return {
    task: 'features',
    dataset: join(store.folder, version.folder),
    recipe,
    universe: universeOf(config),
    panel: join(store.folder, workspacePaths.panel(panelKey(recipe))),
    graphCache: join(store.folder, workspacePaths.graphCache),
    config: { data: config.data, features: config.features },
  };
}

/**
 * Stores what was built, by what its folder says of it: it may be of another version of the program. A panel that is known already stays as
 * it was.
 * @throws data/damaged-panel
 */
export async function storePanel(
  { store }: HostContext,
  config: Config,
  version: DatasetVersion,
  folder: string,
  result: FeaturesResult,
): Promise<Panel> {
  const { graph, rows, stocks, days, bytes } = result;
  const { key, features, minHistory, zScore, graph: built } = readPanelManifest(folder);
  const { lookback, k, threshold, minOverlap } = built;
  const parameters = { graph: { lookback, k, threshold, minOverlap }, minHistory, zScore };
  const names = features.map(({ name }) => name);
  return await store.transaction(async ({ panels }) => {
    const featureSet = await panels.ensureFeatureSet({
      name: config.features.set,
      hash: hashValue({ names, parameters }),
      names,
      parameters,
    });
    return await panels.ensure({
      datasetVersionId: version.id,
      featureSetId: featureSet.id,
      hash: key,
      folder: workspacePaths.panel(key),
      rows,
      stocks,
      days,
      bytes,
      graph,
    });
  });
}

export function featureWriters(context: HostContext) {
  return {
    'features.build': async ({ dataset: name, overrides }) => {
      const { version, dataset } = await requireDataset(context.store, name);
      const { config } = loadConfig(context.configs, [...overrides, overrideOf('data.dataset', dataset.name)]);
      const spec = featuresSpec(context, config, version);
      const jobId = await context.jobs.start({
        kind: 'features',
        worker: 'pipeline',
        spec,
        finish: async ({ outcome, result }) => {
          if (outcome !== 'finished') return undefined;
          // A worker of this build returned it.
          const built = result as ExaminedFeatures;
          const { reused, added, verdict } = built;
          return { panel: await storePanel(context, config, version, spec.panel, built), reused, added, verdict };
        },
      });
      return { jobId };
    },
    'features.analyse': async ({ panel: reference }) => {
      const panel = await requirePanel(context.store, reference);
      const spec: AnalyseSpec = {
        task: 'analyse',
        panel: join(context.store.folder, panel.folder),
        trainFraction: loadConfig(context.configs, []).config.data.split.train_fraction,
      };
      const jobId = await context.jobs.startOnce({
        kind: 'analyse',
        worker: 'pipeline',
        spec,
        finish: async ({ outcome, result }) => {
          if (outcome !== 'finished') return undefined;
          context.changes.changed('panels'); // no row of theirs says that they were measured
          // A worker of this build returned it.
          return { panelId: panel.id, ...(result as AnalyseResult) };
        },
      });
      return { jobId };
    },
    'features.saveSet': async ({ name, names }) => {
      rejectTargets(names);
      const unknown = names.find((each) => !featureNames.includes(each));
      if (unknown !== undefined)
        throw new AppError('data/unknown-feature', { name: unknown, nearest: nearestName(unknown, featureNames) });
      const distinct = [...new Set(names)];
      return await context.store.featureSets.save({ name, names: distinct, hash: hashValue(distinct) });
    },
    'features.deleteSet': async ({ name }) => {
      const set = await requireFeatureSet(context.store, name);
      await context.store.featureSets.trash(set.id);
      return null;
    },
  } satisfies Partial<Handlers>;
}
