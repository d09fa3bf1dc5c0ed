// Owns taking in a checkpoint of another workspace: verified, put into a run of its own, and known from then on like any other.
import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import { configToYaml } from '../config/compose.ts';
import { configHash } from '../config/load.node.ts';
import type { Checkpoint, DatasetVersion, Run } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { nameProblem } from '../contract/name-rules.ts';
import { nameSchema } from '../contract/names.ts';
import { partsOfName } from '../contract/phase-names.ts';
import { layoutOf } from '../models/trace.ts';
import {
  CHECKPOINT_FILES,
  CHECKPOINT_MANIFEST,
  checkpointHash,
  type CheckpointManifest,
  readCheckpoint,
  readCheckpointManifest,
} from '../train/checkpoint.node.ts';
import { unpackCheckpoint } from './checkpoint-archive.node.ts';
import { figures } from './figures.ts';
import type { HostContext } from './host-context.node.ts';
import { requireDataset } from './lookup.node.ts';
import { workspacePaths } from './paths.ts';
import { PRODUCT_VERSION } from './version.node.ts';

export const IMPORTED = 'imported';

/**
 * @param path of a checkpoint folder, or of a .zip that holds one
 * @param reference the dataset that it goes with
 * @throws model/* where it is damaged, newer, or not of a model of this version; state/not-found for the dataset
 */
export async function importCheckpoint(context: HostContext, path: string, reference: string): Promise<Checkpoint> {
  const { store, clock, log } = context;
  const { version } = await requireDataset(store, reference);
  const runId = newId(clock);
  const runFolder = workspacePaths.run(runId);
  const folder = `${runFolder}/${IMPORTED}/best`;
  const absolute = join(store.folder, folder);
  try {
    await writeFolderAtomic(absolute, (temporary) => unpackCheckpoint(path, temporary));
    const manifest = readCheckpointManifest(absolute, log);
    requireOwnFiles(path, manifest);
    requireKnownModel(path, manifest);
    await readCheckpoint(absolute, log);
    return await store.transaction(async ({ runs, checkpoints, events }) => {
      const name = await freeName((wanted) => runs.find(wanted), basename(path, '.zip'));
      const run = await runs.create(describeRun(manifest, { name, version, folder: runFolder }), runId);
      const phase = phaseName(manifest);
      const config = configToYaml(manifest.config);
      const stored = { runId, phase, position: 0, config, configHash: configHash(manifest.config) };
      const phaseRun = await runs.addPhase({ ...stored, parentCheckpointId: null });
      const metrics = figures(manifest.metrics);
      const checkpoint = await checkpoints.add({
        runId,
        phaseRunId: phaseRun.id,
        phase,
        kind: 'best',
        epoch: manifest.epoch,
        step: manifest.updates,
        folder,
        contentHash: checkpointHash(manifest),
        bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0),
        metrics,
      });
      const done = { bestCheckpointId: checkpoint.id, bestEpoch: manifest.epoch, epochs: manifest.epoch, metrics };
      await runs.updatePhase(phaseRun.id, done);
      await runs.setPhaseStatus(phaseRun.id, 'finished');
      await runs.update(runId, { summary: metrics });
      await runs.setStatus(runId, 'finished');
      const message = `${run.name}: checkpoint ${phase} imported`;
      await events.add({ level: 'info', kind: 'checkpoint.imported', subjectId: runId, message, data: { path } });
      return checkpoint;
    });
  } catch (error) {
    if (existsSync(join(store.folder, runFolder))) rmSync(join(store.folder, runFolder), { recursive: true });
    // The user knows the path that was named, not where it was being put.
    if (error instanceof AppError && error.params.folder === absolute)
      throw new AppError(error.code, { ...error.params, folder: path } as never, error.cause);
    throw error;
  }
}

/** The manifest may name files of a checkpoint only: whatever else it names would be looked for outside. */
function requireOwnFiles(folder: string, { files }: CheckpointManifest): void {
  const named = Object.keys(files).sort();
  if (named.join() !== [...CHECKPOINT_FILES].sort().join())
    throw new AppError('model/damaged-checkpoint', { folder, file: CHECKPOINT_MANIFEST });
}

/** Beside its numbers a file of them has a header. */
const HEADER_BYTES = 4096;

/**
 * The weights are those of the model that this version makes of the config: same names, same shapes, same order. Known before
 * any file of numbers is read, as large as it may be.
 */
function requireKnownModel(folder: string, manifest: CheckpointManifest): void {
  const { config, shape, features, horizons, parameters, files } = manifest;
  const described = (list: readonly { name: string; shape: readonly number[] }[]): string =>
    JSON.stringify(list.map((one) => [one.name, one.shape]));
  if (shape.features !== features.length || shape.horizons !== horizons.length)
    throw new AppError('model/damaged-checkpoint', { folder, file: CHECKPOINT_MANIFEST });
  const own = layoutOf(config.model, shape);
  if (described(own.parameters) !== described(parameters))
    throw new AppError('model/other-model', { folder, model: config.model.name });
  for (const [file, { bytes }] of Object.entries(files))
    if (file.endsWith('.npy') && bytes > own.size * Float32Array.BYTES_PER_ELEMENT + HEADER_BYTES)
      throw new AppError('model/damaged-checkpoint', { folder, file });
}

/** A name is typed, shown and made part of paths: what a foreign file says is taken only where it is one. */
function phaseName({ phase }: CheckpointManifest): string {
  return nameProblem(partsOfName(phase).name) === null ? phase : IMPORTED;
}

async function freeName(find: (name: string) => Promise<Run | null>, wanted: string): Promise<string> {
  const base = nameSchema.safeParse(wanted).data ?? IMPORTED;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if ((await find(name))?.name !== name) return name;
  }
}

function describeRun(
  manifest: CheckpointManifest,
  { name, version, folder }: { name: string; version: DatasetVersion; folder: string },
) {
  const { config, features, lineage } = manifest;
  return {
    name,
    datasetVersionId: version.id,
    panelId: null,
    config: configToYaml(config),
    configHash: configHash(config),
    engine: config.engine,
    seed: config.seed,
    phases: [phaseName(manifest)],
    folder,
    lineage: {
      data: lineage.data,
      features: hashValue(features),
      panel: lineage.panel,
      code: PRODUCT_VERSION,
      parentCheckpointId: null,
    },
    tags: [IMPORTED],
    notes: '',
  };
}
