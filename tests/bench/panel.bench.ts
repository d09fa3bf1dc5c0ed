// Panel of 505 stocks x 1,259 days x 64 features: build, open, and a day's batch beside the training step of the product's own
// model that it feeds.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRODUCT_CONFIGS } from '../../core/app/host.node.ts';
import { Random } from '../../core/base/random.ts';
import { composePhase } from '../../core/config/compose.ts';
import { loadConfig } from '../../core/config/load.node.ts';
import { coreFeatures } from '../../core/features/catalogue.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { fitRobustScaler } from '../../core/splits/scaler.ts';
import { anchorFeed, modelFeeds, noiseFeeds, targetFeeds } from '../../core/train/feeds.ts';
import { Stepper } from '../../core/train/stepper.ts';
import { randomBars } from '../support/random-bars.ts';
import { type BenchOptions, count, mebibytes, median, peakKib, seconds, table } from './measure.ts';

const DAYS = 20;
const FEATURES = 64;
const THREADS = 2;

/** 64 columns, market-wide ones among them as in a real selection. */
function someFeatures(): string[] {
  const market = coreFeatures.filter((feature) => feature.sameForAllStocks).slice(0, 8);
  const own = coreFeatures.filter((feature) => !feature.sameForAllStocks).slice(0, FEATURES - market.length);
  return [...own, ...market].map((feature) => feature.name);
}

export async function benchPanel({ rounds }: BenchOptions): Promise<string> {
  const workspace = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  try {
    const bars = randomBars({ stocks: 505, days: 1259, seed: 1, gaps: 0.002, partial: 0.05 });
    const folder = join(workspace, 'panel');
    const rows: string[][] = [];
    const add = (...row: string[]) => {
      rows.push(row);
      console.log(`  ${row.join('  ')}`);
    };

    const start = performance.now();
    const stages = new Map<string, number>();
    let last = start;
    const onProgress = (stage: string) => {
      const now = performance.now();
      stages.set(stage, (stages.get(stage) ?? 0) + now - last);
      last = now;
    };
    await buildPanel({ bars, dataHash: 'bench', features: someFeatures(), folder, onProgress });
    const parts = [...stages].map(([stage, ms]) => `${stage} ${seconds(ms / 1000)}`).join(', ');
    const size = mebibytes(statSync(join(folder, 'features.npy')).size / 1024);
    add(`build, ${count(bars.close.length)} rows, ${size} (${parts})`, seconds((performance.now() - start) / 1000), '');

    const opened = Array.from({ length: Math.max(11, rounds) }, () => timed(() => PanelReader.open(folder).close()));
    add('open', `${median(opened).toFixed(1)} ms, the first ${opened[0].toFixed(1)} ms`, '200 ms');

    const reader = PanelReader.open(folder);
    const fold = Array.from({ length: 800 }, (_, i) => i + 60);
    const fit = timed(() => {
      const { featureNames: features, foldColumns: columns } = reader;
      fitRobustScaler({ features, columns, blocks: () => reader.featureBlocks(fold) });
    });
    add(`scaler of ${reader.foldColumns.length} columns over ${fold.length} days`, `${fit.toFixed(0)} ms`, '');

    const { batch, feeds, step, stocks } = await benchSteps(reader, 20 * rounds);
    add(`batch of ${stocks} stocks x ${DAYS} days, shuffled days`, `${batch.toFixed(2)} ms`, '');
    add('other feeds (targets, anchors, dropout noise)', `${feeds.toFixed(2)} ms`, '');
    add(`training step that takes it, hidden 64, all parts on, ${THREADS} threads`, `${step.toFixed(1)} ms`, '');
    add('batch / step', (batch / step).toFixed(3), '0.1');
    add('batch and feeds / step', ((batch + feeds) / step).toFixed(3), '');
    reader.close();
    add('peak memory of all of this', mebibytes(peakKib()), '');
    return [`Generated bars, ${FEATURES} features; medians.`, table(['what', 'measured', 'goal'], rows)].join('\n\n');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Medians in ms over days as training sees them: in random order. */
async function benchSteps(
  reader: PanelReader,
  steps: number,
): Promise<{ batch: number; feeds: number; step: number; stocks: number }> {
  const { model, train, seed } = composePhase(loadConfig(PRODUCT_CONFIGS), 'phase2_gat');
  const { features, horizons, graph } = reader.manifest;
  const shape = { features: features.length, horizons: horizons.length, neighbours: graph.k };
  const stepper = await Stepper.create(onnxCpuEngine({ threads: THREADS }), model, shape, {
    optimiser: { ...ADAMW_DEFAULTS, weightDecay: train.weight_decay, clipNorm: train.clip_norm },
    lossWeights: train.loss,
    horizonWeights: train.horizon_weights,
    accumulation: 1,
  });
  try {
    await stepper.start(stepper.layout.initialise(seed));
    const days = new Random(3).shuffle(Array.from({ length: 1000 }, (_, i) => 200 + i)).slice(0, steps);
    const times: { batch: number; feeds: number; step: number }[] = [];
    let stocks = 0;
    for (const [i, day] of days.entries()) {
      const start = performance.now();
      const batch = reader.readBatch(day, DAYS);
      const read = performance.now();
      const scale = horizons.map((horizon) => 0.02 * Math.sqrt(horizon));
      const feeds = {
        ...modelFeeds(batch),
        ...targetFeeds(batch, scale),
        anchors: anchorFeed(batch.size, new Random(seed, i)),
        ...noiseFeeds(stepper.noise, batch.size, seed, i),
      };
      const fed = performance.now();
      await stepper.step(feeds, train.learning_rate);
      times.push({ batch: read - start, feeds: fed - read, step: performance.now() - fed });
      stocks += batch.size;
    }
    const middle = (part: 'batch' | 'feeds' | 'step') => median(times.map((time) => time[part]));
    return {
      batch: middle('batch'),
      feeds: middle('feeds'),
      step: middle('step'),
      stocks: Math.round(stocks / days.length),
    };
  } finally {
    await stepper.dispose();
  }
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}
