// Owns the logs of jobs: one file of JSON lines a job in logs/jobs/, bounded in size and in number.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { ID_PATTERN } from '../contract/id.ts';
import { type LogLine, logLineSchema } from '../contract/views/workspace.ts';
import { workspacePaths } from './paths.ts';

/** A file that has grown to this size steps aside for a new one; the one that stood aside before goes. */
const MOST_BYTES = 1_000_000;
/** Jobs whose logs are kept, the newest. */
const KEPT = 500;

export class JobLogs {
  readonly #folder: string;
  readonly #bytes = new Map<string, number>();

  constructor(workspace: string) {
    this.#folder = join(workspace, workspacePaths.logs, 'jobs');
  }

  write(jobId: string, line: LogLine): void {
    const path = this.#path(jobId);
    const text = `${JSON.stringify(line)}\n`;
    let bytes = this.#bytes.get(jobId);
    if (bytes === undefined) {
      this.#prune();
      bytes = existsSync(path) ? statSync(path).size : 0;
    }
    if (bytes > MOST_BYTES) {
      renameSync(path, `${path}.1`);
      bytes = 0;
    }
    appendFileSync(path, text);
    this.#bytes.set(jobId, bytes + Buffer.byteLength(text));
  }

  /** Oldest first, the last `limit`; empty for a job that wrote none. */
  read(jobId: string, limit: number): LogLine[] {
    const path = this.#path(jobId);
    const texts = [`${path}.1`, path].filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
    const lines = texts.join('').split('\n').slice(0, -1).slice(-limit);
    return lines.flatMap((line) => parseLine(line) ?? []);
  }

  /** @throws state/not-found for what is no job's id, which could name a file elsewhere */
  #path(jobId: string): string {
    if (!ID_PATTERN.test(jobId)) throw new AppError('state/not-found', { what: 'job', name: jobId, known: '-' });
    return join(this.#folder, `${jobId}.jsonl`);
  }

  /** Ids sort by time of making. */
  #prune(): void {
    mkdirSync(this.#folder, { recursive: true });
    const names = readdirSync(this.#folder).sort();
    const ids = [...new Set(names.map((name) => name.split('.')[0]))];
    const old = new Set(ids.slice(0, Math.max(0, ids.length - KEPT)));
    for (const name of names) if (old.has(name.split('.')[0])) rmSync(join(this.#folder, name), { force: true });
  }
}

/** A machine that stopped may leave half a line. */
function parseLine(text: string): LogLine | undefined {
  try {
    return logLineSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
