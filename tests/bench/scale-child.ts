// Builds the panel of a large generated market in a process of its own: how long each stage takes, and how much memory at most.
// Usage: node scale-child.ts build STOCKS DAYS FEATURES FOLDER
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { largeMarket, manyFeatures } from './large-market.ts';
import { peakKib, report } from './measure.ts';

const [task, stocks, days, features, folder] = process.argv.slice(2);
if (task !== 'build') throw new Error(`no task ${task}`);
const bars = largeMarket({ stocks: Number(stocks), days: Number(days) });
const { names, definitions } = manyFeatures(Number(features));
report({ rows: bars.close.length, market_peak_kib: peakKib() });

const stages: Record<string, number> = {};
const started = performance.now();
let last = started;
const onProgress = (stage: string): void => {
  const now = performance.now();
  stages[`${stage}_s`] = (stages[`${stage}_s`] ?? 0) + (now - last) / 1000;
  last = now;
};
await buildPanel({ bars, dataHash: 'bench', features: names, definitions, folder, onProgress });
const { userCPUTime, systemCPUTime } = process.resourceUsage();
report({
  seconds: (performance.now() - started) / 1000,
  ...stages,
  cpu_s: (userCPUTime + systemCPUTime) / 1e6,
  peak_kib: peakKib(),
});
