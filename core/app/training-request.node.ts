// Owns what a request to train comes to: the config of the run and of each phase, out of the config files, the workspace's
// settings, the overrides that hold for all phases, and those of single phases, later ones over earlier ones.
import { AppError } from '../base/errors.ts';
import { nearestName } from '../base/nearest.ts';
import { composePhase, overrideOf } from '../config/compose.ts';
import { type LoadedConfig, loadConfig } from '../config/load.node.ts';
import type { Config } from '../config/schema.ts';
import { type Settings, SETTINGS_DEFAULTS } from '../contract/views/workspace.ts';

export interface TrainingRequest {
  /** Name of the dataset. */
  dataset: string;
  overrides: readonly string[];
  /** By phase. */
  phaseOverrides: Readonly<Record<string, readonly string[]>>;
}

/** What the settings say of new runs; what they leave at the product's defaults is left to the config files. */
export function settingOverrides(settings: Settings): string[] {
  return (['engine', 'threads'] as const)
    .filter((key) => settings[key] !== SETTINGS_DEFAULTS[key])
    .map((key) => overrideOf(key, settings[key]));
}

/** The config that holds for the run as a whole. @throws config/* */
export function loadRunConfig(
  configs: string,
  settings: Settings,
  { dataset, overrides }: Pick<TrainingRequest, 'dataset' | 'overrides'>,
): LoadedConfig {
  return loadConfig(configs, [...settingOverrides(settings), ...overrides, overrideOf('data.dataset', dataset)]);
}

/** Names of phases by their numbers. @throws input/bad-option */
export function phaseNames({ train }: Pick<Config, 'train'>, numbers: readonly number[]): string[] {
  return numbers.map((number) => {
    const name = train.phases[number];
    if (name !== undefined) return name;
    const problem = `there are ${train.phases.length} phases: 0 to ${train.phases.length - 1}`;
    throw new AppError('input/bad-option', { option: `--phase ${number}`, problem });
  });
}

/** Composes phases of a run. @throws config/*; config/unknown-key also for overrides of a phase that there is not */
export function phaseComposer(
  sources: LoadedConfig,
  phaseOverrides: TrainingRequest['phaseOverrides'],
): (phase: string, more?: readonly string[]) => Config {
  const { phases } = sources.config.train;
  const unknown = Object.keys(phaseOverrides).find((name) => !phases.includes(name));
  return (phase, more = []) => {
    if (unknown !== undefined)
      throw new AppError('config/unknown-key', {
        file: 'phase overrides',
        path: unknown,
        nearest: nearestName(unknown, phases),
      });
    const own = phaseOverrides[phase] ?? [];
    for (const override of own) requireOwn(phase, override);
    return composePhase({ ...sources, overrides: [...sources.overrides, ...own, ...more] }, phase);
  };
}

/** Days, features and engine are those of the run: what a phase may have of its own is the model and how it is trained. */
function requireOwn(phase: string, override: string): void {
  const path = override.slice(0, Math.max(0, override.indexOf('=')));
  if (/^(model|train)\./.test(path) && path !== 'train.phases' && path !== 'train.phase') return;
  if (path !== 'model') throw new AppError('config/not-per-phase', { phase, path: path || override });
}
