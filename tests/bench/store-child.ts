// Builds a panel of a generated market as a whole, adds days to it one at a time, and asks for its latest rows.
// Usage: node store-child.ts STOCKS DAYS ADDED
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../core/features/catalogue.ts';
import { lackingInputs, inputsOf } from '../../core/features/inputs.ts';
import { buildOrExtend } from '../../core/features/store/build.node.ts';
import { readLatest } from '../../core/features/store/latest.node.ts';
import { HeldReads } from '../../core/base/held-reads.node.ts';
import { PANEL_MANIFEST } from '../../core/features/panel.node.ts';
import { until } from '../support/until.ts';
import { largeMarket } from './large-market.ts';
import { median, peakKib, report } from './measure.ts';

const [stocks, days, added] = process.argv.slice(2).map(Number);
const root = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const bars = largeMarket({ stocks, days });
const lacking = new Set(lackingInputs(catalogue, inputsOf(bars)).map(({ name }) => name));
const features = catalogue.map(({ name }) => name).filter((name) => !lacking.has(name));

interface Cost {
  seconds: number;
  cpu: number;
}
async function evening(lastDay: number): Promise<Cost & { extended: number }> {
  const options = {
    bars: until(bars, lastDay),
    dataHash: String(lastDay),
    features,
    folder: join(root, String(lastDay)),
  };
  const [started, usage] = [performance.now(), process.cpuUsage()];
  const built = await buildOrExtend({ ...options, threads: 1 });
  const { user, system } = process.cpuUsage(usage);
  return {
    seconds: (performance.now() - started) / 1000,
    cpu: (user + system) / 1e6,
    extended: built.extends?.days ?? 0,
  };
}

const whole = await evening(days - added - 1);
const each: Cost[] = [];
for (let day = days - added; day < days; day++) {
  const cost = await evening(day);
  if (cost.extended !== 1) throw new Error('the panel was built anew');
  each.push(cost);
}

const latest = new HeldReads(PANEL_MANIFEST, (folder) => readLatest(folder), 1);
const folder = join(root, String(days - 1));
const timed = (work: () => unknown): number => {
  const started = performance.now();
  work();
  return performance.now() - started;
};
const first = median(Array.from({ length: 21 }, () => timed(() => readLatest(folder))));
latest.of(folder);
const again = median(Array.from({ length: 101 }, () => timed(() => latest.of(folder))));
report({
  features: features.length,
  rows: bars.close.length,
  whole_s: whole.seconds,
  whole_cpu: whole.cpu,
  added_s: median(each.map(({ seconds }) => seconds)),
  added_cpu: median(each.map(({ cpu }) => cpu)),
  first_added_cpu: each[0].cpu,
  latest_first_ms: first,
  latest_ms: again,
  peak_kib: peakKib(),
});
