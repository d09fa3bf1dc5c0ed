// Owns how busy NVIDIA's cards are, where its tool is installed: asked while somebody wants to know, and by one process for all.
import { type ChildProcess, spawn } from 'node:child_process';

export interface GpuReading {
  /** Of the busiest card: share of the time that it computed, 0 to 1, and bytes in use on it. */
  share: number;
  memoryBytes: number;
}

const EVERY_SECONDS = 2;
const QUERY = ['--query-gpu=index,utilization.gpu,memory.used', '--format=csv,noheader,nounits'];

export class GpuUsage {
  readonly #command: string;
  readonly #cards = new Map<string, GpuReading>();
  #users = 0;
  #child: ChildProcess | undefined;
  #absent = false;

  /** @param command prints a line a card, again and again: index, per cent, MiB */
  constructor(command = 'nvidia-smi') {
    this.#command = command;
  }

  /** Null where there is no such card, or nothing was heard of it yet. */
  get latest(): GpuReading | null {
    return [...this.#cards.values()].sort((a, b) => b.share - a.share || b.memoryBytes - a.memoryBytes)[0] ?? null;
  }

  /** Asks from now on, until the returned function is called by all who called this. */
  watch(): () => void {
    this.#users++;
    if (!this.#absent) this.#child ??= this.#start();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      if (--this.#users > 0) return;
      this.#child?.kill();
      this.#child = undefined;
      this.#cards.clear();
    };
  }

  #start(): ChildProcess {
    const child = spawn(this.#command, [...QUERY, `--loop=${EVERY_SECONDS}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#read(line);
    });
    // Not installed, or it ended by itself: what it said last holds no longer, and it is not asked again.
    const gone = (): void => {
      if (this.#child !== child) return;
      this.#absent = true;
      this.#child = undefined;
      this.#cards.clear();
    };
    child.on('error', gone);
    child.on('exit', gone);
    return child;
  }

  #read(line: string): void {
    const [card, percent, mebibytes] = line.split(',').map((part) => part.trim());
    const reading = { share: Number(percent) / 100, memoryBytes: Number(mebibytes) * 2 ** 20 };
    if (Number.isFinite(reading.share) && Number.isFinite(reading.memoryBytes)) this.#cards.set(card, reading);
  }
}
