// The features of daily bars from a dataset to columns of single precision, by our kernels and by Polars: the same list of names, after a
// comparison of values on a part of the codes that leaves out whatever the two define differently.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { barFeatures } from '../../core/features/catalogue.ts';
import { writeMarketCsv } from './generated-market.ts';
import {
  type BenchOptions,
  count,
  counted,
  mebibytes,
  median,
  ratioOf,
  runOwn,
  seconds,
  selected,
  table,
} from './measure.ts';
import { runPolars } from './peer.ts';
import { tokyoFiles } from './real-data.ts';

const GENERATED = { stocks: 800, days: 1250 };
const COMPARED_CODES = 60;
/** Of the value itself, and of the column's mean size. */
const TOLERANCE = 1e-5;
/** Of a column's values. */
const TOLERATED = 0.001;
const SCRIPT = 'bar_features.py';

export async function benchBarFeatures(options: BenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  try {
    const parts: string[] = [];
    if (selected('generated', options)) {
      const [csv, sectors] = ['bars.csv', 'sectors.csv'].map((name) => join(folder, name));
      writeMarketCsv(csv, { ...GENERATED, stocks: options.stocks ?? GENERATED.stocks }, sectors);
      parts.push(await market('A generated market', csv, sectors, folder, options));
    }
    const files = selected('tokyo', options) ? tokyoFiles(options) : undefined;
    if (files) parts.push(await market('Whole Tokyo', files.bars, files.listing, folder, options));
    return parts.length > 0 ? parts.join('\n\n') : 'Not measured: --only leaves no case.';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function market(
  label: string,
  csv: string,
  sectors: string,
  folder: string,
  options: BenchOptions,
): Promise<string> {
  const dataset = join(folder, 'dataset');
  await runOwn('import-child.ts', ['phasor', csv, dataset, sectors]);
  const { same, differ, worst } = await compare(dataset, folder, options);
  if (same.length === 0) return `${label}: not measured against Polars, which --python lacks.`;
  const namesFile = join(folder, 'names.json');
  writeFileSync(namesFile, JSON.stringify(same));
  const measured = ['time', dataset, namesFile];
  const sides: Side[] = [['one thread', '1', 1] as const, ['every core', '0', undefined] as const].flatMap(
    ([label, ownThreads, threads]) => {
      const own = {
        by: `Phasor, ${label}`,
        measure: () => runOwn('bar-features-child.ts', [...measured, ownThreads]),
        figures: [],
      };
      const measure = () => runPolars(SCRIPT, measured, options, threads);
      return [own, { by: `Polars, ${label}`, measure, figures: [], beside: own }];
    },
  );
  const ours = sides[0].figures;
  for (let round = 0; round < options.rounds; round++)
    for (const { by, measure, figures, beside } of sides) {
      const found = await measure();
      const done =
        found &&
        `${found.features} columns of ${found.rows} rows, ${found.missing} values missing, in ${seconds(found.seconds)}`;
      console.log(`  ${by}: ${done ?? 'failed'}`);
      if (!found || found.features !== same.length || (ours.length > 0 && found.rows !== ours[0].rows))
        throw new Error(`${by}: not the same columns of the same rows`);
      if (!beside && ours.length > 0 && found.missing !== ours[0].missing)
        throw new Error(`${by}: not the same values`);
      figures.push(found);
    }
  rmSync(dataset, { recursive: true });
  const all = (figures: Figures[], name: string): number[] => figures.map((each) => each[name]);
  const rows = sides.map(({ by, figures, beside }) => [
    by,
    seconds(median(all(figures, 'seconds'))),
    seconds(median(all(figures, 'load_s'))),
    seconds(median(all(figures, 'cpu_s'))),
    mebibytes(Math.max(...all(figures, 'peak_kib'))),
    ...['seconds', 'cpu_s'].map((name) => (beside ? ratioOf(all(beside.figures, name), all(figures, name)) : '')),
  ]);
  for (const line of rows) console.log(`  ${line.join('  ')}`);
  const left = barFeatures.length - same.length - differ.length;
  return [
    `${label}: ${count(ours[0].rows)} bars, ${same.length} features, from the dataset’s Parquet to columns of single precision in memory, each of which is summed and dropped; medians of ` +
      `${counted(options.rounds, 'round')}, taking turns. Before, the values of ${COMPARED_CODES} codes were compared: in every one of these columns at least ${100 * (1 - TOLERATED)} % of the ` +
      `values are the same to ${TOLERANCE} of themselves or of the column’s mean size (in the worst of them ${(100 * worst).toFixed(3)} % are not). ` +
      `Of the ${barFeatures.length} features of daily bars ${left} are not expressed (neighbours in the graph, places of extremes, falls within a window)` +
      `${differ.length > 0 ? `, and ${differ.length} are left out because their values differ: ${differ.join(', ')}` : ''}. Ratios are to ours on as many threads, above 1 where Polars takes longer, or more processor time; goal 1.`,
    table(['by', 'time', 'of it reading', 'CPU', 'peak', 'ratio', 'of CPU'], rows),
  ].join('\n\n');
}

type Figures = Record<string, number>;

interface Side {
  by: string;
  measure: () => Promise<Figures | undefined>;
  figures: Figures[];
  /** Ours, of as many threads. */
  beside?: Side;
}

interface Comparison {
  same: string[];
  differ: string[];
  /** Greatest share of differing values among the columns that are the same. */
  worst: number;
}

async function compare(dataset: string, folder: string, options: BenchOptions): Promise<Comparison> {
  const comparison: Comparison = { same: [], differ: [], worst: 0 };
  const [namesFile, ours, theirs] = ['names.json', 'ours', 'theirs'].map((name) => join(folder, name));
  for (const made of [ours, theirs]) mkdirSync(made);
  writeFileSync(namesFile, JSON.stringify(barFeatures.map(({ name }) => name)));
  const codes = String(COMPARED_CODES);
  if (!(await runPolars(SCRIPT, ['values', dataset, namesFile, codes, theirs], options))) return comparison;
  const expressed = barFeatures.map(({ name }) => name).filter((name) => existsSync(join(theirs, `${name}.f32`)));
  writeFileSync(namesFile, JSON.stringify(expressed));
  await runOwn('bar-features-child.ts', ['values', dataset, namesFile, codes, ours]);
  for (const name of expressed) {
    const [a, b] = [ours, theirs].map((at) => {
      const bytes = readFileSync(join(at, `${name}.f32`));
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    });
    const share = differing(a, b);
    if (share <= TOLERATED) {
      comparison.same.push(name);
      comparison.worst = Math.max(comparison.worst, share);
    } else {
      comparison.differ.push(name);
      console.log(`  ${name} differs in ${(100 * share).toFixed(2)} % of its values`);
    }
  }
  for (const made of [ours, theirs]) rmSync(made, { recursive: true });
  return comparison;
}

/** Share of the rows in which only one has a value, or both have different ones. */
function differing(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 1;
  let [size, known] = [0, 0];
  for (const value of a)
    if (!Number.isNaN(value)) {
      size += Math.abs(value);
      known++;
    }
  const usual = known > 0 ? size / known : 0;
  let different = 0;
  for (let row = 0; row < a.length; row++) {
    const missing = Number.isNaN(a[row]);
    if (missing !== Number.isNaN(b[row])) different++;
    else if (!missing && !(Math.abs(a[row] - b[row]) <= TOLERANCE * Math.max(usual, Math.abs(a[row])))) different++;
  }
  return different / a.length;
}
