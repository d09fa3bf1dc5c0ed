// Owns the version of each feature: a hash of what its definition says, its revision, and the versions of the features that it builds on.
import { hashValue } from '../../base/hash.node.ts';
import type { FeatureDefinition } from '../definition.ts';

const LENGTH = 16;

/** Versions by name; a name that is not among the definitions has version '', and whoever computes it will say so. */
export function featureVersions(
  names: readonly string[],
  definitions: readonly FeatureDefinition[],
): Map<string, string> {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const versions = new Map<string, string>();
  const versionOf = (name: string): string => {
    const held = versions.get(name);
    if (held !== undefined) return held;
    versions.set(name, ''); // ends a circle; computing one never ends, and so is noticed
    const definition = known.get(name);
    if (!definition) return '';
    const { formula, window, warmup, scope, sameForAllStocks, inputs, uses = [], revision = 1 } = definition;
    const says = { name, formula, window, warmup, scope, sameForAllStocks, inputs, revision };
    const version = hashValue({ ...says, uses: uses.map(versionOf) }).slice(0, LENGTH);
    versions.set(name, version);
    return version;
  };
  return new Map(names.map((name) => [name, versionOf(name)]));
}
