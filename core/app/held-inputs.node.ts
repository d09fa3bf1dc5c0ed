// Owns what features can be computed from in a version of a dataset, read once: a version never changes, while its folder may be another's later.
import { join } from 'node:path';
import type { DatasetVersion } from '../contract/entities.ts';
import type { CalendarName } from '../data/calendars.ts';
import { readManifest } from '../data/load.node.ts';
import { SIDE_TABLES } from '../data/side-tables.ts';
import { type Held, inputsOfDataset } from '../features/inputs.ts';

export interface HeldInputs {
  readonly inputs: Held;
  /** The exchange whose close decides from which day on rows of tables may be used; null where there are no such rows. */
  readonly closes: CalendarName | 'unknown' | null;
}

const known = new Map<string, HeldInputs>();

/** @param workspace its folder @throws what readManifest throws */
export function heldInputs(workspace: string, { id, folder }: Pick<DatasetVersion, 'id' | 'folder'>): HeldInputs {
  const held = known.get(id) ?? read(join(workspace, folder));
  known.set(id, held);
  return held;
}

function read(folder: string): HeldInputs {
  const manifest = readManifest(folder);
  const atClose = (manifest.tables ?? []).some(({ name }) => 'knownAtClose' in SIDE_TABLES[name]);
  return { inputs: inputsOfDataset(manifest), closes: atClose ? (manifest.calendar?.name ?? 'unknown') : null };
}
