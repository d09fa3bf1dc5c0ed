// Markets that memory does not hold: building a panel by length of history, an epoch read from the disk beside the same one in
// memory, whole Tokyo, and the stock graph of its size. --days 2500 is 12 GB and takes a quarter of an hour; the default is small.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { cachedGraph } from '../../core/stockgraph/graph-cache.node.ts';
import { largeMarket } from './large-market.ts';
import { type BenchOptions, count, mebibytes, median, ratioOf, runOwn, seconds, selected, table } from './measure.ts';

const STOCKS = 4000;
const FEATURES = 306;
/** Small, so that reading weighs more beside the step than it does in earnest. */
const HIDDEN = 16;
const EPOCH_DAYS = 60;
const MEMORY_DISK = '/dev/shm';
const TOKYO = { bars: 'tse_daily_all_2013_2018.csv.zst', listing: 'listed_info_20230314.csv' };
const GRAPH = { stocks: 3818, days: 1500 };

export async function benchScale(options: BenchOptions): Promise<string> {
  const workspace = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  try {
    const parts = [
      ...(await panels(workspace, options)),
      ...(await tokyo(workspace, options)),
      ...(await graph(options)),
    ];
    return parts.length > 0 ? parts.join('\n\n') : 'Not measured: --only leaves no case.';
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

const build = (figures: Record<string, number>, label: string): string[] => [
  label,
  count(figures.rows),
  seconds(figures.seconds),
  seconds(figures.graph_s),
  seconds(figures.features_s),
  seconds(figures.rows_s),
  `${((1000 * figures.cpu_s) / figures.days).toFixed(0)} ms`,
  mebibytes(figures.peak_kib),
];

/** One history after the other, so that the disk holds one panel at a time; epochs are read from the longest. */
async function panels(workspace: string, options: BenchOptions): Promise<string[]> {
  if (!['build', 'epoch', 'train'].some((name) => selected(name, options))) return [];
  const rows: string[][] = [];
  const epochs: string[] = [];
  for (const days of [...options.days].sort((a, b) => a - b)) {
    const folder = join(workspace, 'panel');
    const args = ['build', STOCKS, days, FEATURES, folder].map(String);
    const figures = await runOwn('scale-child.ts', args);
    rows.push(build(figures, count(days)));
    console.log(`  ${rows.at(-1)!.join('  ')}`);
    if (days === Math.max(...options.days)) {
      if (selected('epoch', options)) epochs.push(await epoch(folder, options));
      // Hours, for a long history: measured when asked for by name.
      if (options.only.includes('train')) epochs.push(await train(folder, days));
    }
    rmSync(folder, { recursive: true });
  }
  return [
    `${count(STOCKS)} generated stocks, ${FEATURES} features, by days of history; CPU is of all threads together.`,
    table(['days', 'rows', 'build', 'graph', 'features', 'rows turned', 'CPU a day', 'peak'], rows),
    ...epochs,
  ];
}

async function epoch(panel: string, options: BenchOptions): Promise<string> {
  const bytes = statSync(join(panel, 'features.npy')).size;
  const inMemory = bytes < 4e9 && existsSync(MEMORY_DISK) ? mkdtempSync(join(MEMORY_DISK, 'phasor-bench-')) : undefined;
  const places = [
    { label: 'disk, read by the step’s own thread', folder: panel, loaders: 0 },
    { label: 'disk, one thread ahead', folder: panel, loaders: 1 },
    { label: 'disk, two threads ahead', folder: panel, loaders: 2 },
  ];
  try {
    if (inMemory) {
      cpSync(panel, join(inMemory, 'panel'), { recursive: true });
      places.unshift({ label: 'memory', folder: join(inMemory, 'panel'), loaders: 0 });
    }
    const measured = places.map(() => [] as Record<string, number>[]);
    for (let round = 0; round < options.rounds; round++)
      for (const [i, { folder, loaders }] of places.entries()) {
        if (folder === panel) dropFromCache(join(panel, 'features.npy'));
        const args = ['epoch', folder, loaders, EPOCH_DAYS, HIDDEN].map(String);
        measured[i].push(await runOwn('scale-child.ts', args));
      }
    const all = (i: number, name: string): number[] => measured[i].map((figures) => figures[name]);
    const lines = places.map(({ label }, i) => [
      label,
      seconds(median(all(i, 'seconds'))),
      `${median(all(i, 'step_ms')).toFixed(0)} ms`,
      `${((100 * median(all(i, 'waits_s'))) / median(all(i, 'seconds'))).toFixed(1)} %`,
      inMemory ? ratioOf(all(0, 'seconds'), all(i, 'seconds')) : '',
      mebibytes(Math.max(...all(i, 'peak_kib'))),
    ]);
    for (const line of lines) console.log(`  ${line.join('  ')}`);
    return [
      `An epoch over ${EPOCH_DAYS} days of the longest of these, ${measured[0][0].batches} batches, hidden ${HIDDEN}, one thread for the step; the file is dropped from ` +
        'the system’s cache before each epoch from the disk. Waiting is the share of the epoch in which the step had no batch; a ratio above 1 says how many times as ' +
        `long as from memory it takes; goal at most 1.15.${inMemory ? '' : ' Too large to be measured from memory here.'}`,
      table(['read from', 'epoch', 'step', 'waiting', 'ratio', 'peak'], lines),
    ].join('\n\n');
  } finally {
    if (inMemory) rmSync(inMemory, { recursive: true, force: true });
  }
}

/** As runs train it: with validation and checkpoints. */
async function train(panel: string, days: number): Promise<string> {
  const figures = await runOwn('scale-child.ts', ['train', panel, days, HIDDEN].map(String));
  return (
    `A whole epoch of phase0_baseline on it, hidden ${HIDDEN}: ${count(figures.steps)} steps over ${count(figures.train_days)} training days, and ${count(figures.valid_days)} ` +
    `validation days predicted, in ${seconds(figures.seconds)}, peak ${mebibytes(figures.peak_kib)}.`
  );
}

/** As a machine with little memory would have done by then. Where dd cannot, the file stays in the cache and the figure flatters. */
function dropFromCache(file: string): void {
  try {
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
  } catch {
    console.log('  the file could not be dropped from the cache');
  }
}

async function tokyo(workspace: string, options: BenchOptions): Promise<string[]> {
  if (!selected('tokyo', options)) return [];
  const [bars, listing] = [TOKYO.bars, TOKYO.listing].map((file) => join(options.data ?? '', 'jp_tse_daily', file));
  if (options.data === undefined || !existsSync(bars)) {
    console.log(`  Tokyo left out: say --data FOLDER, which holds jp_tse_daily/${TOKYO.bars}`);
    return [];
  }
  const [dataset, panel] = [join(workspace, 'tokyo'), join(workspace, 'tokyo-panel')];
  const taken = await runOwn('scale-child.ts', ['import', bars, listing, dataset]);
  const figures = await runOwn('scale-child.ts', ['panel', dataset, String(FEATURES), panel]);
  rmSync(panel, { recursive: true });
  return [
    `Whole Tokyo, ${count(taken.codes)} codes: imported and checked in ${seconds(taken.seconds)} (${count(taken.rows)} rows, peak ${mebibytes(taken.peak_kib)}), ` +
      `bars loaded in ${seconds(figures.load_s)}.`,
    table(
      ['market', 'rows', 'build', 'graph', 'features', 'rows turned', 'CPU a day', 'peak'],
      [build(figures, 'Tokyo')],
    ),
  ];
}

async function graph(options: BenchOptions): Promise<string[]> {
  if (!selected('graph', options)) return [];
  const bars = largeMarket(GRAPH);
  const rows: string[][] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const { stats } = await cachedGraph({ bars, dataHash: 'bench', parameters: GRAPH_DEFAULTS, threads });
    rows.push([String(threads), String(stats.snapshots), seconds(stats.buildMs / 1000)]);
    console.log(`  graph  ${rows.at(-1)!.join('  ')}`);
  }
  return [
    `The stock graph of ${count(GRAPH.stocks)} stocks over ${count(GRAPH.days)} days, a snapshot a week.`,
    table(['threads', 'snapshots', 'time'], rows),
  ];
}
