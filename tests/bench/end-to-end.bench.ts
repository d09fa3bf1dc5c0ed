// The whole chain on the real S&P 500 bars, through the same host, handlers and workers as the command line: wall time and peak
// memory by part, and what it found.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '../../core/app/host.node.ts';
import type { SpawnWorker } from '../../core/app/job-supervisor.ts';
import { systemClock } from '../../core/base/clock.ts';
import { deserializeError } from '../../core/base/errors.ts';
import type { Client } from '../../core/contract/api.ts';
import type { Evaluation, Interval } from '../../core/contract/entities.ts';
import { type JobEvent, jobResults } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { type BenchOptions, counted, mebibytes, seconds, selected, table } from './measure.ts';

const BARS = 'sp500_5yr/all_stocks_5yr.csv.gz';
const SECTORS = 'sp500_5yr/ticker_sector.csv';
const NAME = 'sp500';
const MODES = ['debug', 'full'];

/** Stages of a job by the first word of what it reports: 'phase2_gat epoch 3/12' belongs to 'phase2_gat'. */
const partOf = (stage: string): string => /^\w+/.exec(stage)?.[0] ?? stage;

interface Part {
  seconds: number;
  peakKib: number;
}

/** Time and memory of each part of the jobs of one host; the memory is that of the worker which does the part. */
class Meter {
  readonly parts = new Map<string, Part>();
  #job = '';
  #part = '';
  #since = 0;

  /** Begins a part; '' ends the last. */
  enter(job: string, part: string): void {
    const now = performance.now();
    if (this.#job !== '') this.#entry().seconds += (now - this.#since) / 1000;
    [this.#job, this.#part, this.#since] = [job, part, now];
    if (job !== '') this.#entry();
  }

  observe(kib: number): void {
    if (this.#job === '') return;
    const entry = this.#entry();
    entry.peakKib = Math.max(entry.peakKib, kib);
  }

  #entry(): Part {
    const key = this.#part === '' ? this.#job : `${this.#job}: ${this.#part}`;
    const entry = this.parts.get(key) ?? { seconds: 0, peakKib: 0 };
    this.parts.set(key, entry);
    return entry;
  }

  /** The spawner of the product, with an ear on what its workers say of their memory. */
  watching(spawn: SpawnWorker): SpawnWorker {
    return (kind) => {
      const worker = spawn(kind);
      worker.onMessage((message) => this.observe(residentKib(worker.pid, message)));
      return worker;
    };
  }
}

/** The memory that the process holds now, asked at each of its messages (every second at least); where the system does not tell, its own word. */
function residentKib(pid: number | undefined, message: unknown): number {
  const path = `/proc/${pid}/status`;
  if (existsSync(path)) return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  const { rssBytes = 0 } = message as { rssBytes?: number };
  return rssBytes / 1024;
}

export async function benchEndToEnd(options: BenchOptions): Promise<string> {
  const { data } = options;
  if (data === undefined || !existsSync(join(data, BARS))) {
    const missing = `Not measured: say --data FOLDER, which holds ${BARS}.`;
    console.log(`  ${missing}`);
    return missing;
  }
  const workspace = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  const meter = new Meter();
  const host = await createHost({
    workspace,
    spawn: meter.watching(nodeSpawner()),
    clock: systemClock,
    log: (level, message) => {
      if (level === 'warn' || level === 'error') console.log(`  ${message}`);
    },
  });
  const client = host.connect();
  try {
    const files = [join(data, BARS)];
    const sectors = existsSync(join(data, SECTORS)) ? join(data, SECTORS) : undefined;
    await follow(client, meter, 'import', client.call('datasets.import', { files, name: NAME, sectors }));
    await follow(client, meter, 'panel', client.call('features.build', { dataset: NAME }));
    const found: string[] = [];
    for (const mode of MODES.filter((name) => selected(name, options))) found.push(await chain(client, meter, mode));
    const rows = [...meter.parts].map(([part, figures]) => [
      part,
      seconds(figures.seconds),
      figures.peakKib > 0 ? mebibytes(figures.peakKib) : '',
    ]);
    return [
      'Five years of the S&P 500 through the product’s own host and workers, one run. Memory is the most that the part’s worker held, looked at every second.',
      table(['part', 'time', 'peak'], rows),
      ...found,
    ].join('\n\n');
  } finally {
    client.close();
    await host.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** RankIC of every phase and baseline at every horizon, out of sample, with its 95 % interval. */
function rankIcTable(evaluations: readonly Evaluation[]): string {
  const text = ({ value, low, high }: Interval) => {
    const [middle, least, most] = [value, low, high].map((figure) => figure?.toFixed(4) ?? '?');
    return `${middle} (${least} to ${most})`;
  };
  const [{ horizons }] = evaluations;
  return table(
    ['RankIC', ...horizons.map(({ horizon }) => counted(horizon, 'day')), 'overall'],
    evaluations.map(({ label, horizons: own, overall }) => [
      label,
      ...own.map(({ metrics }) => text(metrics.rankIc)),
      text(overall.rankIc),
    ]),
  );
}

/** Training in all phases, its backtest and report. @returns what was found */
async function chain(client: Client, meter: Meter, mode: string): Promise<string> {
  const job = `train ${mode}`;
  const training = client.call('training.start', {
    dataset: NAME,
    phases: [0, 1, 2, 3, 4],
    overrides: [`mode=${mode}`],
  });
  const { runId } = jobResults.train.parse(await follow(client, meter, job, training));
  const { phases, evaluations } = await client.call('runs.get', { run: runId });
  const checkpoint = phases.findLast(({ bestCheckpointId }) => bestCheckpointId !== null)?.bestCheckpointId;
  if (!checkpoint) throw new Error('a finished run has no best checkpoint');
  const trading = await follow(client, meter, `backtest ${mode}`, client.call('backtests.run', { checkpoint }));
  const { sharpe, sharpe_low, sharpe_high, deflated_sharpe } = jobResults.backtest.parse(trading).backtest.statistics;
  await follow(client, meter, `report ${mode}`, client.call('reports.write', { checkpoint }));
  const ledger = await client.call('runs.ledger', { run: runId });
  const [ratio, low, high, belief] = [sharpe, sharpe_low, sharpe_high, deflated_sharpe].map(
    (figure) => figure?.toFixed(2) ?? '?',
  );
  return [
    `Out of sample, mode ${mode}; intervals of 95 %. Net Sharpe ratio of what the run ends with: ${ratio} (${low} to ${high}), ` +
      `probability that it beats the luck of its trials: ${belief}.`,
    rankIcTable(evaluations.filter(({ split }) => split === 'test')),
    ['```text', ledger.text, '```'].join('\n'),
  ].join('\n\n');
}

/** Follows a job to its end, and books its time on its parts. */
async function follow(
  client: Client,
  meter: Meter,
  job: string,
  started: Promise<{ jobId: string }>,
): Promise<unknown> {
  meter.enter(job, 'start');
  const { jobId } = await started;
  let ended: Extract<JobEvent, { type: 'ended' }> | undefined;
  await client.listen('jobs.events', { jobId }, (event) => {
    if (event.type === 'progress') meter.enter(job, partOf(event.progress.stage));
    else if (event.type === 'ended') ended = event;
  }).ended;
  meter.enter('', '');
  const total = [...meter.parts].reduce((sum, [part, { seconds: time }]) => sum + (part.startsWith(job) ? time : 0), 0);
  console.log(`  ${job}: ${seconds(total)}`);
  if (ended?.end.error) throw deserializeError(ended.end.error);
  return ended?.end.result;
}
