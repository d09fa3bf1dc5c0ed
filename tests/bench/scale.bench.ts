// Markets that memory does not hold: building a panel by length of history, an epoch read from the disk beside the same one in
// memory, whole Tokyo, and the stock graph of its size. --days 2500 is 12 GB and takes half an hour; the default is small.
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BenchOptions,
  count,
  counted,
  dropFromCache,
  mebibytes,
  median,
  ratioOf,
  runOwn,
  seconds,
  selected,
  table,
} from './measure.ts';
import { tokyoFiles } from './real-data.ts';

const STOCKS = 4000;
const FEATURES = 306;
/** Small, so that reading weighs more beside the step than it does in earnest. */
const HIDDEN = 16;
const EPOCH_DAYS = 60;
const MEMORY_DISK = '/dev/shm';
/** A larger panel is not copied to memory. */
const MEMORY_BYTES = 4e9;
/** How often a file is thrown out of the system's cache while an epoch is to find nothing there. */
const DROP_EVERY_MS = 1000;
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

/**
 * One history after the other, so that the disk holds one panel at a time. Epochs are read from the longest, and from the longest of those
 * that memory holds beside everything else.
 */
async function panels(workspace: string, options: BenchOptions): Promise<string[]> {
  if (!['build', 'epoch', 'train'].some((name) => selected(name, options))) return [];
  const stocks = options.stocks ?? STOCKS;
  const histories = [...new Set(options.days)].sort((a, b) => a - b);
  const held = existsSync(MEMORY_DISK)
    ? histories.filter((days) => stocks * days * FEATURES * Float32Array.BYTES_PER_ELEMENT < MEMORY_BYTES).at(-1)
    : undefined;
  const rows: string[][] = [];
  const epochs: string[] = [];
  for (const days of histories) {
    const folder = join(workspace, 'panel');
    const figures = await runOwn('scale-child.ts', ['build', stocks, days, FEATURES, folder].map(String));
    rows.push(build(figures, count(days)));
    console.log(`  ${rows.at(-1)!.join('  ')}`);
    const longest = days === histories.at(-1);
    if (selected('epoch', options) && (longest || days === held))
      epochs.push(await epoch(folder, days, days === held, options));
    // Hours, for a long history: measured when asked for by name.
    if (longest && options.only.includes('train')) epochs.push(await train(folder, days));
    rmSync(folder, { recursive: true });
  }
  return [
    `${count(stocks)} generated stocks, ${FEATURES} features, by days of history; CPU is of all threads together.`,
    table(['days', 'rows', 'build', 'graph', 'features', 'rows turned', 'CPU a day', 'peak'], rows),
    ...epochs,
  ];
}

type Place = 'memory' | 'cache' | 'disk' | 'uncached';

/** @param copied that it is measured from a copy in memory too; else from the system's cache, where everything was read before */
async function epoch(panel: string, days: number, copied: boolean, options: BenchOptions): Promise<string> {
  const file = join(panel, 'features.npy');
  const inMemory = copied ? mkdtempSync(join(MEMORY_DISK, 'phasor-bench-')) : undefined;
  const places: { label: string; place: Place; loaders: number }[] = [
    inMemory
      ? { label: 'memory', place: 'memory', loaders: 0 }
      : { label: 'the system’s cache, filled before', place: 'cache', loaders: 0 },
    { label: 'disk, read by the step’s own thread', place: 'disk', loaders: 0 },
    { label: 'disk, one thread ahead', place: 'disk', loaders: 1 },
    { label: 'disk, two threads ahead', place: 'disk', loaders: 2 },
    { label: 'disk, nothing stays in the cache, one thread ahead', place: 'uncached', loaders: 1 },
  ];
  try {
    if (inMemory) cpSync(panel, join(inMemory, 'panel'), { recursive: true });
    const measured = places.map(() => [] as Record<string, number>[]);
    for (let round = 0; round < options.rounds; round++)
      for (const [i, { place, loaders }] of places.entries()) {
        const folder = place === 'memory' && inMemory ? join(inMemory, 'panel') : panel;
        measured[i].push(await epochFrom(place, folder, loaders));
      }
    const all = (i: number, name: string): number[] => measured[i].map((figures) => figures[name]);
    const lines = places.map(({ label }, i) => [
      label,
      seconds(median(all(i, 'seconds'))),
      seconds(median(all(i, 'cpu_s'))),
      `${median(all(i, 'step_ms')).toFixed(0)} ms`,
      `${((100 * median(all(i, 'waits_s'))) / median(all(i, 'seconds'))).toFixed(1)} %`,
      i > 0 ? ratioOf(all(0, 'seconds'), all(i, 'seconds')) : '',
      ...['asked_mb', 'disk_mb'].map((name) => (name in measured[i][0] ? `${count(median(all(i, name)))} MB` : '')),
      mebibytes(Math.max(...all(i, 'peak_kib'))),
    ]);
    for (const line of lines) console.log(`  ${line.join('  ')}`);
    return [
      `An epoch over ${EPOCH_DAYS} days of the panel of ${count(days)} (${(statSync(file).size / 1e9).toFixed(1)} GB), ${measured[0][0].batches} batches, hidden ${HIDDEN}, one thread for the step; ` +
        `medians of ${counted(options.rounds, 'round')}, taking turns. The file is dropped from the system’s cache right before each epoch from the disk, and in the last row every second while it runs, too, ` +
        'as where memory holds no more than the step. Waiting is the share of the epoch in which the step had no batch; a ratio above 1 says how many times as long as the first row it takes, ' +
        'goal at most 1.15. Read: what was asked of the system, each day once for every batch that looks back on it, and what of that came from the disk.',
      table(['read from', 'epoch', 'CPU', 'step', 'waiting', 'ratio', 'read', 'from disk', 'peak'], lines),
    ].join('\n\n');
  } finally {
    if (inMemory) rmSync(inMemory, { recursive: true, force: true });
  }
}

async function epochFrom(place: Place, panel: string, loaders: number): Promise<Record<string, number>> {
  const drop = place === 'disk' || place === 'uncached' ? ['drop'] : [];
  const args = ['epoch', panel, loaders, EPOCH_DAYS, HIDDEN, ...drop].map(String);
  const file = join(panel, 'features.npy');
  const dropping = place === 'uncached' ? setInterval(() => dropFromCache(file), DROP_EVERY_MS) : undefined;
  try {
    return await runOwn('scale-child.ts', args);
  } finally {
    clearInterval(dropping);
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

async function tokyo(workspace: string, options: BenchOptions): Promise<string[]> {
  if (!selected('tokyo', options)) return [];
  const files = tokyoFiles(options);
  if (!files) return [];
  const [dataset, panel] = [join(workspace, 'tokyo'), join(workspace, 'tokyo-panel')];
  const taken = await runOwn('scale-child.ts', ['import', files.bars, files.listing, dataset]);
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
  const stocks = options.stocks ?? GRAPH.stocks;
  const rows: string[][] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const found = await runOwn('scale-child.ts', ['graph', stocks, GRAPH.days, threads].map(String));
    const { snapshots, cpu_s: cpu, peak_kib: peak } = found;
    rows.push([String(threads), count(snapshots), seconds(found.seconds), seconds(cpu), mebibytes(peak)]);
    console.log(`  graph  ${rows.at(-1)!.join('  ')}`);
  }
  return [
    `The stock graph of ${count(stocks)} stocks over ${count(GRAPH.days)} days, six years, a snapshot a week.`,
    table(['threads', 'snapshots', 'time', 'CPU', 'peak, bars included'], rows),
  ];
}
