// Owns what the settings page reads first.
import { reading } from '../../lib/reading.ts';

export const CACHES = reading('caches.list', {}, ['disk', 'panels', 'runs']);
export const CONNECTIONS = reading('network.list', { limit: 500 }, ['events']);
export const TRASH = reading('workspace.trash', {}, ['datasets', 'runs', 'backtests', 'featureSets']);
export const WORKSPACE = reading('workspace.summary', {}, ['disk', 'datasets', 'runs']);
export const SHELL = reading('shell.capabilities', {}, []);
