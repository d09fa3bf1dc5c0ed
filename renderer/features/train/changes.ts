// Owns what a phase switches on, out of the paths that its file sets otherwise than the phase before it.
import type { Setting, TrainingPlan } from '../../../core/contract/views/training.ts';
import { sameSetting, settingText } from '../../lib/setting-text.ts';

export type PlannedPhase = TrainingPlan['phases'][number];

export interface Change {
  path: string;
  kind: 'on' | 'off' | 'value';
  from: string | null;
  to: string;
}

/** Paths that name the phase itself say nothing about it. */
const SILENT = new Set(['train.phase', 'mode']);

/** @param before the phase that stands before it in the product's plan; undefined for the first */
export function changesOf(phase: PlannedPhase, before: PlannedPhase | undefined): Change[] {
  return phase.changes
    .filter((path) => !SILENT.has(path))
    .flatMap((path): Change[] => {
      const to = phase.settings[path];
      const from = before?.settings[path];
      if (before && sameSetting(from, to)) return [];
      if (typeof to === 'boolean')
        return before || to ? [{ path, kind: to ? 'on' : 'off', from: null, to: String(to) }] : [];
      if (!before) return [];
      return [{ path, kind: 'value', from: from === undefined ? null : settingText(from), to: settingText(to) }];
    });
}

export const CARD_PATHS = ['train.learning_rate', 'train.max_epochs', 'train.patience'] as const;
export const LOSS_PATHS = [
  'train.loss.pinball',
  'train.loss.mse',
  'train.loss.rank_ic',
  'train.loss.ic',
  'train.loss.sharpe',
] as const;
export const AUGMENTATION_PATHS = [
  'train.augmentation.feature_noise',
  'train.augmentation.feature_mask',
  'train.augmentation.time_mask',
  'train.augmentation.day_mix',
] as const;

/** What the card of a phase lets the user edit; the rest is in the drawer. */
export function cardPaths(settings: Readonly<Record<string, Setting>>): string[] {
  const augmented = settings['train.augmentation.enabled'] === true;
  return [...CARD_PATHS, ...LOSS_PATHS, ...(augmented ? AUGMENTATION_PATHS : [])];
}
