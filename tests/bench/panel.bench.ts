// Panel of 505 stocks x 1,259 days x 64 features: build, open, and assembling a day's batch of 20 days. Run: node tests/bench/panel.bench.ts
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../core/base/random.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { fitRobustScaler } from '../../core/splits/scaler.ts';
import { randomBars } from '../support/random-bars.ts';
import { machine, median } from './measure.ts';

const T = 20;

export async function benchPanel(gaps = 0.002): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'panel-bench-'));
  try {
    const bars = randomBars({ stocks: 505, days: 1259, seed: 1, gaps, partial: 0.05 });
    // 64 columns, market-wide ones among them as in a real selection
    const market = catalogue.filter((feature) => feature.sameForAllStocks).slice(0, 8);
    const features = [
      ...catalogue.filter((feature) => !feature.sameForAllStocks).slice(0, 64 - market.length),
      ...market,
    ].map((feature) => feature.name);
    const folder = join(workspace, 'panel');
    console.log(`panel, ${bars.close.length} rows, ${features.length} features; ${machine()}`);

    const stages = new Map<string, number>();
    const start = performance.now();
    let last = start;
    const onProgress = (stage: string) => {
      const now = performance.now();
      stages.set(stage, (stages.get(stage) ?? 0) + now - last);
      last = now;
    };
    await buildPanel({ bars, dataHash: 'bench', features, folder, onProgress });
    const parts = [...stages].map(([stage, ms]) => `${stage} ${(ms / 1000).toFixed(2)}`).join(', ');
    const bytes = statSync(join(folder, 'features.npy')).size;
    console.log(
      `  build: ${((performance.now() - start) / 1000).toFixed(2)} s (${parts}); features ${(bytes / 2 ** 20).toFixed(0)} MiB`,
    );

    const time = (f: () => void): number => {
      const from = performance.now();
      f();
      return performance.now() - from;
    };
    const opens = Array.from({ length: 11 }, () => time(() => PanelReader.open(folder).close()));
    console.log(`  open: ${median(opens).toFixed(1)} ms, first ${opens[0].toFixed(1)}, goal 200`);

    const reader = PanelReader.open(folder);
    const days = new Random(3).shuffle(Array.from({ length: 1000 }, (_, i) => 200 + i));
    let rows = 0;
    const batches = days.map((day) =>
      time(() => {
        rows += reader.readBatch(day, T).size;
      }),
    );
    const mean = Math.round(rows / days.length);
    console.log(
      `  batch of ${mean} x ${T}, shuffled days: ${median(batches).toFixed(2)} ms, median of ${days.length}, goal 4`,
    );

    const fold = Array.from({ length: 800 }, (_, i) => i + 60);
    const fit = time(() => {
      fitRobustScaler({
        features: reader.featureNames,
        columns: reader.foldColumns,
        blocks: () => reader.featureBlocks(fold),
      });
    });
    console.log(`  scaler: ${reader.foldColumns.length} columns over ${fold.length} days in ${fit.toFixed(0)} ms`);
    reader.close();
    console.log(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

if (import.meta.main) await benchPanel();
