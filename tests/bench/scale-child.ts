// One measurement of a large market in a process of its own, so that its peak of memory is its own.
// Usage: node scale-child.ts build STOCKS DAYS FEATURES FOLDER
//        node scale-child.ts import CSV LISTING FOLDER
//        node scale-child.ts panel DATASET FEATURES FOLDER
//        node scale-child.ts epoch PANEL LOADERS DAYS HIDDEN [drop]    (HIDDEN 0: batches are read and left; drop: from the disk)
//        node scale-child.ts graph STOCKS DAYS THREADS
//        node scale-child.ts train PANEL DAYS HIDDEN            (one epoch of a phase as runs have it, validation and checkpoints included)
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PRODUCT_CONFIGS } from '../../core/app/host.node.ts';
import { composePhase } from '../../core/config/compose.ts';
import { loadConfig } from '../../core/config/load.node.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { LONGEST_HORIZON, targetReach } from '../../core/data/target-window.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { cachedGraph } from '../../core/stockgraph/graph-cache.node.ts';
import { batchFeeds, epochRequests } from '../../core/train/batch-feeds.node.ts';
import { BatchLoader } from '../../core/train/batch-loader.node.ts';
import { foldsOf } from '../../core/train/fold.ts';
import { trainPhase } from '../../core/train/phase.node.ts';
import { samplerFor } from '../../core/train/predict.node.ts';
import { daysAtATime } from '../../core/train/preflight.node.ts';
import { fitScaling } from '../../core/train/scaling.node.ts';
import { Stepper } from '../../core/train/stepper.ts';
import { largeMarket, manyFeatures } from './large-market.ts';
import { cpuSeconds, dropFromCache, median, peakKib, report } from './measure.ts';

const [task, ...args] = process.argv.slice(2);
const seconds = (from: number): number => (performance.now() - from) / 1000;
/** What the process has read so far: asked of the system, and fetched by it from the disk. MB; nothing where the system does not count. */
function readMb(): Record<string, number> {
  if (!existsSync('/proc/self/io')) return {};
  const of = (name: string): number =>
    Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(readFileSync('/proc/self/io', 'utf8'))![1]) / 1e6;
  return { asked_mb: of('rchar'), disk_mb: of('read_bytes') };
}
const rssKib = (): number => process.memoryUsage.rss() / 1024;

async function build(bars: BarTable, features: number, folder: string): Promise<void> {
  const { names, definitions } = manyFeatures(features);
  report({ rows: bars.close.length, codes: bars.codes.length, days: bars.days.length, bars_peak_kib: peakKib() });
  const stages: Record<string, number> = {};
  const [started, cpu] = [performance.now(), cpuSeconds()];
  let last = started;
  const onProgress = (stage: string): void => {
    stages[`${stage}_s`] = (stages[`${stage}_s`] ?? 0) + seconds(last);
    stages[`${stage}_kib`] = Math.max(stages[`${stage}_kib`] ?? 0, rssKib());
    last = performance.now();
  };
  await buildPanel({ bars, dataHash: 'bench', features: names, definitions, folder, onProgress });
  report({ seconds: seconds(started), ...stages, cpu_s: cpuSeconds() - cpu, peak_kib: peakKib() });
}

async function importFiles(csv: string, sectorFile: string, outFolder: string): Promise<void> {
  const started = performance.now();
  const { rows, codes, findings } = await importBars({ files: [csv], name: 'bench', outFolder, sectorFile });
  report({ rows, codes: codes.length, findings: findings.length, seconds: seconds(started), peak_kib: peakKib() });
}

async function buildOf(dataset: string, features: number, folder: string): Promise<void> {
  const started = performance.now();
  const bars = await loadBars(dataset);
  report({ load_s: seconds(started) });
  await build(bars, features, folder);
}

async function graph(stocks: number, days: number, threads: number): Promise<void> {
  const bars = largeMarket({ stocks, days });
  const [started, cpu] = [performance.now(), cpuSeconds()];
  const { stats } = await cachedGraph({ bars, dataHash: 'bench', parameters: GRAPH_DEFAULTS, threads });
  const { snapshots } = stats;
  report({ snapshots, seconds: seconds(started), cpu_s: cpuSeconds() - cpu, peak_kib: peakKib() });
}

/**
 * An epoch over the last `days` days that can be trained on: waiting for batches, and steps. Fitting the scalers has read those days: they
 * are in the system's cache unless they are dropped from it.
 */
async function epoch(panel: string, loaders: number, days: number, hidden: number, drop: boolean): Promise<void> {
  const overrides = [`model.hidden_size=${hidden || 64}`, 'features.scaler.min_days=1'];
  const config = composePhase(loadConfig(PRODUCT_CONFIGS, overrides), 'phase2_gat');
  const { model, train, seed } = config;
  const reader = PanelReader.open(panel);
  const { manifest } = reader;
  const first = manifest.minHistory + model.sequence_length;
  const last = reader.days.length - targetReach(LONGEST_HORIZON);
  const used = Int32Array.from({ length: Math.min(days, last - first) }, (_, i) => last - 1 - i).reverse();
  const fitting = performance.now();
  const scaling = fitScaling(reader, used, config);
  report({ fit_s: seconds(fitting) });
  reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
  const loader = new BatchLoader(reader, loaders);
  const shape = {
    features: manifest.features.length,
    horizons: manifest.horizons.length,
    neighbours: manifest.graph.k,
  };
  const stepper = await Stepper.create(onnxCpuEngine({ threads: 1 }), model, shape, {
    optimiser: { ...ADAMW_DEFAULTS, weightDecay: train.weight_decay, clipNorm: train.clip_norm },
    lossWeights: train.loss,
    horizonWeights: train.horizon_weights,
    accumulation: 1,
  });
  await stepper.start(stepper.layout.initialise(seed));
  const sampler = samplerFor(
    {
      reader,
      days: used,
      sequenceLength: model.sequence_length,
      maxBatchSize: train.max_batch_size,
      minNodesPerDay: train.min_nodes_per_day,
      daysAtATime: daysAtATime(reader, model.sequence_length),
    },
    seed,
  );
  const source = { config, sampler, targetScale: scaling.targetScale, noise: stepper.noise, seed };
  const waits: number[] = [];
  const steps: number[] = [];
  let place = 0;
  if (drop) dropFromCache(join(panel, 'features.npy'));
  const read = readMb();
  const [started, cpu] = [performance.now(), cpuSeconds()];
  let from = started;
  for await (const batch of loader.batches(epochRequests(source, 0, 0))) {
    await setImmediate();
    waits.push(seconds(from));
    from = performance.now();
    if (hidden > 0) {
      const { finite } = await stepper.step(batchFeeds(source, batch, 0, place++), 1e-3);
      if (!finite) throw new Error('a loss that is not finite');
    }
    steps.push(seconds(from));
    from = performance.now();
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const done = seconds(started);
  report({
    seconds: done,
    cpu_s: cpuSeconds() - cpu,
    batches: steps.length,
    steps_s: sum(steps),
    waits_s: sum(waits),
    step_ms: 1000 * median(steps),
    wait_ms: 1000 * median(waits),
    ...Object.fromEntries(Object.entries(readMb()).map(([name, now]) => [name, now - read[name]])),
    peak_kib: peakKib(),
  });
  await loader.close();
  await stepper.dispose();
  reader.close();
}

async function train(panel: string, days: number, hidden: number): Promise<void> {
  const overrides = [`model.hidden_size=${hidden}`, `data.last_days=${days}`, 'train.max_epochs=1'];
  const config = composePhase(loadConfig(PRODUCT_CONFIGS, overrides), 'phase0_baseline');
  const reader = PanelReader.open(panel);
  const [fold] = foldsOf(config, reader.days);
  const started = performance.now();
  const scaling = fitScaling(reader, fold.train, config);
  reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
  const loader = BatchLoader.open(reader, config, config.loader_threads);
  const folder = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  const { signal } = new AbortController();
  const result = await trainPhase({
    run: 'bench',
    phase: 'phase0_baseline',
    config,
    folder,
    reader,
    loader,
    fold,
    scaling,
    engine: onnxCpuEngine({ threads: Math.max(1, availableParallelism() - 1) }),
    parent: undefined,
    parentRankIc: null,
    resume: false,
    hashes: { data: '', panel: reader.manifest.key, config: '' },
    context: {
      jobId: 'bench',
      workspace: folder,
      signal,
      secret: null,
      request: () => {},
      progress: () => {},
      metrics: () => {},
      checkpoint: () => {},
      log: () => {},
      whenRunning: () => setImmediate(),
    },
  });
  await loader.close();
  reader.close();
  rmSync(folder, { recursive: true });
  report({
    seconds: seconds(started),
    steps: result.steps,
    train_days: fold.train.length,
    valid_days: fold.valid.length,
    finished: result.outcome === 'finished' ? 1 : 0,
    ...readMb(),
    peak_kib: peakKib(),
  });
}

const [a, b, c, d, e] = args;
if (task === 'build') await build(largeMarket({ stocks: Number(a), days: Number(b) }), Number(c), d);
else if (task === 'import') await importFiles(a, b, c);
else if (task === 'panel') await buildOf(a, Number(b), c);
else if (task === 'epoch') await epoch(a, Number(b), Number(c), Number(d), e === 'drop');
else if (task === 'graph') await graph(Number(a), Number(b), Number(c));
else if (task === 'train') await train(a, Number(b), Number(c));
else throw new Error(`no task ${task}`);
