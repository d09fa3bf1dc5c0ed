// Owns what tests of training share: a small synthetic panel, a phase's config, and a context that remembers what it was told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planPhases } from '../../core/app/phase-plan.ts';
import { composePhase } from '../../core/config/compose.ts';
import { loadConfig } from '../../core/config/load.node.ts';
import type { Config } from '../../core/config/schema.ts';
import type { CheckpointNotice, Metrics, Progress, WorkerContext } from '../../core/contract/worker.ts';
import { syntheticMarket, type SyntheticOptions } from '../../core/data/synthetic.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import type { Engine } from '../../core/runtime/executor.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { BatchLoader } from '../../core/train/batch-loader.node.ts';
import { foldsOf } from '../../core/train/fold.ts';
import type { PhaseOptions } from '../../core/train/phase.node.ts';
import { fitScaling } from '../../core/train/scaling.node.ts';
import { coreNames } from './feature-names.ts';

const temporary: string[] = [];
const removeTemporary = (): void => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
};
// Scripts that try things out use this file too.
if (process.env.VITEST) (await import('vitest')).afterAll(removeTemporary);
else process.once('exit', removeTemporary);

/** Goes when the tests of a file, or the process, have ended. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `phasor-${name}-`));
  temporary.push(folder);
  return folder;
}

/** A few features of several families: enough for every layer, quick to build. */
export const FEW_FEATURES = coreNames.filter((name) =>
  /^(return_|sector_relative_return_|peer_return_mean_|volume_ratio_)/.test(name),
);

export async function buildSmallPanel(options: SyntheticOptions, features: readonly string[] = FEW_FEATURES) {
  const market = syntheticMarket(options);
  const folder = join(temporaryFolder('panel'), 'panel');
  await buildPanel({ bars: market.bars, dataHash: JSON.stringify(options), features, folder });
  return { market, folder };
}

/** Phases of the product's own configs, with overrides. */
export function phases(names: readonly string[], overrides: readonly string[]): { name: string; config: Config }[] {
  const loaded = loadConfig(join(import.meta.dirname, '../../configs'), overrides);
  return names.map((name) => ({ name, config: composePhase(loaded, name) }));
}

/** The phase runs of a walk forward over all its folds. */
export function walkForward(
  names: readonly string[],
  overrides: readonly string[],
): { name: string; config: Config }[] {
  const all = ['data=walk_forward', ...overrides];
  const { config } = loadConfig(join(import.meta.dirname, '../../configs'), all);
  return planPhases(config, names, (phase, more) => phases([phase], [...all, ...more])[0].config);
}

/** Overrides that make a step of any phase take a few milliseconds. */
export const TINY_MODEL: readonly string[] = [
  'model.hidden_size=8',
  'model.sequence_length=10',
  'model.fan.windows=[5,10]',
  'train.max_epochs=2',
  'train.guards.min_free_disk_mb=0',
];

export const oneThread = async (): Promise<Engine> => onnxCpuEngine({ threads: 1 });

export interface Recorder extends WorkerContext {
  readonly progressed: Progress[];
  readonly measured: Metrics[];
  readonly checkpoints: CheckpointNotice[];
  readonly logged: { level: string; message: string; fields?: Record<string, unknown> }[];
}

/** @param when asked wherever the run may rest; true stops it there */
export function recorder(when?: (recorder: Recorder) => boolean): Recorder {
  const controller = new AbortController();
  const made: Recorder = {
    jobId: 'test',
    workspace: tmpdir(),
    signal: controller.signal,
    progressed: [],
    measured: [],
    checkpoints: [],
    logged: [],
    progress: (progress) => void made.progressed.push(progress),
    metrics: (metrics) => void made.measured.push(metrics),
    checkpoint: (notice) => void made.checkpoints.push(notice),
    log: (level, message, fields) => void made.logged.push({ level, message, fields }),
    secret: null,
    request: () => {},
    whenRunning: async () => {
      if (when?.(made)) controller.abort();
    },
  };
  return made;
}

/** What trainPhase wants, for one phase on one panel. */
export async function phaseOptions(
  panel: string,
  { name, config }: { name: string; config: Config },
  rest: Partial<PhaseOptions> = {},
  loaderThreads = 0,
): Promise<PhaseOptions & { close(): void }> {
  const reader = PanelReader.open(panel);
  const fold = foldsOf(config, reader.days)[0];
  const scaling = fitScaling(reader, fold.train, config);
  reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
  const loader = new BatchLoader(reader, loaderThreads);
  return {
    run: 'run',
    phase: name,
    config,
    folder: rest.folder ?? temporaryFolder('phase'),
    reader,
    loader,
    fold,
    scaling,
    engine: await oneThread(),
    parent: undefined,
    parentRankIc: null,
    resume: false,
    hashes: { data: '', panel: reader.manifest.key, config: '' },
    context: recorder(),
    ...rest,
    close() {
      void loader.close();
      reader.close();
    },
  };
}
