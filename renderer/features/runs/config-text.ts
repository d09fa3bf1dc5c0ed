// Owns reading a stored config for display: its keys as dotted paths, and where two configs differ.
import { parse } from 'yaml';

/** Dotted paths to values as they read in YAML's flow form: { 'train.loss.mse': '0.3' }. */
export function configLeaves(yaml: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    else leaves.set(path, leafText(value));
  };
  walk(parse(yaml), '');
  return leaves;
}

function leafText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}

export interface ConfigDifference {
  path: string;
  default: string | null;
  here: string;
}

/** Keys of `config` whose value is another than in `defaults`. What every run sets for itself is left out. */
export function differencesFrom(
  defaults: ReadonlyMap<string, string>,
  config: ReadonlyMap<string, string>,
): ConfigDifference[] {
  return [...config]
    .filter(([path, value]) => !OWN.has(path) && defaults.get(path) !== value)
    .map(([path, here]) => ({ path, default: defaults.get(path) ?? null, here }));
}

const OWN = new Set(['data.dataset', 'train.phase', 'data.split.fold']);
