// Owns the plan of a run before it is started: its phases with every setting beside its default, its days, its cost, and whatever
// would keep it from running, said as a list instead of thrown.
import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { composePhase, overrideOf, parseOverride } from '../config/compose.ts';
import { type ConfigField, configFields } from '../config/fields.ts';
import { leafPaths, valueAt } from '../config/interpolate.ts';
import { type LoadedConfig, loadConfig, readConfigFiles } from '../config/load.node.ts';
import type { Config } from '../config/schema.ts';
import { readStoredConfig } from '../config/stored.node.ts';
import type { DatasetVersion } from '../contract/entities.ts';
import type { Setting, TrainingPlan } from '../contract/views/training.ts';
import { nearestName } from '../base/nearest.ts';
import { featureNames } from '../features/catalogue.ts';
import { HORIZONS } from '../data/horizons.ts';
import { fromEpochDay } from '../base/clock.ts';
import { readCheckpointManifest, requireNoForesight, requireSameInputs } from '../train/checkpoint.node.ts';
import { featuresSpec, panelRecipe } from './handlers/features.node.ts';
import type { HostContext } from './host-context.node.ts';
import { requireCheckpoint, requireDataset } from './lookup.node.ts';
import {
  assumedRate,
  checkpointBytes,
  featureCount,
  measuredRate,
  panelBytes,
  panelSeconds,
  predictionBytes,
  StepCosts,
  workOf,
} from './training-cost.node.ts';
import { requireNoLeaks } from './sentinel/refusal.node.ts';
import { foldParts, trainedFolds } from '../train/fold.ts';
import { DayBook, type TradingDays } from './training-days.node.ts';
import { loadRunConfig, phaseComposer, phaseNames } from './training-request.node.ts';

export interface PlanInput {
  dataset: string;
  phases: readonly number[];
  overrides: readonly string[];
  phaseOverrides: Readonly<Record<string, readonly string[]>>;
  resumeCheckpoint?: string;
}

type Problem = TrainingPlan['problems'][number];
type Folds = ReturnType<typeof trainedFolds>;
/** A phase whose settings are in order. */
interface Composed {
  number: number;
  phase: string;
  config: Config;
}

interface ProductConfig {
  key: string;
  product: LoadedConfig;
  /** Of a phase. */
  defaults(phase: string): Config;
  fields: ConfigField[];
}

export class TrainingPlanner {
  readonly #context: HostContext;
  readonly #days: DayBook;
  readonly #costs = new StepCosts();
  /** By phase run: what was measured stays so. */
  readonly #rates = new Map<string, number>();
  #product: ProductConfig | undefined;

  constructor(context: HostContext) {
    this.#context = context;
    this.#days = new DayBook(context.store.folder);
  }

  /** @throws state/not-found for the dataset; input/bad-option for a phase that does not exist */
  async plan(input: PlanInput): Promise<TrainingPlan> {
    const { store, configs, settings } = this.#context;
    const { dataset, version } = await requireDataset(store, input.dataset);
    const { product, defaults, fields } = this.#productFor(dataset.name);
    const problems = new Problems();
    const asked = problems.attempt(() => loadRunConfig(configs, settings.get(), { ...input, dataset: dataset.name }));
    const sources = asked ?? product;
    const names = phaseNames(sources.config, input.phases);
    const compose = phaseComposer(sources, input.phaseOverrides);
    const composed: Composed[] = [];
    const phases: TrainingPlan['phases'] = [];
    for (const [i, phase] of names.entries()) {
      const number = input.phases[i];
      const config = problems.attempt(() => compose(phase), phase);
      if (config) composed.push({ number, phase, config });
      const typed = [...input.overrides, ...(input.phaseOverrides[phase] ?? [])];
      phases.push({
        number,
        phase,
        settings: asked && config ? settingsOf(config) : withTyped(settingsOf(config ?? defaults(phase)), typed),
        defaults: settingsOf(defaults(phase)),
        changes: number === 0 ? [] : changed(defaults(sources.config.train.phases[number - 1]), defaults(phase)),
      });
    }
    const first = composed[0]?.config ?? sources.config;
    const spec = problems.attempt(() => featuresSpec(this.#context, first, version), null, 'features.names');
    const panel = spec?.panel ?? '';
    const features = spec?.recipe.features.length ?? featureCount(first);
    const days = await this.#days.daysOf(version, panel);
    const folds = problems.attempt(() => trainedFolds(first, days.days), null, 'data.split') ?? [];
    if (days.panelReady) problems.attempt(() => requireNoLeaks(panel, first), null, 'train.allow_leaks');
    await this.#checkParent(input.resumeCheckpoint, { first, version, days, folds }, problems);
    return {
      dataset: dataset.name,
      fields,
      phases,
      folds: folds.map((fold) => ({ name: fold.name, parts: foldParts(fold, days.days) })),
      preflight: await this.#preflight({ first, composed, version, features, days, folds }, problems),
      problems: problems.list,
    };
  }

  /** What the product's files say, composed once for as long as they stay as they are. */
  #productFor(dataset: string): ProductConfig {
    const overrides = [overrideOf('data.dataset', dataset)];
    const files = readConfigFiles(this.#context.configs);
    const key = JSON.stringify([overrides, files]);
    if (this.#product?.key === key) return this.#product;
    const product = loadConfig(this.#context.configs, overrides);
    const composed = new Map<string, Config>();
    const defaults = (phase: string): Config => {
      const config = composed.get(phase) ?? composePhase(product, phase);
      composed.set(phase, config);
      return config;
    };
    this.#product = { key, product, defaults, fields: configFields(files) };
    return this.#product;
  }

  async #checkParent(
    reference: string | undefined,
    { first, version, days, folds }: { first: Config; version: DatasetVersion; days: TradingDays; folds: Folds },
    problems: Problems,
  ): Promise<void> {
    if (reference === undefined) return;
    const { store } = this.#context;
    try {
      const folder = join(store.folder, (await requireCheckpoint(store, reference)).folder);
      const manifest = readCheckpointManifest(folder);
      requireSameInputs(folder, manifest, {
        features: panelRecipe(this.#context, first, version).features,
        horizons: HORIZONS,
      });
      const date = (day: number): string => fromEpochDay(days.days[day]);
      // The first fold's days are the earliest: who knows nothing of them knows nothing of the others'.
      for (const { valid, test } of folds.slice(0, 1))
        requireNoForesight(folder, manifest, { valid: date(valid[0]), test: date(test[0]) });
    } catch (error) {
      problems.note(error);
    }
  }

  async #preflight(
    about: {
      first: Config;
      composed: readonly Composed[];
      version: DatasetVersion;
      features: number;
      days: TradingDays;
      folds: Folds;
    },
    problems: Problems,
  ): Promise<TrainingPlan['preflight']> {
    const { first, composed, version, features, days, folds } = about;
    const { store } = this.#context;
    const engine = await this.#engine(first);
    const rate = await this.#rate(engine, first);
    const freeMemoryBytes = process.availableMemory();
    const { bavail, bsize } = statfsSync(store.folder);
    const sum = { steps: 0, seconds: 0, diskBytes: 0, parameters: 0, memoryBytes: 0 };
    if (!days.panelReady) {
      sum.seconds += panelSeconds(version.rows, features);
      sum.diskBytes += panelBytes(version.rows, features);
    }
    for (const { phase, config } of composed) {
      await nextTurn(); // tracing holds the thread
      const { parameters, bytes } = this.#costs.of(config, days.mostStocks, features);
      const perDay = Math.ceil(days.meanStocks / config.train.max_batch_size);
      const batches = folds.reduce((all, { train }) => all + train.length, 0) * perDay * config.train.max_epochs;
      sum.steps += Math.ceil(batches / config.train.accumulation);
      sum.seconds += rate.seconds * workOf(config, batches, days.meanStocks, parameters);
      sum.parameters = Math.max(sum.parameters, parameters);
      sum.memoryBytes = Math.max(sum.memoryBytes, bytes);
      const testDays = folds.reduce((all, { test }) => all + test.length, 0);
      sum.diskBytes += checkpointBytes(parameters) * folds.length + predictionBytes(config, testDays, days.meanStocks);
      this.#checkMemory({ phase, config, bytes, stocks: days.mostStocks, freeMemoryBytes }, problems);
    }
    const preflight = { ...sum, freeMemoryBytes, freeDiskBytes: bavail * bsize };
    const needed = preflight.diskBytes + first.train.guards.min_free_disk_mb * 1e6;
    if (needed > preflight.freeDiskBytes) {
      const [wanted, free] = [gigabytes(needed), gigabytes(preflight.freeDiskBytes)];
      problems.note(new AppError('resource/disk-full', { path: store.folder, needed: wanted, free }));
    }
    const stocks = days.mostStocks;
    const { min_nodes_per_day: smallest } = first.train;
    if (stocks < smallest) {
      const params = { part: 'train', least: smallest, history: first.model.sequence_length };
      problems.note(new AppError('data/too-few-stocks', params), null, 'train.min_nodes_per_day');
    }
    for (const name of typeof first.features.names === 'string' ? [] : first.features.names)
      if (!featureNames.includes(name))
        problems.note(
          new AppError('data/unknown-feature', { name, nearest: nearestName(name, featureNames) }),
          null,
          'features.names',
        );
    return { ...preflight, stocks, features, measured: rate.measured, engine, panelReady: days.panelReady };
  }

  /** Halving batches is what training does by itself; what does not fit even so is a problem. */
  #checkMemory(
    about: { phase: string; config: Config; bytes: number; stocks: number; freeMemoryBytes: number },
    problems: Problems,
  ): void {
    const { phase, config, bytes, stocks, freeMemoryBytes } = about;
    const { guards, max_batch_size, min_nodes_per_day } = config.train;
    const size = Math.min(stocks, max_batch_size);
    const least = (bytes * min_nodes_per_day) / Math.max(size, 1);
    if (least <= freeMemoryBytes * guards.memory_fraction) return;
    const [needed, free] = [gigabytes(bytes), gigabytes(freeMemoryBytes)];
    problems.note(new AppError('resource/step-too-large', { needed, free, stocks: size }), phase);
  }

  /** What engine=auto is going to be, as far as that is known without probing. */
  async #engine({ engine }: Config): Promise<string> {
    if (engine !== 'auto') return engine;
    const { probed, store } = this.#context;
    return probed.last?.engine ?? (await store.runs.lastEngine()) ?? 'onnx-cpu';
  }

  async #rate(engine: string, { threads }: Config): Promise<{ seconds: number; measured: boolean }> {
    const { store, log } = this.#context;
    const phases = await store.runs.measuredPhases(engine, MEASURED_PHASES);
    const rates = phases.flatMap((phase) => {
      const known = this.#rates.get(phase.id);
      const rate = known ?? measuredRate(phase, readStoredConfig(phase.config, phase.id, log), this.#costs);
      if (rate !== null) this.#rates.set(phase.id, rate);
      return rate ?? [];
    });
    if (rates.length > 0) return { seconds: rates.sort((a, b) => a - b)[rates.length >> 1], measured: true };
    return { seconds: assumedRate(threads === 0 ? availableParallelism() - 1 : threads), measured: false };
  }
}

/** The newest phases that time is told by. */
const MEASURED_PHASES = 5;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

class Problems {
  readonly list: Problem[] = [];

  /** @returns undefined where it threw what a user can mend */
  attempt<T>(act: () => T, phase: string | null = null, path: string | null = null): T | undefined {
    try {
      return act();
    } catch (error) {
      this.note(error, phase, path);
      return undefined;
    }
  }

  /** What is wrong in every phase alike is said once. @throws what is no AppError */
  note(error: unknown, phase: string | null = null, path: string | null = null): void {
    if (!(error instanceof AppError)) throw error;
    const named = error.code.startsWith('config/') && typeof error.params.path === 'string';
    const at = named ? String(error.params.path) : path;
    const said = this.list.some((one) => one.error.message === error.message);
    if (!said) this.list.push({ error: error.toJSON(), phase, path: at });
  }
}

const settingsOf = (config: Config): Record<string, Setting> =>
  Object.fromEntries(leafPaths(config).map((path) => [path, valueAt(config, path) as Setting]));

/** What was typed, over the defaults, as far as it can be read: a form shows a wrong value as it stands. */
function withTyped(defaults: Record<string, Setting>, overrides: readonly string[]): Record<string, Setting> {
  const typed = overrides.flatMap((text): [string, Setting][] => {
    try {
      const { path, value } = parseOverride(text);
      return Object.hasOwn(defaults, path) && isSetting(value) ? [[path, value]] : [];
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  });
  return { ...defaults, ...Object.fromEntries(typed) };
}

function isSetting(value: unknown): value is Setting {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string' || typeof item === 'number');
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Paths whose values differ, the name of the phase aside. */
function changed(before: Config, after: Config): string[] {
  const same = (path: string): boolean =>
    JSON.stringify(valueAt(before, path)) === JSON.stringify(valueAt(after, path));
  return leafPaths(after).filter((path) => path !== 'train.phase' && !same(path));
}
