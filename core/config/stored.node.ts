// Owns reading configs that were stored by this or another version: keys that are gone are left out, keys that came later take the
// product's defaults, and both are said.
import { fileURLToPath } from 'node:url';
import type { Log } from '../base/log.ts';
import { checkConfig } from './check.ts';
import { composePhase, groupChoices, parseConfigText } from './compose.ts';
import { isTree, leafPaths, type Tree, valueAt } from './interpolate.ts';
import { loadConfig } from './load.node.ts';
import { type Config, schemaPaths } from './schema.ts';

/** The config files that the product brings. */
export const PRODUCT_CONFIGS = fileURLToPath(new URL('../../configs', import.meta.url));

/** What the product's own files say, for the phase that the stored config is of. */
function defaultsFor(stored: Tree): Config {
  const product = loadConfig(PRODUCT_CONFIGS);
  const phase = String(valueAt(stored, 'train.phase'));
  return groupChoices(product.files, 'train').includes(phase) ? composePhase(product, phase) : product.config;
}

/**
 * @param stored a config as it was, parsed
 * @param file named in messages
 * @throws config/wrong-value, config/inconsistent
 */
export function storedConfig(stored: Tree, file: string, log: Log): Config {
  const known = schemaPaths();
  const keys = known.filter((path) => !known.some((other) => other.startsWith(`${path}.`)));
  const missing = keys.filter((path) => valueAt(stored, path) === undefined);
  const gone = leafPaths(stored).filter((path) => !known.includes(path));
  const defaults = missing.length > 0 ? defaultsFor(stored) : undefined;
  const tree: Tree = {};
  for (const path of keys) set(tree, path, valueAt(missing.includes(path) ? defaults : stored, path));
  // Runs write a set out by its names, except the core: 'all' is of a time when there were no other features.
  if (valueAt(tree, 'features.names') === 'all') set(tree, 'features.names', 'core');
  if (missing.length > 0)
    log('info', `${file}: stored without ${missing.join(', ')}; the defaults are taken`, { missing });
  if (gone.length > 0) log('info', `${file}: ${gone.join(', ')} no longer exist and are left out`, { gone });
  return checkConfig(tree, () => file);
}

/** Reads what configToYaml wrote. @throws config/bad-yaml, config/wrong-value, config/inconsistent */
export function readStoredConfig(text: string, file: string, log: Log): Config {
  return storedConfig(parseConfigText(text, file), file, log);
}

function set(tree: Tree, path: string, value: unknown): void {
  const sections = path.split('.');
  const key = sections.pop()!;
  let at = tree;
  for (const section of sections) {
    const inner = isTree(at[section]) ? at[section] : {};
    at[section] = inner;
    at = inner;
  }
  at[key] = value;
}
