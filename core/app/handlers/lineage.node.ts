// Owns the calls on the feature store: latest rows, and the lineage of a prediction.
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { fromEpochDay } from '../../base/clock.ts';
import { HeldReads } from '../../base/held-reads.node.ts';
import { nearestName } from '../../base/nearest.ts';
import type { Handlers } from '../../contract/api.ts';
import type { LatestRows as View, PanelRecord } from '../../contract/views/lineage.ts';
import { catalogue } from '../../features/catalogue.ts';
import { PANEL_MANIFEST, PanelReader } from '../../features/panel.node.ts';
import { scaleColumns } from '../../features/panel.ts';
import { type LatestRow, readLatest } from '../../features/store/latest.node.ts';
import { readRecord } from '../../features/store/record.node.ts';
import { featureVersions } from '../../features/store/versions.node.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { CHECKPOINT_MANIFEST, type CheckpointManifest, readCheckpointManifest } from '../../train/checkpoint.node.ts';
import { traceable, tracePrediction } from '../lineage.node.ts';
import { requireCheckpoint, requirePanel } from '../lookup.node.ts';

/** Panels and checkpoints that are kept in memory, so that asking again costs no reading. */
const HELD = 4;

export function lineageReaders(store: WorkspaceReader) {
  const rows = new HeldReads(PANEL_MANIFEST, (folder) => readLatest(folder), HELD);
  const checkpoints = new HeldReads(CHECKPOINT_MANIFEST, (folder) => readCheckpointManifest(folder), HELD);
  return {
    'features.latest': async ({ panel: reference, checkpoint, codes, maxAge }) => {
      const panel = await requirePanel(store, reference);
      const latest = rows.of(join(store.folder, panel.folder));
      if (checkpoint === undefined) return rowsOf(latest, codes, maxAge);
      const { folder } = await requireCheckpoint(store, checkpoint);
      return rowsFor(checkpoints.of(join(store.folder, folder)), rowsOf(latest, codes, maxAge), latest);
    },
    'panels.record': async ({ panel }) => recordOf(store.folder, (await requirePanel(store, panel)).folder),
    'lineage.traceable': ({ of }) => traceable(store, of),
    'lineage.trace': (request) => tracePrediction(store, request),
  } satisfies Partial<Handlers>;
}

function recordOf(root: string, folder: string): PanelRecord {
  const reader = PanelReader.open(join(root, folder));
  try {
    const { key, codes, features } = reader.manifest;
    const { inputs = null, extends: before = null } = readRecord(join(root, folder)) ?? {};
    const current = featureVersions(
      features.map(({ name }) => name),
      catalogue,
    );
    return {
      key,
      folder,
      firstDay: fromEpochDay(reader.days[0]),
      lastDay: fromEpochDay(reader.days[reader.days.length - 1]),
      codes: [...codes],
      inputs,
      extends: before,
      features: features.map(({ name, version = null }) => ({ name, version, current: current.get(name) || null })),
    };
  } finally {
    reader.close();
  }
}

/** @throws data/code-not-in-panel */
function rowsOf(
  { manifest, days, dayOf, values }: LatestRow,
  wanted: readonly string[] | undefined,
  maxAge: number,
): View {
  const { codes, features, key } = manifest;
  const last = days.length - 1;
  const recent = (code: number): boolean => dayOf[code] >= 0 && dayOf[code] >= last - maxAge;
  const chosen = (wanted?.map((code) => placeOf(code, codes)) ?? [...codes.keys()]).filter(recent);
  const width = features.length;
  const rows = new Float32Array(chosen.length * width);
  chosen.forEach((code, row) => {
    rows.set(values.subarray(code * width, (code + 1) * width), row * width);
  });
  return {
    panel: key,
    day: fromEpochDay(days[last]),
    codes: chosen.map((code) => codes[code]),
    days: Int32Array.from(chosen, (code) => days[dayOf[code]]),
    features: features.map(({ name }) => name),
    values: rows,
  };
}

function placeOf(code: string, codes: readonly string[]): number {
  const place = codes.indexOf(code);
  if (place < 0) throw new AppError('data/code-not-in-panel', { code, nearest: nearestName(code, codes) });
  return place;
}

/** The columns of a checkpoint, in its order and as its model takes them. @throws data/panel-lacks-features */
function rowsFor({ features, scaling }: CheckpointManifest, rows: View, { manifest }: LatestRow): View {
  const place = new Map(rows.features.map((name, at) => [name, at]));
  const missing = features.filter((name) => !place.has(name));
  if (missing.length > 0)
    throw new AppError('data/panel-lacks-features', {
      folder: manifest.key,
      count: missing.length,
      names: missing.join(', '),
    });
  const from = features.map((name) => place.get(name)!);
  const values = new Float32Array(rows.codes.length * features.length);
  for (let row = 0, to = 0; row < rows.codes.length; row++)
    for (const column of from) values[to++] = rows.values[row * rows.features.length + column];
  const folded = from.flatMap((column, at) => (manifest.features[column].scaling === 'fold' ? [at] : []));
  const statistics = { center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) };
  scaleColumns(values, features.length, folded, statistics);
  return { ...rows, features: [...features], values };
}
