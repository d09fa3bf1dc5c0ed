// Owns what benchmarks share: options, medians, tables, child processes, and the name of the machine beside every figure.
import { execFileSync, spawn } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../../core/app/machine.node.ts';

export interface BenchOptions {
  /** Folder of real market data; what needs it says so where it is absent. */
  data?: string;
  /** Folder of the Python scripts that are measured against. */
  peers?: string;
  /** Python that has what those scripts need. */
  python: string;
  /** How often each measurement is repeated; the peers take turns with us, A B A B. */
  rounds: number;
  /** Narrows a benchmark to its cases whose name contains one of these. */
  only: readonly string[];
  /** Width of generated markets; each benchmark's own where left out. Narrow ones are for trying a benchmark, not for its figures. */
  stocks?: number;
  /** Lengths of history, where a benchmark measures how work grows with it. */
  days: readonly number[];
}

/** Runs a benchmark, printing as it goes. @returns its section of BENCHMARKS.md: Markdown without a heading */
export type Bench = (options: BenchOptions) => Promise<string>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How many times as long the peer took, from medians over the rounds; in brackets the least and the most of any one round, which
 * says how far the machine lets it be trusted.
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): string {
  const whole = (median(theirs) / median(ours)).toFixed(2);
  if (ours.length < 2 || theirs.length !== ours.length) return whole;
  const single = ours.map((time, round) => theirs[round] / time);
  return `${whole} (${Math.min(...single).toFixed(2)} to ${Math.max(...single).toFixed(2)})`;
}

export function machine(): string {
  const { versions } = describeMachine('.');
  return (
    `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ` +
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${versions.node}, ONNX Runtime ${versions.ort}, DuckDB ${versions.duckdb}`
  );
}

/** How busy the machine was with other things, as one figure: the mean number of waiting processes in the last minute. */
export const load = (): string => `load average ${loadavg()[0].toFixed(1)}`;

export const count = (value: number): string => Math.round(value).toLocaleString('en');
export const mebibytes = (kib: number): string => `${count(kib / 1024)} MiB`;
/** "1 round", "5 rounds". */
export const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;

export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export const selected = (name: string, { only }: BenchOptions): boolean =>
  only.length === 0 || only.some((part) => name.includes(part));

export class ChildFailure extends Error {}

/**
 * Runs a program that prints JSON objects, one a line, and returns them merged. Each measurement has a process of its own, so
 * that peaks of memory can be compared and no compiler is warm from the case before.
 * @throws ChildFailure with the end of what it wrote to stderr
 */
export function runChild(command: string, args: readonly string[]): Promise<Record<string, number>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, number>>();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  child.on('error', (error) => reject(new ChildFailure(error.message)));
  child.on('close', (code) => {
    if (code !== 0) reject(new ChildFailure(`${command} ended with ${code}: ${stderr.trim()}`));
    else {
      const objects = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve(Object.assign({}, ...objects.map((line) => JSON.parse(line) as object)) as Record<string, number>);
    }
  });
  return promise;
}

/** Runs a TypeScript file beside this one in a process of its own. */
export const runOwn = (file: string, args: readonly string[]): Promise<Record<string, number>> =>
  runChild(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args]);

/** Peak memory of this process so far, KiB. */
export const peakKib = (): number => process.resourceUsage().maxRSS;

/** Processor time of all threads of this process so far. */
export function cpuSeconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

/** What a child has measured, for its parent. */
export const report = (figures: Readonly<Record<string, number>>): void => console.log(JSON.stringify(figures));

/** Has the system forget what it holds of a file, as one with little memory would have by then. @throws where there is no dd that can */
export function dropFromCache(file: string): void {
  execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
}
