// Owns a checkpoint: one folder with the inference graph, the weights, the optimiser's state and a manifest that says where
// they come from. Written to a temporary name and renamed; read only when every file's hash is right.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { type Log, silentLog } from '../base/log.ts';
import { hashFile, hashValue } from '../base/hash.node.ts';
import type { Config } from '../config/schema.ts';
import { storedConfig } from '../config/stored.node.ts';
import { readNpy, writeNpy } from '../data/npy.node.ts';
import { MODEL_DOCS, type ModelShape } from '../models/atft-gat-fan.ts';
import { traceExport } from '../models/trace.ts';
import { ParameterLayout, type ParameterSpec } from '../nn/parameters.ts';
import { emitOnnx } from '../runtime/onnx-emit.ts';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { type Alarm, ALARMS } from './spec.ts';
import type { StepperState } from './stepper.ts';

export const CHECKPOINT_SCHEMA = 1;
export const CHECKPOINT_MANIFEST = 'checkpoint.json';
const MODEL_FILE = 'model.onnx';
const ARRAYS = ['weights', 'first_moment', 'second_moment', 'accumulated'] as const;
/** What stands in a checkpoint's folder beside its manifest. */
export const CHECKPOINT_FILES: readonly string[] = [MODEL_FILE, ...ARRAYS.map((name) => `${name}.npy`)];
const figure = z.number().nullable();
const alarmSchema: z.ZodType<Alarm> = z.object({
  code: z.enum(ALARMS),
  phase: z.string(),
  step: z.number().int(),
  detail: z.string(),
});

/** Beside what the manifest says stands the hash of it: a changed figure is damage too. */
const sealOf = (manifest: object): string => hashValue({ ...manifest, seal: undefined });

const manifestSchema = z.object({
  schema: z.literal(CHECKPOINT_SCHEMA),
  kind: z.enum(['best', 'last']),
  run: z.string(),
  phase: z.string(),
  /** Epochs finished. */
  epoch: z.number().int(),
  /** Batches of the next epoch that are already done. */
  batch: z.number().int(),
  updates: z.number().int(),
  gathered: z.number().int(),
  shape: z.object({ features: z.number().int(), horizons: z.number().int(), neighbours: z.number().int() }),
  parameters: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.number().int()),
      initialiser: z.union([
        z.object({ kind: z.literal('glorot'), gain: z.number().optional() }),
        z.object({ kind: z.literal('normal'), deviation: z.number() }),
        z.object({ kind: z.literal('constant'), value: z.number() }),
      ]),
      decay: z.boolean(),
    }),
  ),
  config: z.record(z.string(), z.unknown()),
  features: z.array(z.string()),
  horizons: z.array(z.number().int()),
  scaling: z.object({
    center: z.array(z.number()),
    scale: z.array(z.number()),
    targetScale: z.array(z.number()),
    days: z.number().int(),
    rows: z.number().int(),
    /** Indexes of the first and last day that they were taken over; absent where an earlier version wrote it. */
    firstDay: z.number().int().optional(),
    lastDay: z.number().int().optional(),
    /** Features that had no value to be trained on, and are 0 throughout. */
    unused: z.array(z.string()).optional(),
  }),
  lineage: z.object({
    data: z.string(),
    panel: z.string(),
    config: z.string(),
    /** Folder of the checkpoint that its phase started from, relative to its own; absolute where an earlier version wrote it. */
    parent: z.string().nullable(),
    /** Last day that the targets of its training, or of any ancestor's, reach into. ISO date. */
    trainedThrough: z.iso.date(),
    /** Last day that it, or any ancestor, was chosen by: the end of validation and of its targets. ISO date. */
    chosenThrough: z.iso.date(),
  }),
  metrics: z.record(z.string(), figure),
  /** The phase's own progress, for resuming. */
  progress: z.object({
    bestRankIc: figure,
    bestEpoch: z.number().int(),
    bestMetrics: z.record(z.string(), figure),
    bestLosses: z.record(z.string(), figure),
    learningRateScale: z.number(),
    retries: z.number().int(),
    /** Sums of the losses over the batches of the epoch under way. */
    lossSums: z.array(z.number()),
    /** The batch plan that the memory allowed when the phase began. */
    maxBatchSize: z.number().int(),
    accumulation: z.number().int(),
    /** Of the StepMonitor. */
    streaks: z.array(z.number().int()),
    alarms: z.array(alarmSchema),
    seconds: z.number(),
  }),
  files: z.record(z.string(), z.object({ bytes: z.number().int(), sha256: z.string() })),
});
export type CheckpointManifest = Omit<z.infer<typeof manifestSchema>, 'config'> & { config: Config };

export interface Checkpoint {
  folder: string;
  manifest: CheckpointManifest;
  layout: ParameterLayout;
  state: StepperState;
}

/** Content hash of a checkpoint: of everything that it says and holds. */
export const checkpointHash = (manifest: CheckpointManifest): string => hashValue(manifest);

/**
 * Writes a checkpoint over what `folder` held.
 * @param state its weights lie in the order of `manifest.parameters`
 */
export async function writeCheckpoint(
  folder: string,
  manifest: Omit<CheckpointManifest, 'schema' | 'files' | 'updates' | 'gathered'>,
  state: StepperState,
): Promise<CheckpointManifest> {
  return writeFolderAtomic(folder, async (temporary) => {
    const layout = new ParameterLayout(manifest.parameters);
    writeFileAtomic(join(temporary, MODEL_FILE), exportModel(manifest, layout, state.weights));
    const arrays: Record<(typeof ARRAYS)[number], Float32Array> = {
      weights: state.weights,
      first_moment: state.firstMoment,
      second_moment: state.secondMoment,
      accumulated: state.accumulated,
    };
    for (const [name, values] of Object.entries(arrays)) writeNpy(join(temporary, `${name}.npy`), values);
    const files: CheckpointManifest['files'] = {};
    for (const file of CHECKPOINT_FILES) {
      const path = join(temporary, file);
      files[file] = { bytes: statSync(path).size, sha256: await hashFile(path) };
    }
    const { updates, gathered } = state;
    const whole: CheckpointManifest = { schema: CHECKPOINT_SCHEMA, ...manifest, updates, gathered, files };
    const written = JSON.parse(JSON.stringify(whole, nanToNull)) as CheckpointManifest;
    writeFileAtomic(
      join(temporary, CHECKPOINT_MANIFEST),
      JSON.stringify({ ...written, seal: sealOf(written) }, null, 1),
    );
    return written;
  });
}

/** JSON has no NaN: a metric that is undefined is null. */
const nanToNull = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

type ExportSource = Pick<CheckpointManifest, 'config' | 'features' | 'horizons' | 'phase' | 'run' | 'scaling'> & {
  shape: ModelShape;
};

/** The inference graph as an ordinary ONNX file, its inputs and outputs documented inside. */
function exportModel(source: ExportSource, layout: ParameterLayout, weights: Float32Array): Uint8Array {
  const { config, shape, scaling, features, horizons } = source;
  const fixed = new Map(
    layout.parameters.map(({ name, offset, size }) => [name, weights.subarray(offset, offset + size)]),
  );
  return emitOnnx(traceExport(config.model, shape, scaling.targetScale), {
    name: config.model.name,
    description: `${config.model.name}, ${source.phase} of run ${source.run}`,
    dialect: 'portable',
    docs: MODEL_DOCS,
    fixed,
    metadata: {
      features: JSON.stringify(features),
      feature_center: JSON.stringify(scaling.center),
      feature_scale: JSON.stringify(scaling.scale),
      horizons: JSON.stringify(horizons),
      quantiles: JSON.stringify(config.model.quantiles),
    },
  });
}

/**
 * @param log hears where the checkpoint's config is of another version
 * @throws model/damaged-checkpoint when a file is missing, cut off or changed; model/newer-checkpoint
 */
export async function readCheckpoint(folder: string, log: Log = silentLog): Promise<Checkpoint> {
  const manifest = readCheckpointManifest(folder, log);
  for (const [file, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, file);
    if (!existsSync(path) || statSync(path).size !== bytes || (await hashFile(path)) !== sha256)
      throw new AppError('model/damaged-checkpoint', { folder, file });
  }
  const layout = new ParameterLayout(manifest.parameters as ParameterSpec[]);
  const array = (name: (typeof ARRAYS)[number]): Float32Array =>
    readNpy(join(folder, `${name}.npy`)).values as Float32Array;
  const state: StepperState = {
    weights: array('weights'),
    firstMoment: array('first_moment'),
    secondMoment: array('second_moment'),
    accumulated: array('accumulated'),
    updates: manifest.updates,
    gathered: manifest.gathered,
  };
  if (state.weights.length !== layout.size)
    throw new AppError('model/damaged-checkpoint', { folder, file: 'weights.npy' });
  return { folder, manifest, layout, state };
}

/** The manifest alone; its files are not looked at. */
export function readCheckpointManifest(folder: string, log: Log = silentLog): CheckpointManifest {
  const path = join(folder, CHECKPOINT_MANIFEST);
  if (!existsSync(path)) throw new AppError('model/not-a-checkpoint', { folder });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('model/damaged-checkpoint', { folder, file: CHECKPOINT_MANIFEST }, cause);
  }
  const schema = (json as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'number' && schema > CHECKPOINT_SCHEMA)
    throw new AppError('model/newer-checkpoint', { folder, found: schema, known: CHECKPOINT_SCHEMA });
  const seal = (json as { seal?: unknown } | null)?.seal;
  if (typeof json !== 'object' || json === null || seal !== sealOf(json))
    throw new AppError('model/damaged-checkpoint', { folder, file: CHECKPOINT_MANIFEST });
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success)
    throw new AppError('model/damaged-checkpoint', { folder, file: CHECKPOINT_MANIFEST }, parsed.error);
  return { ...parsed.data, config: storedConfig(parsed.data.config, path, log) };
}

/** @throws model/foreign-checkpoint when the checkpoint expects other features or horizons than the panel holds */
export function requireSameInputs(
  folder: string,
  manifest: Pick<CheckpointManifest, 'features' | 'horizons'>,
  panel: { features: readonly string[]; horizons: readonly number[] },
): void {
  const missing = manifest.features.filter((name) => !panel.features.includes(name));
  const extra = panel.features.filter((name) => !manifest.features.includes(name));
  const reordered = missing.length === 0 && extra.length === 0 && manifest.features.join() !== panel.features.join();
  if (missing.length > 0 || extra.length > 0 || reordered || manifest.horizons.join() !== panel.horizons.join())
    throw new AppError('model/foreign-checkpoint', {
      folder,
      problem: [
        missing.length > 0 ? `missing ${missing.slice(0, 5).join(', ')}` : '',
        extra.length > 0 ? `unknown ${extra.slice(0, 5).join(', ')}` : '',
        reordered ? 'features in another order' : '',
        manifest.horizons.join() !== panel.horizons.join()
          ? `horizons ${manifest.horizons.join()} / ${panel.horizons.join()}`
          : '',
      ]
        .filter((part) => part !== '')
        .join('; '),
    });
}

/**
 * Weights go on from a checkpoint only where nothing they know of lies in what they will be held against.
 * @param valid first validation day, @param test first test day, ISO dates
 * @throws model/parent-saw-held-out-days
 */
export function requireNoForesight(
  folder: string,
  { lineage }: Pick<CheckpointManifest, 'lineage'>,
  { valid, test }: { valid: string; test: string },
): void {
  const refuse = (what: string, through: string, first: string): never => {
    throw new AppError('model/parent-saw-held-out-days', { folder, what, through, first });
  };
  if (lineage.trainedThrough >= valid) refuse('training', lineage.trainedThrough, valid);
  if (lineage.chosenThrough >= test) refuse('validation', lineage.chosenThrough, test);
}
