// Owns what features can be computed from in a version of a dataset, read once: a version never changes, while its folder may be another's later.
import { join } from 'node:path';
import type { DatasetVersion } from '../contract/entities.ts';
import { readManifest } from '../data/load.node.ts';
import type { FeatureInput } from '../features/definition.ts';
import { inputsOfDataset } from '../features/inputs.ts';

const known = new Map<string, ReadonlySet<FeatureInput>>();

/** @param workspace its folder @throws what readManifest throws */
export function heldInputs(
  workspace: string,
  { id, folder }: Pick<DatasetVersion, 'id' | 'folder'>,
): ReadonlySet<FeatureInput> {
  const held = known.get(id) ?? inputsOfDataset(readManifest(join(workspace, folder)));
  known.set(id, held);
  return held;
}
