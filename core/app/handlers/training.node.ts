// Owns starting, resuming, pausing and stopping runs.
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { configToYaml } from '../../config/compose.ts';
import { configHash } from '../../config/load.node.ts';
import type { Config } from '../../config/schema.ts';
import { readStoredConfig } from '../../config/stored.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Checkpoint, DatasetVersion, PhaseRun, Run } from '../../contract/entities.ts';
import { newId } from '../../contract/id.ts';
import { partsOfName } from '../../contract/phase-names.ts';
import { panelKey } from '../../features/panel-build.node.ts';
import { hashValue } from '../../base/hash.node.ts';
import type { HostContext } from '../host-context.node.ts';
import type { LiveJob } from '../jobs.ts';
import { heldPanel } from '../jobs/features.node.ts';
import type { TrainJobResult, TrainJobSpec } from '../jobs/train.node.ts';
import { present, requireCheckpoint, requireDataset, requireFreeRunName, requireRun } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { planPhases } from '../phase-plan.ts';
import { panelOfRun, requireOwnPanel } from '../run-panel.node.ts';
import { RunRecorder } from '../run-recorder.node.ts';
import { TrainingPlanner } from '../training-plan.node.ts';
import { loadRunConfig, phaseComposer, phaseNames } from '../training-request.node.ts';
import { PRODUCT_VERSION } from '../version.node.ts';
import { panelRecipe, storePanel } from './features.node.ts';

interface Plan {
  run: Run;
  phases: readonly PhaseRun[];
  version: DatasetVersion;
  parent: Checkpoint | null;
  resume: boolean;
  keepLast: boolean;
  /** Goes on though the panel that it was begun on is gone. */
  otherPanel: boolean;
}

/** Starts the worker of a run. What it needs is in the store: a resumed run trains with the configs it was begun with. */
async function startRun(context: HostContext, plan: Plan): Promise<{ jobId: string; runId: string }> {
  const { run, phases, version, parent, resume, keepLast, otherPanel } = plan;
  const { store, jobs } = context;
  const config = readStoredConfig(run.config, `run ${run.name}`, context.log);
  const panel = panelOfRun(context, run, config, version);
  if (!otherPanel) requireOwnPanel(run, version, panel);
  const { spec: features, moved } = panel;
  const recorder = new RunRecorder(context, run, phases);
  const spec: TrainJobSpec = {
    task: 'train',
    features,
    train: {
      run: run.id,
      panel: features.panel,
      folder: join(store.folder, run.folder),
      phases: phases.map(({ phase, config: text }) => ({
        name: phase,
        config: readStoredConfig(text, `run ${run.name}, ${phase}`, context.log),
      })),
      parent: parent ? join(store.folder, parent.folder) : undefined,
      resume,
      keepLast,
    },
  };
  await store.runs.setStatus(run.id, 'running');
  const kind = resume ? 'run.resumed' : 'run.started';
  await store.events.add({
    level: moved ? 'warn' : 'info',
    kind,
    subjectId: run.id,
    message: `${run.name}: ${kind}${moved ? ' on another panel than it began with: this version makes it otherwise' : ''}`,
    data: {},
  });
  const jobId = await jobs.start({
    kind: 'train',
    worker: 'train',
    spec,
    runId: run.id,
    record: (event) => recorder.record(event),
    finish: async (end) => {
      const result = end.result as TrainJobResult | undefined;
      // A run that was refused, since its panel leaks, has a panel all the same: whoever asks why has to find it.
      const refused = end.error?.code === 'data/leaking-panel';
      const built = result?.features ?? (refused ? heldPanel(spec.features.panel) : null);
      if (built) {
        const panel = await storePanel(context, config, version, features.panel, built);
        await store.runs.update(run.id, { panelId: panel.id });
      }
      return await recorder.finish(end);
    },
  });
  void jobs.find(jobId)?.ended.then(context.gpu.watch());
  return { jobId, runId: run.id };
}

export function trainingHandlers(context: HostContext) {
  const { store, jobs, clock, configs, settings } = context;

  async function requireLive(reference: string): Promise<LiveJob> {
    const run = await requireRun(store, reference);
    const job = jobs.findByRun(run.id);
    if (!job) throw new AppError('state/run-not-active', { run: run.name, status: run.status });
    return job;
  }

  /** Runs that are being taken up: several clients may ask at once. */
  const resuming = new Set<string>();

  async function resume(run: Run, otherPanel: boolean): Promise<{ jobId: string; runId: string }> {
    const phases = await store.runs.phases(run.id);
    const { parentCheckpointId } = run.lineage;
    const parent = parentCheckpointId === null ? null : await store.checkpoints.get(parentCheckpointId);
    // Without the weights that it began with, what is still to be begun would begin from others.
    const begun = phases.every(
      ({ phase, status }) => partsOfName(phase).name !== run.phases[0] || status === 'finished',
    );
    return await startRun(context, {
      run,
      phases,
      version: present(await store.datasets.version(run.datasetVersionId), 'dataset version', run.datasetVersionId),
      parent: begun || parentCheckpointId === null ? parent : present(parent, 'checkpoint', parentCheckpointId),
      resume: true,
      keepLast: run.tags.includes(KEEP_LAST_TAG),
      otherPanel,
    });
  }

  const planner = new TrainingPlanner(context);
  return {
    'training.plan': (input) => planner.plan(input),
    'training.start': async (input) => {
      const { dataset, version } = await requireDataset(store, input.dataset);
      const sources = loadRunConfig(configs, settings.get(), { ...input, dataset: dataset.name });
      const recipe = panelRecipe(context, sources.config, version);
      const config = withFeatures(sources.config, recipe.features);
      const parent =
        input.resumeCheckpoint === undefined ? null : await requireCheckpoint(store, input.resumeCheckpoint);
      const names = phaseNames(config, input.phases);
      const plan = planPhases(config, names, phaseComposer(sources, input.phaseOverrides));
      const id = newId(clock);
      const run = await store.transaction(async ({ runs }) => {
        if (input.name !== undefined) await requireFreeRunName({ runs }, input.name);
        const created = await runs.create(
          {
            name: input.name ?? `${dataset.name}-${id.slice(-4).toLowerCase()}`,
            datasetVersionId: version.id,
            panelId: null,
            config: configToYaml(config),
            configHash: configHash(config),
            engine: config.engine,
            seed: config.seed,
            phases: names,
            folder: workspacePaths.run(id),
            lineage: {
              data: version.contentHash,
              features: hashValue(recipe.features),
              panel: panelKey(recipe),
              code: PRODUCT_VERSION,
              parentCheckpointId: parent?.id ?? null,
            },
            tags: input.savePhaseCheckpoint ? [...input.tags, KEEP_LAST_TAG] : input.tags,
            notes: '',
          },
          id,
        );
        for (const [position, { name, phase, config: composed }] of plan.entries()) {
          const ofPhase = withFeatures(composed, recipe.features);
          await runs.addPhase({
            runId: id,
            phase: name,
            position,
            config: configToYaml(ofPhase),
            configHash: configHash(ofPhase),
            parentCheckpointId: phase === names[0] ? (parent?.id ?? null) : null,
          });
        }
        return created;
      });
      const phases = await store.runs.phases(id);
      return await startRun(context, {
        run,
        phases,
        version,
        parent,
        resume: false,
        keepLast: input.savePhaseCheckpoint,
        otherPanel: false,
      });
    },
    'training.resumeRun': async ({ run: reference, otherPanel }) => {
      const run = await requireRun(store, reference);
      if (run.status !== 'interrupted' && run.status !== 'stopped' && run.status !== 'failed')
        throw new AppError('state/run-not-resumable', { run: run.name, status: run.status });
      if (resuming.has(run.id) || jobs.findByRun(run.id)) throw new AppError('state/run-active', { run: run.name });
      resuming.add(run.id);
      try {
        return await resume(run, otherPanel);
      } finally {
        resuming.delete(run.id);
      }
    },
    'training.pause': async ({ run }) => {
      (await requireLive(run)).process.pause();
      return null;
    },
    'training.resume': async ({ run }) => {
      (await requireLive(run)).process.resume();
      return null;
    },
    'training.stop': async ({ run }) => {
      (await requireLive(run)).process.stop();
      return null;
    },
  } satisfies Partial<Handlers>;
}

/** Remembers with the run that each phase's last state is kept too. */
const KEEP_LAST_TAG = 'keep-last';

/** Sets are written out by name, so that a run goes on with its features when the catalogue has grown; the core set stays what it is. */
function withFeatures(config: Config, names: readonly string[]): Config {
  if (typeof config.features.names !== 'string' || config.features.names === 'core') return config;
  return { ...config, features: { ...config.features, names: [...names] } };
}
