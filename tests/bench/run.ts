// Runs the benchmarks and prints their sections of BENCHMARKS.md; --write puts them there, each in the place of the one before.
// Usage: npm run bench -- [NAME...] [--data FOLDER] [--peers FOLDER] [--python PATH] [--rounds N] [--only PART...] [--days N...] [--stocks N] [--write]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchBacktest } from './backtest.bench.ts';
import { benchBarFeatures } from './bar-features.bench.ts';
import { benchEndToEnd } from './end-to-end.bench.ts';
import { benchFeatures } from './features.bench.ts';
import { benchGraph } from './graph.bench.ts';
import { benchImport } from './import.bench.ts';
import { type Bench, load, machine } from './measure.ts';
import { benchPanel } from './panel.bench.ts';
import { benchScale } from './scale.bench.ts';
import { benchStep } from './step.bench.ts';
import { benchStore } from './store.bench.ts';

/** What runs in a browser is checked with its types, apart from this file. */
const benchUi: Bench = async (options) => {
  const { benchUi: run } = (await import(new URL('./ui.bench.ts', import.meta.url).href)) as { benchUi: Bench };
  return await run(options);
};
const BENCHES: Record<string, { title: string; run: Bench }> = {
  step: { title: 'Training step', run: benchStep },
  import: { title: 'Import', run: benchImport },
  features: { title: 'Features', run: benchFeatures },
  'bar-features': { title: 'Features of daily bars', run: benchBarFeatures },
  graph: { title: 'Stock graph', run: benchGraph },
  panel: { title: 'Panel and batches', run: benchPanel },
  store: { title: 'Feature store', run: benchStore },
  scale: { title: 'Larger than memory', run: benchScale },
  backtest: { title: 'Backtest at other costs', run: benchBacktest },
  ui: { title: 'Interface', run: benchUi },
  'end-to-end': { title: 'End to end', run: benchEndToEnd },
};
const BENCHMARKS = fileURLToPath(new URL('../../BENCHMARKS.md', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: process.env.PHASOR_DATA },
    peers: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
    days: { type: 'string', multiple: true, default: ['250', '500'] },
    stocks: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const unknown = positionals.find((name) => !(name in BENCHES));
if (unknown !== undefined) throw new Error(`no benchmark ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: write a whole number from 1`);
const days = values.days.map(Number);
if (!days.every((each) => Number.isInteger(each) && each >= 200))
  throw new Error('--days: write whole numbers from 200');
const stocks = values.stocks === undefined ? undefined : Number(values.stocks);
if (stocks !== undefined && !(Number.isInteger(stocks) && stocks >= 30))
  throw new Error(`--stocks ${values.stocks}: write a whole number from 30`);
const { data, peers, python, only } = values;
const options = { data, peers, python, rounds, only, days, stocks };

for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  const { title, run } = BENCHES[name];
  console.log(`${name}; ${machine()}, ${load()}`);
  const before = load();
  const body = await run(options);
  const day = new Date().toISOString().slice(0, 10);
  const section = `## ${title}\n\n${day}, ${machine()}; ${before} before, ${load()} after.\n\n${body}`;
  console.log(`\n${section}\n`);
  if (values.write) writeSection(name, section);
}

/** Sections stand between comments that name their benchmark; a new one goes to the end. */
function writeSection(name: string, section: string): void {
  const text = readFileSync(BENCHMARKS, 'utf8');
  const [open, close] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  const block = `${open}\n\n${section}\n\n${close}`;
  const written =
    from < 0 ? `${text.trimEnd()}\n\n${block}\n` : text.slice(0, from) + block + text.slice(to + close.length);
  writeFileSync(BENCHMARKS, written);
}
