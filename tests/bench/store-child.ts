// The feature store on a market of daily bars: a panel built as a whole, or days added to it one at a time and its latest rows asked for, each
// in a process of its own. Panels stand in ROOT under their last day.
// Usage: node store-child.ts whole MARKET ROOT DAY
//        node store-child.ts added MARKET ROOT DAY...
// MARKET is a dataset's folder, its days ISO dates; or generated:STOCKSxDAYS, its days indexes.
import { join } from 'node:path';
import { HeldReads } from '../../core/base/held-reads.node.ts';
import { hashValue } from '../../core/base/hash.node.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { lackingInputs, inputsOf } from '../../core/features/inputs.ts';
import { PANEL_MANIFEST } from '../../core/features/panel.node.ts';
import { buildOrExtend } from '../../core/features/store/build.node.ts';
import { readLatest } from '../../core/features/store/latest.node.ts';
import { until } from '../support/until.ts';
import { largeMarket } from './large-market.ts';
import { cpuSeconds, median, peakKib, report } from './measure.ts';

const [task, market, root, ...days] = process.argv.slice(2);
const generated = /^generated:(\d+)x(\d+)$/.exec(market);
const whole = generated && largeMarket({ stocks: Number(generated[1]), days: Number(generated[2]) });
const barsUntil = async (day: string): Promise<BarTable> =>
  whole ? until(whole, Number(day)) : await loadBars(market, { anchor: 'first', to: day });

interface Cost {
  seconds: number;
  cpu: number;
  load: number;
}

/** @param adding that the panel is made of the one before */
async function evening(day: string, adding: boolean): Promise<Cost> {
  const asked = performance.now();
  const bars = await barsUntil(day);
  const lacking = new Set(lackingInputs(catalogue, inputsOf(bars)).map(({ name }) => name));
  const features = catalogue.map(({ name }) => name).filter((name) => !lacking.has(name));
  const [started, cpu] = [performance.now(), cpuSeconds()];
  const dataHash = hashValue([market, day]);
  const { extends: base } = await buildOrExtend({ bars, dataHash, features, folder: join(root, day), threads: 1 });
  if ((base?.days ?? 0) !== (adding ? 1 : 0)) throw new Error(`the panel of ${day} was ${base ? '' : 'not '}added to`);
  report({ features: features.length, rows: bars.close.length, codes: bars.codes.length, days: bars.days.length });
  const done = performance.now();
  return { seconds: (done - started) / 1000, cpu: cpuSeconds() - cpu, load: (started - asked) / 1000 };
}

if (task === 'whole') {
  const cost = await evening(days[0], false);
  report({ whole_s: cost.seconds, whole_cpu: cost.cpu, load_s: cost.load, whole_peak_kib: peakKib() });
} else if (task === 'added') {
  const costs: Cost[] = [];
  for (const day of days) costs.push(await evening(day, true));
  report({
    added_s: median(costs.map(({ seconds }) => seconds)),
    added_cpu: median(costs.map(({ cpu }) => cpu)),
    added_peak_kib: peakKib(),
  });
  const latest = new HeldReads(PANEL_MANIFEST, (folder) => readLatest(folder), 1);
  const folder = join(root, days.at(-1)!);
  const timed = (work: () => unknown): number => {
    const started = performance.now();
    work();
    return performance.now() - started;
  };
  const first = median(Array.from({ length: 21 }, () => timed(() => readLatest(folder))));
  latest.of(folder);
  report({
    latest_first_ms: first,
    latest_ms: median(Array.from({ length: 101 }, () => timed(() => latest.of(folder)))),
  });
} else throw new Error(`no task ${task}`);
