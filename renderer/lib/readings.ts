// Owns what the pages of several features read first (see reading.ts).
import { reading } from './reading.ts';

export const DATASETS = reading('datasets.list', {}, ['datasets']);
export const CHECKPOINTS = reading('checkpoints.list', { limit: 10_000 }, ['checkpoints', 'runs']);
export const FEATURE_SETS = reading('features.sets', {}, ['featureSets']);
export const PANELS = reading('panels.list', {}, ['panels', 'datasets', 'featureSets']);
export const SETTINGS = reading('settings.get', {}, ['settings']);
