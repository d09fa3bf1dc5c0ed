// Owns ${path.to.key}: a value that stands elsewhere in the config.
import { AppError } from '../base/errors.ts';
import { nearestPath } from '../base/nearest.ts';

export type Tree = { [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const key of path.split('.')) {
    if (!isTree(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Every path to a value that is no section. */
export function leafPaths(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leafPaths(value, `${prefix}${key}.`) : [prefix + key],
  );
}

const REFERENCE = /\$\{([^{}]*)\}/g;

/**
 * A copy of `tree` with every reference replaced: by the value itself, type and all, where a reference is the whole text,
 * else by its text.
 * @throws config/interpolation-cycle, config/unknown-reference
 */
export function interpolate(tree: Tree, fileOf: (path: string) => string): Tree {
  /** `trail`: the paths whose values are being worked out, outermost first. */
  function resolve(value: unknown, path: string, trail: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, path, trail));
    if (isTree(value)) return resolveSection(value, `${path}.`, trail);
    if (typeof value !== 'string') return value;
    const whole = /^\$\{([^{}]*)\}$/.exec(value);
    if (whole) return follow(whole[1].trim(), [...trail, path]);
    return value.replaceAll(REFERENCE, (_, target: string) => String(follow(target.trim(), [...trail, path])));
  }

  function resolveSection(section: Tree, prefix: string, trail: readonly string[]): Tree {
    const entries = Object.entries(section);
    return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner, prefix + key, trail)]));
  }

  function follow(target: string, trail: readonly string[]): unknown {
    const path = trail[trail.length - 1];
    if (trail.includes(target)) {
      const chain = [...trail.slice(trail.indexOf(target)), target].join(' -> ');
      throw new AppError('config/interpolation-cycle', { file: fileOf(path), path, chain });
    }
    const value = valueAt(tree, target);
    if (value === undefined || isTree(value)) {
      const nearest = nearestPath(target, leafPaths(tree));
      throw new AppError('config/unknown-reference', { file: fileOf(path), path, target, nearest });
    }
    return resolve(value, target, trail);
  }

  return resolveSection(tree, '', []);
}
