// Owns reading a config folder from disk, and the hash by which equal configs are known.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import { type ConfigFiles, type ConfigSources, composeConfig } from './compose.ts';
import type { Config } from './schema.ts';

export interface LoadedConfig extends ConfigSources {
  readonly config: Config;
}

/**
 * Reads every .yaml of `folder` and composes them.
 * @throws config/no-folder, and what composeConfig throws
 */
export function loadConfig(folder: string, overrides: readonly string[] = []): LoadedConfig {
  const files = readConfigFiles(folder);
  return { files, overrides, folder, config: composeConfig(files, overrides, folder) };
}

export function readConfigFiles(folder: string): ConfigFiles {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new AppError('config/no-folder', { folder }, cause);
  }
  const paths = names.filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
  );
}

/** Equal for configs that are equal key by key. */
export function configHash(config: Config): string {
  return hashValue(config);
}
