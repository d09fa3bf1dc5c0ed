// Owns what features can be computed from in a dataset's folder, read once a folder: a version never changes.
import { readManifest } from '../data/load.node.ts';
import type { FeatureInput } from '../features/definition.ts';
import { inputsOfDataset } from '../features/inputs.ts';

const known = new Map<string, ReadonlySet<FeatureInput>>();

/** @throws what readManifest throws */
export function heldInputs(folder: string): ReadonlySet<FeatureInput> {
  const held = known.get(folder) ?? inputsOfDataset(readManifest(folder));
  known.set(folder, held);
  return held;
}
